"""Bits of each layer within a budget, by what the layers were measured to mind, and what was measured of the choices."""

from ..compression.bit_choice import bits_within, summed_rise, uniform_bits
from ..compression.code_bytes import parameter_bytes
from ..hardware.simulate import simulate
from ..networks.minis import mini_resnet, mini_vgg
from .kit.measured import measured
from .kit.memo import Memo

RECORD, SEEDS = measured("mixed_precision"), measured("bits")
ROWS, SETTINGS = RECORD["rows"], RECORD["settings"]
BITS, BUDGETS = SETTINGS["bits"], SETTINGS["budgets"]
NETWORKS = [("mini_vgg", "mini-VGG"), ("mini_resnet", "mini-ResNet")]
MAKERS = {"mini_vgg": mini_vgg, "mini_resnet": mini_resnet}
WAYS = [("knapsack", "knapsack"), ("greedy", "greedy"), ("uniform", "uniform")]
MACHINE = "tpu-like"
MAP_BITS, SUM_BITS, MOST_BITS = 8, 32, 8


class Layers:
    """The layers of a network as they were measured. names; sizes: weights of each; rises: of each {bits: rise of the loss with
    this layer alone at these}; loss: with all of them at 8 bits; weights: of the network; network: as a graph."""

    def __init__(self, network):
        rows = [row for row in ROWS if row["network"] == network and "layer" in row]
        self.names, self.sizes = [row["layer"] for row in rows], [row["weights"] for row in rows]
        self.loss = rows[0]["losses"][-1]
        self.rises = []
        for row in rows:
            self.rises.append(dict([(bits, loss - self.loss) for bits, loss in zip(BITS, row["losses"])]))
        self.weights, self.network = sum(self.sizes), MAKERS[network]()


# layers_of(network)
layers_of = Memo(Layers, most=4)


def measured_choices(network, way=None):
    """The rows of choices that were measured, by all ways or by one, in the order of the budgets."""
    rows = [row for row in ROWS if row["network"] == network and "way" in row]
    return [row for row in rows if way in (None, row["way"])]


def over_seeds(network, way):
    """[(budget, mean, standard error)] of what such choices read over seeds; empty where nothing was measured."""
    if network != SEEDS["settings"]["network"]:
        return []
    return [(row["budget"], row["accuracy"], row["error"]) for row in SEEDS["mixed"] if row["way"] == way]


class Choice:
    """What a way gives each layer within a budget. bits: of each layer; rise: the sum of theirs; added: the loss, if they add
    up; loss, accuracy: measured, or None; bytes: of the stored network."""

    def __init__(self, network, budget, way):
        self.layers, self.way = layers_of(network), way
        sizes, rises = self.layers.sizes, self.layers.rises
        room = budget * self.layers.weights / 8
        self.bits = uniform_bits(sizes, rises, room) if way == "uniform" else bits_within(sizes, rises, room, way)
        self.rise = summed_rise(rises, self.bits)
        self.added = self.layers.loss + self.rise
        self.by_layer = dict(zip(self.layers.names, self.bits))
        self.bytes = parameter_bytes(self.layers.network, self.by_layer)
        self.loss = self.accuracy = None
        for row in measured_choices(network):
            if row["bits"] == self.bits:
                self.loss, self.accuracy = row["loss"], row["accuracy"]

    @property
    def exceeds(self):
        """The rise of the loss, over the sum of the layers' own; None where it was not measured, or nothing rose."""
        if self.loss is None or self.rise < 0.001:
            return None
        return (self.loss - self.layers.loss) / self.rise


# choice_of(network, budget, way)
choice_of = Memo(Choice, most=120)


class Cost:
    """What a network takes whose layers have these bits: cycles and energy of one image."""

    def __init__(self, network, bits):
        layers = layers_of(network)
        own = dict(zip(layers.names, bits))
        run = simulate(layers.network, MACHINE, weight_bits=own, activation_bits=MAP_BITS, sum_bits=SUM_BITS)
        self.cycles, self.energy = run.cycles, run.energy


# cost_of(network, bits of each layer)
cost_of = Memo(Cost, most=60)
