"""Qm.n: one number and its code; what a shift makes of the product or the sum of two; overflow, and a sum taken for a product."""

from ..core.words import plural
from .kit.controls import choice, grouped_as, slider
from .kit.figures import column, tile
from .qformat_charts import bits_chart, errors_chart, format_of, shifts_chart, stairs_chart, whole
from .qformat_model import PLACES, State, finest_for, format_name, in_four, rules_for

TITLE = "Fixed point: a number, its code, and a shift"
OPS = [
    ("store", "Store x"),
    ("product", "Multiply: x · y"),
    ("sum", "Add: x + y"),
    ("wrong", "Add, shifted like a product"),
]
SHIFTS = [("truncate", "Toward 0"), ("arithmetic", "Down"), ("round", "Nearest")]
OTHERS = [
    slider("y", "Second number, y", -4, 4, 0.6, step=0.05),
    slider("n_y", "Bits of y behind the point", 0, 11, 7),
    slider("n_out", "Bits of the result behind the point", 0, 11, 7),
]
CONTROLS = [
    choice("op", "What is done", OPS, "store"),
    slider("x", "Number, x", -4, 4, 0.8, step=0.05),
    slider("n", "Bits of x behind the point", 0, 11, 7),
    slider("bits", "Bits of a code", 2, 8, 8),
    choice("rounding", "A shift to the right", SHIFTS, "round"),
] + grouped_as("The second number and the result", OTHERS)
SYMBOLS = dict([("product", "·"), ("sum", "+"), ("wrong", "+")])
NOTE = (
    "A code stands for code / 2^n; its first bit is worth −2^k instead of 2^k. The kernels of CMSIS-NN for codes of 8 bits round "
    "a shift to the nearest, or cut it if built so; those of Q7-CapsNets cut toward 0, and its tool gave sums of logits the "
    "shift of a product (read in their code)."
)
ALONE = "Only one number is stored: choose a product or a sum."


def figure(op, x, n, bits, rounding, y, n_y, n_out):
    state = State(x, n, y, n_y, bits, n_out, op, rounding)
    second = stairs_chart(state) if state.alone else shifts_chart(state)
    return {
        "finding": finding_of(state),
        "problem": problem_of(state),
        "charts": [bits_chart(state), second, errors_chart(state)],
        "readout": readout_of(state),
        "table": table_of(state),
        "formula": formula_of(state),
        "note": NOTE,
        "disabled": {name: ALONE for name in ("rounding", "y", "n_y", "n_out")} if state.alone else {},
    }


# Words.


def expression(state):
    """What was asked for, with its numbers."""
    return in_four(state.x) if state.alone else f"{in_four(state.x)} {SYMBOLS[state.op]} {in_bracket(state.y)}"


def in_bracket(value):
    return f"({in_four(value)})" if value < 0 else in_four(value)


def finding_of(state):
    name, code, value = format_name(state.n_out, state.bits), whole(state.result.code), in_four(state.value)
    steps = in_four(abs(state.error) / state.format.scale)
    off = f"off by {in_four(abs(state.error))}, {steps} of its steps" if state.error else "exactly"
    if state.alone:
        return f"{expression(state)} has the code {code} of {name} and is stored as {value}: {off}."
    return f"{expression(state)} = {in_four(state.exact)} is stored as {value}, the code {code} of {name}: {off}."


