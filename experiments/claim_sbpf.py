"""SBPF's claim: a half-trained network ranks its layers by sensitiveness as the fully trained one does, so that the ranking
need not wait for the end of training (Lu et al. 2022: 50 epochs of VGG-16) [abstract read].

A layer's sensitiveness is the accuracy that is lost when noise is added to its weights alone; noise, normal with `NOISE` times
the standard deviation of the weights, is inferred. `mini_resnet` has nine convolutions, more than the other networks with dense
starts, and 24 epochs. Beside it three other ways to rank layers: the mean over a layer's channels of the size of filters (Li et
al. 2017), of |γ| (Liu et al. 2017) and of Taylor's term (Molchanov et al. 2019). At the end the damage is done a second time,
with other draws: how well a ranking repeats itself is the most that it can agree with another one. The training is that of the
dense start, watched; no test image is used, and nothing is chosen.
"""

import torch
from pruning_runs import STARTS, splits
from record import Record

from squeezelab.bridge import to_torch
from squeezelab.bridge.independent import independent_copy
from squeezelab.networks import build
from squeezelab.prune import Units
from squeezelab.prune.gradients import gradients_by_batch
from squeezelab.prune.layer_rules import with_noise
from squeezelab.prune.scores import first_order_by_channel
from squeezelab.prune.units import outputs_first
from squeezelab.training import evaluate, fit

SEEDS = (0, 1, 2, 3, 4)  # five trainings: images, initial weights, order, draws of the noise
NETWORK = "mini_resnet"
EPOCHS = (0, 1, 3, 6, 12, 18, 24)  # of training that are over when layers are ranked
NOISE = 0.5  # times the standard deviation of a layer's weights, as in the recipe `sbpf`
IMAGES, DRAWS = 500, 4  # training images on which damage is measured, and how often it is done


class Damaged:
    """A convolution alone, as `with_noise` takes a group of channels."""

    def __init__(self, name):
        self.makers = [name]


def convolutions(units):
    """{convolution: the norm that follows it}."""
    followed = {layer.inputs[0]: layer.name for layer in units.network.layers if layer.op == "norm"}
    return {layer.name: followed[layer.name] for layer, _ in units.reading() if layer.op == "conv"}


def accuracy_lost(units, data, noise, dice):
    """{convolution: accuracy lost to noise on its weights, a mean over the draws}."""
    images = data.take(IMAGES)
    before = evaluate(units.model, images).accuracy
    found = {}
    for name in convolutions(units):
        after = [evaluate(with_noise(units, Damaged(name), noise, dice), images).accuracy for _ in range(DRAWS)]
        found[name] = before - sum(after) / DRAWS
    return found


def layer_means(units, data):
    """{way to rank: {convolution: mean over its channels}} of the size of filters, of |γ| and of Taylor's term."""
    batches = [first_order_by_channel(units, gradients) for gradients in gradients_by_batch(units, data)]
    found = {"l1": {}, "gamma": {}, "taylor": {}}
    for name, norm in convolutions(units).items():
        found["l1"][name] = outputs_first(units.modules[name]).abs().flatten(1).sum(1).mean()
        found["gamma"][name] = units.modules[norm].weight.abs().mean()
        found["taylor"][name] = torch.stack([batch[norm].square().mean() for batch in batches]).mean()
    return {way: {name: value.item() for name, value in each.items()} for way, each in found.items()}


def rankings(model, network, data, noise, seed):
    """{way to rank: {convolution: value}} of a model as it is now."""
    units = Units(independent_copy(model).eval(), network)
    dice = torch.Generator().manual_seed(seed)
    with torch.enable_grad():  # which is off while a training is watched
        return {"noise": accuracy_lost(units, data, noise, dice)} | layer_means(units, data)


def measure(seed):
    """A row: layers, and for each way to rank their values after each of `EPOCHS`; again: a second "noise" at the end."""
    start, data = STARTS[NETWORK], splits(NETWORK, seed)[0]
    network = build(NETWORK, **start.options)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = to_torch(network)
    looks = {0: rankings(model, network, data, NOISE, draws_of(seed, 0))}

    def watch(training):
        if training.epoch in EPOCHS and training.epoch not in looks:
            looks[training.epoch] = rankings(training.model, network, data, NOISE, draws_of(seed, training.epoch))

    fit(model, data, start.epochs, learning_rate=start.rate, seed=seed, after_backward=watch, quiet=True)
    looks[start.epochs] = rankings(model, network, data, NOISE, draws_of(seed, start.epochs))
    again = rankings(model, network, data, NOISE, draws_of(seed, start.epochs + 1))
    row = {"layers": list(again["noise"])}
    for way in again:
        row[way] = [[float(f"{value:.4g}") for value in looks[epoch][way].values()] for epoch in EPOCHS]
    return row | {"again": [round(value, 4) for value in again["noise"].values()]}


def draws_of(seed, epoch):
    """A seed for the noise of its own after every epoch, so that no two rankings agree by their draws."""
    return 1000 * (seed + 1) + epoch


def run(chosen):
    """Writes recorded/pruning_claims_sbpf.json."""
    settings = {"seeds": SEEDS, "network": NETWORK, "epochs": EPOCHS, "noise": NOISE, "images": IMAGES, "draws": DRAWS}
    keys = [{"seed": seed} for seed in SEEDS]
    Record("pruning_claims_sbpf", settings, chosen.fresh, script="pruning_claims").run(keys, measure, chosen.way)
