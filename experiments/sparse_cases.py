"""How a family of experiments/sparse_training.py is trained, and for how long: dense starts, budgets, recipes and networks."""

import pruning_runs as runs
import torch
from torch import nn

from squeezelab.bridge import to_torch
from squeezelab.networks import build
from squeezelab.prune import RECIPES, hit, prune

EPOCHS = {"lenet300": 20, "lenet300_bn": 20, "mini_vgg": 24}  # of one training, that of a dense start included
RECOVERY = 8  # the last of these, of what begins with a dense start
ROUND = 12  # epochs of a round of tickets, as many as a dense start has
SHARES = (0.2, 0.1, 0.05, 0.02)  # of the weights that stay; a chain of tickets passes through all
BUDGET = 2  # epochs of the dense network: their MACs are the other budget
SHORT_START = 1  # of these, those of a dense start
CHAINS = {"lottery": 0.2, "colt": 0.15}  # share of what is left that falls in a round, the papers'
COARSE = {"lottery": 0.5, "colt": 0.3}  # the same where rates are chosen: both lose a half in a round
SHORT = {"lottery": 0.8, "colt": 0.55}  # and where MACs are scarce, in rounds of one epoch: both lose four fifths
FROM_DENSE = ("magnitude", "gradual", "nnrelief", "two_four", "ftwt")
MOVING = ("rigl", "set")
SETTINGS_OF = {"two_four": "count"}  # {method: its recipe's option that is the knob}
BATCH = 128  # of `fit`


def splits(network, seed):
    return runs.splits("lenet300" if network == "lenet300_bn" else network, seed)


def normed():
    """LeNet-300-100 with a norm behind each hidden layer, which ASWL needs [ours]."""
    layers = [nn.Flatten(), nn.Linear(784, 300), nn.BatchNorm1d(300), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(300, 100), nn.BatchNorm1d(100), nn.ReLU(), nn.Linear(100, 10))


def fresh(network, seed):
    """The dense network with new weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if network == "lenet300_bn":
            return normed()
        return to_torch(build(network, **runs.STARTS[network].options))


def start_epochs(method, budget):
    """Of the dense network, before anything falls."""
    if method not in FROM_DENSE:
        return 0
    return SHORT_START if budget == "macs" else None  # None: those of `runs.STARTS`


def start_of(network, method, budget, seed):
    """(the model that a method is given, MACs of its training). What starts anew only has its shape."""
    epochs = start_epochs(method, budget)
    if epochs == 0:
        return fresh(network, seed).eval(), 0
    model = runs.dense(network, seed, epochs)
    return model, (epochs or runs.STARTS[network].epochs) * runs.training_macs(model, splits(network, seed)[0])


def options_of(method, setting):
    """What the recipe of a method takes beside its defaults."""
    if method == "random_weights":
        return {"unit": "weight"}
    return {} if setting is None else {SETTINGS_OF[method]: setting}


def recipe_of(method, setting):
    """The recipe of a method; `dense_small` is a network of equally many channels fewer everywhere, with new weights."""
    if method in ("dense_small", "dense"):
        return RECIPES["uniform"]()._replace(fresh=True)
    name = "random" if method == "random_weights" else method
    return RECIPES[name](**options_of(method, setting))


class Case:
    """A key without its learning rate's choice: the model, the data and `prune` with everything settled but epochs and masks."""

    def __init__(self, network, method, kept, setting, budget, learning_rate, seed):
        self.network, self.method, self.kept, self.seed = network, method, kept, seed
        self.data, self.budget = splits(network, seed)[0], budget
        self.start, self.start_macs = start_of(network, method, budget, seed)
        self.recipe = recipe_of(method, setting)
        self.training = {"learning_rate": learning_rate, "seed": seed, "quiet": True}
        self.sparsity = self.sparsity_that_keeps(kept)

    def sparsity_that_keeps(self, kept):
        if self.method == "dense":
            return 0.0
        if self.method == "dense_small":
            return hit(self.start, self.data, self.recipe, kept, "params", **self.training)
        return 1 - kept

    def ran(self, epochs, recipe=None):
        return prune(self.start, self.data, recipe or self.recipe, self.sparsity, epochs, **self.training)

    def chained(self, epochs, per_round, masks):
        """Rounds that go on from masks."""
        return self.ran(epochs, RECIPES[self.method](per_round=per_round, kept=masks))

    def dense_epoch(self):
        """MACs of one epoch of the dense network."""
        return runs.training_macs(self.start, self.data)

    def usual_epochs(self):
        whole = EPOCHS[self.network]
        return RECOVERY if self.method in FROM_DENSE else whole

    def epochs_within(self, macs):
        """The most epochs, one or more, for so many MACs of training."""
        each = self.ran(1, RECIPES["static"]() if self.method in MOVING else None).training_macs
        epochs = max(1, int(macs / each + 1e-9))
        if self.method != "rigl":
            return epochs
        update = (self.ran(1).training_macs - each) / updates(self.steps(1))  # the gradient of all weights
        while epochs > 1 and epochs * each + updates(self.steps(epochs)) * update > macs:
            epochs -= 1
        return epochs

    def steps(self, epochs):
        return epochs * -(-len(self.data) // BATCH)


def updates(steps, until=0.75):
    """How often RigL's masks move in a training of so many steps (`drop_grow`)."""
    return len(range(0, -int(-until * steps // 1), min(100, max(1, steps // 20))))


def trained(case):
    """(`Pruned`, epochs) of a family that trains once."""
    if case.budget != "macs":
        epochs = case.usual_epochs() * (2 if case.budget == "twice" else 1)
    else:
        epochs = case.epochs_within(BUDGET * case.dense_epoch() - case.start_macs)
    return case.ran(epochs), epochs
