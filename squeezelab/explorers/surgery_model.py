"""The mini-ResNet without some channels of one group: what of each layer falls, and what the rest costs."""

from ..compression.prices import Price
from ..compression.widths import Widths
from ..hardware.workload import Workload
from ..networks import mini_resnet
from ..networks.stored import peak_words
from .kit.memo import Memo
from .kit.zoo import square_machine

WORD = 4  # bytes of a stored value
MAKERS = ("conv", "linear")  # whose channels are their own
_widths = Memo(lambda: Widths(mini_resnet()), most=2)


def network():
    """The whole network."""
    return _widths().network


def groups():
    """The groups of channels, in the order in which they are made."""
    return _widths().channels.groups


def group_named(name):
    return [group for group in groups() if group.name == name][0]


class Cut:
    """A layer with params of which something falls: `before` and `after` are its (outputs, inputs), inputs None for a norm.

    filters, columns: its params that fall with its own channels, and, of those left, with the channels that it reads.
    """

    def __init__(self, layer, outputs, inputs):
        own, read = layer.shape[0], layer.in_shape[0] if layer.op in MAKERS else None
        self.layer, self.before, self.after = layer, (own, read), (outputs, inputs)
        without_filters = layer.params * outputs // own
        self.left = without_filters
        if read:
            self.left = layer.weight_words * outputs // own * inputs // read + (outputs if layer.bias else 0)
        self.filters = layer.params - without_filters
        self.columns = without_filters - self.left


def cuts(counts):
    """The `Cut`s of the layers that have fewer params where channels are so many: {layer: its channels}."""
    found = []
    for layer in network().layers:
        if layer.params:
            cut = Cut(layer, counts[layer.name], counts[layer.inputs[0]] if layer.op in MAKERS else None)
            if cut.left < layer.params:
                found.append(cut)
    return found


def counts_of_group(name, kept):
    """{layer: its channels} where a group keeps so many and all follows."""
    known = _widths()
    at = known.full | {name: kept}
    return {layer.name: known.count(layer.name, at) for layer in [known.network.input] + known.network.layers}


def counts_of_maker(maker, kept):
    """({layer: its channels} where one layer has so many filters and nobody else was told, the sum at which that fails or
    None); behind the sum all is as it was."""
    counts, stuck = {"input": network().input.shape[0]}, None
    for layer in network().layers:
        read = [counts[source.name] for source in layer.sources]
        own = layer.op in MAKERS or (layer.op == "add" and read[0] != read[1])
        counts[layer.name] = kept if layer.name == maker else layer.shape[0] if own else read[0]
        if layer.op == "add" and read[0] != read[1]:
            stuck = layer, read
    return counts, stuck


class Cost:
    """What the network costs with so many channels of a group: params, stored (values, running statistics of the norms
    included), macs, peak (words of live maps), and cycles on a square array."""

    def __init__(self, name, kept, side):
        net = _widths().network_of({name: kept})
        self.params, self.macs, self.peak = net.params, net.macs, peak_words(net)
        self.stored = net.params + sum([2 * layer.shape[0] for layer in net.layers if layer.op == "norm"])
        self.cycles = Workload(net).run(square_machine(side), "hybrid", 0).cycles


# cost_of(group, kept, side): one move away are some 100
cost_of = Memo(Cost, most=240)


def cycles_by_kept(name, side):
    """Cycles of the whole network with 1, 2, … channels of a group."""
    known, price = _widths(), Price("cycles", square_machine(side))
    counts = list(range(1, known.full[name] + 1))
    touched = known.costs_of(name, known.full, counts, price)
    others = cost_of(name, counts[-1], side).cycles - touched[-1]
    return [round(others + cycles) for cycles in touched]


# kept_cycles(group, side): all 24 there are
kept_cycles = Memo(cycles_by_kept, most=48)
