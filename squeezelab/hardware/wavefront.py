"""What every processing element of a systolic array does in every cycle, in closed form.

Nothing is stepped: operands enter skewed by one cycle a row and a column, so that PE (r, c) meets the vector v of its
fold r + c + v cycles after the stream begins. Its counters end on the terms of `systolic_cost`; a test asserts it for
all small shapes. Rows, columns, cycles and operands are counted from 0 here.
"""

from ..core.checks import check_choice
from .systolic import SYSTOLIC_FLOWS

# What rows and columns of the array and the steps of the stream stand for: letters of the product of M x K and K x N
LOOPS = {"ws": ("k", "n", "m"), "os": ("m", "n", "k"), "is": ("k", "m", "n")}


class Fold:
    """A tile of the product: `rows` x `cols` PEs in use, the first of them on the operands `top` and `left`."""

    def __init__(self, top, rows, left, cols):
        self.top, self.rows, self.left, self.cols = top, rows, left, cols


class Wavefront:
    """The product of an M x K and a K x N matrix on `rows` x `cols` PEs under one dataflow, cycle by cycle.

    load: cycles at the beginning of a fold in which the operand that stays moves in; steps: vectors streamed per fold;
    fold_cycles: cycles of one fold; folds: the tiles in their order, the reduction innermost; cycles: of the whole run.
    """

    def __init__(self, m, n, k, rows, cols, dataflow):
        check_choice("dataflow", dataflow, SYSTOLIC_FLOWS)
        self.rows, self.cols, self.dataflow = rows, cols, dataflow
        self.sizes = {"m": m, "n": n, "k": k}
        down, across, stream = [self.sizes[letter] for letter in LOOPS[dataflow]]
        self.steps = stream
        self.load = 0 if dataflow == "os" else rows
        self.fold_cycles = self.load + rows + cols + stream - 2
        self.folds = []
        for left in range(0, across, cols):
            for top in range(0, down, rows):
                self.folds.append(Fold(top, min(rows, down - top), left, min(cols, across - left)))
        self.cycles = len(self.folds) * self.fold_cycles

    def fold_at(self, cycle):
        """The fold that runs in this cycle, and how many cycles it has run before."""
        return self.folds[cycle // self.fold_cycles], cycle % self.fold_cycles

    def state(self, row, col, cycle):
        """(state, operands) of a PE: "unused", "waiting", "loading", "computing" or "finished".

        operands: a dict of m, n, k as far as they are known; a PE that loads shows the operand that passes through it.
        """
        fold, t = self.fold_at(cycle)
        if row >= fold.rows or col >= fold.cols:
            return "unused", {}
        if t < self.load:
            passing = self.load - 1 - t + row  # the row that the operand is on its way to; the lowest comes first
            return ("loading", self.operands(fold, passing, col)) if row <= t and passing < fold.rows else ("waiting", {})
        vector = t - self.load - row - col
        if vector < 0:
            return "waiting", self.operands(fold, row, col)
        if vector >= self.steps:
            return "finished", self.operands(fold, row, col)
        return "computing", self.operands(fold, row, col, vector)

    def operands(self, fold, row, col, vector=None):
        """The indices that a PE works on, by letter."""
        down, across, stream = LOOPS[self.dataflow]
        indices = {down: fold.top + row, across: fold.left + col}
        if vector is not None:
            indices[stream] = vector
        return indices

    def active(self, cycle):
        """How many PEs multiply in this cycle."""
        fold, t = self.fold_at(cycle)
        wave = t - self.load
        count = 0
        for row in range(fold.rows):  # columns whose vector, wave - row - col, lies within the stream
            low, high = max(0, wave - row - self.steps + 1), min(fold.cols - 1, wave - row)
            count += max(0, high - low + 1)
        return count

    def counters(self, cycle):
        """Words between buffer and array, and MACs, from the beginning to the end of this cycle."""
        current = cycle // self.fold_cycles
        totals = {"inputs": 0, "weights": 0, "written": 0, "read_back": 0, "macs": 0}
        for place in range(current + 1):
            done = self.fold_cycles - 1 if place < current else cycle % self.fold_cycles
            self.count_fold(self.folds[place], done, totals)
        return totals

    def count_fold(self, fold, t, totals):
        """Adds the words of one fold up to its cycle t."""
        wave = t - self.load
        from_left = self.entered(fold.rows, wave)
        if self.dataflow == "os":
            totals["inputs"] += from_left
            totals["weights"] += self.entered(fold.cols, wave)
            totals["written"] += self.completed(fold, wave)
        else:
            held, streamed = ("weights", "inputs") if self.dataflow == "ws" else ("inputs", "weights")
            lowest = self.rows - 1 - t  # rows from this one on have entered at the top
            totals[held] += max(0, fold.rows - max(lowest, 0)) * fold.cols
            totals[streamed] += from_left
            totals["written"] += self.entered(fold.cols, wave - self.rows + 1)
            totals["read_back"] += self.entered(fold.cols, wave) if fold.top else 0
        totals["macs"] += self.multiplied(fold, wave)

    def entered(self, lanes, wave):
        """Vectors that have passed the edge of so many lanes, each lane one cycle behind the one before."""
        words = 0
        for lane in range(lanes):
            words += min(max(wave - lane + 1, 0), self.steps)
        return words

    def multiplied(self, fold, wave):
        """MACs of a fold so far."""
        macs = 0
        for row in range(fold.rows):
            macs += self.entered(fold.cols, wave - row)
        return macs

    def completed(self, fold, wave):
        """Output stationary: PEs whose sum is complete; it leaves at once."""
        words = 0
        for row in range(fold.rows):
            words += min(max(wave - row - self.steps + 2, 0), fold.cols)
        return words
