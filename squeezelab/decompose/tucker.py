"""Tucker-2: both channel modes projected onto few directions, the taps left alone (Kim et al. 2016).

>>> kernel = torch.randn(8, 4, 3, 3, generator=torch.Generator().manual_seed(0))
>>> tucker2(kernel, (8, 4)).error < 1e-6  # nothing is left out
True
"""

import torch

from ..compression.factored import check_rank
from ..core.checks import whole
from .result import Factorisation, as_kernel, in_double


class Tucker2(Factorisation):
    """Ŵ[t,s,k,l] = Σ_ab out[t,a] · in[s,b] · core[a,b,k,l]; `factors` are (out, in, core), the first two orthonormal."""

    method = "tucker2"

    def total(self):
        outer, inner, core = self.factors  # (T, r_out), (S, r_in), (r_out, r_in, K, L)
        return torch.einsum("ta,askl->tskl", outer, torch.einsum("sb,abkl->askl", inner, core))

    def layer_weights(self):
        outer, inner, core = self.factors
        return [inner.T[:, :, None, None].contiguous(), core, outer[:, :, None, None]]  # (r_in,S,1,1), core, (T,r_out,1,1)


def leading_directions(tensor, mode, rank):
    """The `rank` strongest directions along `mode`: leading eigenvectors of the small Gram X·Xᵀ, never a big SVD."""
    unfolded = tensor.movedim(mode, 0).flatten(1)  # (size of the mode, everything else)
    return torch.linalg.eigh(unfolded @ unfolded.T).eigenvectors.flip(1)[:, :rank]  # ascending there


def core_of(kernel, outer, inner):
    """What is left of a kernel (T, S, K, L) along the directions outer (T, r_out) and inner (S, r_in): (r_out, r_in, K, L)."""
    return torch.einsum("askl,sb->abkl", torch.einsum("tskl,ta->askl", kernel, outer), inner)


def tucker2(kernel: torch.Tensor, rank: int | tuple, sweeps: int = 2) -> Tucker2:
    """Tucker-2 at `rank` = (r_out, r_in), or one number for both: HOSVD (De Lathauwer et al. 2000), improved by
    `sweeps` alternations that fit one projection to what the other leaves over (HOOI). The error never rises. Raises a
    ValueError for what is no kernel (T, S, K, L), for r_out above T and for r_in above S.

    >>> kernel = torch.randn(8, 4, 3, 3, generator=torch.Generator().manual_seed(0))
    >>> [tuple(weight.shape) for weight in tucker2(kernel, (5, 2)).layer_weights()]
    [(2, 4, 1, 1), (5, 2, 3, 3), (8, 5, 1, 1)]
    """
    kernel = as_kernel(kernel)
    r_out, r_in = check_rank("tucker2", rank, kernel.shape)
    unit, scale = in_double(kernel)
    outer, inner = leading_directions(unit, 0, r_out), leading_directions(unit, 1, r_in)
    for _ in range(whole(sweeps, "sweeps", 0)):
        outer = leading_directions(torch.einsum("tskl,sb->tbkl", unit, inner), 0, r_out)  # (T, r_out)
        inner = leading_directions(torch.einsum("tskl,ta->askl", unit, outer), 1, r_in)  # (S, r_in)
    return Tucker2(kernel, (r_out, r_in), (outer, inner, core_of(unit, outer, inner) * scale))
