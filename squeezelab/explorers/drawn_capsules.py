"""A digit that the reader draws, read by a CapsNet in whole numbers: lengths, the pose of a capsule, and couplings."""

from ..core.words import formatted, percent, short, times
from .drawn_capsules_charts import charts_of
from .drawn_capsules_model import (
    CAPSULES,
    CLASSES,
    FLOAT,
    ITERATIONS,
    POSES,
    ROW,
    SETTINGS,
    SIZE,
    STEPS,
    UNIFORM,
    WEIGHTS,
    Felt,
    multiplied,
)
from .kit.controls import choice, drawing, slider
from .kit.drawn_digits import DIGITS, STARTS, worded_digit
from .kit.figures import column, tile

TITLE = "Your digit, in capsules of whole numbers"
CONTROLS = [
    drawing("digit", "Your digit", STARTS, DIGITS[5]["drawing"]),
    slider("iterations", "Iterations of routing so far", 1, ITERATIONS, ITERATIONS),
    choice("capsule", "Capsule of", [("longest", "the longest")] + [(str(j), str(j)) for j in range(CLASSES)], "longest"),
]
HALF = 0.5  # of the length that a capsule can have
NOTE = (
    "Computed here: the shipped {network} with codes of {bits} bits and sums of 32, integer for integer as in Python and in C, "
    "from the first pixel to the lengths. Its {weights} bytes of weights are fetched once a reader turns to this figure. "
    "{accuracy} of {tested} test digits are read in whole numbers, {floats} before rounding, and {drawn} of {traced} that are "
    "traced in black and white. One network: it shows what rounding leaves of a CapsNet, not what it does to most."
)


def figure(digit, iterations, capsule):
    now = Felt(digit, iterations, capsule)
    return {
        "finding": finding_of(now),
        "problem": problem_of(now),
        "charts": charts_of(now),
        "readout": readout_of(now),
        "table": table_of(now),
        "formula": formula_of(now),
        "note": note_of(),
    }


def finding_of(now):
    """What is read, how surely, and what routing had to do with it."""
    next_one, second = now.second()
    head = f"The capsule of {now.read} is the longest, {short(now.longest)}; next comes that of {second}, {short(next_one)}"
    if now.iterations == 1:
        return f"{head}: every primary capsule counts alike, {short(UNIFORM)}."
    before = now.lengths_after(1)[now.read]
    strongest = max(now.couplings_after(now.iterations, now.read))
    return f"{head}. Routing has made it {times(now.longest / before)} as long, with couplings of at most {short(strongest)}."


def problem_of(now):
    """Where no capsule says clearly that its digit is there, or two do; or None."""
    next_one, second = now.second()
    first = now.lengths_after(1)
    if now.empty:
        return f"Nothing is drawn, and no capsule is longer than {short(now.longest)}: none claims what is not there."
    if now.iterations == ITERATIONS and now.longest < HALF:
        return f"No capsule is half long: the network would say {now.read}, with a length of {short(now.longest)}."
    if now.iterations == ITERATIONS and next_one > HALF * now.longest and next_one > 0.4:
        return f"Two capsules are long, those of {now.read} and {second}: a digit that could be {worded_digit(second)} as well."
    if first.index(max(first)) != now.read:
        return f"After one iteration the capsule of {first.index(max(first))} was the longest: routing has changed the answer."
    return None


def formula_of(now):
    """The squash with the bits of the iteration that is shown, and the length of the longest capsule."""
    step = STEPS[POSES[now.iterations - 1]]
    square = sum([code * code for code in now.capsule(now.read, now.iterations)])
    n, m = step["fraction_in"], step["fraction_out"]
    law = f"squash of codes q with {n} bits behind the point: code = round(q · √(Σ q²) · 2^{m} / (Σ q² + 2^{2 * n}))"
    return f"{law}\n|v| of {now.read} = √{square} / 2^{m} = {short(now.longest)}"


def note_of():
    return NOTE.format(
        network=f"CapsNet {SETTINGS['network']}",
        bits=SETTINGS["bits"],
        weights=formatted(WEIGHTS, "integer"),
        accuracy=percent(ROW["accuracy"]),
        tested=formatted(SETTINGS["tested"], "integer"),
        floats=percent(FLOAT["accuracy"]),
        drawn=percent(ROW["drawn"]),
        traced=formatted(SETTINGS["drawn"], "integer"),
    )


def readout_of(now):
    same = {True: "the same", False: "others", None: "not recorded"}[now.as_recorded()]
    return [
        tile("Read as", now.read, role="accent"),
        tile("Length of its capsule", now.longest, "plain", role="accent"),
        tile("Longer than the next by", now.longest - now.second()[0], "plain"),
        tile(f"Strongest coupling to {now.shown}", max(now.couplings()), "plain", role="weights"),
        tile("Weights", WEIGHTS, unit="bytes", role="weights"),
        tile("Votes", CLASSES * CAPSULES * SIZE, unit="bytes", role="outputs"),
        tile("Products of whole numbers", multiplied(), role="compute"),
        tile("Lengths, beside torch's", same, "plain"),
    ]


def table_of(now):
    """The integer lengths of all classes, and lengths and couplings of each iteration."""
    numbers = range(1, ITERATIONS + 1)
    columns = [column("Class"), column("Length in whole numbers", "integer")]
    columns += [column(f"Length after {number}", "four") for number in numbers]
    columns += [column(f"Strongest coupling in {number}", "four") for number in numbers[1:]]
    rows = []
    for j in range(CLASSES):
        lengths = [now.lengths_after(number)[j] for number in numbers]
        strongest = [max(now.couplings_after(number, j)) for number in numbers[1:]]
        rows.append([str(j), now.scores[j]] + lengths + strongest)
    return {
        "caption": "Capsules, iteration by iteration; whole numbers are those of Python and C",
        "columns": columns,
        "rows": rows,
    }
