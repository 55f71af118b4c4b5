"""Pictures of Qm.n: bits at the places that they are worth, the stairs of codes, errors over n, and where three shifts land."""

from ..compression.affine import code_of, value_of
from ..compression.qformat import SHIFTS, q_format, shifted
from ..core.words import grouped, plural
from .kit.charts import line
from .kit.figures import axis, legend_entry
from .qformat_model import PLACES, format_name, in_four

POINT = "."  # the column between what is worth 1 and what is worth a half
REACH = 4  # numbers that are offered
LEAST_ERROR, MOST_ERROR = 1e-4, 30.0  # smaller ones are drawn at the foot
SHIFT_ROLES = dict([("truncate", "ws"), ("arithmetic", "os"), ("round", "is")])


# Bits at their places.


def places_of(rows):
    """Places from the highest to the lowest, as categories, with the point among them."""
    high, low = max([row.high for row in rows]), min([row.low for row in rows])
    places = list(range(high, low - 1, -1))
    names = [str(place).replace("-", "−") for place in places]
    if low < 0 <= high:
        places.insert(high + 1, None)
        names.insert(high + 1, POINT)
    return places, names


def cell_role(row, place, last):
    """The colour of a bit: cut off below the last place of what is stored, lost or a repeated sign above its first one."""
    if row is last or row.role != "compute":
        return row.role
    if place < last.low:
        return "idle"
    if place > last.high:
        return "failure" if row.bit(place) != row.bit(last.high) else "idle"
    return row.role


def bits_chart(state):
    rows = state.rows()
    places, names = places_of(rows)
    xs, ys, roles, texts, tips = [], [], [], [], []
    for row in rows:
        for place, name in zip(places, names):
            if place is not None and row.low <= place <= row.high:
                xs.append(name)
                ys.append(row.name)
                roles.append(cell_role(row, place, rows[-1]))
                texts.append(str(row.bit(place)))
                tips.append(tip_of(row, place))
    title = bits_title(state)
    worth = "; ".join([f"{row.name} is {bit_text(row)}, worth {in_four(row.value)}" for row in rows])
    return {
        "title": title,
        "alt": f"{title}. Bits from the first to the last: {worth}.",
        "x": axis("Place k, worth 2^k", scale="band", domain=names),
        "y": axis("", scale="band", domain=[row.name for row in rows]),
        "marks": [{"type": "cell", "x": xs, "y": ys, "role": roles, "text": texts, "label": tips}] + point_of(names),
        "legend": bits_legend(state, rows, roles),
        "wide": True,
    }


def point_of(names):
    """A line through the column of the point, if it is among them."""
    return [{"type": "rule", "x": POINT, "role": "text"}] if POINT in names else []


def bit_text(row):
    return "".join([str(row.bit(place)) for place in range(row.high, row.low - 1, -1)])


def tip_of(row, place):
    sign = "−" if place == row.high else ""
    worth = f"{sign}{in_four(2.0**place)}"
    return f"{row.name}: a {row.bit(place)} at the place {place}, worth {worth}".replace(" -", " −")


def bits_title(state):
    if state.alone:
        own = state.n_x - state.bits
        behind = f"{plural(state.n_x, 'bit')} behind the point" if own <= 0 else f"the point {plural(own, 'place')} before them"
        return f"The code {whole(state.result.code)}: {plural(state.bits, 'bit')}, {behind}"
    cut = max(0, state.shift())
    rest = "too large for what is stored" if state.result.overflows else f"stored in {state.bits}"
    return f"The {state.total_bits()} bits of {whole(state.total())}: {cut or 'none'} cut off on the right, {rest}"


def whole(code):
    """A whole number in words, below 0 with the minus of the book."""
    return grouped(code)


def bits_legend(state, rows, roles):
    entries = [legend_entry("inputs", "x")]
    if not state.alone:
        made = f"{rows[2].name}, taken for a product" if state.op == "wrong" else rows[2].name
        entries += [legend_entry("weights", "y"), legend_entry("compute", made)]
        if "outputs" in roles:
            entries.append(legend_entry("outputs", "stored"))
        entries.append(legend_entry("idle", "not stored"))
    if "failure" in roles:
        entries.append(legend_entry("failure", "beyond the range"))
    return entries


# One number.


def stairs_chart(state):
    """What every number up to 4 becomes, and where x is."""
    steps = 256
    xs = [REACH * (2 * step - steps) / steps for step in range(steps + 1)]
    ys = [value_of(code_of(x, state.format), state.format) for x in xs]
    low, high = value_of(state.format.low, state.format), value_of(state.format.high, state.format)
    inside = [low <= x <= high for x in xs]
    beyond = state.result.overflows
    marks = [line([-REACH, REACH], [-REACH, REACH], "reference", None, ["as it is"] * 2, True)]
    for part, role in ((True, "inputs"), (False, "failure")):
        for side in (-1, 1):
            places = [i for i, x in enumerate(xs) if inside[i] == part and (x >= 0) == (side > 0)]
            if places:
                marks.append(stairs([xs[i] for i in places], [ys[i] for i in places], role))
    point = {"type": "point", "x": [state.x], "y": [clamped(state.value)], "role": ["failure" if beyond else "inputs"]}
    tip = f"{in_four(state.x)} becomes {in_four(state.value)}"
    title = f"From {in_four(low)} to {in_four(high)} in steps of {in_four(state.format.scale)}"
    return {
        "title": title,
        "alt": f"{title}; beyond that all numbers become the ends. {tip}.",
        "x": axis("Number", domain=[-REACH, REACH]),
        "y": axis("What is stored", domain=[-REACH, REACH]),
        "marks": marks + [point | {"emphasis": [True], "label": [tip]}],
        "legend": [legend_entry("inputs", "stored within half a step"), legend_entry("failure", "the end of the range")],
    }


