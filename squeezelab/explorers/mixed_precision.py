"""Bits of each layer within a budget of bytes: who minds, who gets them, and whether what was added up holds."""

from ..core.words import formatted, grouped, percent, plural, short, times
from .kit.controls import choice, stops
from .kit.figures import capital, column, tile
from .mixed_charts import cells_chart, costs_chart, digits_chart, losses_chart
from .mixed_model import BITS, BUDGETS, MACHINE, NETWORKS, SEEDS, SETTINGS, WAYS, choice_of, cost_of

TITLE = "A budget of bytes, and bits for each layer"
CONTROLS = [
    choice("network", "Network", NETWORKS, "mini_vgg"),
    stops("budget", "Budget, bits a weight", BUDGETS, 2.5),
    choice("way", "Chosen by", WAYS, "knapsack"),
]
AHEAD = ["network", "budget"]
NOTE = (
    "One shipped network. Each layer alone was given fewer bits, all else 8: the rise of the loss on {images} digits that it "
    "was trained on (none but test digits are left), with weights clipped at the least squared error, a scale a channel. "
    "Choices are made by these rises; loss on the same digits, digits read of {images} test digits. {machine}: some values are "
    "recalled or assumed, MACs cost as on its own words."
)
DOTS = (
    " Dots: networks of {seeds} seeds, trained on cluttered digits, maps of 4 bits, each with a choice by its own rises, "
    "{test} test images."
)
DOUBLED = 2  # times the sum, and more: the rises do not add up


def figure(network, budget, way):
    every = [choice_of(network, budget, name) for name, _ in WAYS]
    now = [one for one in every if one.way == way][0]
    return {
        "finding": finding_of(now, every, budget),
        "problem": problem_of(now),
        "charts": [
            cells_chart(now, every),
            losses_chart(network, budget, way, now),
            digits_chart(network, budget, way, now),
            costs_chart(network, every),
        ],
        "readout": readout_of(now, network),
        "table": table_of(every),
        "formula": formula_of(now, budget),
        "note": note_of(network),
    }


# Words.


def note_of(network):
    text = NOTE.format(images=grouped(SETTINGS["images"]), machine=MACHINE)
    if network != SEEDS["settings"]["network"]:
        return text
    return text + DOTS.format(seeds=len(SEEDS["settings"]["seeds"]), test=grouped(SEEDS["settings"]["test_size"]))


def finding_of(now, every, budget):
    head = f"Within {short(budget)} bits a weight, {grouped(now.bytes)} B with scales and biases, {bits_words(now)}"
    if now.accuracy is None:
        return f"{head}; this choice was not measured."
    uniform = every[-1]
    tail = f"read are {percent(now.accuracy)} of the digits"
    if now.way == "uniform" or uniform.accuracy is None:
        return f"{head}; {tail}."
    return f"{head}; {tail}, with {plural(uniform.bits[0], 'bit')} in all layers {percent(uniform.accuracy)}."


def bits_words(now):
    if now.way == "uniform":
        return f"all layers get {plural(now.bits[0], 'bit')}"
    name = "the knapsack" if now.way == "knapsack" else "the greedy rule"
    return f"{name} gives the layers {min(now.bits)} to {max(now.bits)} bits"


def problem_of(now):
    """The rises do not add up, or nothing is read; or None."""
    if now.accuracy is not None and now.accuracy < 0.5:
        return (
            f"Most digits are misread: {percent(now.accuracy)} are right. One layer alone at these bits never did that much harm."
        )
    if now.exceeds is not None and now.exceeds > DOUBLED:
        rise = formatted(now.loss - now.layers.loss, "plain")
        return (
            f"Together the layers do {times(now.exceeds)} the harm that they do one by one: the loss rises by {rise}, the sum is "
            f"{formatted(now.rise, 'plain')}. The choice is the best of a sum that does not hold here."
        )
    return None


def formula_of(now, budget):
    weights = grouped(now.layers.weights)
    return (
        f"choose bits b of each layer: the least Σ rise(b) with Σ weights · b ≤ {short(budget)} · {weights}\n"
        f"loss at 8 bits + Σ rise = {formatted(now.layers.loss, 'four')} + {formatted(now.rise, 'four')} = "
        f"{formatted(now.added, 'four')}; measured {formatted(now.loss, 'four')}"
    )


# Numbers.


def readout_of(now, network):
    cost, whole = cost_of(network, tuple(now.bits)), cost_of(network, (8,) * len(now.bits))
    return [
        tile("Digits read", now.accuracy, "percent", role="accent"),
        tile("Loss, if rises add up", now.added, "plain", "nats"),
        tile("Loss, measured", now.loss, "plain", "nats", role="stall"),
        tile("Bytes of the network", now.bytes, "integer", role="weights"),
        tile(f"Cycles, {MACHINE}", cost.cycles, "integer", role="compute"),
        tile("Of those at 8 bits", cost.cycles / whole.cycles, "percent", role="compute"),
        tile("Energy, of that at 8 bits", cost.energy / whole.energy, "percent", role="dram"),
    ]


def table_of(every):
    layers = every[0].layers
    columns = [column("Layer"), column("Weights", "integer")] + [column(capital(name), "integer", "bits") for name, _ in WAYS]
    columns += [column(f"Rise at {bits}", "four") for bits in BITS[:-1]]
    rows = []
    for place, name in enumerate(layers.names):
        rises = [layers.rises[place][bits] for bits in BITS[:-1]]
        rows.append([name, layers.sizes[place]] + [one.bits[place] for one in every] + rises)
    return {
        "caption": "Bits of each layer, and the rise of the loss with this layer alone at fewer",
        "columns": columns,
        "rows": rows,
    }
