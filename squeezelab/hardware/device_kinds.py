"""The kinds of devices: how the time of a layer comes about on each, and which memories are walls."""

from ..core.arith import ceil_div
from ..core.checks import number
from ..core.names import checked_name
from ..networks.bits import operand_bits
from ..networks.capsule_layers import ROUTING
from ..networks.shapes import size_of
from ..networks.stored import FLOAT_BITS
from .accelerator import Accelerator
from .cost import dram_cycles
from .simulate import simulate

SHARED = ("conv", "conv_transpose")  # ops of which a weight serves many pixels
LANES = (8, 16, 32)  # bits of a lane
MACHINE_LANES = 32  # bits of the lanes of the `machine` of a `Simd`


def lane_bits(bits):
    """Bits of the narrowest lane that holds so many.

    >>> [lane_bits(bits) for bits in (1, 8, 9, 17)]
    [8, 8, 16, 32]
    """
    return [lane for lane in LANES if bits <= lane][0]


class Device:
    """What the kinds have in common: a name, fields that `with_` changes, and where each value comes from (`sources`)."""

    FIELDS = ()

    def __init__(self, name, sources=None, **fields):
        self.name = checked_name(name, "a device's name")
        self.sources = dict(sources or {})
        for field in self.FIELDS:
            if field not in fields:
                raise ValueError(f"device {name!r} needs its {field}")
        for field in fields:
            if field not in self.FIELDS:
                raise ValueError(f"a {type(self).__name__} has no {field!r}; it has {', '.join(self.FIELDS)}")
            setattr(self, field, checked_field(fields[field], f"device {name!r}: {field}"))

    def with_(self, **changes):
        """The same device with some fields changed."""
        fields = {field: getattr(self, field) for field in self.FIELDS}
        fields.update(changes)
        sources = dict(self.sources)
        sources.update({field: "chosen by the reader" for field in changes})
        return type(self)(fields.pop("name", self.name), sources, **fields)

    def as_held(self, net):
        """The network with its maps as wide as they lie in memory."""
        return net

    def energy_of(self, net):
        return None, ""

    def wall(self, stored, peak):
        """Which memory is too small, in words; DRAM never is."""
        return ""

    def __repr__(self):
        lines = [f"{type(self).__name__} {self.name!r}"]
        for field in self.FIELDS:
            value = getattr(self, field)
            lines.append(f"  {field:<16}{getattr(value, 'name', value)!s:<22} {self.sources.get(field, 'assumed')}")
        return "\n".join(lines)


def checked_field(value, what):
    """A machine, a number above 0, or a band of two of at least 0; raises for anything else."""
    if isinstance(value, Accelerator):
        return value
    if isinstance(value, (tuple, list)):
        if len(value) != 2 or number(value[0], what, least=0) > number(value[1], what, least=0):
            raise ValueError(f"{what} must be a band (low, high), not {value!r}")
        return tuple(value)
    return number(value, what, above=0)


class OnArray(Device):
    """A device whose time is that of an array and its DRAM side by side; its clock and its memory are those of the `machine`."""

    @property
    def clock_ghz(self):
        return self.machine.clock_ghz

    def together(self, array, row):
        """Cycles of a layer whose array takes so many, while its words come from DRAM."""
        return max(array, dram_cycles(row.dram_words, self.machine))


