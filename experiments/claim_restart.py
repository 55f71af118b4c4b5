"""RigL's claim of a restart (Evci et al. 2020) [read]: where training with a static mask has come to rest, masks that move leave
that minimum.

`lenet300` on plain digits, 2 % of the weights, by ERK's densities. Static masks are trained to the end, then trained on for as
long by the same schedule, with masks that stay, or that move from the ones that are there. Between the two ends of a restart the
loss on the training digits is read along a straight line. Each side has its own learning rate, the best on held-out digits; the
loss on training digits is not what it was chosen by.
"""

import functools
from copy import deepcopy

import torch
from claim_tuning import SEEDS, check_entered, chosen_rates, compare, judged, rates_record, tested
from pruning_runs import splits

from squeezelab.bridge import to_torch
from squeezelab.networks import build
from squeezelab.prune import RECIPES, prune
from squeezelab.prune.weight_scores import size_of_weight
from squeezelab.training import evaluate

NETWORK, KEPT = "lenet300", 0.02
EPOCHS = 13  # 1,027 steps, of the static training and of what follows
STATIC_RATES = {"static": 0.03}  # the best on held-out digits: sparse_claims_restart_rates.json
RESTARTS = {"static again": "static", "rigl after static": "rigl"}  # {side: recipe}
POINTS = 11  # of a straight line, both ends with it


def trained_on(model, recipe, epochs, learning_rate, seed):
    """The `Pruned` network of a recipe at the share."""
    settings = {"learning_rate": learning_rate, "quiet": True, "scaled": recipe.fresh}
    return prune(model, splits(NETWORK, seed)[0], recipe, 1 - KEPT, epochs, seed, **settings)


@functools.lru_cache(maxsize=2)
def static(epochs, learning_rate, seed):
    """The `Pruned` network of masks that never move, from new weights."""
    return trained_on(to_torch(build(NETWORK)), RECIPES["static"](), epochs, learning_rate, seed)


def at_rest(seed):
    """The static network from which a restart goes on."""
    return static(EPOCHS, STATIC_RATES["static"], seed)


def ran(side, epochs, learning_rate, seed):
    """The `Pruned` network of a side: a static one, or one that goes on from it, its masks as they are or moving from there."""
    if side == "static":
        return static(epochs, learning_rate, seed)
    recipe = RECIPES[RESTARTS[side]]()._replace(fresh=False, score=size_of_weight)
    return trained_on(at_rest(seed).small, recipe, epochs, learning_rate, seed)


def losses_between(one, other, data):
    """The mean loss of networks on the straight line from one to the other, at `POINTS` places."""
    found, middle = [], deepcopy(one)
    ends = one.state_dict(), other.state_dict()
    for place in torch.linspace(0, 1, POINTS):
        middle.load_state_dict({name: torch.lerp(value, ends[1][name], place) for name, value in ends[0].items()})
        found.append(round(evaluate(middle, data).loss, 6))
    return found


def held_out(side, epochs, learning_rate, seed):
    """A row by which choices are made."""

    def trained():
        found = ran(side, epochs, learning_rate, seed)
        return found.small, found.history[-1]["accuracy"]

    return judged(trained, splits(NETWORK, seed)[1])


def measure(side, kept, epochs, learning_rate, seed):
    """A row on test digits; losses: on the training digits, at the end of the static training, or along the line from there to
    the end of the restart; training_macs: of the static training, or of the restart alone."""
    data, _, test = splits(NETWORK, seed)
    found = ran(side, epochs, learning_rate, seed)
    losses = losses_between(at_rest(seed).small, found.small, data)
    row = {"training_macs": found.training_macs, "executed_training_macs": found.executed_training_macs}
    row |= {"training_accuracy": found.history[-1]["accuracy"], "losses": losses if side in RESTARTS else losses[:1]}
    return row | tested(found.small, test)


def rates(chosen, longer=False):
    """{side: its learning rate}; longer: with trainings for twice as long, by which it is judged whether a side had converged."""
    record = rates_record("restart", NETWORK, chosen, script="sparse_claims")
    best = chosen_rates(record, ["static"], EPOCHS, held_out, chosen.way, longer)
    check_entered({f"start {side}": rate for side, rate in best.items()}, "start", STATIC_RATES)
    return best | chosen_rates(record, list(RESTARTS), EPOCHS, held_out, chosen.way, longer)


def run(chosen):
    """Writes recorded/sparse_claims_restart.json, and the choices before it."""
    best, names = rates(chosen), ("side", "kept", "epochs", "learning_rate", "seed")
    keys = [dict(zip(names, (side, KEPT, EPOCHS, rate, seed))) for seed in SEEDS for side, rate in best.items()]
    compare("restart", NETWORK, keys, measure, best, chosen, script="sparse_claims")
    rates(chosen, longer=True)
