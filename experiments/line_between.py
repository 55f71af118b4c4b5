"""The line between two trainings that share their beginning, for the question of chapter 11 why tickets are rewound so early.

    python experiments/line_between.py           # five minutes

Two trainings of lenet300 see the same digits in the same order for a share of training, then in orders of their own. On the
straight line between the two networks that come out, t·one + (1 − t)·other, errors are counted at `PLACES`. After Frankle et al.
2020, Linear Mode Connectivity and the Lottery Ticket Hypothesis [recalled]; network, digits and shares are ours.

start: "dense", the whole network, where `shared` None is a pair of other initial weights, too; "ticket", what iterative magnitude
pruning leaves, with both trainings from the weights at the share `shared` of the first training, to which it rewinds; "twin", new
weights behind the ticket's mask, enlarged by density^-½. Dense pairs at two learning rates, tickets at the higher one, at which
pairs part. Writes recorded/line_between.json: wrong training and test digits, in percent, at each place.
"""

import functools

import torch
from record import Record, arguments, rule
from trained_vgg import splits

from squeezelab.bridge import to_torch
from squeezelab.bridge.independent import independent_copy
from squeezelab.networks import lenet300
from squeezelab.prune import WeightUnits, prune
from squeezelab.prune.choosing import enlarge, trained_behind
from squeezelab.prune.reinitialised import reinitialised
from squeezelab.training import evaluate, fit

SEEDS = (0, 1, 2, 3, 4)
IMAGES, TEST, EPOCHS, BATCH = 6000, 5000, 5, 128
RATES = (0.01, 0.03)
SHARED = (None, 0, 0.02, 0.1, 0.3, 0.6)  # of the steps of training
KEPT, PER_ROUND, REWINDS = 0.05, 0.5, (0, 0.1, 0.3)
PLACES = (0, 0.25, 0.5, 0.75, 1)
OTHER = 1000  # between the seed of a training and that of the other's order or weights
CONVERGED = "not asked: the learning rate ends at 0, and no accuracy is compared but of trainings equally long"


class PartingOrder:
    """Examples in the order of one seed for so many steps, and of another seed from there on, for `fit`."""

    def __init__(self, examples, steps):
        self.examples, self.steps = examples, steps

    def batches(self, size, seed):
        epoch = seed % 10_007  # as fit counts: of seed s the order of epoch e is that of 10,007·s + e
        own, other = (list(self.examples.batches(size, seed=each)) for each in (seed, seed + 10_007 * OTHER))
        left = max(0, self.steps - epoch * len(own))
        return own[:left] + other[left:]


def images():
    return splits()[0].take(IMAGES)


def drawn(seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return to_torch(lenet300())


@functools.lru_cache(maxsize=2)
def dense(rate, shared, seed):
    """The network whose training leaves that of its seed after the share `shared`; at 1 it is that training itself."""
    model = drawn(seed if shared is not None else seed + OTHER)
    steps = round((shared or 0) * EPOCHS * -(-IMAGES // BATCH))
    fit(model, PartingOrder(images(), steps), EPOCHS, batch_size=BATCH, learning_rate=rate, seed=seed, quiet=True)
    return model.eval()


@functools.lru_cache(maxsize=len(REWINDS))
def ticket(rate, rewind, seed):
    """The `Pruned` that rounds of training and pruning leave; its `before` is what the ticket's trainings begin with."""
    options = {"per_round": PER_ROUND, "rewind": rewind}
    settings = {"batch_size": BATCH, "learning_rate": rate, "quiet": True}
    return prune(drawn(seed), images(), "lottery", 1 - KEPT, EPOCHS, seed, network=lenet300(), **settings, **options)


def behind_mask(start, mask, rate, seed):
    """The pair of networks that come of a start behind a mask, in two orders."""
    pair = []
    for each in (seed, seed + OTHER):
        model = independent_copy(start)
        settings = {"batch_size": BATCH, "learning_rate": rate, "seed": each, "quiet": True}
        trained_behind(mask, WeightUnits(model, lenet300()), images(), EPOCHS, settings)
        pair.append(model.eval())
    return pair


def twin(found, seed):
    """New weights behind the mask of a ticket."""
    units = WeightUnits(reinitialised(found.dense, seed + OTHER), lenet300())
    enlarge(units, found.kept)
    return units.masked(found.kept)


def pair_of(start, learning_rate, shared, seed):
    if start == "dense":
        return dense(learning_rate, 1, seed), dense(learning_rate, shared, seed)
    found = ticket(learning_rate, shared, seed)
    return behind_mask(found.before if start == "ticket" else twin(found, seed), found.kept, learning_rate, seed)


def between(one, other, place):
    """The network at a place of the line from one to the other."""
    model, end = independent_copy(one), other.state_dict()
    model.load_state_dict({name: value.lerp(end[name], place) for name, value in one.state_dict().items()})
    return model


def measure(start, learning_rate, shared, seed):
    one, other = pair_of(start, learning_rate, shared, seed)
    line = [between(one, other, place) for place in PLACES]
    wrong = {name: [wrong_of(model, part) for model in line] for name, part in parts().items()}
    return wrong | {"accuracy": evaluate(other, parts()["test_errors"]).accuracy}


def parts():
    return {"training_errors": images(), "test_errors": splits()[2].take(TEST)}


def wrong_of(model, part):
    return round(100 * (1 - evaluate(model, part).accuracy), 3)


def main():
    fresh = arguments(__doc__).fresh
    settings = rule(SEEDS, TEST, RATES, None, CONVERGED) | {"network": "lenet300", "epochs": EPOCHS, "images": IMAGES}
    settings |= {"places": PLACES, "kept": KEPT, "per_round": PER_ROUND}
    names = ("start", "learning_rate", "shared", "seed")
    keys = [dict(zip(names, case)) for case in cases()]
    Record("line_between", settings, fresh).run(keys, measure)


def cases():
    """(start, learning rate, share, seed) in an order in which pairs that share a training follow one another."""
    found = [("dense", rate, shared, seed) for rate in RATES for seed in SEEDS for shared in SHARED]
    tickets = [("ticket", rewind) for rewind in REWINDS] + [("twin", REWINDS[0])]
    return found + [(start, RATES[-1], rewind, seed) for seed in SEEDS for start, rewind in tickets]


if __name__ == "__main__":
    main()
