"""One run of experiments/pruning.py: a dense start, what a method leaves of it, its training, and what that is worth.

A run is a function of its key. Its seed draws the training images, the weights and order of the dense start, what the method
draws, and the order of the training after the cut. Held-out training images make every choice; test images are of other digits.
"""

import functools
import time
from collections import namedtuple
from pathlib import Path

import torch
import trained_vgg
from trained_vgg import packed

from squeezelab.bridge import to_torch
from squeezelab.bridge.independent import independent_copy
from squeezelab.data import Examples, cluttered_digits
from squeezelab.networks import build
from squeezelab.prune import RECIPES, hit, prune
from squeezelab.training import TrainingMeter, evaluate, fit

FOLDER = Path(__file__).resolve().parents[1] / "build/pruning"
TRAIN, HELD_OUT, TEST = 6000, 4000, 5000
TEST_SEED = 1_000_000  # far from any seed of a training
RESOLUTION = 32
EPOCHS = 8  # of recovery
BROADCAST, SYSTOLIC = "squeezelerator-16", "scalesim-16"  # two accelerators of 16x16 on which cycles are counted

Start = namedtuple("Start", "options epochs rate")  # of the dense network: how it is built and trained
STARTS = {
    "mini_vgg": Start({"resolution": RESOLUTION}, 16, 0.01),
    "mini_resnet": Start({"resolution": RESOLUTION}, 24, 0.01),
    "lenet300": Start({}, 12, 0.01),
}

# {method: (name of its recipe, options)}, where these are two
OPTIONS = {f"complexity_{mode}": ("complexity", {"mode": mode}) for mode in ("pa", "fa", "ma")} | {
    "smcp": ("smcp", {"cost": "params"}),
    "random_weights": ("random", {"unit": "weight"}),
    "dense": ("uniform", {}),  # nothing falls
}


def recipe_of(method):
    """The recipe of a method."""
    name, options = OPTIONS.get(method, (method, {}))
    return RECIPES[name](**options)


@functools.lru_cache(maxsize=2)
def splits(network, seed):
    """(training images, held-out images, test images): cluttered digits, or plain ones for the network without convolutions."""
    if network == "lenet300":
        learn, held_out, test = trained_vgg.splits()
        return learn, held_out, test.take(TEST)
    both = cluttered_digits(TRAIN + HELD_OUT, seed=seed, canvas=RESOLUTION)  # no digit of the one is a digit of the other
    test = cluttered_digits(TEST, seed=TEST_SEED, split="test", canvas=RESOLUTION)
    return both.take(TRAIN), Examples(both.images[TRAIN:], both.labels[TRAIN:], both.classes), test


@functools.lru_cache(maxsize=2)
def dense(network, seed, epochs=None, rate=None):
    """The dense network of a seed in evaluation mode; trained the first time, read from `FOLDER` afterwards."""
    start = STARTS[network]
    epochs, rate = epochs or start.epochs, rate or start.rate
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = to_torch(build(network, **start.options))
    file = FOLDER / f"{network}-{epochs}-{rate}-{seed}.safetensors"
    fit(model, splits(network, seed)[0], epochs, learning_rate=rate, seed=seed, checkpoint=file, quiet=True)
    return model.eval()


def training_macs(model, data):
    """MACs of one epoch of training a model, all its weights counted."""
    with TrainingMeter(independent_copy(model)) as meter:
        meter.model(data.images[:1]).sum().backward()
    return meter.total * len(data)


def sparsity_of(start, data, recipe, kept, training):
    """The sparsity at which a share of the parameters is left, where channels fall, or of the weights, where they do."""
    if recipe.gate:  # weights, and SMCP, whose sparsity is one of parameters
        return 1 - kept
    return hit(start, data, recipe, kept, "params", **training)


def ran(network, method, kept, control, epochs, learning_rate, seed):
    """The `Pruned` of a key. kept: of the parameters, where channels fall; of the weights, where they do.

    control: None, the method itself; "same_widths", as many channels of each layer as it keeps, drawn; "scratch", its widths from
    new weights; "equal_macs", the same for as many MACs of training as the dense start and `epochs` of recovery take;
    "same_densities", as many weights of each layer as it keeps, drawn, from a new start.
    """
    start, data = dense(network, seed), splits(network, seed)[0]
    recipe, training = recipe_of(method), {"learning_rate": learning_rate, "seed": seed, "quiet": True}
    sparsity = sparsity_of(start, data, recipe, kept, training)
    if control is None:
        return prune(start, data, recipe, sparsity, epochs, **training)
    model = prune(start, data, recipe, sparsity, 0, **training)
    if control == "same_densities":
        densities = {layer: count / model.units.sizes[layer] for layer, count in left(model).items()}
        return prune(start, data, "random", sparsity, epochs, **training, unit="weight", densities=densities)
    if control == "equal_macs":
        epochs = epochs_of_equal_macs(model, STARTS[network].epochs, epochs, data)
    drawn = RECIPES["uniform"]()._replace(allocate=as_many(left(model)), fresh=control != "same_widths")
    return prune(start, data, drawn, 0, epochs, **training)


