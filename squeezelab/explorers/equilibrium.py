"""NEq: which neurons no longer move and rest, epoch by epoch, and what the MACs are that this would save."""

from ..core.words import formatted, percent, short
from .equilibrium_charts import accuracy_chart, passes_chart, resting_chart, trade_chart
from .equilibrium_model import (
    CEILING,
    DROPS,
    EPOCHS,
    EPSILONS,
    FORWARD,
    INPUTS,
    LAYERS,
    NEURONS,
    SETTINGS,
    WATCHING,
    rate_share,
    run_of,
)
from .kit.controls import choice, slider, stops
from .kit.figures import careful_percent, column, tile

TITLE = "Neurons at equilibrium, and the gradients they spare"
READINGS = [("code", "the released code"), ("paper", "the paper")]
OPTIMIZERS = [("sgd", "SGD with momentum"), ("adam", "Adam")]
CONTROLS = [
    stops("epsilon", "ε, the velocity up to which a neuron rests", EPSILONS, 0.01) | {"format": "plain"},
    choice("reading", "Velocity after", READINGS, "code"),
    choice("optimizer", "Optimizer", OPTIMIZERS, "sgd"),
    slider("epoch", "Up to epoch", 1, EPOCHS, EPOCHS) | {"play": True},
]
MOVED = 0.1  # standard deviations in an epoch: from here on, what rests is not at rest
SOURCES = (
    "Measured: mini_vgg from new weights on {images} plain digits, {look} test digits, learning rate a tenth after {drops} "
    "epochs, μ = {mu}; after the code of NEq (Bragagnolo et al. 2022) [read]. One seed and one learning rate of each, not tuned: "
    "an illustration, which compares neither optimizers nor readings. What is saved is a promise: here every gradient is "
    "computed and then not applied; only a program that skips the rows of neurons at rest gains time. Watching {watched} images "
    "an epoch is not counted as saved or spent, and inference costs what it did."
)


def figure(epsilon, reading, optimizer, epoch):
    run = run_of(optimizer, epsilon, reading)
    return {
        "finding": finding_of(run, epoch),
        "problem": problem_of(run, epoch),
        "charts": [resting_chart(run, epoch), passes_chart(run, epoch), accuracy_chart(run, epoch), trade_chart(run)],
        "readout": readout_of(run, epoch),
        "table": table_of(run, epoch),
        "formula": formula_of(run, epoch),
        "note": note(),
    }


# Words.


def note():
    drops = " and ".join([str(drop) for drop in DROPS])
    return SOURCES.format(
        images=SETTINGS["images"], look=SETTINGS["look"], drops=drops, mu=SETTINGS["mu"], watched=SETTINGS["watched"]
    )


def finding_of(run, epoch):
    resting, there = run.neurons(epoch), sum([NEURONS[layer] for layer in LAYERS])
    head = (
        f"In epoch {epoch}, {resting} of {there} neurons rest; up to here {careful_percent(run.saved(epoch)[1])} of the MACs of"
    )
    now, dense = percent(run.accuracy[epoch - 1]), percent(run.dense[epoch - 1])
    return f"{head} training are saved, of {percent(CEILING)} at most. {now} of the digits are read, {dense} without rest."


def problem_of(run, epoch):
    """Neurons that change while they rest, or a tolerance that saves less than watching costs; or None."""
    drift, saved = run.drift[epoch - 1], run.saved(epoch)[1]
    if drift is not None and drift > MOVED:
        return (
            f"What rests goes on changing: its weights are held, but the running means of norms at rest have moved by "
            f"{short(drift)} standard deviations in this epoch, with what comes in from layers that still learn."
        )
    if epoch > DROPS[0] and saved < WATCHING:
        return (
            f"Watching costs more than resting saves: {SETTINGS['watched']} images after every epoch are as many MACs as "
            f"{percent(WATCHING)} of the training, and {careful_percent(saved)} are saved; ε is below what neurons tremble by."
        )
    return None


def formula_of(run, epoch):
    law = {
        "code": "v = D − D before + μ·v before",
        "paper": "v = D − μ·v before",
    }[run.reading]
    weights, every = run.saved(epoch)
    done = f"saved = Σ share at rest · MACs of the layer = {percent(weights)} of {formatted(FORWARD, 'si')} an image"
    passes = f"{formatted(FORWARD, 'si')} forward + {formatted(INPUTS, 'si')} to inputs + {formatted(FORWARD, 'si')} to weights"
    return f"{law}, at rest if |v| ≤ ε\n{done}\nof all passes, {passes}: {percent(every)}, at most {percent(CEILING)}"


# Numbers.


def readout_of(run, epoch):
    weights, every = run.saved(epoch)
    return [
        tile("Saved of the gradients of weights", weights, "percent", role="weights"),
        tile("Saved of all three passes", every, "percent", role="accent"),
        tile("At most", CEILING, "percent"),
        tile("Digits read", run.accuracy[epoch - 1], "percent", role="accent"),
        tile("Without rest", run.dense[epoch - 1], "percent", role="reference"),
        tile("Neurons that thawed", run.thawed(epoch), "integer"),
        tile("Learning rate, of the first", rate_share(epoch), "plain"),
        tile("Running means of norms at rest moved by", run.drift[epoch - 1], "plain", unit="σ", role="failure"),
    ]


def table_of(run, epoch):
    columns = [
        column("Layer"),
        column("Neurons", "integer"),
        column("At rest in this epoch", "integer"),
        column("Share", "percent"),
    ]
    columns.append(column("At rest, mean up to here", "percent"))
    rows = []
    for layer in LAYERS:
        mean = sum([run.share(layer, number) for number in range(1, epoch + 1)]) / epoch
        rows.append([layer, NEURONS[layer], run.resting[layer][epoch - 1], run.share(layer, epoch), mean])
    return {"caption": f"Neurons at rest in epoch {epoch}", "columns": columns, "rows": rows}
