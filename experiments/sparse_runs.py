"""One run of experiments/sparse_training.py: what a family makes in as many epochs as all others, or for as many MACs.

A run is a function of its key, as in pruning_runs.py, of which it has the images, the dense starts and the fields of a row.
"""

import os
import time
from pathlib import Path

import pruning_runs as runs
import torch
from torch import nn

from squeezelab.bridge import to_torch
from squeezelab.networks import build
from squeezelab.prune import RECIPES, ftwt, hit, neq, prune
from squeezelab.prune.plan import UNITS
from squeezelab.prune.units import read
from squeezelab.training import TrainingMeter, evaluate, fit

FOLDER = Path(__file__).resolve().parents[1] / "build/sparse_training"
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
COSTS = ("params", "macs", "stored_bytes", "peak_activation_bytes")


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


def ticket(case):
    """(`Pruned`, epochs, spent) of a family of rounds; spent: MACs of training and images of all rounds.

    In the usual budget a chain of rounds passes through all of `SHARES`, and its masks are kept in `FOLDER`.
    """
    epochs = case.usual_epochs()
    if case.budget == "epochs":
        rounds = before(case, case.kept)
    elif case.budget == "macs":
        rounds = rounds_of(case, 1, SHORT[case.method], None)
        each = case.chained(1, SHORT[case.method], rounds["kept"]).training_macs
        epochs = max(1, int((BUDGET * case.dense_epoch() - rounds["spent"]) / each))
    else:
        rounds = rounds_of(case, epochs, COARSE[case.method], None)
    return case.chained(epochs, CHAINS[case.method], rounds["kept"]), epochs, rounds


def rounds_of(case, epochs, per_round, masks):
    """{"kept": masks, "spent": MACs, "images"} of rounds of so many epochs; `prune` trains a ticket after them, which is not
    counted."""
    found = case.chained(epochs, per_round, masks)
    images = found.images_seen - epochs * len(case.data)
    rounds = {"number": len(found.rounds), "spent": found.rounds[-1]["training_macs"], "images": images}
    return rounds | {"kept": found.kept}


def chain(case):
    """The rounds of a chain up to the case's share, which are then kept."""
    larger = next((share for share in reversed(SHARES) if share > case.kept), None)
    earlier = before(case, larger) if larger else {"kept": None, "spent": 0, "images": 0, "number": 0}
    rounds = rounds_of(case, ROUND, CHAINS[case.method], earlier["kept"])
    rounds |= {name: rounds[name] + earlier[name] for name in ("spent", "images", "number")}
    keep(file_of(case, case.kept), rounds)


def before(case, share):
    """What `chain` keeps of its rounds down to a share, measured where nothing is kept of it yet."""
    file = file_of(case, share)
    if not file.exists():
        chain(Case(case.network, case.method, share, None, case.budget, case.training["learning_rate"], case.seed))
    return torch.load(file, weights_only=True)


def file_of(case, share):
    return FOLDER / f"{case.method}-{share}-{case.training['learning_rate']}-{case.seed}.pt"


