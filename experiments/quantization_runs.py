"""One run of experiments/quantization.py: a float network, how it is quantised, and what that is worth.

A run is a function of its key. Its seed draws the training images, the initial weights and the order of all training; held-out
training images make every choice, and test images are of other digits.
"""

import functools
import time
from collections import namedtuple
from pathlib import Path

import torch
from trained_vgg import packed

from squeezelab.bridge import to_torch
from squeezelab.compression.knapsack import knapsack
from squeezelab.data import Examples, cluttered_digits
from squeezelab.networks import mini_of, mini_squeezenext, mini_vgg
from squeezelab.prune import hit, prune
from squeezelab.quantize import quantize
from squeezelab.training import evaluate, fit

FOLDER = Path(__file__).resolve().parents[1] / "build/quantization"
TRAIN, HELD_OUT, TEST = 6000, 4000, 5000
JUDGED = 2000  # of the held-out images: on these, sensitivities are measured; as many test images see the integers of "rounding"
TEST_SEED = 1_000_000  # far from any seed of a training
RESOLUTION = 32
EPOCHS = 4  # of a training with quantised values, and of its float control
KEPT = 0.5  # of the parameters, where pruning meets quantisation
LAYER_BITS = (2, 3, 4, 5, 6, 8)  # offered to each layer of a mixed precision
MAP_BITS = 4  # of its maps

Start = namedtuple("Start", "build epochs rate")  # of the float network: how it is built and trained
STARTS = {
    "mini_vgg": Start(lambda width: mini_vgg(width, resolution=RESOLUTION), 16, 0.01),
    "separable": Start(lambda width: mini_of("separable", width, resolution=RESOLUTION), 24, 0.03),
    "mini_squeezenext": Start(lambda width: mini_squeezenext(width, resolution=RESOLUTION), 24, 0.03),
}


@functools.lru_cache(maxsize=2)
def splits(seed):
    """(training images, held-out images, test images); no digit of the one is a digit of the others."""
    both = cluttered_digits(TRAIN + HELD_OUT, seed=seed, canvas=RESOLUTION)
    test = cluttered_digits(TEST, seed=TEST_SEED, split="test", canvas=RESOLUTION)
    return both.take(TRAIN), Examples(both.images[TRAIN:], both.labels[TRAIN:], both.classes, "train"), test


@functools.lru_cache(maxsize=4)
def trained(network, seed, width=1.0, epochs=None, rate=None):
    """The float network of a seed in evaluation mode; trained the first time, read from `FOLDER` afterwards."""
    start = STARTS[network]
    epochs, rate = epochs or start.epochs, rate or start.rate
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = to_torch(start.build(width))
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{network}-{width}-{epochs}-{rate}-{seed}.safetensors"
    fit(model, splits(seed)[0], epochs, learning_rate=rate, seed=seed, checkpoint=file, quiet=True)
    return model.eval()


# How `quantize` is asked, by the part and the setting of a key, beside bits, granularity and calibration.
OPTIONS = {
    "power_of_two": {"power_of_two": True},
    "bias": {"bias_correction": True},
    "adaptive": {"weight_rounding": "adaptive"},
    "both": {"weight_rounding": "adaptive", "bias_correction": True},
    "ends": {"ends": 8},
}


def options_of(setting, bits):
    """Arguments of `quantize`."""
    if setting == "weights":
        return {"activation_bits": 8}
    if setting == "maps":
        return {"weight_bits": 8}
    return OPTIONS.get(setting, {})


def quantised(model, data, bits, granularity, calibration, setting, **more):
    options = options_of(setting, bits)
    return quantize(model, data, bits, granularity=granularity, calibration=calibration, quiet=True, **options, **more)


def judged(model, test, result=None):
    """What a row says of a model: accuracy, which test images were right, bytes."""
    right = right_on(model, test)
    row = {"accuracy": right.double().mean().item(), "right": packed(right)}
    return row | ({"bytes": result.bytes} if result is not None else {})


def right_on(model, test):
    with torch.no_grad():
        return torch.cat([model(images).argmax(1) == labels for images, labels in test.batches(500, shuffle=False)])


def post_training(network, width, bits, granularity, calibration, setting, seed):
    """A row of what is calibrated and not trained."""
    data, _, test = splits(seed)
    result = quantised(trained(network, seed, width), data, bits, granularity, calibration, setting)
    return judged(result.fake, test, result)


def trained_on(network, method, bits, setting, learning_rate, seed, epochs=EPOCHS):
    """(model, `Quantized` or None) after as many epochs more: with quantised values, or in float numbers."""
    data, start = splits(seed)[0], trained(network, seed)
    training = {"learning_rate": learning_rate, "seed": seed, "quiet": True}
    if method == "float":
        model = quantize(start, data, 8).float  # the folded network, which the others train, too
        fit(model, data, epochs, **training)
        return model.eval(), None
    options = options_of(setting, bits)
    result = quantize(start, data, bits, qat=method, epochs=epochs, **training, **options)
    return result.fake, result


