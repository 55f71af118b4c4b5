"""COLT: which weights two models keep that learn half of the classes each, and how fast what both keep shrinks."""

from ..core.words import formatted, percent
from .kit.charts import dots, line
from .kit.controls import choice, slider
from .kit.figures import axis, column, legend_entry, tile
from .overlap_charts import accuracy_chart, left_chart, picture
from .overlap_model import COLT, LOTTERY, ROUNDS, SETTINGS, colt_lefts, lottery_lefts, round_of, rounds_to

TITLE = "Two models, and the weights that both keep"
LAYERS = [("both", "fc1 and fc2"), ("fc1", "fc1: 784 → 300"), ("fc2", "fc2: 300 → 100")]
PIECES = [("all", "fc1: all, pixel by pixel")] + [(str(n), f"fc1: neuron {n}") for n in range(1, len(COLT["fates"]["fc1"]) + 1)]
PIECES.append(("fc2", "fc2: 28 neurons, 28 inputs"))
CONTROLS = [
    slider("round", "Round", 1, ROUNDS, 3) | {"play": True},
    choice("layer", "Weights counted", LAYERS, "both"),
    choice("shown", "Weights drawn", PIECES, "1"),
]
SOURCES = (
    "Measured: lenet300 on {images} digits, one chain, one learning rate, not tuned; a model of the digits 0–4 and one of 5–9, "
    "from the same start; after the code of COLT (Hossain et al. 2022) [read], but for hidden linear layers in place of "
    "convolutions [ours]. Beside it the lottery (Frankle, Carbin 2019) [recalled] at the same share a round; a round of either "
    "trains on as many images. What one chain of each reads does not say which gives the better ticket."
)


def figure(round, layer, shown):
    now = round_of(round, layer)
    return {
        "finding": finding_of(now),
        "problem": problem_of(now),
        "charts": [picture(shown, round), kept_chart(now), left_chart(round), accuracy_chart(round)],
        "readout": readout_of(now),
        "table": table_of(layer),
        "formula": formula_of(now),
        "note": SOURCES.format(images=SETTINGS["images"]),
    }


# Words.


def finding_of(now):
    same, alone, _ = now.bounds()
    one, other, both = percent(now.share(now.one)), percent(now.share(now.other)), percent(now.share(now.both))
    keep = f"each model keeps {one}" if one == other else f"the models keep {one} and {other}"
    tail = f"{percent(alone)} would be chance, {percent(same)} agreement"
    return f"In round {now.number} {keep} of {where(now)}, and both keep {both}: {tail}."


def where(now):
    return "what was left" if now.layer == "both" else f"what was left of {now.layer}"


def problem_of(now):
    """The ticket has lost what the first one knew; or None."""
    first = COLT["rounds"][0]["accuracy"]
    if now.accuracy > first - 0.05:
        return None
    left = percent(colt_lefts()[now.number - 1])
    return (
        f"The ticket is spoilt: with {left} of the weights, those that both kept, it reads {percent(now.accuracy)} of the digits "
        f"after its training, and that of round 1 reads {percent(first)}."
    )


def formula_of(now):
    same, alone, apart = now.bounds()
    one, other = formatted(now.share(now.one), "four"), formatted(now.share(now.other), "four")
    lines = [f"kept by the first: {one}, by the second: {other}"]
    lines.append(f"by both, if they agree: {formatted(same, 'four')}")
    lines.append(f"if independent: {one} · {other} = {formatted(alone, 'four')}")
    lines.append(f"if nothing falls twice: {one} + {other} − 1 = {formatted(apart, 'four')}")
    return "\n".join(lines + [f"measured: {now.both} of {now.before} = {formatted(now.share(now.both), 'four')}"])


# Charts.


def kept_chart(now):
    """What both keep of what was left, round by round, between the least and the most that is possible."""
    every = [round_of(number, now.layer) for number in range(1, ROUNDS + 1)]
    xs, rings = list(range(1, ROUNDS + 1)), [each.number == now.number for each in every]
    kept = [each.share(each.both) for each in every]
    tips = [f"round {each.number}: both keep {percent(part)} of what was left" for each, part in zip(every, kept)]
    curve = line(xs, kept, "accent", None, tips)
    bounds = [each.bounds() for each in every]
    most, alone, least = [[each[place] for each in bounds] for place in range(3)]
    marks = [{"type": "area", "x": xs, "y": most, "y0": least, "role": "idle"}, line(xs, alone, "reference", None, None, True)]
    by_input = line(xs, [each.share(each.by_input) for each in every], "weights", None, None, True)
    return {
        "title": f"Both keep {percent(now.share(now.both))} of what was left, by chance it were {percent(now.bounds()[1])}",
        "alt": "Kept by both: " + ", ".join([f"round {x} {percent(part)}" for x, part in zip(xs, kept)]) + ".",
        "x": axis("Round", domain=[1, ROUNDS], format="integer"),
        "y": axis("Share that both keep of what was left", domain=[min(least) - 0.01, max(most) + 0.01], format="percent"),
        "marks": marks + [by_input, curve, dots(curve, rings)],
        "legend": [
            legend_entry("accent", "measured"),
            legend_entry("reference", "independent"),
            legend_entry("weights", "independent among the weights of each input"),
            legend_entry("idle", "possible"),
        ],
        "height": 0.6,
    }


# Numbers.


def readout_of(now):
    both, lone, other, neither = now.parts()
    left = colt_lefts()[now.number - 1]
    beside = rounds_to(lottery_lefts(), left)
    return [
        tile("Kept by both, of those left", now.share(both), "percent", role="accent"),
        tile("By the model of 0–4 alone", now.share(lone), "percent", role="weights"),
        tile("By the model of 5–9 alone", now.share(other), "percent", role="outputs"),
        tile("By neither", now.share(neither), "percent", role="failure"),
        tile("All weights left after this round", left, "percent"),
        tile("The ticket reads, trained", now.accuracy, "percent"),
        tile("The lottery has as few after", beside, "integer", unit="rounds"),
        tile("Its ticket reads", LOTTERY[beside - 1]["accuracy"], "percent", role="is"),
    ]


def table_of(layer):
    columns = [
        column("Round"),
        column("Left before", "integer"),
        column("Kept by 0–4", "integer"),
        column("Kept by 5–9", "integer"),
    ]
    columns += [column("By both", "integer"), column("Of those left", "percent"), column("If independent", "percent")]
    columns += [
        column("If independent by input", "percent"),
        column("All weights left", "percent"),
        column("Ticket reads", "percent"),
    ]
    rows = []
    for number in range(1, ROUNDS + 1):
        each = round_of(number, layer)
        row = [str(number), each.before, each.one, each.other, each.both, each.share(each.both), each.bounds()[1]]
        rows.append(row + [each.share(each.by_input), colt_lefts()[number - 1], each.accuracy])
    return {"caption": "Round by round", "columns": columns, "rows": rows}
