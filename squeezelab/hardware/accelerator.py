"""`Accelerator`: the machine that a network is simulated on, and the presets with the source of every value."""

import math

from ..core.checks import check_choice, positive, whole
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

    >>> accelerator("squeezelerator-16").words_per_cycle
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
        buffer_bytes = positive(name, "buffer_bytes", buffer_bytes)
        clock_ghz = positive(name, "clock_ghz", clock_ghz)
        if dram_gb_per_s is not None:
            dram_gb_per_s = positive(name, "dram_gb_per_s", dram_gb_per_s)
        latency_cycles = positive(name, "latency_cycles", latency_cycles, or_zero=True)
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


def words(count_of_bytes, word_bits):
    """How many words so many bytes are."""
    return count_of_bytes * 8 / word_bits


KWON = "Kwon et al. 2018 [recalled]"
SQUEEZELERATOR = {
    "rows": KWON,
    "cols": KWON,
    "registers": KWON + "; 16 after their tuning",
    "buffer_bytes": KWON,
    "word_bits": KWON,
    "dram_gb_per_s": KWON + ", effective",
    "latency_cycles": KWON,
    "style": KWON + "; form of the equations [inferred]",
    "clock_ghz": "[inferred] from 16 GB/s",
    "energy": "Eyeriss, Chen et al. 2016, Table IV [recalled]",
}
SCALESIM = {
    "style": "SCALE-Sim 3.0.0",
    "buffer_bytes": "three of 64 kB, taken as one",
    "dram_gb_per_s": "SCALE-Sim: never stalls",
}
TPU = {
    "rows": "ZigZag tpu_like: a large square array; side assumed",
    "word_bits": "TPU v1, Jouppi et al. 2017 [recalled]",
    "buffer_bytes": "ZigZag tpu_like, 2 MB [read]",
    "dram_gb_per_s": "ZigZag tpu_like, 64 bit a cycle [read]",
    "energy": "ZigZag tpu_like [read]",
}
EYERISS = {
    "rows": "Eyeriss, Chen et al. 2016 [recalled]",
    "cols": "Eyeriss, Chen et al. 2016 [recalled]",
    "buffer_bytes": "Eyeriss, 108 kB [recalled]",
    "word_bits": "Eyeriss [recalled]",
    "clock_ghz": "Eyeriss, 200 MHz [recalled]",
    "energy": "Eyeriss, Table IV [recalled]",
    "style": "broadcast instead of Eyeriss's row stationary flow: illustrative only",
}
# Two stand-ins for whole classes of machines, models of no product: a few lanes with memory at hand, and a great many in
# lock step. Both work on float32, as networks are trained and usually run.
FLOAT32 = "float32 [assumed]"
ENERGY_FOR_16_BIT = "a table for 16 bits, for want of another: do not quote [assumed]"
CPU = {
    "rows": "16 MACs a cycle: two 8-wide units of one core, as in AVX2 [assumed]",
    "registers": "16 vector registers of 8 values, over 16 lanes [assumed]",
    "buffer_bytes": "1 MB of second-level cache [assumed]",
    "word_bits": FLOAT32,
    "dram_gb_per_s": "what one core draws [assumed]; a ridge of only 8 MACs per word",
    "clock_ghz": "3 GHz [assumed]",
    "latency_cycles": "80 ns [assumed]",
    "style": "the lanes of a vector unit share an operand [assumed]",
    "energy": ENERGY_FOR_16_BIT,
}
GPU = {
    "rows": "4096 lanes, of the order of a V100's 5120 [recalled]; one square array [assumed]",
    "registers": "8 x 8 sums in a thread, as matrix products keep them [assumed]",
    "buffer_bytes": "V100, 6 MB [recalled]",
    "word_bits": FLOAT32,
    "dram_gb_per_s": "V100, 900 GB/s [recalled]",
    "clock_ghz": "V100, 1.53 GHz [recalled], rounded",
    "latency_cycles": "400 ns [assumed]",
    "style": "one lock step [assumed]; a GPU's small groups of lanes suit depthwise layers better",
    "energy": ENERGY_FOR_16_BIT,
}

PRESETS = {
    "squeezelerator-16": Accelerator(
        "squeezelerator-16", 16, 16, registers=8, buffer_bytes=128 * 1024, style="broadcast", sources=SQUEEZELERATOR
    ),
    "squeezelerator-8": Accelerator(
        "squeezelerator-8", 8, 8, registers=8, buffer_bytes=32 * 1024, style="broadcast", sources=SQUEEZELERATOR
    ),
    "scalesim-16": Accelerator(
        "scalesim-16", 16, 16, buffer_bytes=3 * 64 * 1024, word_bits=8, dram_gb_per_s=None, latency_cycles=0, sources=SCALESIM
    ),
    "tpu-like": Accelerator(
        "tpu-like",
        128,
        128,
        buffer_bytes=2 * 1024 * 1024,
        word_bits=8,
        dram_gb_per_s=5.6,
        clock_ghz=0.7,
        energy="zigzag-tpu",
        sources=TPU,
    ),
    "eyeriss-like": Accelerator(
        "eyeriss-like",
        12,
        14,
        registers=16,
        buffer_bytes=108 * 1024,
        dram_gb_per_s=1,
        clock_ghz=0.2,
        style="broadcast",
        sources=EYERISS,
    ),
    "cpu-like": Accelerator(
        "cpu-like",
        4,
        4,
        registers=8,
        buffer_bytes=1024 * 1024,
        word_bits=32,
        dram_gb_per_s=24,
        clock_ghz=3,
        latency_cycles=240,
        style="broadcast",
        sources=CPU,
    ),
    "gpu-like": Accelerator(
        "gpu-like",
        64,
        64,
        registers=64,
        buffer_bytes=6 * 1024 * 1024,
        word_bits=32,
        dram_gb_per_s=900,
        clock_ghz=1.5,
        latency_cycles=600,
        style="broadcast",
        sources=GPU,
    ),
}


def accelerator(machine):
    """A preset by name; an `Accelerator` is returned as it is."""
    if isinstance(machine, Accelerator):
        return machine
    if isinstance(machine, str) and machine in PRESETS:
        return PRESETS[machine]
    raise ValueError(f"unknown accelerator {machine!r}; there are {', '.join(sorted(PRESETS))}, or an Accelerator of your own")
