"""`Accelerator`: the machine that a network is simulated on."""

import math

from ..core.checks import check_choice, number, whole
from ..core.names import checked_name
from .energy import ENERGY_TABLES, EnergyTable
from .sparsity import slowest_lane

STYLES = ("systolic", "broadcast")
FIELDS = (
    "rows",
    "cols",
    "registers",
    "buffer_bytes",
    "word_bits",
    "dram_gb_per_s",
    "clock_ghz",
    "latency_cycles",
    "style",
    "energy",
)


class Accelerator:
    """An array of `rows` x `cols` processing elements, one MAC a cycle each, with a buffer and a DRAM behind it.

    registers: partial sums a processing element can hold (used by the broadcast array's output stationary flow);
    buffer_bytes: the on-chip buffer, half of it working, half fetching ahead; word_bits: width of every value;
    dram_gb_per_s: None for a memory that never makes the array wait; clock_ghz; latency_cycles of a DRAM access;
    style: "systolic" (operands hop) or "broadcast"; energy: an `EnergyTable` or its name;
    sources: where each value comes from; fields that are not named there are "assumed".

    Raises a ValueError that names the field for a value that cannot be.

    >>> Accelerator("mine", 16, 16, word_bits=16, dram_gb_per_s=16, clock_ghz=1).words_per_cycle
    8.0
    """

    def __init__(
        self,
        name,
        rows,
        cols,
        registers=8,
        buffer_bytes=128 * 1024,
        word_bits=16,
        dram_gb_per_s=16,
        clock_ghz=1.0,
        latency_cycles=100,
        style="systolic",
        energy="eyeriss65",
        sources=None,
    ):
        checked_name(name, "an accelerator's name")
        rows = whole(rows, f"accelerator {name!r}: rows")
        cols = whole(cols, f"accelerator {name!r}: cols")
        registers = whole(registers, f"accelerator {name!r}: registers")
        word_bits = whole(word_bits, f"accelerator {name!r}: word_bits")
        buffer_bytes = positive(buffer_bytes, f"accelerator {name!r}: buffer_bytes")
        clock_ghz = positive(clock_ghz, f"accelerator {name!r}: clock_ghz")
        if dram_gb_per_s is not None:
            dram_gb_per_s = positive(dram_gb_per_s, f"accelerator {name!r}: dram_gb_per_s")
        latency_cycles = number(latency_cycles, f"accelerator {name!r}: latency_cycles", 0, asked="a positive number or 0")
        check_choice("array style", style, STYLES)
        if not isinstance(energy, EnergyTable):
            check_choice("energy table", energy, sorted(ENERGY_TABLES))
            energy = ENERGY_TABLES[energy]
        if not isinstance(sources, (dict, type(None))):
            raise ValueError(f"accelerator {name!r}: sources is a dict of field: where its value comes from, not {sources!r}")
        fields = (rows, cols, registers, buffer_bytes, word_bits, dram_gb_per_s, clock_ghz, latency_cycles, style, energy)
        put = object.__setattr__
        put(self, "name", name)
        for field, value in zip(FIELDS, fields):
            put(self, field, value)
        put(self, "sources", dict(sources or {}))
        put(self, "pes", rows * cols)
        put(self, "buffer_words", words(buffer_bytes, word_bits))
        put(self, "words_per_cycle", words(math.inf if dram_gb_per_s is None else dram_gb_per_s / clock_ghz, word_bits))
        put(self, "lane_kappa", slowest_lane(cols))

    def __setattr__(self, field, value):
        raise AttributeError(f"an Accelerator does not change; use .with_({field}=...) for another one")

    def with_(self, **changes):
        """The same machine with some fields changed; a changed field's source becomes "chosen by the reader"."""
        for field in changes:
            if field != "name" and field not in FIELDS:
                raise ValueError(f"an Accelerator has no field {field!r}; it has {', '.join(FIELDS)}")
        values = {field: changes.get(field, getattr(self, field)) for field in FIELDS}
        sources = dict(self.sources)
        for field in changes:
            sources[field] = "chosen by the reader"
        return Accelerator(changes.get("name", self.name), sources=sources, **values)

    def source(self, field):
        """Where the value of a field comes from."""
        check_choice("field", field, FIELDS)
        return self.sources.get(field, "assumed")

    def __repr__(self):
        lines = [f"Accelerator {self.name!r}"]
        for field in FIELDS:
            value = getattr(self, field)
            lines.append(f"  {field:<16}{value.name if field == 'energy' else value!s:<12} {self.source(field)}")
        return "\n".join(lines)


def positive(value, what):
    """`value` as a plain number above 0."""
    return number(value, what, above=0, asked="a positive number")


def words(count_of_bytes, word_bits):
    """How many words so many bytes are."""
    return count_of_bytes * 8 / word_bits
