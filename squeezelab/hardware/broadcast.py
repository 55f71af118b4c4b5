"""The squeezelerator's array: operands are broadcast, not passed on.

Reconstructed from what is recalled of Kwon et al. (DAC 2018, arXiv 1804.10642) and Gholami et al. (2018); its form
("overlap") was chosen with the published ratios at hand and nothing was fitted afterwards [inferred].

* weight stationary: rows take input channels, columns output channels, one kernel tap at a time; partial sums go
  through the buffer;
* output stationary: a processing element keeps one output pixel of up to F output channels (F = its registers),
  weights are broadcast, and zero weights can be skipped.
"""

from ..core.arith import ceil_div, maximum, minimum
from .flow_cost import FlowCost
from .systolic import SYSTOLIC_FLOWS

BROADCAST_FLOWS = ("ws", "os")
WS, OS = [SYSTOLIC_FLOWS.index(flow) for flow in BROADCAST_FLOWS]


# In both, `density` is the share of weights that are worked on.


def broadcast_ws(nest, machine, density):
    """Each of the taps x input tiles x output tiles loads its weights (R cycles), then streams all pixels."""
    down = ceil_div(nest.ci, machine.rows)
    across = ceil_div(nest.co, machine.cols)
    tiles = nest.groups * nest.taps * down * across
    compute, fill = tiles * nest.m * density, tiles * machine.rows
    inputs = nest.groups * nest.taps * across * nest.ci * nest.m
    sums = nest.results * (2 * nest.taps * down - 1)  # written per tap and input tile, read back but for the first
    return FlowCost(WS, compute, fill, inputs, nest.weights, sums, nest.macs * density, 0)


def broadcast_os(nest, machine, density):
    """Each output tile takes its filters F at a time; loading the next input plane hides behind the work, or the
    other way round. A plane is what the windows of a tile reach over, dilated ones the farther."""
    tiles = nest.batch * ceil_div(nest.ho, machine.rows) * ceil_div(nest.wo, machine.cols)
    filters = minimum(machine.registers, nest.co)
    passes = tiles * ceil_div(nest.co, filters)
    load = (machine.rows - 1) * nest.stride_h + nest.reach_h
    work = filters * nest.taps * density
    rounds = nest.groups * passes
    waiting = nest.ci * maximum(load - work, 0)  # planes that take longer to load than to work on
    plane = load * ((machine.cols - 1) * nest.stride_w + nest.reach_w)
    compute, fill = rounds * nest.ci * work, rounds * (load + waiting + filters * machine.rows)
    inputs, weights = passes * nest.c_in * plane, nest.weights * tiles
    return FlowCost(OS, compute, fill, inputs, weights, nest.results, nest.macs * density, 0)
