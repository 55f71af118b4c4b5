"""What a kernel gives up at every rank of a method at once, from its singular values: nothing is factorised for it.

>>> from squeezelab.decompose import separable
>>> kernel = torch.randn(8, 4, 3, 3, generator=torch.Generator().manual_seed(0))
>>> ranks, shares = given_up(kernel, "separable")
>>> abs(float(shares[2]) ** 0.5 - separable(kernel, ranks[2]).error) < 1e-6
True
"""

import torch

from ..compression.factored import check_method
from .matrix import spatial_matrix
from .result import as_kernel, in_double, tail
from .start import slice_terms
from .tucker import core_of, leading_directions


def given_up(kernel: torch.Tensor, method: str) -> tuple:
    """(ranks from the cheapest up, share of the kernel's energy ‖W‖² that each is certain not to exceed in what it leaves out).

    For ``svd`` and ``separable`` the share is what they leave out; for ``tucker2`` and ``cp`` it is that of their starts,
    which their alternations improve on. Raises a ValueError for an unknown method and for what is no kernel.

    >>> ranks, shares = given_up(torch.diag(torch.tensor([3.0, 4.0])), "svd")
    >>> ranks, [round(share, 2) for share in shares.tolist()]  # 9/25 without the second singular value, 3
    ([1, 2], [0.36, 0.0])
    """
    check_method(method)
    kernel, _ = in_double(as_kernel(kernel, least=2))
    if method == "tucker2":
        return tucker2_front(kernel)
    shares = tail(squares_of(kernel, method))
    return list(range(1, len(shares) + 1)), shares


def squares_of(kernel, method):
    """The energies of the orthogonal terms among which a method chooses the strongest."""
    if method == "svd":
        return torch.linalg.svdvals(kernel.flatten(1)).square()
    if method == "separable":
        return torch.linalg.svdvals(spatial_matrix(kernel)).square()
    return slice_terms(kernel if method == "cp" else kernel.flatten(2)[..., None])[0]


def tucker2_front(kernel):
    """The pairs (r_out, r_in) that keep more energy than all pairs with fewer weights.

    HOSVD at any pair keeps exactly the energy of a corner of its full core, so that two running sums know all pairs.
    """
    c_out, c_in, rows, columns = kernel.shape
    core = core_of(kernel, leading_directions(kernel, 0, c_out), leading_directions(kernel, 1, c_in))  # (T, S, K, L)
    energy = core.square().sum((2, 3))  # (T, S)
    kept = (energy.cumsum(0).cumsum(1) / energy.sum()).flatten()  # (T·S,)
    r_out, r_in = torch.arange(1, c_out + 1)[:, None], torch.arange(1, c_in + 1)  # (T, 1), (S,)
    weights = (c_in * r_in + r_out * r_in * rows * columns + c_out * r_out).flatten()  # (T·S,), pairs in rows of one r_out
    order = weights.argsort(stable=True)
    best = kept[order].cummax(0).values  # by rising weights, the most that was kept so far
    order = order[torch.cat([torch.ones(1, dtype=torch.bool), best[1:] > best[:-1]])]
    return [(place // c_in + 1, place % c_in + 1) for place in order.tolist()], (1 - kept[order]).clamp_min(0)
