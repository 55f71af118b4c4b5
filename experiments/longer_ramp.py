"""Gradual pruning for longer than on the board, the control of lottery tickets, whose rounds take many trainings.

    python experiments/longer_ramp.py            # a minute

As gradual pruning of experiments/pruning.py: `lenet300`, the same five dense starts of 12 epochs, images, learning rate and ramp,
until 2 % of the weights are left, but with 24 epochs in place of 8. Writes recorded/longer_ramp.json with the fields of
that record. Rows of 8 epochs stand there.
"""

import functools

from pruning_runs import STARTS, TEST, dense, row_of, splits, training_macs
from record import Record, arguments, rule

from squeezelab.prune import prune
from squeezelab.recorded import recorded

NETWORK, METHOD, KEPT = "lenet300", "gradual", 0.02
SEEDS, EPOCHS = (0, 1, 2, 3, 4), (24,)
FIELDS = ("accuracy", "right", "training_accuracy", "left", "nonzero", "images_seen", "training_macs", "executed_training_macs")
CONVERGED = "no: whether more epochs change something is what is asked"


def chosen_rate():
    """The learning rate of the method on held-out images, as experiments/pruning.py chose it."""
    rates = recorded("pruning")["settings"]["rates"]
    return next(rate for network, method, control, rate in rates if (network, method, control) == (NETWORK, METHOD, None))


def measure(kept, epochs, seed, rate):
    start, (data, _, test) = dense(NETWORK, seed), splits(NETWORK, seed)
    row = row_of(prune(start, data, METHOD, 1 - kept, epochs, seed, learning_rate=rate, quiet=True), test)
    start_macs = STARTS[NETWORK].epochs * training_macs(start, data)
    return {name: row[name] for name in FIELDS} | {"start_macs": start_macs}


def main():
    fresh, rate = arguments(__doc__).fresh, chosen_rate()
    settings = rule(SEEDS, TEST, [rate], [[NETWORK, METHOD, rate]], CONVERGED) | {"network": NETWORK, "method": METHOD}
    keys = [{"kept": KEPT, "epochs": epochs, "seed": seed} for epochs in EPOCHS for seed in SEEDS]
    Record("longer_ramp", settings, fresh).run(keys, functools.partial(measure, rate=rate))


if __name__ == "__main__":
    main()
