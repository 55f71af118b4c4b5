"""How many directions of a matrix rise above its noise: the empirical variational Bayes matrix factorisation, in closed
form (Nakajima, Sugiyama, Babacan and Tomioka, JMLR 14, 2013). Kim et al. 2016 choose the ranks of Tucker-2 by it.

The matrix is L×M with L ≤ M, α = L/M; σ are its singular values and s² the variance of its noise, x = σ²/(M·s²).
"""

import math
import warnings

import torch

from .result import as_kernel, as_tensor, check_values, frobenius_norm, in_double

TAU = 2.5129  # τ̄/√α in the limit of large matrices (Nakajima 2013)
GOLDEN = (math.sqrt(5) - 1) / 2  # 0.618, the share of an interval that a step of the search keeps
STEPS = 80  # of the golden section: 0.618^80 is below the precision of a double
TINY = 1e-14  # a matrix without any noise still needs a positive variance


def noise_threshold(alpha):
    """x̄: a direction counts when σ² > M·s²·x̄."""
    tau = TAU * math.sqrt(alpha)
    return (1 + tau) * (1 + alpha / tau)


def free_energy(variance, squares, alpha, columns):
    """What the noise variance minimises, up to constants; `squares` are σ²."""
    x = squares / (columns * variance)
    bar = noise_threshold(alpha)
    noise, signal = x[x <= bar].clamp_min(1e-300), x[x > bar]  # a double above 0, since log 0 is none
    tau = (signal - (1 + alpha) + ((signal - (1 + alpha)).square() - 4 * alpha).clamp_min(0).sqrt()) / 2
    gain = signal - tau + ((tau + 1) / signal).log() + alpha * (tau / alpha + 1).log()
    return float((noise - noise.log()).sum() + gain.sum())


def noise_variance(squares, alpha, columns):
    """s², by golden section between the variance that leaves no noise and the one that leaves no signal."""
    rows, total = len(squares), float(squares.sum())
    tail = max(min(math.ceil(rows / (1 + alpha)) - 1, rows - 1), 0)
    low = max(float(squares[tail]) / (columns * noise_threshold(alpha)), float(squares[tail:].mean()) / columns, TINY * total)
    high = max(total / (rows * columns), low)
    for _ in range(STEPS):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if free_energy(left, squares, alpha, columns) < free_energy(right, squares, alpha, columns):
            high = right
        else:
            low = left
    return (low + high) / 2


def evbmf_rank(matrix: torch.Tensor) -> int:
    """Number of directions of a matrix that stand out of its noise; 0 when it looks like noise alone, or is zero. Raises a
    ValueError for what is no matrix of finite numbers.

    >>> noise = torch.randn(40, 60, generator=torch.Generator().manual_seed(0))
    >>> evbmf_rank(noise), evbmf_rank(noise + torch.outer(torch.ones(40), torch.ones(60)))
    (0, 1)
    """
    matrix = as_matrix(matrix)
    rows, columns = sorted(matrix.shape)
    if not frobenius_norm(matrix):
        return 0
    matrix, _ = in_double(matrix)
    small = matrix @ matrix.T if matrix.shape[0] == rows else matrix.T @ matrix  # (L, L)
    squares = torch.linalg.eigvalsh(small).clamp_min(0).flip(0)  # (L,), the largest first
    alpha = rows / columns
    variance = noise_variance(squares, alpha, columns)
    return int((squares > columns * variance * noise_threshold(alpha)).sum())


def as_matrix(matrix):
    """`matrix` as a tensor of two axes with values."""
    matrix = as_tensor(matrix, "a matrix")
    if matrix.ndim != 2:
        hint = "; the ranks of a kernel are tucker2_ranks(kernel)" if matrix.ndim == 4 else ""
        raise ValueError(f"EVBMF looks at a matrix, of two axes, not at a tensor of shape {tuple(matrix.shape)}{hint}")
    check_values(matrix, "the matrix")
    return matrix


def tucker2_ranks(kernel: torch.Tensor) -> tuple:
    """(r_out, r_in) for `tucker2`: EVBMF on the two channel unfoldings, at least 1 each (with a warning: an untrained
    kernel is noise to EVBMF). Raises a ValueError for what is no kernel (T, S, K, L).

    >>> from squeezelab.decompose import trained_like_kernel
    >>> tucker2_ranks(trained_like_kernel(32, 24))
    (10, 8)
    """
    kernel = as_kernel(kernel)
    ranks = [evbmf_rank(kernel.transpose(0, mode).flatten(1)) for mode in (0, 1)]
    if 0 in ranks:
        warnings.warn("EVBMF sees nothing but noise in this kernel (is it trained?); the rank is set to 1", stacklevel=2)
    return tuple(max(rank, 1) for rank in ranks)
