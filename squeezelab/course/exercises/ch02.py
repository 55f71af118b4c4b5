"""Checks of chapter 2, dataflows on an array."""

from squeezelab.core.arith import ceil_div
from squeezelab.hardware import systolic_cost
from squeezelab.hardware.systolic import SYSTOLIC_FLOWS

from ..answers import number_in, numbers_in, value_text, whole_in, word_in
from ..checks import case_text, function_hint, number_hint, results_of, type_name
from ..dice import Dice
from ..rounding import at_least_1, floored, not_rounded, one_more

NAMES = "(m, n, k, rows, cols)"


def random_products(seed, count):
    """Shapes (m, n, k, rows, cols), most of them no multiple of the array."""
    dice = Dice(seed)
    cases = []
    for _ in range(count):
        m, n, k = dice.randint(1, 300), dice.randint(1, 80), dice.randint(1, 200)
        cases.append((m, n, k, dice.choice([4, 8, 16]), dice.choice([4, 8, 32])))
    return cases


def ws_law(down, across, load=1, end=-2):
    """A wrong law of WS: folds by `down` and `across`, so many loads a fold, and another end."""

    def cycles(m, n, k, rows, cols):
        return down(k, rows) * across(n, cols) * ((1 + load) * rows + cols + m + end)

    return cycles


def one(a, b):
    return 1


def of_flow(flow):
    def cycles(*shape):
        return systolic_cost(*shape, flow).cycles

    return cycles


def check_ws_cycles(answer):
    def swapped(m, n, k, rows, cols):
        return of_flow("ws")(m, n, k, cols, rows)

    def left_to_right(m, n, k, rows, cols):
        return k // rows * n // cols * (2 * rows + cols + m - 2)

    def other_folds(m, n, k, rows, cols):
        return ceil_div(k, cols) * ceil_div(n, rows) * (2 * rows + cols + m - 2)

    def once(m, n, k, rows, cols):
        return rows + ceil_div(k, rows) * ceil_div(n, cols) * (rows + cols + m - 2)

    partly = "a fold that is only partly filled still has to run: round up"
    other = "loads, but of which operand? Under WS the weights stay: K on the rows, N on the columns, M streams"
    ends = "vector t reaches row r, column c after t + r + c cycles, and all three count from 0"
    mistakes = [
        (ws_law(one, one), "this is one fold; a layer larger than the array takes several"),
        (ws_law(ceil_div, one), "filters beyond the columns need folds of their own"),
        (ws_law(one, ceil_div), "sums longer than the rows need folds of their own"),
        (ws_law(ceil_div, ceil_div, load=0), "each fold first loads its weights, a row a cycle"),
        (lambda *shape: of_flow("ws")(*shape) - 1, "this is what SCALE-Sim prints: the last cycle counts, too"),
        (ws_law(at_least_1, at_least_1), partly),
        (ws_law(floored, floored), partly),
        (ws_law(not_rounded, not_rounded), partly),
        (left_to_right, partly),
        (ws_law(one_more, one_more), "where the array divides the layer there is no fold more: round up"),
        (ws_law(ceil_div, ceil_div, end=0), ends),
        (ws_law(ceil_div, ceil_div, end=-1), ends),
        (ws_law(ceil_div, ceil_div, end=-3), ends),
        (of_flow("os"), "this is output stationary, where the sums stay"),
        (of_flow("is"), "it " + other),
        (other_folds, "the rows hold K and the columns N, not the other way round"),
        (swapped, "rows and columns are exchanged: the rows hold K, and loading takes a cycle a row"),
        (once, "every fold loads its own weights, not only the first"),
    ]
    cases = [(1, 1, 1, 8, 8), (50, 16, 32, 8, 8), (50, 17, 33, 8, 8)] + random_products(201, 20)
    return function_hint(answer, of_flow("ws"), cases, NAMES, mistakes=mistakes)


def check_wavefront(answer):
    load, row, column, vector = 8, 5, 2, 9
    right = load + row + column + vector
    from_0 = "cycles, vectors, rows and columns all count from 0"
    slips = [
        (right - load, "before the first vector enters, the weights are loaded, one row a cycle"),
        (right + 1, from_0),
        (right - 1, from_0),
        (right - 3, from_0),
        (right + 3, from_0),
        (right - row, "a vector's values enter skewed: row r gets its value r cycles after row 0"),
        (right - column, "a value needs a cycle from each column to the next"),
        (right - vector, "that is vector 0; vector 9 enters nine cycles later"),
        (right - row - column, "a vector needs a cycle for each row and each column on its way"),
    ]
    return number_hint(answer, right, slips=slips)


