"""Does a degenerate CP spoil fine-tuning? All of `mini_vgg` by CP, with and without the ridge, at three learning rates.

    python experiments/cp_stability.py           # about 2 minutes on one quiet core

Lebedev et al. (2015) report that networks factorised by CP are hard to fine-tune. Here conv2 to conv4 get the same ranks
twice (a quarter of the MACs), accelerated, once with the ridge and once without it, where terms grow against each other.
Writes book/results/cp_stability.json: largest gauge ratio, accuracy on 10,000 digits at once and after one epoch, three seeds.
"""

import functools

from record import SEEDS, Record, arguments

from squeezelab.data import digits
from squeezelab.decompose import plan_ranks
from squeezelab.networks import build
from squeezelab.training import evaluate, fit, reference

NETWORK, BUDGET, SWEEPS = "mini_vgg", 1 / 4, 200
RIDGES = (0, 1e-3)
RATES = (0.002, 0.01, 0.05)  # a fifth of the rate that trained the network, that rate, and five times it


@functools.cache
def planned(ridge):
    """The plan: the budget alone sets its ranks, the ridge only what the factors are."""
    return plan_ranks(reference(NETWORK), build(NETWORK), "cp", BUDGET, "macs", sweeps=SWEEPS, ridge=ridge)


def measure(ridge, learning_rate, seed):
    plan, (train, test) = planned(ridge), digits()
    model = plan.apply(reference(NETWORK))
    layers = [layer.factorisation for layer in plan.factorised]
    row = {"ranks": [one.rank for one in layers], "errors": [round(one.error, 4) for one in layers]}
    row |= {"ratio": round(max(one.gauge.ratio for one in layers), 1), "at_once": evaluate(model, test).accuracy}
    fit(model, train, 1, learning_rate=learning_rate, seed=seed)
    return row | {"tuned": evaluate(model, test).accuracy}


def main():
    chosen = arguments(__doc__)
    settings = {"network": NETWORK, "budget": BUDGET, "sweeps": SWEEPS, "tuned_epochs": 1, "seeds": SEEDS}
    keys = [{"ridge": ridge, "learning_rate": rate, "seed": seed} for ridge in RIDGES for rate in RATES for seed in SEEDS]
    Record("cp_stability", settings, chosen.fresh).run(keys, measure)


if __name__ == "__main__":
    main()
