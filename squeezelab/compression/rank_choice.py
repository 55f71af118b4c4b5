"""How many weights a factorised kernel has at a rank, and the largest rank that so many weights allow.

>>> rank_within("cp", 64 * 64 * 9 // 4, (64, 64, 3, 3)), rank_within("svd", 100, (64, 64, 3, 3))
(68, 0)
"""

from ..core.checks import is_number, plain
from .factored import check_kernel, check_rank, factors_of, largest_rank


def factored_weights(method: str, rank: int | tuple, shape: tuple) -> int:
    """Weights of the small layers that stand for a kernel of `shape` (T, S, K, L), biases not counted. Raises a ValueError for
    an unknown method, for a shape that is no kernel's, and for a rank that the kernel cannot take.

    >>> factored_weights("tucker2", (16, 16), (64, 64, 3, 3))
    4352
    """
    check_kernel(shape)
    return weights_of(method, check_rank(method, rank, shape), shape)


def weights_of(method, rank, shape):
    """The same, of a rank that was checked."""
    inputs, total = shape[1], 0
    for factor in factors_of(method, rank, shape[0]):
        rows, columns = factor.along(shape[2:], 1)
        total += factor.channels * (1 if factor.depthwise else inputs) * rows * columns
        inputs = factor.channels
    return total


def rank_within(method: str, weights: float, shape: tuple) -> int:
    """The largest rank with at most so many weights, 0 where rank 1 has more; for ``tucker2`` both of its ranks are that one.
    Raises a ValueError for an unknown method, for a shape that is no kernel's, and for weights that are no number.

    >>> rank_within("tucker2", 4352, (64, 64, 3, 3)), rank_within("tucker2", 4351, (64, 64, 3, 3))
    (16, 15)
    """
    check_kernel(shape)
    check_rank(method, 1, shape)  # whether the method can take the kernel at all
    weights = plain(weights)
    if not is_number(weights) or weights != weights:  # the last is true of NaN alone
        raise ValueError(f"the weights that a kernel may have are a number, not {weights!r}")
    low, high = 0, largest_rank(method, shape)
    if method == "tucker2":
        high = min(high)
    while low < high:  # weights grow with the rank, so halving finds it
        middle = (low + high + 1) // 2
        if weights_of(method, (middle, middle) if method == "tucker2" else middle, shape) <= weights:
            low = middle
        else:
            high = middle - 1
    return low
