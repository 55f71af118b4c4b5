"""NEq's claim: while a network is trained its neurons come to equilibrium, and need not be updated from then on (Bragagnolo et
al. 2022) [read: code]. Asked are: do they, under SGD and under Adam; what happens where the learning rate drops, as it does twice
in the paper's schedule; and is what is trained so as accurate as what is updated everywhere.

`lenet300` on plain digits, without norms; the paper's networks have convolutions and norms. SGD has momentum .9, Adam torch's
defaults, neither decays weights. The learning rate is constant, or a tenth of it from half of the training on, and a tenth of
that in the last quarter. The tolerances are the paper's for classification, 1e-3, and ten times as much; the reading of the
velocity is the code's, or the paper's. Each optimizer has its own learning rate, chosen by training as usual with drops; what
may rest is then trained at the same one.
"""

import torch
from claim_tuning import SEEDS, chosen_rates, compare, judged, rates_record, tested
from pruning_runs import splits

from squeezelab.bridge import to_torch
from squeezelab.networks import build
from squeezelab.prune import neq
from squeezelab.prune.pruning import sgd
from squeezelab.training import evaluate, fit
from squeezelab.training.rates import constant

NETWORK = "lenet300"
EPOCHS = 12
DROPS = (0.5, 0.75)  # of training, a tenth each


def adam(parameters, learning_rate):
    return torch.optim.Adam(parameters, lr=learning_rate)


def drops(progress):
    """The share of the learning rate after the drops that have passed."""
    return 0.1 ** sum(progress >= drop for drop in DROPS)


OPTIMIZERS = {"sgd": sgd, "adam": adam}
SCHEDULES = {"drops": drops, "constant": constant}
READ = (("code", 1e-3), ("paper", 1e-3), ("code", 1e-2))  # (reading of the velocity, tolerance)
RULES = {"none": None} | {f"{reading} {epsilon}": (reading, epsilon) for reading, epsilon in READ}
ASKED = {"drops": tuple(RULES), "constant": ("code 0.001",)}  # {schedule: rules}


def trained(optimizer, schedule, rule, epochs, learning_rate, seed):
    """(model, its training accuracy, shares at rest in each epoch, share of the MACs of training that was saved)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = to_torch(build(NETWORK))
    data = splits(NETWORK, seed)[0]
    settings = {"optimizer": OPTIMIZERS[optimizer], "schedule": SCHEDULES[schedule], "learning_rate": learning_rate}
    if RULES[rule] is None:
        history = fit(model, data, epochs, seed=seed, quiet=True, **settings)
        return model.eval(), history[-1]["accuracy"], [], 0.0
    reading, epsilon = RULES[rule]
    found = neq(model, data, epochs, seed, epsilon=epsilon, reading=reading, quiet=True, **settings)
    return found.model, found.history[-1]["accuracy"], found.frozen, found.saved


def held_out(side, epochs, learning_rate, seed):
    """A row by which choices are made, of an optimizer's training as usual."""
    return judged(lambda: trained(side, "drops", "none", epochs, learning_rate, seed)[:2], splits(NETWORK, seed)[1])


def measure(optimizer, schedule, rule, epochs, learning_rate, seed):
    """A row on test digits; resting: share of all neurons that rest in each epoch; frozen: of each layer; saved: share of the
    MACs of training; training_loss: at the end."""
    data, _, test = splits(NETWORK, seed)
    model, learnt, frozen, saved = trained(optimizer, schedule, rule, epochs, learning_rate, seed)
    row = {"resting": [round(of_all(shares, model), 5) for shares in frozen], "saved": round(saved, 5)}
    row["frozen"] = [{name: round(share, 5) for name, share in shares.items()} for shares in frozen]
    row |= {"training_accuracy": learnt, "training_loss": round(evaluate(model, data).loss, 6)}
    return row | tested(model, test)


def of_all(shares, model):
    """The share of all neurons, of {layer: share of its own}."""
    sizes = {name: len(model.get_submodule(name).bias) for name in shares}
    return sum(share * sizes[name] for name, share in shares.items()) / sum(sizes.values())


def run(chosen):
    """Writes recorded/sparse_claims_neq.json, and the choices before it."""
    record = rates_record("neq", NETWORK, chosen, script="sparse_claims")
    best = chosen_rates(record, list(OPTIMIZERS), EPOCHS, held_out, chosen.way, longer=False)
    names = ("optimizer", "schedule", "rule", "epochs", "learning_rate", "seed")
    cases = [(optimizer, schedule, rule) for schedule, rules in ASKED.items() for rule in rules for optimizer in OPTIMIZERS]
    keys = [dict(zip(names, (*case, EPOCHS, best[case[0]], seed))) for seed in SEEDS for case in cases]
    compare("neq", NETWORK, keys, measure, best, chosen, script="sparse_claims", drops=DROPS)
    chosen_rates(record, list(OPTIMIZERS), EPOCHS, held_out, chosen.way)
