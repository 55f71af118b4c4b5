"""Three kinds of block over their width: what they have, and what they cost on an array."""

from ..hardware import loop_nest
from ..hardware.cost import nest_cost
from ..hardware.word_sizes import word_sizes
from ..networks import Network, depthwise_separable_block, mgic_block, resnet_basic_block
from .kit.memo import Memo
from .kit.zoo import square_machine

WIDTHS = [16, 32, 64, 128, 256, 512, 1024]
BUILDERS = {"basic": resnet_basic_block, "separable": depthwise_separable_block}
BLOCK_KINDS = ["basic", "mgic", "separable"]


def block_layers(build, channels, size):
    """The layers of one block, stride 1, as many channels out as in."""
    net = Network("one block", (channels, size, size))
    build(net, net.input, channels)
    return net.layers


def mgic_steps(group, size):
    """An MGIC block contains all narrower ones, down to one group: the widest is built and taken apart by its levels."""
    widest = block_layers(lambda net, x, channels: mgic_block(net, x, channels, 1, group, group), WIDTHS[-1], size)
    steps = [[] for _ in WIDTHS]
    for layer in widest:
        level = int(layer.name.split(".")[0][1:])  # "c64.conv1" works on 64 channels
        steps[WIDTHS.index(max(level, group, WIDTHS[0]))].append(layer)
    return steps


def block_steps(kind, group, size):
    """For each width the layers of a block; of MGIC those that the next narrower block does not have."""
    if kind == "mgic":
        return mgic_steps(group, size)
    return [block_layers(BUILDERS[kind], channels, size) for channels in WIDTHS]


# steps_of(kind, group or None, size): built once; all 24 there are
steps_of = Memo(block_steps, most=48)


class BlockCost:
    """A block on a machine: `layers` on top of those of `narrower`, a BlockCost or None. time: its cycles, not rounded."""

    def __init__(self, layers, machine, narrower=None):
        self.layers = self.params = self.macs = self.words = self.time = self.issued = 0
        if narrower:
            self.layers, self.params, self.macs = narrower.layers, narrower.params, narrower.macs
            self.words, self.time, self.issued = narrower.words, narrower.time, narrower.issued
        sizes = word_sizes(machine)
        for layer in layers:
            self.params += layer.params
            if layer.macs:
                self.add(layer, nest_cost(loop_nest(layer), machine, "hybrid", 1, "skip", "dense", sizes))
        self.cycles = round(self.time)
        self.busy = self.issued / (self.time * machine.pes)

    def add(self, layer, cost):
        """Counts a convolution with its `LayerCost`."""
        self.layers += 1
        self.macs += layer.macs
        self.time += cost.cycles
        self.issued += cost.issued_macs
        self.words += cost.dram_words


def blocks_of(kind, group, size, array):
    """A block for each width; None for MGIC where the channels do not fill one group."""
    machine = square_machine(array)
    blocks = []
    for layers in steps_of(kind, group, size):
        narrower = blocks[-1] if blocks and kind == "mgic" else None
        blocks.append(BlockCost(layers, machine, narrower) if layers else None)
    return blocks


# kept_blocks(kind, group or None, size, array): all 72 there are
kept_blocks = Memo(blocks_of, most=144)


class Scaling:
    """The kinds of block at every width on one array, and how often MGIC goes into the basic block."""

    def __init__(self, group, size, array):
        self.group = group
        self.blocks = {kind: kept_blocks(kind, group if kind == "mgic" else None, size, array) for kind in BLOCK_KINDS}

    def at(self, kind, channels):
        return self.blocks[kind][WIDTHS.index(channels)]

    def saving(self, measure, channels):
        """The basic block's count divided by MGIC's, or None where there is no MGIC block."""
        basic, mgic = self.at("basic", channels), self.at("mgic", channels)
        return getattr(basic, measure) / getattr(mgic, measure) if mgic else None
