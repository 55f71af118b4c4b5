"""The accelerators that come with the book, with the source of every value."""

from ..core.checks import there_are
from .accelerator import Accelerator

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


def accelerator(machine: Accelerator | str) -> Accelerator:
    """A preset by name; an `Accelerator` is returned as it is. Raises a ValueError, listing the presets, for anything else.

    >>> accelerator("squeezelerator-8").pes
    64
    """
    if isinstance(machine, Accelerator):
        return machine
    if isinstance(machine, str) and machine in PRESETS:
        return PRESETS[machine]
    raise ValueError(f"unknown accelerator {machine!r}; {there_are(sorted(PRESETS))}, or an Accelerator of your own")
