"""A digit that the reader draws, read by a network in whole numbers, at every number of bits from 8 to 2."""

from ..core.words import formatted, percent, plural, short
from .digit_charts import charts_of
from .digit_model import (
    FLOAT,
    LAST,
    MAPS,
    NAMES,
    NET,
    ROWS,
    WIDEST,
    WIDTHS,
    Seen,
    agreed,
    multiplications,
    weight_bytes,
)
from .kit.controls import choice, drawing, stops
from .kit.drawn_digits import DIGITS, STARTS, levels, worded_digit
from .kit.figures import column, tile

TITLE = "Your digit, in whole numbers"
CONTROLS = [
    drawing("digit", "Your digit", STARTS, DIGITS[3]["drawing"]),
    stops("bits", "Weights and codes", WIDTHS, 4, "bits"),
    choice("layer", "Codes of", [(str(place), NAMES[place]) for place in MAPS], str(MAPS[0])),
]
SOURCES = (
    "Measured: one network of {products} products, trained on {images} digits and turned ones (seed {seed}), reads {accuracy} of "
    "{tested} test digits before its numbers are rounded, and {drawn} of {traced} that are traced in black and white. It is kept "
    "with weights of {kept} bits, and quantised after training with the defaults of quantize; one network shows what rounding "
    "does, not how much it does to most. A drawing is scaled into 20 × 20 pixels and centred by its ink, as MNIST's digits were "
    "(LeCun, Cortes, Burges). The sums of this network are all that Python does not compute in a page; their integers are those "
    "of Python and C."
)


def figure(digit, bits, layer):
    now = Seen(digit, bits, int(layer))
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
    """What is read, how surely, and what the number of bits has to do with it."""
    margin, second = now.margin()
    ours, next_one = worded_digit(now.read), worded_digit(second)
    head = f"In whole numbers of {now.bits} bits this is read as {ours}, {short(margin)} ahead of {next_one}"
    if now.bits == WIDEST:
        return f"{head}; {percent(1 - now.row['accuracy'])} of the test digits are misread."
    return f"{head}; the scores lie {short(now.moved())} from those of {WIDEST} bits, on average."


def problem_of(now):
    """Where the answer says nothing of the digit; or None."""
    if now.empty:
        read = worded_digit(now.read)
        return f"Nothing is drawn, and the network reads {read} all the same: it has no class for what is no digit."
    if now.read == now.read_at(WIDEST):
        return None
    return (
        f"With {now.bits} bits the network reads {worded_digit(now.read)}, with {WIDEST} bits "
        f"{worded_digit(now.read_at(WIDEST))}: what changed the answer is the rounding, not your hand."
    )


def formula_of(now):
    """The requantisation of the map that is looked at, with its own whole numbers."""
    step, scale = now.step, short(now.last["scale"])
    multiplier, shift = step["multiplier"][0], step["shift"][0]
    factor = f"{multiplier} / 2³¹ · 2^({signed(shift)})"
    codes = f"round(sum · {factor}) {signed(step['zero'], '+ ')}, from {signed(step['low'])} to {signed(step['high'])}"
    law = f"{NAMES[now.place]}, map 1: code = {codes}"
    return f"{law}\nscore of {now.read} = {signed(now.scores[now.read])} · {scale} = {short(now.real(now.bits)[now.read])}"


def signed(code, plus=""):
    """A code with the sign that formulas have.

    >>> signed(-8), signed(8), signed(8, "+ "), signed(-8, "+ ")
    ('−8', '8', '+ 8', '− 8')
    """
    if code < 0:
        return f"−{' ' if plus else ''}{-code}"
    return f"{plus}{code}"


def note_of():
    settings = NET["settings"]
    return SOURCES.format(
        products=formatted(multiplications(), "integer"),
        images=formatted(settings["images"], "integer"),
        seed=settings["seed"],
        accuracy=percent(FLOAT["accuracy"]),
        tested=formatted(settings["tested"], "integer"),
        traced=formatted(settings["drawn"], "integer"),
        drawn=percent(FLOAT["drawn"]),
        kept=settings["kept"],
    )


def readout_of(now):
    margin, _ = now.margin()
    return [
        tile("Read as", now.read, role="accent"),
        tile("Ahead of the next class by", margin, "plain"),
        tile(f"Scores away from {WIDEST} bits, mean", now.moved(), "plain"),
        tile("Test digits misread", 1 - now.row["accuracy"], "percent"),
        tile(f"Codes that {NAMES[now.place]} uses", now.in_use(), unit=f"of {levels(now.step)}"),
        tile("Weights and biases", weight_bytes(now.bits), unit="bytes", role="weights"),
        tile("Products of whole numbers", multiplications(), role="compute"),
        tile("Test digits scored as in torch", agreed(now.bits), unit=f"of {len(DIGITS)}"),
    ]


def table_of(now):
    """The scores as the program gives them: whole numbers, of each number of bits on a scale of its own."""
    columns = [column("Class")] + [column(f"At {bits} bits", "integer") for bits in WIDTHS[::-1]]
    every = [now.scores_at(bits) for bits in WIDTHS[::-1]]
    rows = [[str(digit)] + [scores[digit] for scores in every] for digit in range(10)]
    scales = [ROWS[bits]["program"]["steps"][LAST]["scale"] for bits in WIDTHS[::-1]]
    columns[0] = column("Class, of which one step is")
    return {
        "caption": f"Scores in whole numbers, digit for digit those of Python and C; {plural(len(WIDTHS), 'width')}",
        "columns": columns,
        "rows": rows + [["a step of the score is"] + scales],
    }
