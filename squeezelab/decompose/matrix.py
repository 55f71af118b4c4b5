"""Two methods that are one matrix SVD each, and therefore optimal: their squared error is the tail of the σ²
(Eckart and Young 1936).

>>> kernel = torch.randn(8, 4, 3, 3, generator=torch.Generator().manual_seed(0))
>>> separable(kernel, 12).error < 1e-6  # 12 = K·min(S, T)
True
"""

import torch

from ..compression.factored import check_rank
from .result import Factorisation, as_kernel, in_double


def truncated_svd(matrix, rank):
    """The leading `rank` terms of a matrix M ≈ left · diag(σ) · rightᵀ → (left, σ, right) with orthonormal columns."""
    left, sigma, right = torch.linalg.svd(matrix, full_matrices=False)
    return left[:, :rank], sigma[:rank], right[:rank].T  # (M, R), (R,), (N, R)


class SVD(Factorisation):
    """Ŵ[t,s,k,l] = Σ_r σ[r] · left[t,r] · right[s,k,l,r]: R full-sized filters, mixed by a 1×1 convolution."""

    method = "svd"

    def total(self):
        left, right = self.factors
        return torch.einsum("tr,sklr->tskl", left * self.weights, right)

    def layer_weights(self):
        left, right = self.factors
        root = self.weights.sqrt()
        return [(right * root).permute(3, 0, 1, 2).contiguous(), (left * root)[:, :, None, None]]  # (R,S,K,L), (T,R,1,1)


class Separable(Factorisation):
    """Ŵ[t,s,k,l] = Σ_r σ[r] · vertical[s,k,r] · horizontal[t,l,r] (Jaderberg et al. 2014, scheme 2)."""

    method = "separable"

    def total(self):
        vertical, horizontal = self.factors
        return torch.einsum("skr,tlr->tskl", vertical * self.weights, horizontal)

    def layer_weights(self):
        vertical, horizontal = self.factors
        root = self.weights.sqrt()
        down = (vertical * root).permute(2, 0, 1)[:, :, :, None]  # (R, S, K, 1)
        across = (horizontal * root).permute(0, 2, 1)[:, :, None, :]  # (T, R, 1, L)
        return [down.contiguous(), across.contiguous()]


def spatial_matrix(kernel):
    """The kernel as the matrix M[(s,k),(t,l)]: one input row per row of taps, one output column per column of taps."""
    return kernel.permute(1, 2, 0, 3).flatten(2).flatten(0, 1)  # (S·K, T·L)


def svd(kernel: torch.Tensor, rank: int) -> SVD:
    """SVD of a matrix (T, S), or of a kernel (T, S, K, L) read as the matrix T × SKL. Raises a ValueError for what is no kernel
    and for a rank above min(T, SKL).

    >>> svd(torch.diag(torch.tensor([3.0, 4.0])), 1).error  # of the singular values 3 and 4 the larger one is kept: 3/5
    0.6
    """
    kernel = as_kernel(kernel, least=2)
    rank = check_rank("svd", rank, kernel.shape)
    unit, scale = in_double(kernel)
    left, sigma, right = truncated_svd(unit.flatten(1), rank)  # (T, R), (R,), (S·K·L, R)
    return SVD(kernel, rank, (left, right.reshape(*kernel.shape[1:], rank)), sigma * scale)


def separable(kernel: torch.Tensor, rank: int) -> Separable:
    """Rank-R spatial factorisation: the SVD of `spatial_matrix`. Raises a ValueError for what is no kernel (T, S, K, L) and for
    a rank above min(SK, TL).

    >>> sobel = torch.tensor([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]])
    >>> separable(sobel[None, None], 1).error < 1e-12  # a column times a row
    True
    """
    kernel = as_kernel(kernel)
    rank = check_rank("separable", rank, kernel.shape)
    c_out, c_in, rows, columns = kernel.shape
    unit, scale = in_double(kernel)
    left, sigma, right = truncated_svd(spatial_matrix(unit), rank)  # (S·K, R), (R,), (T·L, R)
    factors = left.reshape(c_in, rows, rank), right.reshape(c_out, columns, rank)  # (S, K, R), (T, L, R)
    return Separable(kernel, rank, factors, sigma * scale)
