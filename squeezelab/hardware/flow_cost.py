"""`FlowCost`: a layer on the array under one dataflow, before DRAM."""

from collections import namedtuple

from ..core.arith import mixed

FLOW_FIELDS = (
    "flow",
    "compute_cycles",
    "fill_cycles",
    "input_words",
    "weight_words",
    "sum_words",
    "issued_macs",
    "hops",
)


class FlowCost(namedtuple("FlowCost", FLOW_FIELDS)):
    """flow: its place in `SYSTOLIC_FLOWS`, a number, so that arrays of layers can mix flows.

    input_words, weight_words: read from the buffer; sum_words: written to it, the finished ones too, and read back;
    issued_macs: MAC slots in use; hops: operands passed on to a neighbour.
    """

    __slots__ = ()

    @property
    def array_cycles(self):
        """Streaming, and loading, filling and draining."""
        return self.compute_cycles + self.fill_cycles


def chosen(first, a, b):
    """a where `first` holds, else b: field by field for arrays."""
    if first is True:
        return a
    if first is False:
        return b
    keep = first * 1.0  # an array of truth values as ones and zeros
    return FlowCost(**{field: mixed(keep, getattr(a, field), getattr(b, field)) for field in FLOW_FIELDS})
