"""How many weights a factorised kernel has at a rank, and the largest rank that so many weights allow.

>>> rank_within("cp", 64 * 64 * 9 // 4, (64, 64, 3, 3)), rank_within("svd", 100, (64, 64, 3, 3))
(68, 0)
"""

from ..core.checks import is_number, plain, whole
from .factored import check_method, check_rank, factors_of, largest_rank


def factored_weights(method, rank, shape):
    """Weights of the small layers that stand for a kernel of `shape` (T, S, K, L), biases not counted.

    >>> factored_weights("tucker2", (16, 16), (64, 64, 3, 3))
    4352
    """
    check_kernel(shape)
    rank = check_rank(method, rank, shape)
    inputs, total = shape[1], 0
    for factor in factors_of(method, rank, shape[0]):
        rows, columns = factor.along(shape[2:], 1)
        total += factor.channels * (1 if factor.depthwise else inputs) * rows * columns
        inputs = factor.channels
    return total


def rank_within(method, weights, shape):
    """The largest rank with at most so many weights, 0 where rank 1 has more; for ``tucker2`` both of its ranks are that one."""
    check_method(method)
    check_kernel(shape)
    weights = plain(weights)
    if not is_number(weights) or weights != weights:  # the last is true of NaN alone
        raise ValueError(f"the weights that a kernel may have are a number, not {weights!r}")
    low, high = 0, largest_rank(method, shape)
    if method == "tucker2":
        high = min(high)
    while low < high:  # weights grow with the rank, so halving finds it
        middle = (low + high + 1) // 2
        if factored_weights(method, middle, shape) <= weights:
            low = middle
        else:
            high = middle - 1
    return low


def check_kernel(shape):
    """Raises unless it is the shape of a convolution's kernel."""
    if not isinstance(shape, (tuple, list)) or len(shape) != 4:
        raise ValueError(f"a kernel has four sides (outputs, inputs, rows, columns), not {shape!r}")
    for side in shape:
        whole(side, "a side of a kernel")
