"""Part "backbone" of experiments/capsules.py: capsules on a backbone whose channels were pruned (Renzulli and Grangetto 2022).

The shipped `mini_vgg` loses a share of the channels of every layer, by the norm of their filters; capsules stand on what is left,
a type for every eight channels, and all of it is trained. One backbone, five seeds of capsules and of the order of images.
"""

import functools

import torch
from capsules_runs import clocked, compare, held_out_row, splits, tested, train

from squeezelab.bridge import from_torch
from squeezelab.bridge.independent import independent_copy
from squeezelab.capsules import types_of, with_capsules
from squeezelab.data import Shifted
from squeezelab.prune import prune
from squeezelab.training import reference

EPOCHS = 8
IMAGES = 6000
SHAPE = (1, 28, 28)
PRUNED = (0, 0.25, 0.5, 0.75)
SIDES = [f"{share:.0%} pruned" for share in PRUNED]
RATES, BEYOND = (0.001, 0.002, 0.004), {0.001: 0.0005, 0.004: 0.008, 0.008: 0.016}


@functools.lru_cache(maxsize=4)
def backbone(share):
    """The shipped network without so large a share of its channels."""
    model = reference("mini_vgg")
    if not share:
        return model
    return prune(model, splits("digits", held_out=False)[0].examples, "l1_filter", share, 0, quiet=True).small


def trained(side, epochs, learning_rate, seed, held_out):
    """(model, its training accuracy)."""
    share, data = PRUNED[SIDES.index(side)], splits("digits", held_out)[0]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = with_capsules(independent_copy(backbone(share)), SHAPE)
    return model, train(model, Shifted(data.examples.take(IMAGES), data.pixels), epochs, learning_rate, seed)


def held_out_accuracy(side, epochs, learning_rate, seed):
    """A row of the choice of rates."""
    model, learnt = trained(side, epochs, learning_rate, seed, held_out=True)
    return held_out_row(model, learnt, splits("digits", held_out=True)[1])


def measure(side, epochs, learning_rate, seed):
    """A row of the record: with types of primary capsules, params and MACs."""
    (model, learnt), seconds = clocked(lambda: trained(side, epochs, learning_rate, seed, held_out=False))
    network, row = from_torch(model, SHAPE), tested(model, splits("digits", held_out=False)[1])
    row |= {"types": types_of(model), "params": network.params, "macs": network.macs}
    return row | {"training_accuracy": round(learnt, 4), "seconds": seconds}


def run(chosen):
    shared = {"images": IMAGES, "network": "mini_vgg"}
    compare("backbone", SIDES, EPOCHS, held_out_accuracy, measure, chosen, RATES, BEYOND, **shared)
