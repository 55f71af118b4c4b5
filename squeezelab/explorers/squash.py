"""How long a capsule's vector is, how long squash leaves it, and what training can still change."""

from ..core.words import plural, short
from .kit.controls import choice, slider, stops
from .kit.figures import column, tile
from .squash_charts import charts_of
from .squash_model import EPSILONS, LAW_NAMES, LAWS, Squashed

TITLE = "Squash: a length that says how sure"
LENGTHS = [0, 0.05, 0.1, 0.2, 0.3333, 0.4, 0.5, 0.5774, 0.7, 0.85, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5]
CAPSULES = [("right", "the digit that is there"), ("other", "another digit")]
CONTROLS = [
    stops("length", "Length |s|", LENGTHS, 2) | {"play": True},
    choice("law", "Law", LAWS, "squash"),
    choice("capsule", "Capsule of", CAPSULES, "right"),
    slider("angle", "Direction of s", -180, 180, 30, "°", 15),
    choice("epsilon", "ε in the root", EPSILONS, "1e-8"),
]
TABLE = [0, 0.1, 0.3333, 0.5774, 1, 2, 3, 5]
WEAK, WRONG = 0.05, 0.1  # a slope that hardly moves anything, a loss that should be less
NOTE = (
    "Squash and margin loss as in Sabour, Frosst and Hinton (2017), equations 1 and 4: m⁺ = .9, m⁻ = .1, λ = .5. Programs put an "
    "ε into the root, since its derivative at 0 is infinite. Two values of a capsule are drawn; for more, squash and its slopes "
    "depend on the length alone, as here."
)


def figure(length, law, capsule, angle, epsilon):
    now, right = Squashed(law, length, angle, float(epsilon)), capsule == "right"
    return {
        "finding": finding_of(now, right),
        "problem": problem_of(now, right),
        "charts": charts_of(now, right),
        "readout": readout_of(now, right),
        "table": table_of(now, right),
        "formula": formula_of(now, right),
        "note": NOTE,
        "disabled": {} if law == "squash" else {"epsilon": "Only the root of squash has an ε here."},
    }


# Words.


def finding_of(now, right):
    head = f"By {LAW_NAMES[now.law]} a vector of length {short(now.length)} becomes one of {short(now.out)}"
    if now.lengthens is None:
        return f"{head}, and its slope there is 0 · ∞."
    change = f"A small step along s lengthens v by {short(now.lengthens)} of it, one across moves v by {short(now.turns)}"
    return f"{head}. {change}; the capsule's loss is {short(now.loss(right))}."


def problem_of(now, right):
    """No slope, no probability, another direction, or a loss that no slope mends; or None."""
    if now.lengthens is None:
        return (
            "Where s is 0, the slope of this law is 0 · ∞: automatic differentiation makes NaN of it, and one such capsule "
            "spoils all weights before it. An ε in the root of squash makes it √ε."
        )
    if now.out > 1:
        return f"A length of {short(now.out)} is no probability: tanh bounds each value, not the vector, which can reach √D."
    if abs(now.turned()) >= 3:
        return f"Tanh has turned the vector by {plural(round(abs(now.turned())), 'degree')}: its direction was the pose."
    return unheard(now, right)


def unheard(now, right):
    """A loss that hardly moves |s|; or None."""
    loss, push = now.loss(right), abs(now.push(right))
    if loss <= WRONG or push >= WEAK:
        return None
    if now.law == "unit":
        return f"Every length is 1: no capsule can say that its digit is not there, and the loss of {short(loss)} has no slope."
    state = "too short" if right else "too long"
    return (
        f"The vector is {state}, its loss {short(loss)}, and yet a step along s changes that by only {short(push)} of it: here "
        f"{LAW_NAMES[now.law]} is flat."
    )


def formula_of(now, right):
    n, v = short(now.length), short(now.out)
    law = {
        "squash": f"|v| = |s| · √(|s|² + ε) / (1 + |s|²) = {v}",
        "unit": f"|v| = |s| / |s| = {v}",
        "tanh": f"v = (tanh {short(now.s[0])}, tanh {short(now.s[1])}), |v| = {v}",
    }[now.law]
    loss = f"max(0, .9 − {v})²" if right else f".5 · max(0, {v} − .1)²"
    return f"|s| = {n}: {law}\nloss = {loss} = {short(now.loss(right))}"


# Numbers.


def readout_of(now, right):
    push = now.push(right)
    return [
        tile("Length of v", now.out, "four", role="accent"),
        tile("Slope along s", now.lengthens, "four"),
        tile("Slope across s", now.turns, "four", role="weights"),
        tile("Turned by", now.turned(), "plain", "°"),
        tile("Margin loss", now.loss(right), "four", role="failure"),
        tile("Slope of the loss along s", None if push is None else abs(push), "four"),
        tile("Length kept", now.out / now.length if now.length else None, "percent"),
    ]


def table_of(now, right):
    columns = [column("Length of s"), column("Length of v", "four"), column("Slope along s", "four")]
    columns += [column("Slope across s", "four"), column("Loss, digit is there", "four"), column("Loss, another digit", "four")]
    rows = []
    for length in TABLE:
        each = Squashed(now.law, length, now.angle, now.epsilon)
        rows.append([short(length), each.out, each.lengthens, each.turns, each.loss(True), each.loss(False)])
    return {"caption": f"{LAW_NAMES[now.law]}, at {now.angle}°".replace("-", "−"), "columns": columns, "rows": rows}
