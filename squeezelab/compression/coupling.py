"""Which channels of a network fall together, channel by channel.

Every channel that a layer makes gets a number. What is added, multiplied or shared ties numbers: where one channel falls, all of
its number fall. `RULES` has for each op what its channels are, given those that it reads. Some channels stay whatever happens:
those that the network takes in and gives out, and those that a layer looks across, since without one of them it would compute
something else from the others (`Coupling.stays` has the reason).

`bundles` counts the same things, which is quicker and enough for what a narrower network costs; which channel
goes with which, as surgery on weights needs it, is here.
"""

from ..networks.activations import Activation
from ..networks.capsule_layers import CAPSULE_OPS
from ..networks.shapes import size_of
from .bundles import given_out, is_depthwise


class Coupling:
    """`of[name]`: the numbers of a layer's channels, in order, equal where channels fall together; `stays`: {number: why}.

    Raises a ValueError that names the layer of which it is not known what falls together.
    """

    def __init__(self, network):
        self.above = []  # of each number the one it was tied to, or itself
        self.reasons = {}
        made = {}
        for layer in [network.input] + network.layers:
            try:
                made[layer.name] = rule_of(layer)(self, layer, [made[source.name] for source in layer.sources])
            except ValueError as error:
                raise ValueError(f"'{layer.name}' ({layer.kind}): {error}")  # noqa: B904 (MicroPython cannot chain)
        for layer in given_out(network):
            self.keep(made[layer.name], "the network gives it out")
        self.of = {}
        for name in made:
            self.of[name] = [self.root(number) for number in made[name]]
        self.stays = {}
        for number in self.reasons:
            self.stays[self.root(number)] = self.reasons[number]

    def fresh(self, count):
        """Numbers for so many new channels."""
        first = len(self.above)
        self.above += range(first, first + count)
        return list(range(first, first + count))

    def root(self, number):
        while self.above[number] != number:
            self.above[number] = number = self.above[self.above[number]]
        return number

    def tie(self, ours, theirs):
        """Makes the channels of two lists fall together, each with its counterpart; returns the first."""
        for one, other in zip(ours, theirs):
            one, other = self.root(one), self.root(other)
            self.above[max(one, other)] = min(one, other)
        return ours

    def tie_parts(self, channels, parts):
        """Makes the first channels of all equal parts fall together, then the second ones, …: the parts stay equally large."""
        each = len(channels) // parts
        for part in range(1, parts):
            self.tie(channels[:each], channels[part * each : (part + 1) * each])
        return channels

    def keep(self, channels, why):
        """Says that these stay."""
        for number in channels:
            self.reasons[number] = why
        return channels


def rule_of(layer):
    if layer.op not in RULES:
        raise ValueError("which of its channels fall with which of its inputs is not known here")
    return RULES[layer.op]


def of_input(coupling, layer, sources):
    return coupling.keep(coupling.fresh(layer.shape[0]), "the network takes it in")


def of_linear(coupling, layer, sources):
    return coupling.fresh(layer.shape[0])