class Simd(OnArray):
    """A processor with vectors. machine: it at lanes of 32 bits; efficiency: the band of the share of these cycles in which it
    does what `simulate` has it do. 8-bit factors have lanes of 8 bits if there is an instruction for their dot products, which is
    the low end of the band, and are widened to 16 if there is none, the high end."""

    FIELDS = ("machine", "efficiency")

    def layer_cycles(self, net):
        reports, found = {}, {}
        for lane in LANES:
            machine = self.machine.with_(cols=self.machine.cols * MACHINE_LANES // lane)
            reports[lane] = simulate(net, machine)
        operands = operand_bits(net, net.bits)
        for layer in net.mac_layers:
            low = lane_bits(max(operands[layer.name][:2]))
            ends = []
            for lane, share in ((low, self.efficiency[1]), (max(low, 16), self.efficiency[0])):
                row = reports[lane][layer.name]
                ends.append(self.together(row.cost.array_cycles / share, row))
            found[layer.name] = tuple(ends)
        return found


class Microcontroller(Device):
    """A core with its memories. All but the memories are bands.

    mac_rate: MACs a cycle of factors up to `full_bits`, half as many of twice as wide ones; depthwise layers have the same rate,
    which flatters them [assumed]; routing_rate: MACs a cycle of votes, of sums over votes and of agreements, which are many small
    products; call_cycles: what calling a layer takes; unpack_cycles: making one weight of less than 8 bits a whole byte, which in
    a convolution serves two pixels; fast_bytes: the memory at full speed; beyond it a layer's weights and maps pass at
    `bytes_per_cycle`; ram_bytes, flash_bytes: the walls. Maps lie in RAM as whole bytes, weights in flash packed.
    """

    FIELDS = (
        "clock_ghz",
        "mac_rate",
        "full_bits",
        "routing_rate",
        "call_cycles",
        "unpack_cycles",
        "fast_bytes",
        "bytes_per_cycle",
        "ram_bytes",
        "flash_bytes",
    )

    def layer_cycles(self, net):
        held, operands = self.as_held(net), operand_bits(net, net.bits)
        return {layer.name: self.cycles_of(layer, held, operands[layer.name][:2]) for layer in net.mac_layers}

    def cycles_of(self, layer, held, bits):
        """(low, high) cycles of one layer; bits: of a weight and of an input."""
        slower = max(1, lane_bits(max(bits)) / self.full_bits)
        rate = self.routing_rate if layer.op in ROUTING else self.mac_rate
        unpacked = 0 if bits[0] % 8 == 0 or not layer.weight_words else layer.macs / (2 if layer.op in SHARED else 1)
        beyond = max(0, bytes_touched(layer, held, bits[0]) - self.fast_bytes)
        ends = []
        for at, other in ((0, 1), (1, 0)):
            cycles = slower * layer.macs / rate[other] + self.call_cycles[at] + unpacked * self.unpack_cycles[at]
            ends.append(cycles + beyond / self.bytes_per_cycle[other])
        return tuple(ends)

    def as_held(self, net):
        values = net.activation_bits
        return net.with_bits(net.weight_bits, {name: lane_bits(values[name]) for name in values}, FLOAT_BITS)

    def wall(self, stored, peak):
        walls = []
        if stored > self.flash_bytes:
            walls.append(f"weights of {stored} bytes are too many for a flash of {self.flash_bytes}")
        if peak > self.ram_bytes:
            walls.append(f"live maps of {peak} bytes are too many for a RAM of {self.ram_bytes}")
        return "; ".join(walls)


def bytes_touched(layer, held, weight_bits):
    """Bytes of a layer's weights, packed, of its inputs and of its output."""
    count = ceil_div(layer.weight_words * weight_bits, 8)
    for each in list(layer.sources) + [layer]:
        count += ceil_div(size_of(each.shape) * held.activation_bits[each.name], 8)
    return count


class BitSerial(OnArray):
    """An array that makes a product of a weight of w and an input of a bits in w·a / word² of the cycles of a whole product of
    its words. In the low end of the band, loading and draining it are quicker for narrow operands, too, as many bits a cycle as
    before. In the high end they are not, and widths are rounded up to 1, 2, 4, 8, …, as where multipliers of 2 bits are put
    together to wider ones."""

    FIELDS = ("machine",)

    def layer_cycles(self, net):
        report, operands, found = simulate(net, self.machine), operand_bits(net, net.bits), {}
        word = self.machine.word_bits
        for layer in net.mac_layers:
            row, bits = report[layer.name], operands[layer.name][:2]
            low = row.compute_cycles * bits[0] * bits[1] / word**2 + row.fill_cycles * max(bits) / word
            rounded_up = power_of_two(bits[0]) * power_of_two(bits[1])
            high = row.compute_cycles * rounded_up / word**2 + row.fill_cycles * max(max(bits) / word, 1)
            found[layer.name] = (self.together(low, row), self.together(high, row))
        return found

    def energy_of(self, net):
        return simulate(net, self.machine).energy, self.machine.energy.unit


def power_of_two(bits):
    """The least power of 2 that is no less.

    >>> [power_of_two(bits) for bits in (1, 2, 3, 5, 8)]
    [1, 2, 4, 8, 8]
    """
    power = 1
    while power < bits:
        power *= 2
    return power
