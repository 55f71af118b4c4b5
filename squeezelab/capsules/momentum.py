"""MoCapsNet: deep stacks of capsules with residual connections, whose memory does not grow with their depth.

A block f is one routing or several from K capsules to as many of the same size. Four ways to put blocks on one another:

    plain       x ← f(x)
    residual    x ← x + f(x)
    autograd    v ← g·v + (1−g)·f(x), x ← x + v, with all that autograd keeps
    reversible  the same, each block undone in the backward pass: nothing is kept but the last x and v

Source: Gugglberger, Peer, Rodríguez-Sánchez, Momentum Capsule Networks, TMLR 2022 (arXiv 2201.11091): 32 capsules of 8
values, two routings a block, g = .9 and 3 iterations in their code [read].
"""

from collections import OrderedDict

import torch
from torch import nn

from ..bridge.capsule_modules import Lengths, shape_or_kind
from ..bridge.routing import PrimaryCapsules, Routing
from ..compression.reversible import STACKS
from ..core.checks import check_choice, number, whole
from .reversible import checked_carry, checked_momentum, momentum_steps, reversible


class MomentumCapsules(nn.Module):
    """`depth` blocks over `capsules` capsules of `dim` values: (B, capsules, dim) → the same.

    mode: how they are stacked, as above; it may be changed at any time, what is learnt is the same in all four. momentum: g of
    the two modes that have it. layers: routings of a block, each with `iterations`. gain: how long the sums of a fresh routing
    are, of what it reads. carry: the type in which x and v are added up, as in `reversible`. form, detach: of `Routing`.

    Raises a ValueError for a depth, layers or sizes below 1, for an unknown mode, a momentum from 1 on, momentum 0 where it must
    be undone, for a `carry` of no floating-point numbers, and for capsules of another shape.

    >>> stack = MomentumCapsules(depth=3, capsules=4, dim=8)
    >>> stack(torch.ones(2, 4, 8)).shape
    torch.Size([2, 4, 8])
    """

    def __init__(
        self,
        depth: int,
        capsules: int,
        dim: int,
        iterations: int = 3,
        momentum: float = 0.9,
        mode: str = "reversible",
        *,
        layers: int = 2,
        gain: float = 0.25,
        form: str = "vote_free",
        detach: bool = True,
        carry: torch.dtype | None = None,
    ):
        super().__init__()
        whole(depth, "the depth of a stack of capsule blocks")
        whole(layers, "the routings of a block")
        self.capsules, self.dim = whole(capsules, "the number of capsules"), whole(dim, "the values of a capsule")
        check_choice("mode", mode, STACKS)
        self.mode, self.carry = mode, checked_carry(carry)
        self.momentum = checked_momentum(momentum, undone=mode == "reversible")
        self.blocks = nn.ModuleList()
        for _ in range(depth):
            routings = [scaled_routing(capsules, capsules, dim, dim, iterations, gain, form, detach) for _ in range(layers)]
            self.blocks.append(nn.Sequential(*routings))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not isinstance(x, torch.Tensor) or x.ndim != 3 or tuple(x.shape[1:]) != (self.capsules, self.dim):
            raise ValueError(f"these blocks read capsules (images, {self.capsules}, {self.dim}), not {shape_or_kind(x)}")
        check_choice("mode", self.mode, STACKS)
        if self.mode == "reversible":
            return reversible(self.blocks, x, self.momentum, self.carry)
        if self.mode == "autograd":
            return momentum_steps(self.blocks, x, self.momentum, self.carry)[0].to(x.dtype)
        for block in self.blocks:
            x = x + block(x) if self.mode == "residual" else block(x)
        return x

    def extra_repr(self) -> str:
        return f"{len(self.blocks)} blocks over {self.capsules}×{self.dim}, mode={self.mode!r}, momentum={self.momentum}"


def scaled_routing(inputs, capsules, dim_in, dim, iterations=3, gain=1.0, form="vote_free", detach=True):
    """A `Routing` whose first sums are `gain` times as long as what it reads, in the mean over its fresh weights.

    Σ_i u_i W_ij / J has D · N/J² · std² times the mean square length of its N inputs: std = gain · J / √(N·D).
    """
    made = Routing(inputs, capsules, dim_in, dim, iterations, form, detach)
    nn.init.normal_(made.weight, std=number(gain, "the gain of fresh weights", above=0) * capsules / (inputs * dim) ** 0.5)
    return made


def mocapsnet(
    depth: int = 4,
    capsules: int = 16,
    dim: int = 8,
    iterations: int = 3,
    momentum: float = 0.9,
    mode: str = "reversible",
    *,
    layers: int = 1,
    gain: float = 0.25,
    ends: float = 1.0,
    classes: int = 10,
) -> nn.Module:
    """A small MoCapsNet for 28×28 digits: (B, 1, 28, 28) → lengths (B, classes).

    conv 32 @7×7 s2 → 8 types × 8D @5×5 s2, 128 capsules → `capsules` × `dim` → `depth` blocks → classes × 16D → lengths. A block
    has one routing where the paper's code has two (``layers=2``) and half as many capsules [ours]: 269,952 parameters at depth 4.
    gain, ends: of the fresh routings in the blocks, and of the two around them. Raises what `MomentumCapsules` raises.

    >>> sum(weight.numel() for weight in mocapsnet(depth=4).parameters())
    269952
    """
    stack = MomentumCapsules(depth, capsules, dim, iterations, momentum, mode, layers=layers, gain=gain)
    steps = [
        ("conv1", nn.Conv2d(1, 32, 7, stride=2)),  # (B, 32, 11, 11)
        ("relu1", nn.ReLU()),
        ("primary", PrimaryCapsules(32, 8, 8, kernel=5, stride=2)),  # (B, 128, 8)
        ("first", scaled_routing(128, capsules, 8, dim, iterations, ends)),  # (B, capsules, dim)
        ("stack", stack),
        ("digits", scaled_routing(capsules, classes, dim, 16, iterations, ends)),  # (B, classes, 16)
        ("lengths", Lengths()),
    ]
    return nn.Sequential(OrderedDict(steps))
