"""NNrelief's claim: it does as well on what Adam trained as on what SGD trained (Dekhovich et al. 2024) [recalled].

`lenet300` on plain digits, each optimizer at the learning rate that is best on held-out digits; then all connections fall that
the rule does not keep at an alpha, and all networks recover alike, by AdamW as in the rest of the book, each side at its own
rate for that alpha. One round in place of the paper's up to twenty: what differs is the network that is pruned, nothing after.
"""

import torch
from claim_tuning import SEEDS, check_entered, chosen_rates, compare, judged, rates_record, tested
from pruning_runs import FOLDER, splits

from squeezelab.bridge import to_torch
from squeezelab.networks import build
from squeezelab.prune import prune
from squeezelab.prune.pruning import sgd
from squeezelab.training import evaluate, fit

NETWORK = "lenet300"
ALPHAS = (0.5, 0.8, 0.95)  # the last one is the paper's, of linear layers
PILOTS = (100, 101)  # two, since at one many rates come out alike
START_EPOCHS, EPOCHS = 12, 4  # of the dense training and of recovery
START_RATES = {"adam": 0.01, "sgd": 0.3}  # the best on held-out digits: pruning_claims_nnrelief_rates.json


def adam(parameters, learning_rate):
    return torch.optim.Adam(parameters, lr=learning_rate)


OPTIMIZERS = {"adam": adam, "sgd": sgd}


def started(optimizer, seed, epochs=START_EPOCHS, rate=None):
    """The dense network of an optimizer; trained the first time, read from `FOLDER` afterwards."""
    rate = rate or START_RATES[optimizer]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = to_torch(build(NETWORK))
    file = FOLDER / f"{NETWORK}-{optimizer}-{epochs}-{rate}-{seed}.safetensors"
    made_by = {"optimizer": OPTIMIZERS[optimizer], "learning_rate": rate, "seed": seed}
    fit(model, splits(NETWORK, seed)[0], epochs, checkpoint=file, quiet=True, **made_by)
    return model.eval()


def relieved(optimizer, alpha, epochs, learning_rate, seed):
    """The `Pruned` network."""
    start, data = started(optimizer, seed), splits(NETWORK, seed)[0]
    return prune(start, data, "nnrelief", 0.5, epochs, seed, alpha=alpha, learning_rate=learning_rate, quiet=True)


def held_out(side, epochs, learning_rate, seed):
    """A row by which choices are made. side: "dense adam", "sgd 0.8", the alpha, …"""
    what, last = side.split()
    data, judges, _ = splits(NETWORK, seed)

    def dense():
        model = started(last, seed, epochs, learning_rate)
        return model, evaluate(model, data).accuracy

    def pruned():
        found = relieved(what, float(last), epochs, learning_rate, seed)
        return found.small, found.history[-1]["accuracy"]

    return judged(dense if what == "dense" else pruned, judges)


def measure(optimizer, alpha, epochs, learning_rate, seed):
    """A row on test digits; density: weights that are left; accuracy_dense, accuracy_cut: before, and before recovery."""
    model, test = relieved(optimizer, alpha, epochs, learning_rate, seed), splits(NETWORK, seed)[2]
    before = {"accuracy_dense": evaluate(model.dense, test).accuracy, "accuracy_cut": evaluate(model.before, test).accuracy}
    return {"density": round(1 - model.sparsity, 5)} | before | tested(model.small, test)


def run(chosen):
    """Writes recorded/pruning_claims_nnrelief.json, and the choices before it."""
    record = rates_record("nnrelief", NETWORK, chosen, PILOTS)
    best = chosen_rates(record, [f"dense {name}" for name in OPTIMIZERS], START_EPOCHS, held_out, chosen.way)
    check_entered(best, "dense", START_RATES)
    kinds = [(name, alpha) for alpha in ALPHAS for name in OPTIMIZERS]
    best |= chosen_rates(record, [f"{name} {alpha}" for name, alpha in kinds], EPOCHS, held_out, chosen.way)
    names = ("optimizer", "alpha", "epochs", "learning_rate", "seed")
    keys = [dict(zip(names, (*kind, EPOCHS, best["{} {}".format(*kind)], seed))) for seed in SEEDS for kind in kinds]
    compare("nnrelief", NETWORK, keys, measure, best, chosen)
