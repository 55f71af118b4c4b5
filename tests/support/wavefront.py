"""A systolic array, cycle by cycle: operands hop from one processing element to the next and products are summed.

Slow and literal on purpose. It computes the actual matrix product, counts the cycles from the first to the last in which
anything moves, and counts every word that crosses the edge of the array. A fold that does not fill the array is padded
with zeros, which are not fetched from the buffer: the control still walks over all rows and columns.
"""

from squeezelab.core.arith import ceil_div


class Counts:
    """What a run needed: cycles, folds and words in and out of the array."""

    def __init__(self):
        self.cycles = self.folds = self.moving_reads = self.held_reads = self.writes = 0


def tile(matrix, top, left, rows, cols):
    """rows x cols of a matrix as lists, zeros beyond its edge."""
    height, width = len(matrix), len(matrix[0])
    inside = lambda r, c: matrix[r][c] if r < height and c < width else 0  # noqa: E731
    return [[inside(top + r, left + c) for c in range(cols)] for r in range(rows)]


def hop_right(edge, grid):
    """Every operand moves one column on; `edge` enters on the left."""
    return [[edge[r]] + row[:-1] for r, row in enumerate(grid)]


def hop_down(edge, grid):
    """Every operand moves one row down; `edge` enters at the top."""
    return [list(edge)] + [list(row) for row in grid[:-1]]


def empty(rows, cols):
    return [[None] * cols for _ in range(rows)]


def stationary_fold(held, stream):
    """Loads `held` (R x C) row by row, then streams vectors of R operands through → (sums, T x C; cycles)."""
    rows, cols, steps = len(held), len(held[0]), len(stream)
    weights = empty(rows, cols)
    cycles = 0
    for r in reversed(range(rows)):
        weights = hop_down(held[r], weights)
        cycles += 1
    assert weights == held
    moving, sums, out, t = empty(rows, cols), empty(rows, cols), [[] for _ in range(cols)], 0
    while True:
        entering = [stream[t - r][r] if 0 <= t - r < steps else None for r in range(rows)]  # skewed by one cycle a row
        moving = hop_right(entering, moving)
        if all(x is None for row in moving for x in row):
            break
        from_above = hop_down([0] * cols, sums)
        sums = [
            [None if x is None else from_above[r][c] + x * weights[r][c] for c, x in enumerate(row)]
            for r, row in enumerate(moving)
        ]
        for c in range(cols):
            if sums[-1][c] is not None:
                out[c].append(sums[-1][c])
        cycles, t = cycles + 1, t + 1
    return [[out[c][step] for c in range(cols)] for step in range(steps)], cycles


def output_fold(left, top):
    """Sums stay: `left` (R x T) enters by rows, `top` (T x C) by columns → (sums, R x C; cycles)."""
    rows, cols, steps = len(left), len(top[0]), len(top)
    a, b, t = empty(rows, cols), empty(rows, cols), 0
    sums = [[0] * cols for _ in range(rows)]
    while True:
        a = hop_right([left[r][t - r] if 0 <= t - r < steps else None for r in range(rows)], a)
        b = hop_down([top[t - c][c] if 0 <= t - c < steps else None for c in range(cols)], b)
        met = [(r, c) for r in range(rows) for c in range(cols) if a[r][c] is not None]
        if not met:
            return sums, t
        for r, c in met:
            assert b[r][c] is not None  # the skew makes operands of one tap meet
            sums[r][c] += a[r][c] * b[r][c]
        t += 1


def weight_stationary(a, b, rows, cols):
    """A (M x K) times B (K x N) with B held → (product, Counts)."""
    m, k, n = len(a), len(b), len(b[0])
    product, counts = [[0] * n for _ in range(m)], Counts()
    for top in range(0, k, rows):
        for left in range(0, n, cols):
            real_rows, real_cols = min(rows, k - top), min(cols, n - left)
            sums, cycles = stationary_fold(tile(b, top, left, rows, cols), tile(a, 0, top, m, rows))
            counts.cycles += cycles
            counts.folds += 1
            counts.held_reads += real_rows * real_cols
            counts.moving_reads += m * real_rows
            counts.writes += m * real_cols
            for i in range(m):
                for j in range(real_cols):
                    product[i][left + j] += sums[i][j]
    return product, counts


def input_stationary(a, b, rows, cols):
    """The same with A held: Bᵀ streams past Aᵀ and yields the transposed product."""
    transposed, counts = weight_stationary(list(zip(*b)), list(zip(*a)), rows, cols)
    return [list(row) for row in zip(*transposed)], counts


def output_stationary(a, b, rows, cols):
    """A (M x K) times B (K x N) with the sums held → (product, Counts); A moves right, B moves down."""
    m, k, n = len(a), len(b), len(b[0])
    product, counts = [[0] * n for _ in range(m)], Counts()
    for top in range(0, m, rows):
        for left in range(0, n, cols):
            real_rows, real_cols = min(rows, m - top), min(cols, n - left)
            sums, cycles = output_fold(tile(a, top, 0, rows, k), tile(b, 0, left, k, cols))
            counts.cycles += cycles
            counts.folds += 1
            counts.moving_reads += real_rows * k
            counts.held_reads += k * real_cols  # here both operands move; B's words
            counts.writes += real_rows * real_cols
            for i in range(real_rows):
                product[top + i][left : left + real_cols] = sums[i][:real_cols]
    assert counts.folds == ceil_div(m, rows) * ceil_div(n, cols)
    return product, counts
