"""Capsules: vectors instead of numbers, routed by agreement, and what makes them affordable.

The networks are `squeezelab.networks.capsnet`, made trainable by `to_torch`; here is what they are trained for, what is seen
inside them, and how they are made smaller.

>>> import torch
>>> from squeezelab.bridge import to_torch
>>> from squeezelab.networks import capsnet
>>> model = to_torch(capsnet("tiny"))
>>> margin_loss(model(torch.rand(2, 1, 28, 28)), torch.tensor([3, 8])).shape
torch.Size([])
"""

from ..bridge.capsule_modules import Agreement, Capsules, CapsuleSum, Learnt, Lengths, Mask, Squash, Votes, squash
from ..bridge.routing import PrimaryCapsules, Routing, route
from .backbone import with_capsules
from .losses import longest_is_right, margin_loss, share_found
from .momentum import MomentumCapsules, mocapsnet
from .q7 import with_q7
from .reading import Capsuled, couplings, decoded, encoder, poses
from .reconstructing import Reconstructing, Seen
from .reversible import momentum_steps, momentum_undone, reversible
from .scoring import best_types, type_scores
from .shipped import trained
from .sparse import masked_types, remove_types, types_of
from .sparse_report import sparse_report
from .vote_free import vote_free
from .xnor import XnidrAgreement, XnidrRouting, XnodrRouting, XnodrVotes, with_xnor, xnorize

__all__ = [
    "Agreement",
    "CapsuleSum",
    "Capsuled",
    "Capsules",
    "Learnt",
    "Lengths",
    "Mask",
    "MomentumCapsules",
    "PrimaryCapsules",
    "Reconstructing",
    "Routing",
    "Seen",
    "Squash",
    "Votes",
    "XnidrAgreement",
    "XnidrRouting",
    "XnodrRouting",
    "XnodrVotes",
    "best_types",
    "couplings",
    "decoded",
    "encoder",
    "longest_is_right",
    "margin_loss",
    "masked_types",
    "mocapsnet",
    "momentum_steps",
    "momentum_undone",
    "poses",
    "remove_types",
    "reversible",
    "route",
    "share_found",
    "sparse_report",
    "squash",
    "trained",
    "type_scores",
    "types_of",
    "vote_free",
    "with_q7",
    "with_capsules",
    "with_xnor",
    "xnorize",
]
