"""Families of experiments/sparse_training.py of which nothing falls: NEq, FTWT, and the dense network beside them."""

import pruning_runs as runs
import sparse_cases as cases

from squeezelab.prune import ftwt, neq
from squeezelab.prune.plan import UNITS
from squeezelab.prune.units import read
from squeezelab.training import TrainingMeter, fit

COSTS = ("params", "macs", "stored_bytes", "peak_activation_bytes")


def dense_costs(model, data):
    """What inference costs of a network of which nothing falls."""
    made, network = read(model, data.images.shape[1:])
    units = UNITS["channel"](made, network)
    row = {name: units.cost({}, name, None) for name in COSTS} | {"left": {}}
    row |= {"nonzero": sum(layer.weight_words for layer in network.mac_layers)}
    row |= {name: units.cost({}, name, runs.BROADCAST) for name in ("cycles", "energy")}
    return row | {"systolic_cycles": units.cost({}, "cycles", runs.SYSTOLIC)}


def plain(network, epochs, learning_rate, seed):
    """(model, row) of the dense network from new weights."""
    model, data = cases.fresh(network, seed), cases.splits(network, seed)[0]
    with TrainingMeter(model) as meter:
        history = fit(model, data, epochs, learning_rate=learning_rate, seed=seed, quiet=True)
    row = {"training_accuracy": history[-1]["accuracy"], "images_seen": epochs * len(data), "training_macs": meter.total}
    return model.eval(), row | {"executed_training_macs": meter.total, "start_macs": 0, "epochs": epochs}


def at_rest(network, epsilon, epochs, learning_rate, seed):
    """(model, row) of NEq."""
    data = cases.splits(network, seed)[0]
    found = neq(cases.fresh(network, seed), data, epochs, seed, epsilon=epsilon, learning_rate=learning_rate, quiet=True)
    row = {"training_accuracy": found.history[-1]["accuracy"], "images_seen": epochs * len(data), "saved": found.saved}
    row |= {"frozen": [{name: round(share, 4) for name, share in each.items()} for each in found.frozen]}
    row |= {"training_macs": sum(found.training_macs.values()), "start_macs": 0, "epochs": epochs}
    return found.model, row | {"executed_training_macs": sum(found.dense_macs.values())}


def routed(network, share, epochs, learning_rate, seed):
    """(model, row) of FTWT; macs: the mean executed for a test image, heads included; what cycles of an accelerator would be is
    not simulated."""
    data, _, test = cases.splits(network, seed)
    start, start_macs = cases.start_of(network, "ftwt", "epochs", seed)
    found = ftwt(start, data, share, epochs, seed, learning_rate=learning_rate, quiet=True)
    macs, routes = found.macs(test.images), found.routes(test.images)
    row = {"predicted_macs": found.predicted_macs, "macs": float(macs.mean()), "macs_spread": float(macs.std())}
    row |= {"distinct_masks": {name: len(masks.unique(dim=0)) for name, masks in routes.items()}}
    row |= {"running": {name: float(masks.double().mean()) for name, masks in routes.items()}}
    spent = epochs * routed_epoch(found.model, data)
    row |= {"training_macs": spent, "executed_training_macs": spent, "start_macs": start_macs, "epochs": epochs}
    row |= {"training_accuracy": found.history[-1]["accuracy"], "images_seen": epochs * len(data)}
    gone = dict.fromkeys(("cycles", "energy", "systolic_cycles"))
    heads = sum(parameter.numel() for parameter in found.model.heads.parameters())
    costs = dense_costs(start, data) | gone
    more = {"params": costs["params"] + heads, "stored_bytes": costs["stored_bytes"] + 4 * heads}
    return found.model, costs | more | row


def routed_epoch(model, data):
    """MACs of one epoch of training a routed model, masked filters computed; its heads learn in half of them."""
    total = 0
    for asked in (True, False):
        with TrainingMeter(model) as meter:
            outputs = model(data.images[:1])
            (outputs.sum() + (model.question if asked else 0.0)).backward()
        total += meter.total
    model.zero_grad()
    return total * len(data) // 2


def with_a_knob(network, method, kept, setting, control, budget, learning_rate, seed):
    """(model, row) of NEq, FTWT, or the dense network trained for `setting` epochs."""
    longer = 2 if budget == "twice" else 1
    if method == "neq":
        return at_rest(network, setting, longer * cases.EPOCHS[network], learning_rate, seed)
    if method == "ftwt":
        return routed(network, setting, longer * cases.RECOVERY, learning_rate, seed)
    return plain(network, longer * setting, learning_rate, seed)