def of_conv(coupling, layer, sources):
    """New channels; those of a depthwise convolution are its input's, and the groups of another stay equally large."""
    if is_depthwise(layer):
        return each_repeated(sources[0], layer.shape[0] // layer.in_shape[0])
    coupling.tie_parts(sources[0], layer.groups)
    return coupling.tie_parts(coupling.fresh(layer.shape[0]), layer.groups)


def of_one(coupling, layer, sources):
    """Each channel by itself: the channels of what it reads."""
    return sources[0]


def across(coupling, layer, sources):
    return coupling.keep(sources[0], f"'{layer.name}' ({layer.kind}) looks across channels")


def of_group_norm(coupling, layer, sources):
    return sources[0] if layer.groups == layer.shape[0] else across(coupling, layer, sources)


def of_both(coupling, layer, sources):
    """A sum or product: both sides fall together; a side of one channel serves all of the other's, and stays."""
    ours, theirs = sources
    if len(ours) == len(theirs):
        return coupling.tie(ours, theirs)
    one, many = (ours, theirs) if len(ours) == 1 else (theirs, ours)
    coupling.keep(one, f"'{layer.name}' ({layer.kind}) uses it for all channels of the other side")
    return many


def of_concat(coupling, layer, sources):
    return [number for source in sources for number in source]


def of_flatten(coupling, layer, sources):
    """A channel becomes as many features as it has pixels."""
    return each_repeated(sources[0], size_of(layer.in_shape) // layer.in_shape[0])


def of_unflatten(coupling, layer, sources):
    return first_of_each(coupling, sources[0], layer.shape[1] * layer.shape[2])


def of_slice(coupling, layer, sources):
    if layer.step > 1:
        coupling.keep(sources[0], f"'{layer.name}' (slice) takes every {layer.step}th channel")
    return sources[0][layer.start : layer.stop : layer.step]


def of_pad(coupling, layer, sources):
    """Channels of zeros before and after are new ones, which stay unless they are added to others that fall."""
    before, after = layer.sides[4:] if len(layer.sides) == 6 else (0, 0)
    inside = sources[0][max(0, -before) : len(sources[0]) - max(0, -after)]
    return coupling.fresh(max(0, before)) + inside + coupling.fresh(max(0, after))


def of_shuffle(coupling, layer, sources):
    coupling.tie_parts(sources[0], layer.groups)
    return [sources[0][place] for place in layer.order]


def of_pixel_shuffle(coupling, layer, sources):
    return first_of_each(coupling, sources[0], layer.factor * layer.factor)


def of_pixel_unshuffle(coupling, layer, sources):
    return each_repeated(sources[0], layer.factor * layer.factor)


def of_reduction(coupling, layer, sources):
    if 0 not in layer.sides:
        return sources[0]
    across(coupling, layer, sources)
    return coupling.keep(coupling.fresh(1), f"'{layer.name}' ({layer.kind}) makes it of all channels")


def of_capsules(coupling, layer, sources):
    """Capsules are vectors over channels, of which none can fall without the others: all stay."""
    for channels in sources:
        across(coupling, layer, [channels])
    return coupling.keep(coupling.fresh(layer.shape[0]), f"'{layer.name}' ({layer.kind}) makes capsules")


def of_squeeze(coupling, layer, sources):
    coupling.keep(sources[0], "the network gives it out")
    return []


def each_repeated(channels, times):
    return [number for number in channels for _ in range(times)]


def first_of_each(coupling, channels, size):
    """Runs of `size` channels that become one each, and so fall together."""
    for place in range(1, size):
        coupling.tie(channels[::size], channels[place::size])
    return channels[::size]


ALONE = [op for op in Activation.OPS if op not in ("softmax", "lrn")]
ALONE += [
    "norm",
    "prelu",
    "global_avg_pool",
    "max_pool",
    "avg_pool",
    "adaptive_avg_pool",
    "adaptive_max_pool",
    "crop",
    "interpolate",
]

# op: function of the coupling, the layer and the channels of what it reads; gives the layer's channels
RULES = {
    "input": of_input,
    "linear": of_linear,
    "conv": of_conv,
    "conv_transpose": of_conv,
    "softmax": across,
    "lrn": across,
    "layer_norm": across,
    "group_norm": of_group_norm,
    "add": of_both,
    "subtract": of_both,
    "multiply": of_both,
    "concat": of_concat,
    "flatten": of_flatten,
    "unflatten": of_unflatten,
    "slice": of_slice,
    "pad": of_pad,
    "shuffle": of_shuffle,
    "pixel_shuffle": of_pixel_shuffle,
    "pixel_unshuffle": of_pixel_unshuffle,
    "squeeze": of_squeeze,
    "mean": of_reduction,
    "max": of_reduction,
    "sum": of_reduction,
}
for op in ALONE:
    RULES[op] = of_one
for op in CAPSULE_OPS:
    RULES[op] = of_capsules
