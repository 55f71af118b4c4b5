"""What an access costs. Tables are relative or absolute; only ratios within one table mean anything."""

from ..core.checks import number
from ..core.names import checked_name


def energy(table, what, value):
    """The energy of an event as a plain number; an event may cost nothing."""
    return number(value, f"energy table {table!r}: {what}", least=0)


class EnergyTable:
    """Energy per event: a MAC, a register access, a hop between processing elements, a buffer word, a DRAM word.

    register_accesses: how many a MAC makes. 3 are its two operands and its sum; Eyeriss (Chen et al. 2016) and Sze et
    al. (2017) charge the sum twice, read and written: 4.

    >>> from squeezelab.hardware import accelerator
    >>> at_4 = ENERGY_TABLES["eyeriss65"].with_register_accesses(4)
    >>> accelerator("squeezelerator-16").with_(energy=at_4).energy
    EnergyTable('eyeriss65, 4 register accesses': mac 1, rf 1 (4 a MAC), noc 2, buffer 6, dram 200 MAC energies; Eyeriss, \
Chen et al. 2016, Table IV, 65 nm, 16 bit [recalled])
    """

    multiply = add = None  # of a MAC, by width; see `by_width`

    def __init__(self, name, unit, mac, rf, noc, buffer, dram, source, register_accesses=3):
        self.name = checked_name(name, "an energy table's name")
        self.unit = unit
        self.mac = energy(name, "mac", mac)
        self.rf = energy(name, "rf", rf)
        self.noc = energy(name, "noc", noc)
        self.buffer = energy(name, "buffer", buffer)
        self.dram = energy(name, "dram", dram)
        self.source = source
        self.register_accesses = energy(name, "register_accesses", register_accesses)

    def with_register_accesses(self, count):
        """The same table, where a MAC makes so many register accesses."""
        name = f"{self.name}, {count} register accesses"
        table = EnergyTable(name, self.unit, self.mac, self.rf, self.noc, self.buffer, self.dram, self.source, count)
        table.multiply, table.add = self.multiply, self.add
        return table

    def by_width(self, multiply, add, source):
        """The same table, where a MAC costs `multiply` for each pair of a weight's bit and an input's bit, and `add` for each bit
        of its sum, in place of one energy for all widths.

        Raises a ValueError for an energy that is no number of at least 0. HOROWITZ_BY_WIDTH is such a table.

        >>> HOROWITZ_BY_WIDTH.mac_at(8, 8, 8)  # .2 and .03 pJ
        0.23
        """
        name, source = self.name + ", by width", f"{self.source}; MAC by width: {source}"
        same = (self.rf, self.noc, self.buffer, self.dram, source, self.register_accesses)
        table = EnergyTable(name, self.unit, self.mac, *same)
        table.multiply, table.add = energy(name, "multiply", multiply), energy(name, "add", add)
        return table

    def mac_at(self, weight_bits, input_bits, sum_bits):
        """Energy of one MAC; in a table for one width it is `mac`."""
        if self.multiply is None:
            return self.mac
        return self.multiply * (weight_bits * input_bits) + self.add * sum_bits

    def mac_text(self):
        """What a MAC costs, in words."""
        return str(self.mac) if self.multiply is None else f"{self.multiply} a pair of bits + {self.add} a bit of the sum"

    def __repr__(self):
        return (
            f"EnergyTable({self.name!r}: mac {self.mac_text()}, rf {self.rf} ({self.register_accesses} a MAC), noc {self.noc}, "
            f"buffer {self.buffer}, dram {self.dram} {self.unit}; {self.source})"
        )


ENERGY_TABLES = {
    "eyeriss65": EnergyTable(
        "eyeriss65", "MAC energies", 1, 1, 2, 6, 200, "Eyeriss, Chen et al. 2016, Table IV, 65 nm, 16 bit [recalled]"
    ),
    # 16-bit words: a MAC as int16 between the int8 and int32 entries; DRAM 1300 pJ per 64 bit; the buffer interpolated,
    # 10·√(128 kB / 8 kB) pJ per 64 bit; registers and hops are not in the source: Eyeriss's 1 and 2 MACs, times 0.9 pJ
    "horowitz45": EnergyTable(
        "horowitz45",
        "pJ",
        0.9,
        0.9,
        1.8,
        10,
        325,
        "Horowitz 2014, 45 nm: DRAM [recalled]; MAC and buffer interpolated, rf and noc Eyeriss's 1 and 2 MACs [inferred]",
    ),
    # per 8-bit word; SRAM 416 pJ per 2048 bit, DRAM 700 pJ per 64 bit, registers 0.021 pJ; no hops given
    "zigzag-tpu": EnergyTable("zigzag-tpu", "pJ", 0.04, 0.021, 0.021, 1.625, 87.5, "ZigZag 3.9.1, tpu_like [read]; noc assumed"),
}

# An array multiplier has a cell for each pair of bits, an adder one for each bit [inferred]. Anchored at 8 bits, .2 and .03 pJ
# [recalled]; at 32 that is 3.2 and .12 pJ where the source has 3.1 and .1 [2nd]. Fixed point only: an fp32 MAC is 4.6 pJ.
HOROWITZ_BY_WIDTH = ENERGY_TABLES["horowitz45"].by_width(
    0.2 / 64, 0.03 / 8, "Horowitz's int8 multiplication and addition [recalled], in proportion to their cells [inferred]"
)
