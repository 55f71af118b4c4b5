"""What a layer costs as it is and as its factors, in one measure, without a network built for it.

A rank may be an array of ranks, since the equations of `hardware` take either: all the ranks of a layer are priced at once.
An array brings its own methods along; nothing here imports numpy.

>>> from squeezelab.networks import resnet
>>> conv = resnet(18, resolution=64)["s1.b1.conv1"]
>>> price = Price("cycles", "squeezelerator-16")
>>> price.layer(conv), [price.factors(conv, "tucker2", (rank, rank)) for rank in (16, 17)]
(38032, [8024.0, 9766.0])
"""

from ..core.checks import check_choice
from ..hardware import accelerator, layer_cost, simulate
from ..hardware.loops import LoopNest, loop_nest
from ..hardware.simulate import checked_mode
from ..networks import Layer, Network
from .factored import factors_of, rank_for

COUNTED = ("params", "macs")
SIMULATED = ("cycles", "energy")
MEASURES = COUNTED + SIMULATED


class Price:
    """Costs in one measure: "params", "macs", or the simulated "cycles" or "energy" on `machine` (an `Accelerator`, or the
    name of a preset) with the usual settings of `simulate`. A network has the bits that it says; a layer or its factors alone
    have the words of the machine. Raises a ValueError for another measure, and for a simulated one without a machine.

    >>> Price("cycles")
    Traceback (most recent call last):
    ValueError: the cycles of which machine? Name one, as in machine='squeezelerator-16'
    """

    def __init__(self, measure: str, machine=None):
        check_choice("measure", measure, MEASURES)
        if measure in SIMULATED and machine is None:
            raise ValueError(f"the {measure} of which machine? Name one, as in machine='squeezelerator-16'")
        self.measure = measure
        self.machine = accelerator(machine) if measure in SIMULATED else None

    def network(self, network: Network) -> float:
        """What a whole network costs."""
        if self.measure in COUNTED:
            return getattr(network, self.measure)
        return sum([getattr(row, self.measure) for row in simulate(network, self.machine).layers])

    def layer(self, layer: Layer) -> float:
        """What a layer with MACs costs as it is."""
        return getattr(layer, self.measure) if self.measure in COUNTED else self.on_the_array([loop_nest(layer)])

    def factors(self, layer: Layer, method: str, rank):
        """What the factors of a layer cost together: a number, or an array for an array of ranks (two arrays for ``tucker2``).
        Raises a ValueError, naming the layer, for a layer or a rank that the method cannot take."""
        nests = factor_nests(layer, method, checked_ranks(layer, method, rank))
        if self.measure == "params":
            return sum([nest.weights for nest in nests]) + layer.bias * layer.shape[0]
        return sum([nest.macs for nest in nests]) if self.measure == "macs" else self.on_the_array(nests)

    def on_the_array(self, nests):
        """What loop nests cost that run one after another, dense."""
        mode = checked_mode(None, self.machine)
        costs = [layer_cost(nest, self.machine, "hybrid", 1, mode, "dense") for nest in nests]
        return sum([getattr(cost, self.measure) for cost in costs])


def checked_ranks(layer, method, rank):
    """The rank, or the arrays of ranks, as whole numbers that the layer can take; of an array both ends are tried."""
    sides = rank if isinstance(rank, (tuple, list)) else (rank,)
    if not [side for side in sides if getattr(side, "shape", ()) != ()]:
        return rank_for(layer, method, rank)
    for end in ("min", "max"):
        ends = [getattr(side, end)() if hasattr(side, end) else side for side in sides]
        rank_for(layer, method, ends if sides is rank else ends[0])
    sides = [side.astype("int64") if hasattr(side, "astype") else side for side in sides]  # 32 bits are too few for MACs
    return (sides[0], sides[-1]) if method == "tucker2" else sides[0]


def factor_nests(layer, method, rank):
    """The loops of a layer's factors in the order of execution, for a `rank`, or arrays of ranks, that was checked.

    Along the rows and along the columns one factor slides as the layer does, and the others stay where they are."""
    down, across = loop_nest(layer).windows
    channels, height, width = layer.in_shape[0], down[0], across[0]
    nests = []
    for factor in factors_of(method, rank, layer.shape[0]):
        # of the windows: pixels, steps, kernel, stride, padding, dilation
        h, ho, kh, stride_h, top, dilation_h = down if factor.rows else (height, height, 1, 1, 0, 1)
        w, wo, kw, stride_w, left, dilation_w = across if factor.columns else (width, width, 1, 1, 0, 1)
        groups, ci, co = factor.groups, channels // factor.groups, factor.channels // factor.groups
        shapes = (groups, ci, co, kh, kw, stride_h, stride_w, h, w, ho, wo, (dilation_h, dilation_w), (top, left))
        nests.append(LoopNest(1, *shapes))
        channels, height, width = factor.channels, ho, wo
    return nests
