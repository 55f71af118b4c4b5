"""Part "xnor" of experiments/capsules.py: a float routing, signs in its votes (XnODR), signs in its agreement (XnIDR)."""

from capsules_runs import clocked, compare, fresh, held_out_row, keep, splits, tested, train

from squeezelab.capsules import with_xnor
from squeezelab.networks import capsnet

EPOCHS = 4
FLOAT = "float"
SIDES = (FLOAT, "xnodr", "xnidr")
RATES, BEYOND = (0.004, 0.008, 0.016), {0.004: 0.002, 0.016: 0.032, 0.032: 0.064}


def trained(side, epochs, learning_rate, seed, held_out):
    """(model, its training accuracy)."""
    model = fresh(capsnet("tiny"), seed)
    model = model if side == FLOAT else with_xnor(model, side)
    return model, train(model, splits("digits", held_out)[0], epochs, learning_rate, seed)


def held_out_accuracy(side, epochs, learning_rate, seed):
    """A row of the choice of rates."""
    model, learnt = trained(side, epochs, learning_rate, seed, held_out=True)
    return held_out_row(model, learnt, splits("digits", held_out=True)[1])


def measure(side, epochs, learning_rate, seed):
    """A row of the record."""
    (model, learnt), seconds = clocked(lambda: trained(side, epochs, learning_rate, seed, held_out=False))
    keep(model, f"xnor-{side}-{seed}")
    row = tested(model, splits("digits", held_out=False)[1])
    return row | {"training_accuracy": round(learnt, 4), "seconds": seconds}


def run(chosen):
    compare("xnor", SIDES, EPOCHS, held_out_accuracy, measure, chosen, RATES, BEYOND, network="tiny")