def keep(file, found):
    """Writes a file as a whole, or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    torch.save(found, draft)
    os.replace(draft, file)


def pruned(network, method, kept, setting, control, budget, learning_rate, seed):
    """(`Pruned`, epochs, {"spent", "images", "number"} of its rounds, MACs of its dense start)."""
    case = Case(network, method, kept, setting, budget, learning_rate, seed)
    if method in CHAINS:
        found, epochs, spent = ticket(case)
        return found, epochs, spent, 0
    found, epochs = trained(case)
    return found, epochs, {"spent": 0, "images": 0, "number": 0}, case.start_macs


def attended(network, method, kept, setting, control, budget, learning_rate, seed, rate_of_aswl=None):
    """(`Pruned`, epochs) of ASWL at the density `setting` asked for, or, as its control, of drawn masks of the layers' densities
    that it came to (trained at `rate_of_aswl`)."""
    data, start = splits(network, seed)[0], fresh(network, seed).eval()
    epochs = EPOCHS[network] * (2 if budget == "twice" else 1)
    training = {"seed": seed, "quiet": True, "learning_rate": learning_rate}
    if control is None:
        return prune(start, data, "aswl", 1 - setting, epochs, **training), epochs
    densities, sparsity = learnt(start, data, setting, EPOCHS[network], training | {"learning_rate": rate_of_aswl})
    return prune(start, data, "random", sparsity, epochs, **training, unit="weight", densities=densities), epochs


def learnt(start, data, setting, epochs, training):
    """({layer: density}, sparsity) that ASWL comes to, kept in `FOLDER`."""
    file = FOLDER / f"aswl-{setting}-{epochs}-{training['learning_rate']}-{training['seed']}.pt"
    if not file.exists():
        own = prune(start, data, "aswl", 1 - setting, epochs, **training)
        keep_densities(file, own)
    return tuple(torch.load(file, weights_only=True))


def keep_densities(file, own):
    densities = {layer: count / own.units.sizes[layer] for layer, count in runs.left(own).items()}
    keep(file, [densities, own.sparsity])


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
    model, data = fresh(network, seed), splits(network, seed)[0]
    with TrainingMeter(model) as meter:
        history = fit(model, data, epochs, learning_rate=learning_rate, seed=seed, quiet=True)
    row = {"training_accuracy": history[-1]["accuracy"], "images_seen": epochs * len(data), "training_macs": meter.total}
    return model.eval(), row | {"executed_training_macs": meter.total, "start_macs": 0, "epochs": epochs}


def at_rest(network, epsilon, epochs, learning_rate, seed):
    """(model, row) of NEq."""
    data = splits(network, seed)[0]
    found = neq(fresh(network, seed), data, epochs, seed, epsilon=epsilon, learning_rate=learning_rate, quiet=True)
    row = {"training_accuracy": found.history[-1]["accuracy"], "images_seen": epochs * len(data), "saved": found.saved}
    row |= {"frozen": [{name: round(share, 4) for name, share in each.items()} for each in found.frozen]}
    row |= {"training_macs": sum(found.training_macs.values()), "start_macs": 0, "epochs": epochs}
    return found.model, row | {"executed_training_macs": sum(found.dense_macs.values())}


def routed(network, share, epochs, learning_rate, seed):
    """(model, row) of FTWT; macs: the mean executed for a test image, heads included; what cycles of an accelerator would be is
    not simulated."""
    data, _, test = splits(network, seed)
    start, start_macs = start_of(network, "ftwt", "epochs", seed)
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
        return at_rest(network, setting, longer * EPOCHS[network], learning_rate, seed)
    if method == "ftwt":
        return routed(network, setting, longer * RECOVERY, learning_rate, seed)
    return plain(network, longer * setting, learning_rate, seed)


def model_and_row(network, method, kept, setting, control, budget, learning_rate, seed, rate_of_aswl=None):
    """(the model, all of its row that is not of test images, or None, and its `Pruned`, or None)."""
    key = (network, method, kept, setting, control, budget, learning_rate, seed)
    if method in ("neq", "ftwt") or (method == "dense" and setting is not None):
        model, row = with_a_knob(*key)
        return model, dense_costs(model, splits(network, seed)[0]) | row if method != "ftwt" else row, None
    if method == "aswl":
        found, epochs = attended(*key, rate_of_aswl)
        more = {"epochs": epochs, "start_macs": 0}
        if control is None:
            more |= found.rounds[0]
        return found.small, more, found
    found, epochs, spent, start_macs = pruned(*key)
    more = {"epochs": epochs, "start_macs": start_macs}
    more |= {"rounds": spent["number"], "spent_before": spent["spent"], "images_before": spent["images"]}
    return found.small, more, found


def measure(network, method, kept, setting, control, budget, learning_rate, seed, rate_of_aswl=None):
    """A row of the record, with the fields of `pruning_runs.measure`; training MACs and images count all of a chain."""
    begin = time.process_time()
    key = (network, method, kept, setting, control, budget, learning_rate, seed)
    model, more, found = model_and_row(*key, rate_of_aswl)
    test = splits(network, seed)[2]
    row = more | runs.on_test(model, test) if found is None else runs.row_of(found, test) | more
    if row.get("spent_before"):
        each = row["executed_training_macs"] / row["images_seen"]  # dense work, the same for every image
        row["training_macs"] += row["spent_before"]
        row["images_seen"] += row["images_before"]
        row["executed_training_macs"] = round(each * row["images_seen"])
    return row | {"seconds": round(time.process_time() - begin, 1)}


def held_out_accuracy(network, method, kept, setting, control, budget, learning_rate, seed, rate_of_aswl=None):
    """A row by which choices are made, as in `pruning_runs`."""
    begin = time.process_time()
    key = (network, method, kept, setting, control, budget, learning_rate, seed)
    found = runs.unless_diverged(lambda: accuracies(*key, rate_of_aswl))
    return found | {"seconds": round(time.process_time() - begin, 1)}


def accuracies(network, *key):
    """{"accuracy": on held-out images, "training_accuracy"}."""
    model, more, found = model_and_row(network, *key)
    right = evaluate(model, splits(network, key[6])[1]).accuracy
    return {"accuracy": right, "training_accuracy": more["training_accuracy"] if found is None else found.history[-1]["accuracy"]}
