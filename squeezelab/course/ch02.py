"""Checks of chapter 2, dataflows on an array."""

from random import Random

from squeezelab.hardware import systolic_cost
from squeezelab.hardware.arith import ceil_div
from squeezelab.hardware.systolic import SYSTOLIC_FLOWS

from .checks import function, number

NAMES = "m, n, k, rows, cols"


def random_products(seed, count=12):
    """Shapes (m, n, k, rows, cols), most of them no multiple of the array."""
    draw = Random(seed)
    return [
        (draw.randint(1, 300), draw.randint(1, 80), draw.randint(1, 200), draw.choice([4, 8, 16]), draw.choice([4, 8, 32]))
        for _ in range(count)
    ]


def ws_cycles(answer):
    def right(m, n, k, rows, cols):
        return systolic_cost(m, n, k, rows, cols, "ws").cycles

    def one_fold(m, n, k, rows, cols):
        return 2 * rows + cols + m - 2

    def folds(m, n, k, rows, cols):
        return ceil_div(k, rows) * ceil_div(n, cols)

    mistakes = [
        (one_fold, "this is one fold; a layer larger than the array takes several"),
        (lambda *shape: folds(*shape) * (one_fold(*shape) - shape[3]), "each fold first loads its weights, a row a cycle"),
        (lambda *shape: right(*shape) - 1, "this is what SCALE-Sim prints: the last cycle counts, too"),
        (
            lambda m, n, k, rows, cols: max(1, k // rows) * max(1, n // cols) * (2 * rows + cols + m - 2),
            "a fold that is only partly filled still has to run: round up",
        ),
    ]
    return function(answer, right, random_products(seed=1), NAMES, mistakes=mistakes)


def wavefront(answer):
    load, row, column, vector = 8, 5, 2, 9
    right = load + row + column + vector
    near = {
        right - load: "before the first vector enters, the weights are loaded, one row a cycle",
        right + 1: "count cycles, vectors, rows and columns from 0",
        right - row: "a vector's values enter skewed: row r gets its value r cycles after row 0",
    }
    return near[answer] if isinstance(answer, int) and answer in near else number(answer, right)


def pruning_width(answer):
    if number(answer, 96) is None:
        return None
    if not isinstance(answer, int) or not 90 <= answer <= 100:
        return "the layer may lose ten of its 100 filters at most: name a whole number from 90 to 100"
    cycles = [systolic_cost(196, filters, 576, 16, 16, "ws").cycles for filters in (answer, 96, 100)]
    if cycles[0] == cycles[2]:
        return f"{answer} filters cost {cycles[0]:,} cycles, as many as 100: nothing is gained"
    return f"{answer} filters cost {cycles[0]:,} cycles, and so do some wider layers: you pruned more than it pays for"


def best_flow(answer):
    if not callable(answer):
        return f"a function of {NAMES} is asked for, not {type(answer).__name__}"
    fully_connected = [(1, 1000, 4096, 16, 16), (1, 64, 64, 8, 8)]
    for case in random_products(seed=4) + fully_connected:
        cycles = {flow: systolic_cost(*case, flow).cycles for flow in SYSTOLIC_FLOWS}
        flow = answer(*case)
        if flow is None or flow is Ellipsis:
            return "it returns nothing yet"
        if not isinstance(flow, str) or flow not in cycles:
            return f"it returns {flow!r}; one of 'ws', 'os', 'is' is asked for"
        if cycles[flow] > min(cycles.values()):
            return f"for {NAMES} = {case} it says {flow!r}, which is not the fastest: {cycles}"
    return None


def best_shape(answer):
    try:
        rows, cols = answer
        fits = isinstance(rows, int) and isinstance(cols, int) and rows > 0 and rows * cols == 256
    except (TypeError, ValueError):
        fits = False
    if not fits:
        return "give (rows, cols), two whole numbers whose product is 256"
    cycles = {2**i: systolic_cost(784, 1, 9, 2**i, 256 // 2**i, "os").cycles for i in range(9)}
    factor = cycles[rows] / min(cycles.values())
    if factor == 1:
        return None
    return f"{rows} x {cols} takes {cycles[rows]:,} cycles a channel; another shape is {factor:.2f} times faster"


CHECKS = {"02.1": ws_cycles, "02.2": wavefront, "02.3": pruning_width, "02.4": best_flow, "02.5": best_shape}
