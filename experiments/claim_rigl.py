"""RigL's claims (Evci et al. 2020) [read]: trained longer, it reaches gradual pruning's accuracy for fewer MACs of training; and
where a static mask has come to rest, a restart whose masks move leaves that minimum.

`lenet300` on plain digits. Accuracy per MAC: RigL with ERK's densities from new weights, for 1,027 steps, twice and five times as
many, at 2 and 5 % of the weights; gradual pruning from new weights, for as long and for shorter. MACs are those of the weights
that are there, and where RigL's masks move of one gradient of all weights; a dense processor saves none of them. The restart:
static masks trained to the end, then trained on for as long by the same schedule, with masks that stay, or that move from the
ones that are there. Between the two ends of a restart the loss on the training digits is read along a straight line. Each side
has its own learning rate, chosen in `EPOCHS` epochs at 2 %, and keeps it for all lengths and shares.
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

NETWORK = "lenet300"
SHARES = (0.02, 0.05)  # of the weights, kept
EPOCHS = 13  # 1,027 steps
LENGTHS = {"rigl": (13, 26, 65), "gradual": (1, 2, 3, 6, 13), "static": (13,)}  # epochs
STATIC_RATES = {"static": 0.03}  # the best on held-out digits: sparse_claims_rigl_rates.json
RESTARTS = ("static again", "rigl after static")
POINTS = 11  # of a straight line, both ends with it


@functools.lru_cache(maxsize=4)
def sparse(side, kept, epochs, learning_rate, seed):
    """The `Pruned` network of a method that begins with new weights."""
    recipe = RECIPES[side]()._replace(fresh=True)
    model = to_torch(build(NETWORK))
    return prune(model, splits(NETWORK, seed)[0], recipe, 1 - kept, epochs, seed, learning_rate=learning_rate, quiet=True)


def at_rest(kept, seed):
    """The static network from which a restart goes on."""
    return sparse("static", kept, EPOCHS, STATIC_RATES["static"], seed)


def restarted(side, kept, epochs, learning_rate, seed):
    """The `Pruned` network that goes on from a static one: its masks stay, or move from where they are."""
    before = at_rest(kept, seed)
    recipe = RECIPES["rigl" if side == RESTARTS[1] else "static"]()._replace(fresh=False, score=size_of_weight)
    training = {"learning_rate": learning_rate, "quiet": True}
    return prune(before.small, splits(NETWORK, seed)[0], recipe, 1 - kept, epochs, seed, scaled=False, **training)


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
        kept = SHARES[0]
        if side in RESTARTS:
            found = restarted(side, kept, epochs, learning_rate, seed)
        else:
            found = sparse(side, kept, epochs, learning_rate, seed)
        return found.small, found.history[-1]["accuracy"]

    return judged(trained, splits(NETWORK, seed)[1])


def measure(side, kept, epochs, learning_rate, seed):
    """A row on test digits; losses: on the training digits, at the end of a training from new weights, or along the line from the
    end of the static training to that of the restart; training_macs: of the run, or of the restart alone."""
    data, _, test = splits(NETWORK, seed)
    if side in RESTARTS:
        found = restarted(side, kept, epochs, learning_rate, seed)
        losses = losses_between(at_rest(kept, seed).small, found.small, data)
    else:
        found = sparse(side, kept, epochs, learning_rate, seed)
        losses = [round(evaluate(found.small, data).loss, 6)]
    row = {"training_macs": found.training_macs, "executed_training_macs": found.executed_training_macs}
    return row | {"training_accuracy": found.history[-1]["accuracy"], "losses": losses} | tested(found.small, test)


def rates(chosen, longer=False):
    """{side: its learning rate}; longer: with trainings for twice as long, by which it is judged whether a side had converged."""
    record = rates_record("rigl", NETWORK, chosen, script="sparse_claims")
    best = chosen_rates(record, list(LENGTHS), EPOCHS, held_out, chosen.way, longer)
    check_entered({f"start {side}": best[side] for side in STATIC_RATES}, "start", STATIC_RATES)
    return best | chosen_rates(record, RESTARTS, EPOCHS, held_out, chosen.way, longer)


def run(chosen, shares=SHARES):
    """Writes recorded/sparse_claims_rigl.json, and the choices before it."""
    best, names = rates(chosen), ("side", "kept", "epochs", "learning_rate", "seed")
    restart = [(side, SHARES[0], EPOCHS) for side in ("static", *RESTARTS)]
    lengths = [[(side, kept, epochs) for side in ("gradual", "rigl") for epochs in LENGTHS[side]] for kept in shares]
    keys = [dict(zip(names, (*case, best[case[0]], seed))) for cases in (restart, *lengths) for seed in SEEDS for case in cases]
    compare("rigl", NETWORK, keys, measure, best, chosen, script="sparse_claims")
    rates(chosen, longer=True)


def run_restart(chosen):
    """The same, but for what only the restart asks for."""
    run(chosen, shares=())
