"""What a CapsNet of any size costs, by its parts: weights, MACs, words, cycles on an array, and time on a microcontroller."""

from ..hardware.capsule_latency import Q7_CAPSNETS
from ..hardware.devices import DEVICES, device_cost
from ..hardware.simulate import simulate
from ..networks.capsnet import CAPSNETS, capsnet
from .kit.memo import Memo

MACHINE, SUM_BITS = "squeezelerator-16", 32
PARTS = [  # (name, role, what it is)
    ("conv1", "inputs", "first convolution"),
    ("primary", "compute", "primary convolution"),
    ("votes", "weights", "votes"),
    ("routing", "outputs", "routing steps"),
]
NAMES = [name for name, _, _ in PARTS]
TYPES, PRIMARY_DIMS, DIMS = [1, 2, 4, 6, 8, 16, 32], [2, 4, 8, 16], [4, 6, 8, 16, 32]
MOST_ITERATIONS = 5
PRESETS = {size: (each.primary[0], each.primary[1], each.dim) for size, each in CAPSNETS.items()}
PUBLISHED = Q7_CAPSNETS  # {device: (primary, routing) seconds}
WHOLE_BYTES = (8, 16, 32)


def part_of(layer):
    """The part of the network that a layer with MACs belongs to."""
    if layer.name in ("conv1", "primary"):
        return layer.name
    return "votes" if layer.op == "votes" else "routing"


class Budget:
    """A CapsNet in codes of so many bits, on a device. Of each part, in the order of `PARTS`: params, macs, words (from DRAM),
    cycles (of the array), seconds ((low, high) on the device); capsules: of the network's primary layer; vote_bytes: of all
    votes of an image, in RAM."""

    def __init__(self, size, types, primary_dim, dim, iterations, bits, device):
        net = capsnet(size, decoder=False, iterations=iterations, types=types, primary_dim=primary_dim, dim=dim)
        self.size, self.bits, self.device = size, bits, DEVICES[device]
        self.types, self.primary_dim, self.iterations = types, primary_dim, iterations
        run = simulate(net, MACHINE, weight_bits=bits, activation_bits=bits, sum_bits=SUM_BITS)
        self.cost = device_cost(net, device, bits, bits)
        self.network, self.macs, self.all_params, self.all_cycles = net, net.macs, net.params, run.cycles
        rows = [(part_of(layer), layer, run[layer.name]) for layer in net.mac_layers]
        self.params = [sum([layer.params for part, layer, _ in rows if part == name]) for name in NAMES]
        self.part_macs = [sum([layer.macs for part, layer, _ in rows if part == name]) for name in NAMES]
        self.words = [sum([row.dram_words for part, _, row in rows if part == name]) for name in NAMES]
        self.cycles = [sum([row.cycles for part, _, row in rows if part == name]) for name in NAMES]
        self.seconds = [self.band([layer.name for part, layer, _ in rows if part == name]) for name in NAMES]
        self.classes, self.capsules, self.dim = net["digits.votes"].shape
        self.vote_bytes = self.classes * self.capsules * self.dim * held_bytes(bits)

    def band(self, layers):
        """(low, high) seconds of these layers."""
        hertz = self.device.clock_ghz * 1e9
        return tuple([sum([self.cost.layers[layer][end] for layer in layers]) / hertz for end in (0, 1)])

    def share(self, values, *names):
        """What these parts have of all."""
        return sum([value for name, value in zip(NAMES, values) if name in names]) / sum(values)

    def ends(self, end):
        """Seconds of the parts at the quick (0) or the slow (1) end of the band."""
        return [band[end] for band in self.seconds]


def held_bytes(bits):
    """Bytes in which a microcontroller keeps a value of so many bits.

    >>> [held_bytes(bits) for bits in (4, 8, 9, 32)]
    [1, 1, 2, 4]
    """
    return [whole // 8 for whole in WHOLE_BYTES if bits <= whole][0]


# budget_of(size, types, primary_dim, dim, iterations, bits, device)
budget_of = Memo(Budget, most=60)
