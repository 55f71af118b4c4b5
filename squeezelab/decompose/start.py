"""Where CP-ALS starts from: four factors of shapes (T,R), (S,R), (K,R), (L,R)."""

import torch

from ..core.checks import there_are
from .als import normalise
from .result import as_kernel, as_tensor, check_values, in_double, tail
from .tucker import leading_directions

MODES = ("output channels", "input channels", "rows", "columns")


def random_start(kernel, rank, generator):
    """Gaussian factors."""
    sides = [torch.randn(side, rank, generator=generator, dtype=torch.float64) for side in kernel.shape]
    return [side.to(kernel) for side in sides]


def hosvd_start(kernel, rank, generator):
    """Leading directions of every mode; a mode with fewer than R (always the taps) is filled up with uniform numbers."""
    factors = []
    for mode, side in enumerate(kernel.shape):
        leading = leading_directions(kernel, mode, min(rank, side))
        rest = torch.rand(side, max(0, rank - side), generator=generator, dtype=torch.float64)
        factors.append(normalise(torch.cat([leading, rest.to(kernel)], dim=1))[0])
    return factors


def slice_terms(kernel):
    """What the exact CP by one SVD per slice is made of → (σ², slices, directions, h, v); its terms are all orthogonal.

    The slices are G[a,b] = Σ_kl W[:,:,k,l] · h_a[k] · v_b[l] over the eigenvectors h, v of the taps' Grams."""
    rows, columns = leading_directions(kernel, 2, kernel.shape[2]), leading_directions(kernel, 3, kernel.shape[3])
    slices = torch.einsum("tskl,ka,lb->abts", kernel, rows, columns).flatten(0, 1).contiguous()  # (K·L, T, S)
    wide = kernel.shape[0] < kernel.shape[1]
    small = slices @ slices.mT if wide else slices.mT @ slices  # Grams of the smaller side, (K·L, n, n) with n of T and S
    squares, directions = torch.linalg.eigh(small)
    return squares.clamp_min(0), slices, directions, rows, columns


def slice_start(kernel, rank, generator=None):
    """The R strongest terms of all slices. Its error is exactly √(1 − Σ σ² / ‖W‖²), see `slice_bound`."""
    squares, slices, directions, rows, columns = slice_terms(kernel)
    best = squares.flatten().topk(rank).indices  # (R,), of all terms of all slices
    place, which = best // squares.shape[1], best % squares.shape[1]
    short = directions[place, :, which].T  # (smaller of T and S, R)
    wide = kernel.shape[0] < kernel.shape[1]
    long = short.new_empty(max(kernel.shape[:2]), rank)  # (larger of T and S, R)
    for part in place.unique():
        terms = place == part
        long[:, terms] = (slices[part].T if wide else slices[part]) @ short[:, terms]
    taps = rows[:, place // kernel.shape[3]], columns[:, place % kernel.shape[3]]  # (K, R), (L, R)
    return [short, long, *taps] if wide else [long, short, *taps]


def slice_bound(kernel: torch.Tensor) -> torch.Tensor:
    """The error of the slice start at rank 1, 2, …, KL·min(T,S): what the best CP of each rank is certain not to exceed. Raises a
    ValueError for what is no kernel (T, S, K, L).

    >>> kernel = torch.zeros(2, 2, 1, 2)
    >>> kernel[0, 0, 0, 0], kernel[1, 1, 0, 1] = 3, 4
    >>> slice_bound(kernel).tolist()[:2]  # two terms, one a tap
    [0.6, 0.0]
    """
    return tail(slice_terms(in_double(as_kernel(kernel))[0])[0]).sqrt()


STARTS = {"slices": slice_start, "hosvd": hosvd_start, "random": random_start}


def starting_factors(init, kernel, scale, rank, seed):
    """(factors with columns of length one, lengths of the terms) of a start by its name, for the kernel divided by `scale`,
    or of given factors, checked. Only the directions of given ones matter to the sweeps: the first solves for the lengths."""
    if isinstance(init, str):
        if init not in STARTS:
            raise ValueError(f"unknown start {init!r}; {there_are(STARTS)}, or four factors of your own")
        made = STARTS[init](kernel, rank, torch.Generator().manual_seed(seed))
    else:
        made, scale = given_factors(init, kernel, rank), 1.0
    factors, lengths = zip(*[normalise(factor) for factor in made])
    return factors, torch.stack(lengths).prod(dim=0) * scale


def given_factors(init, kernel, rank):
    """Four factors of one's own, in double precision; raises for other shapes, and for a column that is no direction."""
    if not isinstance(init, (list, tuple)):
        raise ValueError(f"a start is one of {', '.join(STARTS)}, or a list of four factors, not {init!r}")
    given = [as_tensor(factor, "a factor of a start") for factor in init]
    wanted = [(side, rank) for side in kernel.shape]
    if [tuple(factor.shape) for factor in given] != wanted:
        raise ValueError(f"the start has factors of shapes {[tuple(factor.shape) for factor in given]}, not {wanted}")
    for factor, mode in zip(given, MODES):
        check_values(factor, f"the start's factor of the {mode}")
        empty = (factor == 0).all(dim=0).nonzero().flatten().tolist()
        if empty:
            raise ValueError(f"column {empty[0]} of the start's factor of the {mode} is zero: that term could never grow")
    return [factor.to(kernel) for factor in given]
