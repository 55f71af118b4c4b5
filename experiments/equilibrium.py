"""Which neurons rest under NEq, epoch by epoch, what that would save, and at what accuracy, for the figure of chapter 12.

    python experiments/equilibrium.py            # three minutes

mini_vgg from new weights on `IMAGES` plain digits, few and plain so that it comes to rest within `EPOCHS` epochs, at a learning
rate that falls to a tenth after half of them and again after three quarters: for each ε, both readings of the velocity, and two
optimizers; ε 0 is the dense training. Writes recorded/equilibrium.json: for each epoch how many neurons of each layer rest, the
accuracy on the first `LOOK` test digits after it, and how far the running means of norms at rest moved in it, in standard
deviations; and the MACs of each pass, without the gradients of rows at rest and with them. One seed and one learning rate each,
not tuned: it shows what rests and when, and compares no two ways of training.
"""

import torch
from record import Record, arguments

from squeezelab.bridge import to_torch
from squeezelab.data import digits
from squeezelab.networks import mini_vgg
from squeezelab.prune.neq import READINGS, Resting
from squeezelab.training import TrainingMeter, fit

EPSILONS = (1e-4, 1e-3, 1e-2, 3e-2)
IMAGES, WATCHED, LOOK = 1000, 100, 2000  # trained on, watched while training, tested on: three sets apart
EPOCHS, BATCH, SEED, MU = 12, 50, 0, 0.5
DROPS = (6, 9)  # epochs after which the learning rate falls to a tenth
RATES = {"sgd": 0.05, "adam": 0.003}


def falling(progress):
    """The learning rate as a share of the first one."""
    return 0.1 ** sum(progress * EPOCHS >= drop for drop in DROPS)


def sgd(parameters, learning_rate):
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=0.9, weight_decay=5e-4)


def adam(parameters, learning_rate):
    return torch.optim.Adam(parameters, lr=learning_rate)


class Drift:
    """The hook of `fit` around NEq's. by_epoch: how far the running means of norms at rest have moved, from the first step of an
    epoch to that of the next."""

    def __init__(self, resting):
        self.resting, self.by_epoch, self.means = resting, [], None

    def __call__(self, training):
        self.resting(training)
        if training.epoch > len(self.by_epoch):
            self.note()
        if self.means is None:
            self.means = self.at_rest()

    def at_rest(self):
        """{norm: (which of its channels rest, their means, their variances)}."""
        found, rows = {}, self.resting.at_rest
        for name, module in self.resting.layers.items():
            if name in rows and hasattr(module, "running_mean"):
                found[name] = rows[name], module.running_mean.clone(), module.running_var.clone()
        return found

    def note(self):
        """The mean over channels at rest, in standard deviations, or None where none rests."""
        moved = []
        for name, (rows, mean, variance) in self.means.items():
            distance = (self.resting.layers[name].running_mean - mean).abs() / variance.sqrt()
            moved += distance[rows].tolist()
        self.by_epoch.append(round(sum(moved) / len(moved), 4) if moved else None)
        self.means = None


def measure(optimizer, epsilon, reading):
    train, test = digits()
    torch.manual_seed(SEED)
    model = to_torch(mini_vgg())
    resting = Resting(model, train.images[IMAGES : IMAGES + WATCHED], epsilon, MU, reading)
    drift = Drift(resting)
    settings = {"optimizer": {"sgd": sgd, "adam": adam}[optimizer], "learning_rate": RATES[optimizer], "schedule": falling}
    with TrainingMeter(model, resting.shares) as meter:
        settings |= {"test": test.take(LOOK), "batch_size": BATCH, "seed": SEED, "quiet": True}
        history = fit(model, train.take(IMAGES), epochs=EPOCHS, after_backward=drift, **settings)
    drift.note()
    resting.close()
    accuracy = [round(right, 4) for right in history.column("test_accuracy")]
    row = {"resting": resting_counts(resting), "accuracy": accuracy, "drift": drift.by_epoch}
    return row | {"macs": dict(meter.macs), "dense_macs": dict(meter.dense_macs)}


def resting_counts(resting):
    """{layer: neurons at rest in each epoch}."""
    sizes = {name: len(module.weight) for name, module in resting.layers.items()}
    return {name: [round(epoch[name] * size) for epoch in resting.by_epoch] for name, size in sizes.items()}


def main():
    settings = {"network": "mini_vgg", "images": IMAGES, "watched": WATCHED, "look": LOOK, "epochs": EPOCHS, "batch_size": BATCH}
    settings |= {"learning_rates": RATES, "drops": DROPS, "mu": MU, "seed": SEED, "epsilons": EPSILONS}
    settings |= {"sizes": {layer.name: [layer.shape[0], layer.macs] for layer in mini_vgg().mac_layers}}
    ways = [(0, "code")] + [(epsilon, reading) for epsilon in EPSILONS for reading in READINGS]
    keys = [{"optimizer": name, "epsilon": epsilon, "reading": reading} for name in RATES for epsilon, reading in ways]
    Record("equilibrium", settings, arguments(__doc__).fresh).run(keys, measure)


if __name__ == "__main__":
    main()
