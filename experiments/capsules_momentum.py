"""Part "momentum" of experiments/capsules.py: deep stacks of capsule blocks, plain, residual and with momentum (MoCapsNet)."""

import torch
from capsules_runs import clocked, compare, fresh, held_out_row, splits, tested, train

from squeezelab.capsules import mocapsnet
from squeezelab.data import Shifted
from squeezelab.networks import capsnet

EPOCHS = 8
IMAGES = 6000
MOMENTUM = 0.9
# Starts of the weights by a pilot on another seed; a plain stack is dead at those of the others, and the others worse at its own.
STARTS = {"plain": {"gain": 1.0, "ends": 5.0}, "residual": {"gain": 0.25}, "momentum": {"gain": 0.25}}
NO_BLOCKS = "no blocks"  # the CapsNet that the claim is about: `tiny`
SIDES = [NO_BLOCKS, "plain, depth 4"] + [f"{mode}, depth {depth}" for depth in (1, 4, 16) for mode in ("residual", "momentum")]
RATES, BEYOND = (0.005, 0.01, 0.02), {0.005: 0.0025, 0.02: 0.04}


def trained(side, epochs, learning_rate, seed, held_out):
    """(model, its training accuracy)."""
    model, data = fresh_stack(side, seed), splits("digits", held_out)[0]
    return model, train(model, Shifted(data.examples.take(IMAGES), data.pixels), epochs, learning_rate, seed)


def fresh_stack(side, seed):
    """The network of a side, its weights drawn from the seed."""
    if side == NO_BLOCKS:
        return fresh(capsnet("tiny"), seed)
    mode, depth = side.split(", depth ")
    torch_mode = "autograd" if mode == "momentum" else mode  # the numbers of "reversible", in less time: see reversible_memory
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return mocapsnet(int(depth), mode=torch_mode, momentum=MOMENTUM, **STARTS[mode])


def held_out_accuracy(side, epochs, learning_rate, seed):
    """A row of the choice of rates."""
    model, learnt = trained(side, epochs, learning_rate, seed, held_out=True)
    return held_out_row(model, learnt, splits("digits", held_out=True)[1])


def measure(side, epochs, learning_rate, seed):
    """A row of the record."""
    (model, learnt), seconds = clocked(lambda: trained(side, epochs, learning_rate, seed, held_out=False))
    params = sum(weight.numel() for weight in model.parameters())
    row = tested(model, splits("digits", held_out=False)[1])
    return row | {"training_accuracy": round(learnt, 4), "params": params, "seconds": seconds}


def run(chosen):
    shared = {"images": IMAGES, "momentum": MOMENTUM, "starts": STARTS}
    compare("momentum", SIDES, EPOCHS, held_out_accuracy, measure, chosen, RATES, BEYOND, **shared)
