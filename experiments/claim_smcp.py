"""SMCP's claim: a soft mask, whose channels go on learning and may return, ends more accurate than a final one, the more so the
more is pruned (Humble et al. 2022) [recalled; the gates were read in the authors' code].

`mini_vgg` on cluttered digits until 50, 20 and 10 % of the parameters are left, 8 epochs from the dense start, in which masks are
chosen again and again. The three gates differ in what becomes of a masked channel: soft, it learns; hard, it waits; permanent, it
is 0. Each has its own learning rate, chosen where 20 % are left; all else is the recipe's. What experiments/pruning.py measured
with the same recipe is taken from its records.
"""

import json

from claim_tuning import SEEDS, chosen_rates, compare, judged, rates_record, tested
from pruning_runs import EPOCHS, dense, splits
from record import RESULTS, has

from squeezelab.prune import prune

NETWORK = "mini_vgg"
GATES = ("soft", "permanent", "hard")
SHARES = (0.5, 0.2, 0.1)  # kept, of the parameters
PILOT_SHARE = 0.2


def gated(side, kept, epochs, learning_rate, seed):
    """The `Pruned` network of a gate."""
    start, data = dense(NETWORK, seed), splits(NETWORK, seed)[0]
    training = {"learning_rate": learning_rate, "quiet": True}
    return prune(start, data, "smcp", 1 - kept, epochs, seed, cost="params", gate=side, **training)


def compared_before(record, side, kept, epochs, learning_rate, seed):
    """The row of the same run in a record of experiments/pruning.py, whose gate is soft; None where there is none."""
    path = RESULTS / f"{record}.json"
    if side != "soft" or not path.exists():
        return None
    key = {"network": NETWORK, "method": "smcp", "kept": kept, "control": None}
    key |= {"epochs": epochs, "learning_rate": learning_rate, "seed": seed}
    return next((row for row in json.loads(path.read_text("utf-8"))["rows"] if has(row, key)), None)


def held_out(side, epochs, learning_rate, seed):
    """A row by which choices are made."""
    before = compared_before("pruning_rates", side, PILOT_SHARE, epochs, learning_rate, seed)
    if before:
        return {name: before[name] for name in ("accuracy", "training_accuracy")}

    def pruned():
        found = gated(side, PILOT_SHARE, epochs, learning_rate, seed)
        return found.small, found.history[-1]["accuracy"]

    return judged(pruned, splits(NETWORK, seed)[1])


def measure(side, kept, epochs, learning_rate, seed):
    """A row on test images; widths: channels left of each group."""
    before = compared_before("pruning", side, kept, epochs, learning_rate, seed)
    if before:
        widths = list(before["left"].values())
        return {"params": before["params"], "widths": widths, "accuracy": before["accuracy"], "right": before["right"]}
    found = gated(side, kept, epochs, learning_rate, seed)
    widths = [len(places) for places in found.kept.values()]
    return {"params": found.network.params, "widths": widths} | tested(found.small, splits(NETWORK, seed)[2])


def run(chosen):
    """Writes recorded/pruning_claims_smcp.json, and the choices before it."""
    best = chosen_rates(rates_record("smcp", NETWORK, chosen), GATES, EPOCHS, held_out, chosen.way)
    names = ("side", "kept", "epochs", "learning_rate", "seed")
    cases = [(gate, kept, EPOCHS, best[gate]) for gate in GATES for kept in SHARES]
    keys = [dict(zip(names, (*case, seed))) for case in cases for seed in SEEDS]
    compare("smcp", NETWORK, keys, measure, best, chosen)
