"""A network whose weights are shared out by a kind of density: what stays in each layer, and what that costs.

Layers of one shape keep the same share, so that each shape is priced once. Time is that of an accelerator of three
kinds of hardware: one multiplies by zeros, one skips them while outputs stay, and in one all lanes wait for the busiest.
"""

from ..compression.densities import counts_at, densities
from ..compression.memory import stored_least
from ..hardware import accelerator
from ..hardware.cost import nest_cost
from ..hardware.word_sizes import word_sizes
from ..hardware.workload import Workload
from ..networks import build
from .kit.memo import Memo

MACHINE = "squeezelerator-16"
# (value of the control, label, name in the zoo, options)
OFFERED = [
    ("lenet300", "LeNet-300-100", "lenet300", {}),
    ("mini_vgg", "Mini-VGG", "mini_vgg", {}),
    ("mini_resnet", "Mini-ResNet", "mini_resnet", {}),
    ("resnet", "ResNet-50", "resnet", {"depth": 50}),
    ("mobilenet", "MobileNet", "mobilenet", {}),
    ("vgg", "VGG-16", "vgg", {}),
]
TITLES = {value: label for value, label, _, _ in OFFERED}
KINDS = [("uniform", "uniform"), ("er", "ER"), ("erk", "ERK")]
KIND_NAMES = dict(KINDS)
# (sparsity mode, what the hardware is called)
HARDWARE = [("none", "no skipping"), ("skip", "skipping"), ("lanes", "in lanes")]
WHOLE = [("none", "none"), ("first", "the first"), ("ends", "first and last")]


class Dense:
    """A network before anything falls. layers: those with weights; rows: outputs of each; work: their loops, each shape once;
    weights, macs: of these layers; cycles: its time on the array."""

    def __init__(self, value):
        name, options = [entry[2:] for entry in OFFERED if entry[0] == value][0]
        self.network = build(name, **options)
        self.layers, self.work = self.network.mac_layers, Workload(self.network)
        self.weights = sum([layer.weight_words for layer in self.layers])
        self.macs = sum([layer.macs for layer in self.layers])
        self.cycles = cycles_of(self.work, [1] * len(self.work.nests), "none", "dense")

    def named(self, whole):
        """The layers that a value of the control keeps whole."""
        return {"none": (), "first": (self.layers[0].name,), "ends": (self.layers[0].name, self.layers[-1].name)}[whole]


# dense_of(network): all of them are kept
dense_of = Memo(Dense, most=2 * len(OFFERED))


def cycles_of(work, shares, mode, stored):
    """Cycles of the layers of a `Workload`, with so much of the weights of each of its shapes."""
    machine = accelerator(MACHINE)
    sizes, spent = word_sizes(machine), 0
    for nest, count, share in zip(work.nests, work.counts, shares):
        spent += count * nest_cost(nest, machine, "hybrid", share, mode, stored, sizes).cycles
    return spent


class Split:
    """A density of the whole network, by layer: shares and counts of the weights that stay, in the order of the layers; macs and
    weights: of them; refused: why the layers that were to be whole can't be, or None."""

    def __init__(self, value, sparsity, kind, whole):
        self.dense, self.kind, self.refused = dense_of(value), kind, None
        network, density, keeps = self.dense.network, 1 - sparsity, self.dense.named(whole)
        try:
            found = densities(network, density, kind, keeps)
        except ValueError as error:
            self.refused, keeps = str(error), ()
            found = densities(network, density, kind)
        counts = counts_at(network, density, kind, keeps)
        self.shares = [found[layer.name] for layer in self.dense.layers]
        self.counts = [counts[layer.name] for layer in self.dense.layers]
        self.weights = sum(self.counts)
        self.macs = sum([layer.macs * share for layer, share in zip(self.dense.layers, self.shares)])

    def whole(self):
        """Names of the layers that keep all their weights."""
        return [layer.name for layer, share in zip(self.dense.layers, self.shares) if share == 1]

    def starved(self):
        """[(weights left for one of them, "outputs" or "inputs", how many, layer, weights left)] of the layers with fewer weights
        than outputs, some of which then read nothing, or than inputs, some of which then nobody reads; the worst one first."""
        found = []
        for layer, count in zip(self.dense.layers, self.counts):
            sides = (layer.shape[0], "outputs"), (layer.sources[0].shape[0], "inputs")
            most, side = sides[0] if sides[0][0] >= sides[1][0] else sides[1]
            if count < most:
                found.append((count / most, side, most, layer.name, count))
        return sorted(found)

    def stored(self):
        """Bytes of the weights with their places, each layer in the form that is smallest for it."""
        each = zip(self.dense.layers, self.counts)
        return sum([stored_least(layer.weight_words, count, layer.shape[0]) for layer, count in each])

    def times(self):
        """Cycles on each of `HARDWARE`, weights stored as a bitmask."""
        work = self.dense.work
        shares = [None] * len(work.nests)
        for place, share in zip(work.which, self.shares):
            shares[place] = share
        return [cycles_of(work, shares, mode, "bitmask") for mode, _ in HARDWARE]


# split_of(network, sparsity, kind, whole), times_of(the same): one move away are some 100
split_of = Memo(Split, most=240)
times_of = Memo(lambda *key: split_of(*key).times(), most=240)
