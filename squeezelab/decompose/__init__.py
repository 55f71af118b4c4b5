"""Kernels as products and sums of smaller ones: what they cost, how far they are off, and how they replace a layer.

>>> import torch
>>> kernel = torch.randn(64, 64, 3, 3, generator=torch.Generator().manual_seed(0))
>>> cp(kernel, 16).params, cp(kernel, 16, sweeps=5).macs((28, 28))
(2144, 1680896)
"""

from ..compression.factored import METHODS, factored, largest_rank
from .border_rank import border_rank_pair, border_rank_tensor, gaussian_parts, orthonormal_parts
from .budget import plan_evbmf, plan_ranks
from .cp import CP, JointCP, cp
from .evbmf import evbmf_rank, tucker2_ranks
from .gauge import Gauge
from .matrix import SVD, Separable, separable, svd
from .plan import LayerPlan, Plan
from .replace import as_layers, decompose, factorise, replaced
from .result import Factorisation, relative_error
from .samples import trained_like_kernel
from .spectra import given_up
from .start import slice_bound
from .tucker import Tucker2, tucker2

__all__ = [
    "CP",
    "METHODS",
    "SVD",
    "Factorisation",
    "Gauge",
    "JointCP",
    "LayerPlan",
    "Plan",
    "Separable",
    "Tucker2",
    "as_layers",
    "border_rank_pair",
    "border_rank_tensor",
    "cp",
    "decompose",
    "evbmf_rank",
    "factored",
    "factorise",
    "gaussian_parts",
    "given_up",
    "largest_rank",
    "orthonormal_parts",
    "plan_evbmf",
    "plan_ranks",
    "relative_error",
    "replaced",
    "separable",
    "slice_bound",
    "svd",
    "trained_like_kernel",
    "tucker2",
    "tucker2_ranks",
]
