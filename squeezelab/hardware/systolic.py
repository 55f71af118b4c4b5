"""A systolic array under three dataflows, in closed form.

Operands hop from one processing element to the next, so a wavefront of T vectors needs (R - 1) + (C - 1) + T cycles on
R rows and C columns; weight and input stationary first load the operand that stays, R cycles. Cycles are counted from
the first to the last active one, inclusive. SCALE-Sim 3.0.0 prints one cycle less (its issue 125); otherwise cycles
and on-chip words equal it to the integer, except for its surplus of R + C output writes per fold under output stationary.

    flow  rows hold  columns hold  streamed
    ws    K taps     N filters     M inputs
    os    M outputs  N filters     K taps
    is    K taps     M inputs      N filters
"""

from collections import namedtuple

from ..core.arith import ceil_div
from ..core.checks import check_choice, whole

SYSTOLIC_FLOWS = ("ws", "os", "is")


SYSTOLIC_FIELDS = ("folds", "useful", "overhead", "ifmap_reads", "filter_reads", "ofmap_writes", "partial_sum_reads")


class SystolicCost(namedtuple("SystolicCost", SYSTOLIC_FIELDS)):
    """What one matrix product costs on the array: folds, cycles and words between the buffer and the array.

    Of each fold's cycles the `useful` ones stream operands; those of the `overhead` load, fill and drain the array.
    `partial_sum_reads` are the words of unfinished sums that come back for the next fold (SCALE-Sim writes them but never
    reads them).
    """

    __slots__ = ()

    @property
    def cycles(self):
        return self.folds * (self.useful + self.overhead)

    @property
    def useful_cycles(self):
        return self.folds * self.useful

    @property
    def fill_cycles(self):
        return self.folds * self.overhead

    def __repr__(self):
        return (
            f"SystolicCost(cycles={self.cycles}, folds={self.folds}, ifmap_reads={self.ifmap_reads}, "
            f"filter_reads={self.filter_reads}, ofmap_writes={self.ofmap_writes})"
        )


def ws_cost(m, n, k, rows, cols):
    """Weight stationary: per fold, load R rows of weights, then stream M inputs through and drain."""
    down = ceil_div(k, rows)
    across = ceil_div(n, cols)
    return SystolicCost(down * across, m, 2 * rows + cols - 2, m * k * across, k * n, m * n * down, m * n * (down - 1))


def is_cost(m, n, k, rows, cols):
    """Input stationary: weight stationary with inputs and filters exchanged."""
    down = ceil_div(k, rows)
    across = ceil_div(m, cols)
    return SystolicCost(down * across, n, 2 * rows + cols - 2, m * k, k * n * across, m * n * down, m * n * (down - 1))


def os_cost(m, n, k, rows, cols):
    """Output stationary: per fold, stream K taps; the sums stay where they grow."""
    down = ceil_div(m, rows)
    across = ceil_div(n, cols)
    return SystolicCost(down * across, k, rows + cols - 2, m * k * across, k * n * down, m * n, 0)


FLOWS = {"ws": ws_cost, "os": os_cost, "is": is_cost}


def systolic_cost(m: int, n: int, k: int, rows: int, cols: int, dataflow: str) -> SystolicCost:
    """Cost of the product of an M x K and a K x N matrix on `rows` x `cols` processing elements.

    Raises a ValueError for an unknown dataflow, and for sizes that are not whole numbers of at least 1.

    >>> systolic_cost(42, 20, 51, 8, 8, "ws").cycles
    1344
    """
    check_choice("dataflow", dataflow, SYSTOLIC_FLOWS)
    m, n, k = whole(m, "m"), whole(n, "n"), whole(k, "k")
    return FLOWS[dataflow](m, n, k, whole(rows, "rows"), whole(cols, "cols"))
