"""RigL's claim (Evci et al. 2020) [read]: trained longer, it is more accurate than gradual pruning for the MACs that this takes.

`lenet300` on plain digits: RigL with ERK's densities from new weights, for 1,027 steps, twice and five times as many, at 2 and
5 % of the weights; gradual pruning from new weights, for as long and for shorter. MACs are those of the weights that are there,
and where RigL's masks move of one gradient of all weights; a dense processor saves none of them. Each method has its own
learning rate, chosen in `EPOCHS` epochs at 2 %, and keeps it for all lengths and shares.
"""

from claim_tuning import SEEDS, chosen_rates, compare, judged, rates_record, tested
from pruning_runs import splits

from squeezelab.bridge import to_torch
from squeezelab.networks import build
from squeezelab.prune import RECIPES, prune

NETWORK = "lenet300"
SHARES = (0.02, 0.05)  # of the weights, kept
EPOCHS = 13  # 1,027 steps
LENGTHS = {"gradual": (1, 2, 3, 6, 13), "rigl": (13, 26, 65)}  # epochs


def ran(side, kept, epochs, learning_rate, seed):
    """The `Pruned` network of a method that begins with new weights."""
    recipe = RECIPES[side]()._replace(fresh=True)
    model = to_torch(build(NETWORK))
    return prune(model, splits(NETWORK, seed)[0], recipe, 1 - kept, epochs, seed, learning_rate=learning_rate, quiet=True)


def held_out(side, epochs, learning_rate, seed):
    """A row by which choices are made."""

    def trained():
        found = ran(side, SHARES[0], epochs, learning_rate, seed)
        return found.small, found.history[-1]["accuracy"]

    return judged(trained, splits(NETWORK, seed)[1])


def measure(side, kept, epochs, learning_rate, seed):
    """A row on test digits."""
    found = ran(side, kept, epochs, learning_rate, seed)
    row = {"training_macs": found.training_macs, "executed_training_macs": found.executed_training_macs}
    row |= {"training_accuracy": found.history[-1]["accuracy"]}
    return row | tested(found.small, splits(NETWORK, seed)[2])


def run(chosen):
    """Writes recorded/sparse_claims_rigl.json, and the choices before it."""
    record = rates_record("rigl", NETWORK, chosen, script="sparse_claims")
    best = chosen_rates(record, list(LENGTHS), EPOCHS, held_out, chosen.way)
    names = ("side", "kept", "epochs", "learning_rate", "seed")
    cases = [[(side, kept, epochs) for side in LENGTHS for epochs in LENGTHS[side]] for kept in SHARES]
    keys = [dict(zip(names, (*case, best[case[0]], seed))) for part in cases for seed in SEEDS for case in part]
    compare("rigl", NETWORK, keys, measure, best, chosen, script="sparse_claims")
