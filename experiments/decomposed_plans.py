"""The whole of the trained `mini_vgg` factorised to a budget: what it costs then, and what it still gets right.

    python experiments/decomposed_plans.py       # about 5 minutes on one quiet core

Ranks for all layers at once by `plan_ranks`, for half and a quarter of the MACs and for half of the cycles of an accelerator,
and by EVBMF without a budget. Writes recorded/decomposed_plans.json: ranks, parameters, MACs, simulated cycles, accuracy on
all 10,000 test digits at once and after one more epoch, the latter for three seeds of the order of the examples. How long the
same networks take on a processor is measured by experiments/decomposed_time.py.
"""

import functools

from record import SEEDS, Record, arguments

from squeezelab.data import digits
from squeezelab.decompose import plan_evbmf, plan_ranks
from squeezelab.hardware import simulate
from squeezelab.networks import build
from squeezelab.training import evaluate, fit, reference

NETWORK, MACHINE, OTHER = "mini_vgg", "squeezelerator-16", "cpu-like"
METHODS = ("separable", "tucker2", "cp", "cp3")
BUDGETS = (("macs", 1 / 2), ("macs", 1 / 4), ("cycles", 1 / 2))
SWEEPS = 60  # of CP
LEARNING_RATE = 0.002  # a fifth of the rate that trained the network, as in decomposed_vgg.py
PLANS = [{"method": method, "measure": measure, "share": share} for method in METHODS for measure, share in BUDGETS]
PLANS.append({"method": "evbmf", "measure": "none", "share": None})


@functools.cache
def planned(method, measure, share):
    """The `Plan`; EVBMF leaves the first layer alone, which has a single input channel to choose from."""
    model, network = reference(NETWORK), build(NETWORK)
    if method == "evbmf":
        return plan_evbmf(model, network, keep="conv1")
    options = {"sweeps": SWEEPS} if method in ("cp", "cp3") else {}
    return plan_ranks(model, network, method, share, measure, MACHINE if measure == "cycles" else None, **options)


def counts(network):
    """Costs that follow from the shapes."""
    cycles = {name: round(simulate(network, name).cycles) for name in (MACHINE, OTHER)}
    return {"params": network.params, "macs": network.macs, "cycles": cycles[MACHINE], "cycles_cpu_like": cycles[OTHER]}


def row_of(method, seed, measure=None, share=None):
    """One plan and one seed; the method "dense" is the network as it was, trained as long."""
    train, test = digits()
    model, row = reference(NETWORK), counts(build(NETWORK))
    if method != "dense":
        plan = planned(method, measure, share)
        model, row = plan.apply(model), counts(plan.network)
        row["ranks"] = {layer.name: layer.rank for layer in plan.factorised}
        row["errors"] = {layer.name: round(layer.error, 4) for layer in plan.factorised}
    row["at_once"] = evaluate(model, test).accuracy
    fit(model, train, 1, learning_rate=LEARNING_RATE, seed=seed)
    return row | {"tuned": evaluate(model, test).accuracy}


def main():
    chosen = arguments(__doc__)
    settings = {"machine": MACHINE, "cp_sweeps": SWEEPS, "learning_rate": LEARNING_RATE, "tuned_epochs": 1, "seeds": SEEDS}
    record = Record("decomposed_plans", settings, chosen.fresh)
    record.run([plan | {"seed": seed} for plan in [{"method": "dense"}, *PLANS] for seed in SEEDS], row_of)


if __name__ == "__main__":
    main()
