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
        return EnergyTable(name, self.unit, self.mac, self.rf, self.noc, self.buffer, self.dram, self.source, count)

    def __repr__(self):
        return (
            f"EnergyTable({self.name!r}: mac {self.mac}, rf {self.rf} ({self.register_accesses} a MAC), noc {self.noc}, "
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