def quantisation_aware(network, method, bits, setting, learning_rate, seed):
    model, result = trained_on(network, method, bits, setting, learning_rate, seed)
    return judged(model, splits(seed)[2], result)


def held_out_accuracy(network, method, bits, epochs, learning_rate, seed):
    """A row by which a learning rate is chosen; "start" is the training of a float network."""
    data, held_out, _ = splits(seed)
    if method == "start":
        model = trained(network, seed, 1.0, epochs, learning_rate)
    else:
        model, _ = trained_on(network, method, bits, None, learning_rate, seed, epochs)
    return {"accuracy": evaluate(model, held_out).accuracy, "training_accuracy": evaluate(model, data).accuracy}


def both_roundings(network, bits, seed):
    """Integers under the two roundings, on the same test images."""
    data, _, test = splits(seed)
    test, row = test.take(JUDGED), {}
    for rounding in ("single", "double"):
        result = quantize(trained(network, seed), data, bits, rounding=rounding)
        row["accuracy_" + rounding] = evaluate(result.integers, test).accuracy
    return row | {"accuracy": row["accuracy_double"], "fake_accuracy": evaluate(result.fake, test).accuracy}


def mixed(network, bits, seed):
    """Bits of each layer's weights by the knapsack within the bytes of `bits` (which may be a half) everywhere; maps have 4."""
    data, held_out, test = splits(seed)
    start, seen = trained(network, seed), held_out.take(JUDGED)
    whole = quantize(start, data, 8, activation_bits=MAP_BITS)
    layers = [layer.name for layer in whole.network.mac_layers]
    losses = {}
    for layer in layers:
        for each in LAYER_BITS:
            one = quantize(start, data, 8, weight_bits={layer: each}, activation_bits=MAP_BITS)
            losses[layer, each] = evaluate(one.fake, seen).loss
    sizes = {layer.name: layer.weight_words for layer in whole.network.mac_layers}
    offers = [[(-losses[layer, each], sizes[layer] * each / 8) for each in LAYER_BITS] for layer in layers]
    places = knapsack(offers, sum(sizes.values()) * bits / 8)[2]
    chosen = {layer: LAYER_BITS[place] for layer, place in zip(layers, places)}
    result = quantize(start, data, 8, weight_bits=chosen, activation_bits=MAP_BITS)
    return judged(result.fake, test, result) | {"chosen": chosen}


def uniform_weights(network, bits, seed):
    """The same with `bits` of weights in every layer."""
    data, _, test = splits(seed)
    result = quantize(trained(network, seed), data, bits, activation_bits=MAP_BITS)
    return judged(result.fake, test, result)


def pruned_and_quantised(network, method, bits, learning_rate, seed):
    """Channels fall until half of the parameters are left, and weights and maps get `bits`: in this order, or the other way
    round. Both have a training of `EPOCHS` after each of the two."""
    data, _, test = splits(seed)
    start = trained(network, seed)
    training = {"learning_rate": learning_rate, "seed": seed, "quiet": True}
    if method == "prune_quantise":
        sparsity = hit(start, data, "l1_filter", KEPT, "params", **training)
        start = prune(start, data, "l1_filter", sparsity, EPOCHS, **training).sliced()
    else:
        first = quantize(start, data, bits, qat="lsq", epochs=EPOCHS, **training).plain()
        sparsity = hit(first, data, "l1_filter", KEPT, "params", **training)
        start = prune(first, data, "l1_filter", sparsity, 0, **training).sliced()
    result = quantize(start, data, bits, qat="lsq", epochs=EPOCHS, **training)
    return judged(result.fake, test, result) | {"params": result.network.params}


def measure(part, network, width, method, bits, granularity, calibration, setting, learning_rate, seed):
    """A row of the record: accuracy on the test images, which of them were right, bytes of the parameters, seconds of the
    processor (with the training of the float network, where this run is the first to need it)."""
    begin = time.process_time()
    if method == "float" and part == "float":
        row = judged(trained(network, seed, width), splits(seed)[2])
    elif part == "training":
        row = quantisation_aware(network, method, bits, setting, learning_rate, seed)
    elif part == "rounding":
        row = both_roundings(network, bits, seed)
    elif part == "mixed":
        row = (mixed if method == "knapsack" else uniform_weights)(network, bits, seed)
    elif part == "order":
        row = pruned_and_quantised(network, method, bits, learning_rate, seed)
    else:
        row = post_training(network, width, bits, granularity, calibration, setting, seed)
    return row | {"seconds": round(time.process_time() - begin, 1)}
