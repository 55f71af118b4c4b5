"""Hubens' study: a network that was pre-trained can be pruned harder than one that learnt from scratch (Hubens et al. 2021)
[abstract read; the protocol is ours].

`lenet300` on plain digits. Pre-trained: 12 epochs on that half of the training digits which show a 0 to 4, then 6 on all; from
scratch: 12 on all, as many images and, but for last batches, as many steps. Then global magnitude pruning of weights to 10, 5 and
2 %, with a recovery as long for both. Each side has its own learning rate, and another one at each share. Two things are
simplified: the paper's networks have convolutions, this one trains in seconds; and pre-training on a half of the task brings no
new data, as ImageNet does there. A control at the smallest share takes the same from every layer: without it one does not know
whether a side is worth more or only has a last layer that the one threshold leaves alone.
"""

import torch
from claim_tuning import SEEDS, check_entered, chosen_rates, compare, judged, rates_record, tested
from pruning_runs import FOLDER, STARTS, dense, left, splits

from squeezelab.bridge import to_torch
from squeezelab.data import Examples
from squeezelab.networks import build
from squeezelab.prune import per_layer, prune
from squeezelab.training import evaluate, fit

NETWORK = "lenet300"
CLASSES = 5  # of pre-training: the digits 0 to 4
SHARES = (0.1, 0.05, 0.02)  # of the weights, kept
BY_LAYER = "_by_layer"  # after the name of a side: the control
PILOTS = (100, 101)  # two, since at one many rates come out alike
EPOCHS = 4  # of recovery
DENSE_RATES = {"scratch": 0.01, "pretrained": 0.01}  # the best on held-out digits: pruning_claims_hubens_rates.json
DENSE_EPOCHS = STARTS[NETWORK].epochs


def half_of_classes(data):
    """The images of the first classes."""
    wanted = data.labels < CLASSES
    return Examples(data.images[wanted], data.labels[wanted], data.classes)


def trained(side, seed, epochs=DENSE_EPOCHS, rate=None):
    """The dense network of a side; trained the first time, read from `FOLDER` afterwards."""
    rate = rate or DENSE_RATES[side]
    return dense(NETWORK, seed, epochs, rate) if side == "scratch" else pretrained(seed, epochs, rate)


def pretrained(seed, epochs, rate):
    """The network that sees half of the classes first, in half of the steps."""
    data = splits(NETWORK, seed)[0]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = to_torch(build(NETWORK, **STARTS[NETWORK].options))
    for what, examples, length in (("half", half_of_classes(data), epochs), ("fine", data, epochs // 2)):
        file = FOLDER / f"{NETWORK}-{what}-{length}-{rate}-{seed}.safetensors"
        fit(model, examples, length, learning_rate=rate, seed=seed, checkpoint=file, quiet=True)
    return model.eval()


def pruned(side, kept, epochs, learning_rate, seed):
    """The `Pruned` network of a side."""
    start, data = trained(side.removesuffix(BY_LAYER), seed), splits(NETWORK, seed)[0]
    rule = per_layer() if side.endswith(BY_LAYER) else None
    return prune(start, data, "magnitude", 1 - kept, epochs, seed, allocate=rule, learning_rate=learning_rate, quiet=True)


def held_out(side, epochs, learning_rate, seed):
    """A row by which choices are made. side: "dense scratch", "pretrained 0.05", the share that is kept, …"""
    what, last = side.split()
    data, judges, _ = splits(NETWORK, seed)

    def as_dense():
        model = trained(last, seed, epochs, learning_rate)
        return model, evaluate(model, data).accuracy

    def as_pruned():
        found = pruned(what, float(last), epochs, learning_rate, seed)
        return found.small, found.history[-1]["accuracy"]

    return judged(as_dense if what == "dense" else as_pruned, judges)


def measure(side, kept, epochs, learning_rate, seed):
    """A row on test digits; accuracy_dense, accuracy_cut: before pruning, and before recovery; left: weights of each layer."""
    found, test = pruned(side, kept, epochs, learning_rate, seed), splits(NETWORK, seed)[2]
    before = {"accuracy_dense": evaluate(found.dense, test).accuracy, "accuracy_cut": evaluate(found.before, test).accuracy}
    return before | {"left": list(left(found).values())} | tested(found.small, test)


def run(chosen):
    """Writes recorded/pruning_claims_hubens.json, and the choices before it."""
    record = rates_record("hubens", NETWORK, chosen, PILOTS)
    best = chosen_rates(record, [f"dense {side}" for side in DENSE_RATES], DENSE_EPOCHS, held_out, chosen.way)
    check_entered(best, "dense", DENSE_RATES)
    kinds = [(side, kept) for kept in SHARES for side in DENSE_RATES]
    kinds += [(side + BY_LAYER, SHARES[-1]) for side in DENSE_RATES]
    best |= chosen_rates(record, [f"{side} {kept}" for side, kept in kinds], EPOCHS, held_out, chosen.way)
    names = ("side", "kept", "epochs", "learning_rate", "seed")
    keys = [dict(zip(names, (*kind, EPOCHS, best["{} {}".format(*kind)], seed))) for seed in SEEDS for kind in kinds]
    compare("hubens", NETWORK, keys, measure, best, chosen)