def check_pruning_width(answer):
    kept = whole_in(number_in(answer))
    if kept is None:
        return number_hint(answer, 96)
    if not 90 <= kept <= 100:
        return "the layer may lose ten of its 100 filters at most: name a number from 90 to 100"
    if kept == 96:
        return None
    cycles = [systolic_cost(196, filters, 576, 16, 16, "ws").cycles for filters in (kept, 100)]
    if cycles[0] == cycles[1]:
        return f"{kept} filters cost {cycles[0]:,} cycles, as many as 100: nothing is gained"
    return f"{kept} filters cost {cycles[0]:,} cycles, and so do some wider layers: you pruned more than it pays for"


def close_contests():
    """Products on which formulas that are a cycle or two off, or divide without rounding up, name another flow."""
    close = [(284, 26, 130, 8, 8), (282, 17, 49, 16, 8), (266, 80, 196, 4, 4), (85, 75, 18, 8, 8), (166, 18, 86, 8, 4)]
    close += [(121, 15, 95, 4, 8), (36, 75, 96, 8, 4), (263, 4, 143, 8, 4), (270, 18, 151, 8, 4), (125, 1, 136, 4, 32)]
    fully_connected = [(1, 1000, 4096, 16, 16), (1, 64, 64, 8, 8)]
    return fully_connected + random_products(204, 100) + close


def check_best_flow(answer):
    cases = close_contests()
    results, hint = results_of(answer, cases, NAMES)
    if hint:
        return hint
    flows = [word_in(result) for result in results]
    for result, flow in zip(results, flows):
        if flow not in SYSTOLIC_FLOWS:
            given = value_text(str(result)) if isinstance(result, str) else type_name(result)
            return f"it returns {given}; one of 'ws', 'os', 'is' is asked for"
    for case, flow in zip(cases, flows):
        cycles = [(systolic_cost(*case, each).cycles, each) for each in SYSTOLIC_FLOWS]
        mine = [count for count, each in cycles if each == flow][0]
        if mine > min(cycles)[0]:
            all_three = ", ".join([f"{each} takes {count:,} cycles" for count, each in cycles])
            return f"for {case_text(case, NAMES)} it says '{flow}', which is not the fastest: {all_three}"
    return None


def shapes_in_cycles():
    """{rows: cycles a channel} of the depthwise layer on 256 PEs, under OS."""
    return {2**i: systolic_cost(784, 1, 9, 2**i, 256 // 2**i, "os").cycles for i in range(9)}


def check_best_shape(answer):
    pair = [whole_in(value) for value in numbers_in(answer) or []]
    if len(pair) != 2 or None in pair or pair[0] <= 0 or pair[0] * pair[1] != 256:
        return "give (rows, cols), two whole numbers whose product is 256"
    cycles = shapes_in_cycles()
    rows, cols = pair
    factor = cycles[rows] / min(cycles.values())
    if factor == 1:
        return None
    return f"{rows} × {cols} takes {cycles[rows]:,} cycles a channel; with another shape it is {factor:.2f} times as fast"


def check_best_utilisation(answer):
    right = 784 * 9 / (min(shapes_in_cycles().values()) * 256)
    square = 784 * 9 / (shapes_in_cycles()[16] * 256)
    slips = [
        (100 * right, "that is in per cent; a share between 0 and 1 is asked for"),
        (square, "that is the 16 × 16 array; what is it on the best shape?"),
        (right * 256, "that is the MACs in a cycle; which share of the 256 PEs is that?"),
        (1 / right, "that is its inverse"),
        (784 / (7 * 128 * 2), "that is the share of the PEs that have work; most of the time the wave fills or drains"),
        (9 / (9 + 128), "that is the share of the time in which operands stream; not every PE has work then"),
    ]
    return number_hint(answer, right, 0.01, slips=slips)


CHECKS = {
    "02.1": check_ws_cycles,
    "02.2": check_wavefront,
    "02.3": check_pruning_width,
    "02.4": check_best_flow,
    "02.5": check_best_shape,
    "02.5b": check_best_utilisation,
}