def epochs_of_equal_macs(model, dense_epochs, epochs, data):
    """How long the small network of a `Pruned` is trained for the MACs of the dense one's training, the method and recovery."""
    small = training_macs(model.small, data)
    spent = dense_epochs * training_macs(model.dense, data) + model.training_macs + epochs * small
    return round(spent / small)


def as_many(counts):
    """The rule that keeps so many channels of each group, whatever the share."""

    def rule(scores, share, round_to, context):
        return {group: sorted(each.topk(counts[group]).indices.tolist()) for group, each in scores.items()}

    return rule


def held_out_accuracy(network, method, kept, control, epochs, learning_rate, seed):
    """A row by which choices are made: accuracy in the last epoch's training, and on the held-out images; 0 at a learning rate
    so high that the loss is no longer a number. The method "start" is the training of a dense start."""
    begin, key = time.process_time(), (network, method, kept, control, epochs, learning_rate, seed)
    found = unless_diverged(lambda: accuracies(*key))
    return found | {"seconds": round(time.process_time() - begin, 1)}


def unless_diverged(judge):
    """What `judge()` gives, or no digit right where a loss or a score is no longer a number."""
    try:
        return judge()
    except ValueError as error:
        if "the loss is" not in str(error) and "not all numbers" not in str(error):
            raise
        return {"accuracy": 0.0, "training_accuracy": 0.0}


def accuracies(network, method, kept, control, epochs, learning_rate, seed):
    """{"accuracy": on held-out images, "training_accuracy"}."""
    data, held_out, _ = splits(network, seed)
    if method == "start":
        model = dense(network, seed, epochs, learning_rate)
        return {"accuracy": evaluate(model, held_out).accuracy, "training_accuracy": evaluate(model, data).accuracy}
    run = ran(network, method, kept, control, epochs, learning_rate, seed)
    return {"accuracy": evaluate(run.small, held_out).accuracy, "training_accuracy": run.history[-1]["accuracy"]}


def measure(network, method, kept, control, epochs, learning_rate, seed):
    """A row of the record: accuracy on the test images, before and after the training, what is left and what it costs.

    left: channels or weights of each layer; start_macs: of the training of the dense start, if the method had one; training_macs,
    executed_training_macs: after it, zeros left out and zeros computed; nonzero: weights
    of convolutions and linear layers; seconds: of the processor, for the whole run.
    """
    begin = time.process_time()
    model = ran(network, method, kept, control, epochs, learning_rate, seed)
    fresh = model.recipe.fresh
    start_macs = 0 if fresh else STARTS[network].epochs * training_macs(model.dense, splits(network, seed)[0])
    row = row_of(model, splits(network, seed)[2]) | {"start_macs": start_macs}
    return row | {"seconds": round(time.process_time() - begin, 1)}


def row_of(model, test):
    """Of a `Pruned` all that `measure` says, but for its dense start and the time it took."""
    units = model.units
    row = on_test(model.small, test) | {"accuracy_cut": evaluate(model.before, test).accuracy}
    row |= {"training_accuracy": model.history[-1]["accuracy"] if model.history else None}
    row |= {name: units.cost(model.kept, name, None) for name in ("params", "macs", "stored_bytes", "peak_activation_bytes")}
    row |= {"left": left(model), "nonzero": sum(left(model).values())}
    if units.unit == "channel":
        row["nonzero"] = sum(layer.weight_words for layer in model.network.mac_layers)
    row |= {name: units.cost(model.kept, name, BROADCAST) for name in ("cycles", "energy")}
    row |= {"systolic_cycles": units.cost(model.kept, "cycles", SYSTOLIC)}
    row |= {"images_seen": model.images_seen, "training_macs": model.training_macs}
    return row | {"executed_training_macs": model.executed_training_macs}


def on_test(model, test):
    """Accuracy, right answers of each class, and which test images were right, as bits (`results.right_of`)."""
    with torch.no_grad():
        right = torch.cat([model(images).argmax(1) == labels for images, labels in test.batches(500, shuffle=False)])
    by_class = torch.bincount(test.labels[right], minlength=len(test.classes)).tolist()
    return {"accuracy": right.double().mean().item(), "right_by_class": by_class, "right": packed(right)}


def left(model):
    """{layer or group of channels: how many weights or channels stay}."""
    if model.units.unit == "weight":
        return model.units.counts(model.kept)
    return {group: len(places) for group, places in model.kept.items()}
