"""Do degenerate terms spoil fine-tuning? Five networks `mini_vgg` by CP, whose terms cancel hardly or almost wholly.

    python experiments/cp_stability.py           # about 20 minutes on one quiet core, after trained_vgg.py

Lebedev et al. (2015) report that networks factorised by CP are hard to fine-tune. Here conv2 to conv4 get the same ranks (a
quarter of the MACs) six times: with the ridge; without it after 50, 200 and 1,000 accelerated sweeps, during which terms grow
against each other; and once more each way from another start. The fit is in double precision: in single, rounding alone stops
the terms. Writes book/results/cp_stability.json: largest gauge ratio, accuracy on 10,000 digits at once and after tuning, at
four rates, with what the held-out digits say of each; and some runs again for four epochs, and with two threads.
"""

import copy
import functools

import torch
from record import Record, arguments
from trained_vgg import NETWORK, SEEDS, splits, trained

from squeezelab.decompose import plan_ranks
from squeezelab.networks import build
from squeezelab.training import evaluate, fit

BUDGET = 1 / 4  # of the MACs
RATES = (0.0001, 0.0005, 0.002, 0.01)  # the last is the one that trained the networks
STABLE, WORST, DENSE = ("slices", 1e-3, 200), ("slices", 0, 1000), (None, None, 0)  # start, ridge, sweeps
FORMS = (DENSE, STABLE, ("slices", 0, 50), ("slices", 0, 200), WORST, ("hosvd", 1e-3, 1000), ("hosvd", 0, 1000))
LONGER = 4  # epochs


@functools.lru_cache(maxsize=1)
def begun(start, ridge, sweeps, seed):
    """(the network before tuning, what its factors are like). The budget alone sets the ranks: they are the same each time."""
    model, row = trained(seed), {}
    if start is not None:
        exact = trained(seed).double()
        plan = plan_ranks(exact, build(NETWORK), "cp", BUDGET, "macs", sweeps=sweeps, init=start, ridge=ridge)
        model, layers = plan.apply(exact).float(), [layer.factorisation for layer in plan.factorised]
        row = {"ranks": [one.rank for one in layers], "errors": [round(one.error, 4) for one in layers]}
        row["ratios"] = [round(one.gauge.ratio, 1) for one in layers]
    return model.eval(), row | {"at_once": evaluate(model, splits()[2]).accuracy}


def measure(start, ridge, sweeps, learning_rate, epochs, threads, seed):
    model, row = begun(start, ridge, sweeps, seed)
    learn, held_out, test = splits()
    tuned = copy.deepcopy(model)
    torch.set_num_threads(threads)
    fit(tuned, learn, epochs, learning_rate=learning_rate, seed=seed)
    row = row | {"validation": evaluate(tuned, held_out).accuracy, "tuned": evaluate(tuned, test).accuracy}
    torch.set_num_threads(1)
    return row


def main():
    chosen = arguments(__doc__)
    settings = {"network": NETWORK, "budget": BUDGET, "seeds": SEEDS, "examples": len(splits()[2])}
    cases = [(*form, rate, 1, 1) for form in FORMS for rate in RATES]  # epochs and threads
    cases += [(*form, rate, LONGER, 1) for form in (STABLE, WORST) for rate in RATES[1:3]]
    cases += [(*form, RATES[2], 1, 2) for form in (STABLE, WORST)]
    names = ("start", "ridge", "sweeps", "learning_rate", "epochs", "threads", "seed")
    keys = [dict(zip(names, (*case, seed))) for seed in SEEDS for case in cases]
    Record("cp_stability", settings, chosen.fresh).run(keys, measure)


if __name__ == "__main__":
    main()
