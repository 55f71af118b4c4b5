"""Routing by agreement, iteration by iteration, on the votes of trained capsules for real digits."""

from ..core.words import formatted, percent, plural, short, times
from .kit.controls import choice, slider
from .kit.figures import column, tile
from .routing_charts import charts_of
from .routing_model import CAPSULES, CLASSES, GAINS, MOST, ROWS, SETTINGS, VALUES_EACH, course, iteration

TITLE = "Routing, iteration by iteration"
TOLD = [("sure", "read with a long lead"), ("close", "read with a short lead"), ("wrong", "misread")]
DIGITS = [(which, f"a {ROWS[which]['label']}, {told}") for which, told in TOLD]
OVER = [("outputs", "classes"), ("inputs", "capsules (a bug)")]
CONTROLS = [
    slider("iterations", "Iterations", 1, MOST, 3) | {"play": True},
    choice("digit", "Digit", DIGITS, "close"),
    choice("over", "Softmax over the", OVER, "outputs"),
    choice("gain", "Agreement counts", GAINS, "1"),
]
HARD = 0.5  # entropy, of the most: from here on down couplings are choices
NOTE = (
    "Computed here on recorded votes of the shipped {network}: {capsules} primary capsules, {classes} classes, {values} values a "
    "vote, each rounded to one of {levels} steps of {step}; with its own votes and 3 iterations the lengths are off by {off} at "
    "most. Three of its first {looked} test digits: a long lead, a short one, and a mistake; they show what routing does, not "
    "how often. The network was trained with 3 iterations and agreement counted once."
)


class Shown:
    """A digit at an iteration."""

    def __init__(self, which, over, gain, number):
        self.which, self.over, self.gain, self.number = which, over, gain, number
        self.row, self.it = ROWS[which], iteration(which, over, gain, number)
        self.label, self.first = self.row["label"], iteration(which, over, gain, 1)

    def pairs(self):
        """[(length, that of the first iteration)] of the classes."""
        return list(zip(self.it.lengths, self.first.lengths))

    def lead(self):
        return self.it.longest - self.it.second()[0]


def figure(iterations, digit, over, gain):
    now, every = Shown(digit, over, int(gain), iterations), course(digit, over, int(gain))
    return {
        "finding": finding_of(now),
        "problem": problem_of(now),
        "charts": charts_of(now, every),
        "readout": readout_of(now),
        "table": table_of(now, every),
        "formula": formula_of(now),
        "note": note_of(now),
    }


# Words.


def finding_of(now):
    one = now.number == 1
    head = f"With {plural(now.number, 'iteration')} the longest capsule is that of {now.it.read}, {short(now.it.longest)} long"
    if one:
        return f"{head}: every coupling is still {short(now.it.couplings[0][0])}, and nothing has been agreed on."
    mean = f"A capsule's strongest coupling is {short(now.it.highest())} on average, where uniform ones are {short(1 / CLASSES)}"
    if now.over == "inputs":
        return f"{head}, where it was {short(now.first.lengths[now.it.read])} with one."
    return f"{head}, where it was {short(now.first.lengths[now.it.read])} with one. {mean}."


def problem_of(now):
    """The wrong softmax, an answer that iterations changed, a sure mistake, or couplings that are choices; or None."""
    if now.over == "inputs":
        return (
            "The softmax runs over the capsules: each class averages all votes by couplings that add up to 1 over its inputs, no "
            f"class takes anything from another, and even the longest capsule is only {short(now.it.longest)} long."
        )
    if now.it.read != now.label and now.first.read == now.label:
        return f"One iteration reads the {now.label} that it is; {now.number} iterations read {now.it.read}, and are surer of it."
    if now.it.read != now.label and now.number > 1:
        longer = times(now.it.longest / now.first.lengths[now.it.read])
        return f"It is a {now.label}: iterations do not mend the mistake, they make its capsule {longer} as long."
    if now.gain > 1 and now.it.entropy() < HARD:
        return (
            f"Couplings have become choices: their entropy is {percent(now.it.entropy())} of the most, and what is nearly a tie "
            "after one iteration is decided by it."
        )
    return None


def formula_of(now):
    shown = {"outputs": f"over {CLASSES} classes", "inputs": f"over {CAPSULES} capsules"}[now.over]
    counted = "" if now.gain == 1 else f"{now.gain} · "
    agreed = formatted(now.it.agreement(now.it.read), "four")
    return (
        f"c = softmax of b {shown}; s_j = Σ c_ij û_ij; v_j = squash(s_j)\nb_ij += {counted}û_ij · v_j\n"
        f"iteration {now.number}, class {now.it.read}: |v| = {short(now.it.longest)}, mean û · v = {agreed}"
    )


def note_of(now):
    exact = [iteration(now.which, "outputs", 1, 3).lengths, now.row["lengths"]]
    off = max([abs(ours - theirs) for ours, theirs in zip(*exact)])
    return NOTE.format(
        network=SETTINGS["network"],
        capsules=CAPSULES,
        classes=CLASSES,
        values=VALUES_EACH,
        levels=2 * SETTINGS["most"] + 1,
        step=short(SETTINGS["step"]),
        off=short(off),
        looked=formatted(SETTINGS["looked_at"], "integer"),
    )


# Numbers.


def readout_of(now):
    it = now.it
    return [
        tile("Read as", it.read, role="accent" if it.read == now.label else "failure"),
        tile("Length of its capsule", it.longest, "four", role="accent"),
        tile("Ahead of the next class by", now.lead(), "four"),
        tile("Mean agreement with it", it.agreement(it.read), "four"),
        tile("Strongest coupling, mean", it.highest(), "four", role="weights"),
        tile("Strongest coupling of all", max([max(row) for row in it.couplings]), "four", role="weights"),
        tile("Entropy of couplings, of the most", it.entropy(), "four"),
        tile("Products of numbers so far", now.number * CAPSULES * CLASSES * VALUES_EACH * 2, role="compute"),
    ]


def table_of(now, every):
    columns = [column("Iterations"), column("Entropy, of the most", "four"), column("Strongest coupling", "four")]
    columns += [column(f"|v| of {j}", "four") for j in range(CLASSES)]
    rows = [[str(place), each.entropy(), each.highest()] + each.lengths for place, each in enumerate(every, 1)]
    return {"caption": f"A {now.label}: couplings and lengths after each iteration", "columns": columns, "rows": rows}
