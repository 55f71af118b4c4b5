"""ASWL's claim: which weights a layer needs, how many, and their values are learnt at once, from scratch (He, Shi, Dong 2021)
[read: code]. Asked is whether that is more accurate than masks fixed from the start.

`lenet300` on plain digits with a norm behind each hidden layer. Its controls are trained as it is, by the same optimizer and for
as long, behind drawn masks that never move: as many weights of each layer as ASWL left with the same seed, or as many in all,
by ERK's densities. Each side has its own learning rate, chosen at the smallest density. Without norms the attention of a layer
is a gain that the task wants large: the network as it is elsewhere in the book, at a rising weight of the density in the loss, is
the shown failure.
"""

import functools

import torch
from claim_tuning import SEEDS, check_entered, chosen_rates, compare, judged, rates_record, tested
from pruning_runs import left, splits
from torch import nn

from squeezelab.prune import RECIPES, prune
from squeezelab.prune.aswl import nesterov
from squeezelab.prune.choosing import trained_masked

NETWORK = "lenet300"
DENSITIES = (0.02, 0.1)  # asked for
EPOCHS = 13  # 1,027 steps
SIDES = ("aswl", "same_densities", "erk")
ASWL_RATES = {"aswl": 0.03}  # the best on held-out digits: sparse_claims_aswl_rates.json
DECAY = 1.0  # of the network with norms
DECAYS = (0.0, 0.1, 1.0)  # of the network without norms


def made(norms, seed):
    """LeNet-300-100, with or without a norm behind each hidden layer."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        hidden = [(nn.Linear(784, 300), nn.BatchNorm1d(300)), (nn.Linear(300, 100), nn.BatchNorm1d(100))]
        layers = [(linear, norm, nn.ReLU()) if norms else (linear, nn.ReLU()) for linear, norm in hidden]
        return nn.Sequential(nn.Flatten(), *sum(layers, ()), nn.Linear(100, 10))


def by_nesterov(choosing, data, sparsity, epochs, scaled, settings):
    """The driver of masks that never move, with ASWL's optimizer."""
    return trained_masked(choosing, data, sparsity, epochs, scaled, settings | {"optimizer": nesterov})


@functools.lru_cache(maxsize=2)
def attended(norms, density, decay, epochs, learning_rate, seed):
    """The `Pruned` network of ASWL."""
    data, training = splits(NETWORK, seed)[0], {"learning_rate": learning_rate, "quiet": True}
    return prune(made(norms, seed), data, "aswl", 1 - density, epochs, seed, decay=decay, **training)


def fixed(side, found, epochs, learning_rate, seed):
    """The `Pruned` control of what ASWL `found`."""
    densities = {layer: count / found.units.sizes[layer] for layer, count in left(found).items()}
    recipe = RECIPES["static"]("erk") if side == "erk" else RECIPES["random"]("weight", densities)
    data, training = splits(NETWORK, seed)[0], {"learning_rate": learning_rate, "quiet": True}
    return prune(made(True, seed), data, recipe._replace(driver=by_nesterov), found.sparsity, epochs, seed, **training)


def ran(side, setting, epochs, learning_rate, seed):
    """The `Pruned` network of a side. setting: the density asked for or, without norms, the decay."""
    if side == "plain":
        return attended(False, DENSITIES[-1], setting, epochs, learning_rate, seed)
    if side == "aswl":
        return attended(True, setting, DECAY, epochs, learning_rate, seed)
    found = attended(True, setting, DECAY, EPOCHS, ASWL_RATES["aswl"], seed)
    return fixed(side, found, epochs, learning_rate, seed)


def held_out(side, epochs, learning_rate, seed):
    """A row by which choices are made. side: "aswl 0.02", "plain 0.1", …"""
    what, setting = side.split()

    def trained():
        found = ran(what, float(setting), epochs, learning_rate, seed)
        return found.small, found.history[-1]["accuracy"]

    return judged(trained, splits(NETWORK, seed)[1])


def measure(side, setting, epochs, learning_rate, seed):
    """A row on test digits; left: weights of each layer; attention: of each layer at the end, of ASWL."""
    found = ran(side, setting, epochs, learning_rate, seed)
    row = {"density": round(1 - found.sparsity, 5), "left": list(left(found).values())}
    row |= {"attention": list(found.rounds[0]["attention"].values()) if found.rounds else None}
    row |= {"training_macs": found.training_macs, "executed_training_macs": found.executed_training_macs}
    return row | {"training_accuracy": found.history[-1]["accuracy"]} | tested(found.small, splits(NETWORK, seed)[2])


def run(chosen):
    """Writes recorded/sparse_claims_aswl.json, and the choices before it."""
    record = rates_record("aswl", NETWORK, chosen, script="sparse_claims")
    names, sides = ("side", "setting", "epochs", "learning_rate", "seed"), [f"{side} {DENSITIES[0]}" for side in SIDES]
    best = chosen_rates(record, sides[:1], EPOCHS, held_out, chosen.way, longer=False)
    check_entered({"rate of aswl": best[sides[0]]}, "rate of", ASWL_RATES)
    sides += [f"plain {decay}" for decay in DECAYS]
    best = chosen_rates(record, sides, EPOCHS, held_out, chosen.way, longer=False)
    cases = [[(side, density, best[f"{side} {DENSITIES[0]}"]) for side in SIDES] for density in DENSITIES]
    cases.insert(1, [("plain", decay, best[f"plain {decay}"]) for decay in DECAYS])
    runs = [(side, setting, EPOCHS, rate, seed) for part in cases for seed in SEEDS for side, setting, rate in part]
    keys = [dict(zip(names, each)) for each in runs]
    compare("aswl", NETWORK, keys, measure, best, chosen, script="sparse_claims")
    chosen_rates(record, sides, EPOCHS, held_out, chosen.way)