def problem_of(state):
    """A sum that is shifted like a product, a number beyond its range, or nothing left of it; or None."""
    if state.op == "wrong":
        return (
            f"A sum has as many bits behind the point as its parts, not as many as both together: {whole(state.total())} is "
            f"{shift_words(state)} as if it had {state.total_fraction()}, and {in_four(state.exact)} becomes "
            f"{in_four(state.value)}."
        )
    for name, value, fraction, code in (("x", state.x, state.n_x, state.a), ("y", state.y, state.n_y, state.b)):
        if code.overflows and not (state.alone and name == "y"):
            held = finest_for(value, state.bits)
            remedy = "No n holds it." if held is None else f"With n = {held} it fits, in steps of {in_four(2.0**-held)}."
            return f"The number {name} = {in_four(value)} is {beyond(value, fraction, state.bits)}. {remedy}"
    if state.result.overflows:
        most = state.needed()
        remedy = "No n holds it." if most is None else f"With {plural(most, 'bit')} of the result behind the point it fits."
        return f"The result {in_four(state.exact)} is {beyond(state.exact, state.n_out, state.bits)}. {remedy}"
    if state.exact and not state.result.code:
        return f"Nothing is left of {in_four(state.exact)}: a step of {in_four(state.format.scale)} is too large for it."
    return None


def beyond(value, fraction, bits):
    low, high, _ = format_of(fraction, bits)
    end, which = (low, "smallest") if value < 0 else (high, "largest")
    return f"beyond {in_four(end)}, the {which} number of {format_name(fraction, bits)}, and becomes it"


def shift_words(state):
    shift = state.shift()
    return f"shifted by {shift}" if shift > 0 else f"shifted left by {-shift}" if shift else "not shifted"


def formula_of(state):
    lines = [code_line("x", state.x, state.n_x, state.a)]
    if not state.alone:
        lines.append(code_line("y", state.y, state.n_y, state.b))
        lines.append(total_line(state))
        lines.append(shift_line(state))
    lines.append(f"{whole(state.result.code)} / 2^{state.n_out} = {in_four(state.value)}")
    return "\n".join(lines)


def shift_line(state):
    shift = str(state.shift()).replace("-", "−")
    return f"shift: {state.total_fraction()} − {state.n_out} = {shift}; {in_four(state.in_codes())} → {landing(state.result)}"


def code_line(name, value, fraction, code):
    return f"{name}: {in_four(value)} · 2^{fraction} = {in_four(value * 2.0**fraction)} → {landing(code)}"


def landing(code):
    return f"{whole(code.full)} → {whole(code.code)}" if code.overflows else whole(code.code)


def total_line(state):
    a, b = whole(state.a.code), whole(state.b.code)
    if state.op == "product":
        return f"{a} · {b} = {whole(state.total())}, with {state.n_x} + {state.n_y} bits behind the point"
    if state.op == "wrong":
        return f"{a} + {b} = {whole(state.total())}, taken to have {state.n_x} + {state.n_y} bits behind the point"
    fine = state.total_fraction()
    return f"{a} · 2^{fine - state.n_x} + {b} · 2^{fine - state.n_y} = {whole(state.total())}, with {fine} bits behind the point"


# Numbers.


def readout_of(state):
    low, high, step = format_of(state.n_out, state.bits)
    plain, virtual = rules_for(state.exact, state.bits)
    return [
        tile("Code", state.result.code, role="failure" if state.result.overflows else "outputs"),
        tile("Stored number", state.value, "four"),
        tile("Error", state.error, "four"),
        tile("Step", step, "four"),
        tile("Smallest number", low, "four"),
        tile("Largest number", high, "four"),
        tile("Bits behind the point, plain rule", plain),
        tile("with virtual bits", virtual),
    ]


def table_of(state):
    columns = [
        column("Bits behind the point"),
        column("Step", "four"),
        column("Largest number", "four"),
        column("Code", "integer"),
    ]
    columns += [column("Stored number", "four"), column("Error", "four"), column("Range")]
    rows = []
    for n in PLACES:
        _, high, step = format_of(n, state.bits)
        result, value = state.result_with(n), state.value_with(n)
        rows.append([str(n), step, high, result.code, value, value - state.exact, "overflows" if result.overflows else ""])
    what = "x" if state.alone else f"x {SYMBOLS[state.op]} y"
    return {"caption": f"{what} = {in_four(state.exact)} in codes of {state.bits} bits", "columns": columns, "rows": rows}
