"""Part "routing" of experiments/capsules.py: how often to route, with a decoder and without, and with shared matrices."""

import torch
from capsules_runs import DECODER, PILOT, clocked, compare, fresh, held_out_row, right_of, splits, tested, train

from squeezelab.bridge import to_torch
from squeezelab.capsules import couplings, vote_free
from squeezelab.networks import capsnet

EPOCHS = 8
ITERATIONS = (1, 2, 3, 4, 5)
TESTED = (1, 2, 3, 5, 10)  # iterations with which each trained network is tested again
LOOKED_AT = 1000  # test digits whose couplings are looked at
RATES, BEYOND = (0.004, 0.008, 0.016), {0.004: 0.002, 0.016: 0.032, 0.032: 0.064}
SIDES = {f"{count} iterations": {"iterations": count} for count in ITERATIONS}
SIDES |= {f"{count} iterations, decoder": {"iterations": count, "decoder": DECODER} for count in ITERATIONS}
SIDES |= {f"{count} iterations, shared matrix": {"iterations": count, "shared": True} for count in (1, 3)}


def held_out_accuracy(side, epochs, learning_rate, seed):
    """A row of the choice of rates."""
    data, held_out = splits("digits", held_out=True)
    model = fresh(capsnet("tiny", **SIDES[side]), seed)
    learnt = train(model, data, epochs, learning_rate, seed)
    return held_out_row(model, learnt, held_out)


def trained(side, epochs, learning_rate, seed):
    """(model, its training accuracy) of a side."""
    model = fresh(capsnet("tiny", **SIDES[side]), seed)
    return model, train(model, splits("digits", held_out=False)[0], epochs, learning_rate, seed)


def measure(side, epochs, learning_rate, seed):
    """A row of the record. seconds: of the training, of one processor. tested_with: accuracy with other iterations.
    couplings: of every iteration, what `coupling_figures` says."""
    (model, learnt), seconds = clocked(lambda: trained(side, epochs, learning_rate, seed))
    test = splits("digits", held_out=False)[1]
    row = tested(model, test) | {"training_accuracy": round(learnt, 4), "seconds": seconds}
    plain = to_torch(capsnet("tiny", **SIDES[side]))
    plain.load_state_dict(model.state_dict())
    row["tested_with"] = [[count, accuracy_with(plain, count, test)] for count in TESTED]
    return row | {"couplings": coupling_figures(plain, test.images[:LOOKED_AT])}


def accuracy_with(model, iterations, test):
    return right_of(vote_free(model, iterations), test).double().mean().item()


def coupling_figures(model, images):
    """For each iteration the mean over inputs and images of the largest coupling, of the entropy as a share of ln 10, and of the
    longest capsule after so many iterations."""
    rows = []
    for place, coupled in enumerate(couplings(model.eval(), images)):
        entropy = -(coupled * coupled.clamp(min=1e-12).log()).sum(1) / torch.tensor(10.0).log()
        with torch.no_grad():
            longest = vote_free(model, place + 1)(images).amax(1)
        figures = coupled.amax(1).mean(), coupled.max(), entropy.mean(), longest.mean()
        rows.append([round(float(figure), 4) for figure in figures])
    return rows


def run(chosen):
    told = {"tested_with": TESTED, "looked_at": LOOKED_AT, "pilot": PILOT}
    compare("routing", SIDES, EPOCHS, held_out_accuracy, measure, chosen, RATES, BEYOND, **told)
