"""The pictures of `ticket_overlap`: weights in the colours of their fate, what is left, and what tickets read."""

from ..core.words import percent
from .kit.charts import dots, line
from .kit.figures import axis, careful_percent, legend_entry
from .overlap_model import (
    BOTH,
    COLT,
    DENSE,
    GONE,
    LOTTERY,
    NEITHER,
    ONE,
    OTHER,
    ROUNDS,
    SETTINGS,
    colt_lefts,
    fates_of,
    lottery_lefts,
    map_at,
    promised_lefts,
    rounds_to,
)

FATES = [  # a fate, its colour, and how it is said
    (BOTH, "accent", "kept by both"),
    (ONE, "weights", "by the model of 0–4 alone"),
    (OTHER, "outputs", "by the model of 5–9 alone"),
    (NEITHER, "failure", "by neither"),
    (GONE, "idle", "gone before"),
]
ROLES = dict([(fate, role) for fate, role, _ in FATES])


def picture(shown, number):
    return map_chart(number) if shown == "all" else fates_chart(shown, number)


def map_chart(number):
    """The share of the weights of fc1 that stays, pixel by pixel."""
    shares, most = map_at(number)
    side = len(shares)
    names = [pixels(place) for place in range(side)]
    xs, ys, values, tips = [], [], [], []
    for row in range(side):
        for place in range(side):
            xs.append(names[place])
            ys.append(names[row])
            values.append(shares[row][place])
            tips.append(f"rows {names[row]}, columns {names[place]}")
    mean = sum(values) / len(values)
    return {
        "title": f"After round {number} a pixel keeps {careful_percent(mean)} of its weights, at most {percent(most)}",
        "alt": f"Share of the weights of fc1 left in cells of pixels after round {number}: {careful_percent(mean)} on average, "
        f"{percent(most)} where most are left.",
        "x": axis("Pixel, column", scale="band", domain=names),
        "y": axis("Pixel, row", scale="band", domain=names),
        "marks": [{"type": "heat", "x": xs, "y": ys, "value": values, "most": most, "label": tips}],
        "height": 1,
    }


def pixels(place):
    first = SETTINGS["cell"] * place
    return f"{first}–{first + SETTINGS['cell'] - 1}"


def fates_chart(shown, number):
    """28 × 28 weights in the colours of what the two models do with them in a round."""
    rows = fates_of(shown, number)
    names = [str(place) for place in range(len(rows))]
    xs, ys, roles = [], [], []
    for row, each in zip(names, rows):
        xs += names
        ys += [row] * len(names)
        roles += [ROLES[fate] for fate in each]
    counts = [sum([each.count(fate) for each in rows]) for fate, _, _ in FATES]
    what = "fc2, its first neurons and inputs" if shown == "fc2" else f"neuron {shown} of fc1"
    there = sum(counts) - counts[-1]
    labels = ("Input", "Neuron") if shown == "fc2" else ("Pixel, column", "Pixel, row")
    return {
        "title": f"Of {there} weights of {what}, {counts[0]} stay in round {number}",
        "alt": f"Weights of {what} in round {number}: "
        + ", ".join([f"{count} {word}" for count, (_, _, word) in zip(counts, FATES)])
        + ".",
        "x": axis(labels[0], scale="band", domain=names),
        "y": axis(labels[1], scale="band", domain=names),
        "marks": [{"type": "cell", "x": xs, "y": ys, "role": roles}],
        "legend": [legend_entry(role, word) for _, role, word in FATES],
        "height": 1,
    }


def left_chart(number):
    """The share of all weights left over the rounds, of both ways, and of two promises."""
    marks, rounds = [], []
    for name, lefts, role in (("COLT", colt_lefts(), "accent"), ("lottery", lottery_lefts(), "is")):
        xs = list(range(1, len(lefts) + 1))
        tips = [f"{name}, round {x}: {careful_percent(left)} of the weights left" for x, left in zip(xs, lefts)]
        curve = line(xs, lefts, role, name, tips)
        marks += [curve, dots(curve, [x == number for x in xs])]
        rounds.append(rounds_to(lefts, 1 - SETTINGS["sparsity"]))
    promised, goal = promised_lefts(), percent(1 - SETTINGS["sparsity"])
    return {
        "title": f"{percent(SETTINGS['sparsity'])} have fallen after {rounds[0]} rounds of COLT, and {rounds[1]} of the lottery",
        "alt": f"Share of all weights left over rounds: COLT comes to {goal} in {rounds[0]} rounds, the lottery in {rounds[1]}.",
        "x": axis("Round", domain=[1, len(LOTTERY)], format="integer"),
        "y": axis("Weights left, of all", scale="log10", domain=[0.9 * min(promised + lottery_lefts()), 1], format="percent"),
        "marks": [line(list(range(1, ROUNDS + 1)), promised, "reference", "independent", None, True)] + marks,
        "height": 0.6,
    }


def accuracy_chart(number):
    """What tickets read after their training, over how much is left; ringed is a round, and the lottery's first with as few."""
    marks, beside = [], rounds_to(lottery_lefts(), colt_lefts()[number - 1])
    for name, lefts, rows, role, ringed in (
        ("COLT", colt_lefts(), COLT["rounds"], "accent", number),
        ("lottery", lottery_lefts(), LOTTERY, "is", beside),
    ):
        accuracies = [row["accuracy"] for row in rows]
        tips = [f"{name}, {careful_percent(left)} left: {percent(right)} read" for left, right in zip(lefts, accuracies)]
        curve = line(lefts[::-1], accuracies[::-1], role, None, tips[::-1])
        marks += [curve, dots(curve, [len(lefts) - place == ringed for place in range(len(lefts))])]
    now, other = percent(COLT["rounds"][number - 1]["accuracy"]), percent(LOTTERY[beside - 1]["accuracy"])
    every = [row["accuracy"] for row in COLT["rounds"] + LOTTERY]
    return {
        "title": f"With as many weights the ticket of COLT reads {now} of the digits, that of the lottery {other}",
        "alt": f"Digits read by tickets over the weights left: that of round {number} of COLT {now}, the lottery's with as few "
        f"{other}, the whole network {percent(DENSE)}.",
        "x": axis("Weights left, of all", scale="log10", format="percent"),
        "y": axis("Test digits read, after training", domain=[min(every) - 0.01, max(every) + 0.01], format="percent"),
        "marks": marks + [{"type": "rule", "y": DENSE, "role": "reference", "label": "whole network"}],
        "legend": [legend_entry("accent", "COLT"), legend_entry("is", "lottery")],
        "height": 0.35,
        "wide": True,
    }
