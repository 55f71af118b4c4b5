"""Do degenerate terms spoil fine-tuning? Five networks `mini_vgg` by CP, whose terms cancel hardly or almost wholly.

    python experiments/cp_stability.py           # about 20 minutes on one quiet core, after trained_vgg.py

Lebedev et al. (2015) report that networks factorised by CP are hard to fine-tune. Here conv2 to conv4 get the same ranks (a
quarter of the MACs) six times: with the ridge; without it after 50, 200 and 1,000 accelerated sweeps, during which terms grow
against each other; and once more each way from another start. The fit is in double precision: in single, rounding alone stops
the terms. Writes recorded/cp_stability.json: gauge ratios, accuracy on 10,000 digits at once (0 epochs) and after tuning at
several rates, with what the held-out digits say of each; two cases also for four epochs; two again with two threads.
"""

import copy
import functools

from record import Record, arguments, rule
from trained_vgg import CONVERGED, NETWORK, SEEDS, splits, tested, trained

from squeezelab.decompose import plan_ranks
from squeezelab.networks import build
from squeezelab.training import fit

BUDGET = 1 / 4  # of the MACs
RATES = (0.0001, 0.0005, 0.002)  # a hundredth, a twentieth and a fifth of the rate that trained the networks, and:
TRAINED_AT = 0.01
STABLE, WORST, DENSE = ("slices", 1e-3, 200), ("slices", 0, 1000), (None, None, 0)  # start, ridge, sweeps
FORMS = (DENSE, STABLE, ("slices", 0, 50), ("slices", 0, 200), WORST, ("hosvd", 1e-3, 1000), ("hosvd", 0, 1000))
LONGER = 4  # epochs
NAMES = ("start", "ridge", "sweeps", "learning_rate", "epochs", "seed")


@functools.lru_cache(maxsize=1)
def begun(start, ridge, sweeps, seed):
    """(the network before tuning, what its factors are like). The budget alone sets the ranks: they are the same each time."""
    if start is None:
        return trained(seed), {}
    exact = trained(seed).double()
    plan = plan_ranks(exact, build(NETWORK), "cp", BUDGET, "macs", sweeps=sweeps, init=start, ridge=ridge)
    layers = [layer.factorisation for layer in plan.factorised]
    row = {"ranks": [one.rank for one in layers], "errors": [round(one.error, 4) for one in layers]}
    return plan.apply(exact).float(), row | {"ratios": [round(one.gauge.ratio, 1) for one in layers]}


def measure(start, ridge, sweeps, learning_rate, epochs, seed):
    model, row = begun(start, ridge, sweeps, seed)
    model = copy.deepcopy(model)
    if epochs:
        fit(model, splits()[0], epochs, learning_rate=learning_rate, seed=seed)
    return row | tested(model)


def cases():
    """(start, ridge, sweeps, learning rate, epochs)."""
    begin = [(*form, None, 0) for form in FORMS]
    tuned = [(*form, rate, 1) for form in FORMS for rate in RATES]
    tuned += [(*form, TRAINED_AT, 1) for form in (STABLE, WORST)]
    return begin + tuned + [(*form, RATES[1], LONGER) for form in (STABLE, WORST)]


def main():
    chosen = arguments(__doc__)
    settings = {"network": NETWORK, "budget": BUDGET} | rule(SEEDS, len(splits()[2]), RATES, None, CONVERGED)
    record = Record("cp_stability", settings, chosen.fresh)
    ordered = sorted(cases(), key=lambda case: FORMS.index(case[:3]))  # each plan is made once a network
    record.run([dict(zip(NAMES, (*case, seed))) for seed in SEEDS for case in ordered], measure)
    noisy = [(*form, RATES[1], 1) for form in (STABLE, WORST)]
    record.noise([dict(zip(NAMES, (*case, seed))) for seed in SEEDS for case in noisy], measure)


if __name__ == "__main__":
    main()