def stairs(xs, ys, role):
    tips = [f"{in_four(x)} becomes {in_four(y)}" for x, y in zip(xs, ys)]
    return line(xs, [clamped(y) for y in ys], role, None, tips) | {"type": "step"}


def clamped(value):
    return min(max(value, -REACH), REACH)


def errors_chart(state):
    """The error with each number of bits behind the point; the bound of half a step, and where it overflows."""
    xs, ys, roles, tips = [], [], [], []
    for n in PLACES:
        error = abs(state.value_with(n) - state.exact)
        over = state.result_with(n).overflows
        xs.append(n)
        ys.append(min(max(error, LEAST_ERROR), MOST_ERROR))
        roles.append("failure" if over else "outputs")
        tips.append(f"{format_name(n, state.bits)}: off by {in_four(error)}" + (", it overflows" if over else ""))
    halves = [2.0 ** (-n - 1) for n in PLACES]
    best = state.best()
    title = f"Least error with {plural(best, 'bit')} behind the point"
    if state.op == "wrong":
        title = "No number of bits behind the point mends it"
    return {
        "title": title,
        "alt": f"{title}; " + "; ".join(tips) + ".",
        "x": axis("Bits behind the point" if state.alone else "Bits behind the point of the result", domain=[-0.5, 11.5]),
        "y": axis("Error", scale="log10", domain=[LEAST_ERROR, MOST_ERROR]),
        "marks": [
            line(list(PLACES), halves, "reference", "half a step", None, True),
            {
                "type": "point",
                "x": xs,
                "y": ys,
                "role": roles,
                "size": [5] * len(xs),
                "label": tips,
                "emphasis": [n == state.n_out for n in PLACES],
            },
        ],
        "legend": [
            legend_entry("outputs", "fits"),
            legend_entry("failure", "overflows"),
            legend_entry("reference", "half a step"),
        ],
    }


# Three shifts.


def shifts_chart(state):
    """Where a total lands near the one of this state, by each of the three conventions; before saturation."""
    exact, full = state.in_codes(), state.result.full
    low = int(exact // 1) - 2
    marks = [convention(name, low, low + 5, name != state.rounding) for name in SHIFTS if name != state.rounding]
    marks.append(convention(state.rounding, low, low + 5, None))
    title = shifts_title(state, exact)
    own = {"type": "point", "x": [exact], "y": [full], "role": [SHIFT_ROLES[state.rounding]], "emphasis": [True]}
    ends = f"from {whole(low)} to {whole(low + 5)} codes"
    return {
        "title": title,
        "alt": f"{title}. Three ways to drop the bits of a shift, for exact results {ends}.",
        "x": axis("Exact result, in codes", domain=[low, low + 5]),
        "y": axis("Code before it is saturated", domain=[low - 1, low + 6]),
        "marks": marks + [own | {"label": [f"{in_four(exact)} becomes {whole(full)}"]}],
        "legend": [legend_entry(SHIFT_ROLES[name], words) for name, words in SHIFT_WORDS],
    }


def convention(name, low, high, dashed):
    """Steps of one convention: where each code begins, between two whole numbers."""
    first = low + (name == "truncate" and low < 0)
    xs, ys = [low], [first]
    for code in range(first + 1, high + 1):
        begin = code - 0.5 if name == "round" else code - (name == "truncate" and code <= 0)
        if low < begin < high:
            xs.append(begin)
            ys.append(code)
    tips = [f"from {in_four(x)} on: {whole(y)}" for x, y in zip(xs, ys)]
    words = dict(SHIFT_WORDS)[name]
    curve = line(xs + [high], ys + ys[-1:], SHIFT_ROLES[name], None, [f"{words}, {tip}" for tip in tips + tips[-1:]], dashed)
    return curve | {"type": "step"}


SHIFT_WORDS = [("truncate", "toward 0"), ("arithmetic", "down"), ("round", "to the nearest")]


def shifts_title(state, exact):
    landings = [whole(shifted(state.total(), state.shift(), name)) for name in SHIFTS]
    if landings[0] == landings[1] == landings[2]:
        return f"{in_four(exact)} codes become {landings[0]} by all three shifts"
    return f"{in_four(exact)} codes: {landings[0]} toward 0, {landings[1]} down, {landings[2]} rounded"


def format_of(fraction, bits):
    """(smallest, largest number, step) of a format."""
    q = q_format(fraction, bits)
    return value_of(q.low, q), value_of(q.high, q), q.scale
