"""The recorded trainings under NEq: which neurons rest in an epoch, and the MACs that would be saved, by the law."""

from .kit.measured import measured
from .kit.memo import Memo

SETTINGS = measured("equilibrium")["settings"]
ROWS = measured("equilibrium")["rows"]
EPOCHS, EPSILONS, DROPS = SETTINGS["epochs"], SETTINGS["epsilons"], SETTINGS["drops"]
LAYERS = sorted(SETTINGS["sizes"])  # conv1 to conv4, and fc: those that have MACs
NEURONS = dict([(name, SETTINGS["sizes"][name][0]) for name in LAYERS])
MACS = dict([(name, SETTINGS["sizes"][name][1]) for name in LAYERS])  # of one image, forward
FORWARD = sum([MACS[name] for name in LAYERS])
INPUTS = FORWARD - MACS[LAYERS[0]]  # the first layer's input needs no gradient
PASSES = 2 * FORWARD + INPUTS  # of one image: forward, gradients of inputs, gradients of weights
CEILING = FORWARD / PASSES  # of the MACs of training: all gradients of weights
WATCHING = SETTINGS["watched"] / SETTINGS["images"] * CEILING  # of the MACs of training: forward, once an epoch


class Run:
    """One training. resting: {layer: neurons at rest in each epoch}; accuracy, drift: in each epoch; dense: accuracy in each
    epoch without rest, all else alike."""

    def __init__(self, optimizer, epsilon, reading):
        row, dense = row_of(optimizer, epsilon, reading), row_of(optimizer, 0, "code")
        self.optimizer, self.epsilon, self.reading = optimizer, epsilon, reading
        self.resting, self.accuracy, self.drift, self.dense = row["resting"], row["accuracy"], row["drift"], dense["accuracy"]

    def share(self, layer, epoch):
        """The share of a layer's neurons that rests in an epoch, counted from 1."""
        return self.resting[layer][epoch - 1] / NEURONS[layer]

    def saved_in(self, epoch):
        """MACs of an image's weight gradients that need not be done in an epoch: those of rows at rest."""
        return sum([self.share(layer, epoch) * MACS[layer] for layer in LAYERS])

    def saved(self, epoch):
        """(of the MACs of weight gradients the share saved up to an epoch, of those of all three passes)."""
        total = sum([self.saved_in(number) for number in range(1, epoch + 1)])
        return total / (epoch * FORWARD), total / (epoch * PASSES)

    def neurons(self, epoch):
        """How many neurons of layers with MACs rest in an epoch."""
        return sum([self.resting[layer][epoch - 1] for layer in LAYERS])

    def thawed(self, epoch):
        """How many fewer rest than in the epoch before, summed over the layers where it is fewer."""
        if epoch == 1:
            return 0
        return sum([max(0, self.resting[layer][epoch - 2] - self.resting[layer][epoch - 1]) for layer in LAYERS])


def row_of(optimizer, epsilon, reading):
    for row in ROWS:
        if (row["optimizer"], row["epsilon"], row["reading"]) == (optimizer, epsilon, reading):
            return row


# run_of(optimizer, epsilon, reading): all 16 there are
run_of = Memo(Run, most=32)


def rate_share(epoch):
    """The learning rate in an epoch, as a share of the first one: a tenth after each drop."""
    return 1 / 10 ** len([drop for drop in DROPS if epoch > drop])
