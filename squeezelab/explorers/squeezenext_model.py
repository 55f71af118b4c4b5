"""Every SqueezeNext, put together from blocks: its work without building it, so that a slider can add a block in no time.

All blocks of a stage but the first are alike, up to the order of 3x1 and 1x3, which alternates through the network. Two
short networks hold every kind of block; they are built (and thinned) once for a width, and cut into pieces.
"""

from ..compression.thinned import thinned
from ..hardware.workload import Workload, row_of
from ..networks import squeezenext
from ..networks.squeezenext import VERSIONS
from .kit.memo import Memo

PROBES = ((2, 2, 2, 2), (3, 2, 2, 2))  # first and other blocks of each stage, in both orders
MOST_PIECES = 150  # 25 kB each in MicroPython; one move away are some 60


class Piece:
    """A block, or what comes before or after all blocks: its params, and (name, shape, kind, nest) of its layers with weights."""

    def __init__(self):
        self.params = 0
        self.rows = []

    def take(self, layer, name):
        self.params += layer.params
        if layer.macs:
            self.rows.append((name,) + row_of(layer))

    def add_to(self, work, prefix):
        work.params += self.params
        for name, shape, kind, nest in self.rows:
            work.put(prefix + name, shape, kind, nest)


def same_but_depths(version):
    """The first version with the stem and the projection of this one: v2 to v5 differ in their depths alone."""
    return min([other for other in VERSIONS if VERSIONS[other][1:] == VERSIONS[version][1:]])


def cut_pieces(version, width, share):
    """{(stage, whether it is the first block, whether 3x1 comes first): Piece}, and "stem" and "head"."""
    found = {}
    for depths in PROBES:
        found.update(cut_up(thinned(squeezenext(width, version, depths=depths), share), depths))
    return found


# pieces(version, width, share)
pieces = Memo(cut_pieces, most=MOST_PIECES)


def cut_up(network, depths):
    """{key: Piece} of one network, whose stages have at most three blocks: no two have the same key."""
    found = {}
    for layer in network.layers:
        parts = layer.name.split(".")
        if len(parts) == 1:
            key = "head" if (4, True, True) in found or (4, True, False) in found else "stem"
        else:
            stage, block = int(parts[0][1:]), int(parts[1][1:])
            key = stage, block == 1, (sum(depths[: stage - 1]) + block) % 2 == 1
        found.setdefault(key, Piece()).take(layer, parts[-1])
    return found


def squeezenext_work(version, width, depths, share=0):
    """What `Workload(thinned(squeezenext(width, version, depths=depths), share))` is, in a fraction of the time."""
    known = pieces(same_but_depths(version), width, share)
    work = Workload()
    known["stem"].add_to(work, "")
    vertical = True
    for stage in range(1, 5):
        for block in range(depths[stage - 1]):
            known[stage, block == 0, vertical].add_to(work, f"s{stage}.b{block + 1}.")
            vertical = not vertical
    known["head"].add_to(work, "")
    return work
