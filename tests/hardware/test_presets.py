"""The values of the machines, tables and curves that the book's numbers rest on: a change here is a change of the book's."""

import math

import pytest

from squeezelab.hardware import ENERGY_TABLES, PRESETS, Accelerator, accelerator
from squeezelab.hardware.accelerator import FIELDS
from squeezelab.hardware.sparsity import slowest_lane

KB = 1024
# rows, cols, registers, buffer bytes, word bits, GB/s of DRAM, GHz, cycles of latency, style, energy table
VALUES = {
    "squeezelerator-16": (16, 16, 8, 128 * KB, 16, 16, 1.0, 100, "broadcast", "eyeriss65"),
    "squeezelerator-8": (8, 8, 8, 32 * KB, 16, 16, 1.0, 100, "broadcast", "eyeriss65"),
    "scalesim-16": (16, 16, 8, 192 * KB, 8, None, 1.0, 0, "systolic", "eyeriss65"),
    "tpu-like": (128, 128, 8, 2048 * KB, 8, 5.6, 0.7, 100, "systolic", "zigzag-tpu"),
    "eyeriss-like": (12, 14, 16, 108 * KB, 16, 1, 0.2, 100, "broadcast", "eyeriss65"),
    "cpu-like": (4, 4, 8, 1024 * KB, 32, 24, 3, 240, "broadcast", "eyeriss65"),
    "gpu-like": (64, 64, 64, 6144 * KB, 32, 900, 1.5, 600, "broadcast", "eyeriss65"),
}


def values_of(machine):
    return tuple(machine.energy.name if field == "energy" else getattr(machine, field) for field in FIELDS)


def test_every_preset_has_its_values():
    assert {name: values_of(machine) for name, machine in PRESETS.items()} == VALUES
    assert all(accelerator(name).name == name for name in PRESETS)


def test_what_is_not_said_of_a_machine_is_usual():
    assert values_of(Accelerator("mine", 3, 5)) == (3, 5, 8, 128 * KB, 16, 16, 1.0, 100, "systolic", "eyeriss65")


def test_words_follow_from_bytes_bits_and_the_clock():
    machine = Accelerator("mine", 3, 5, buffer_bytes=1000, word_bits=12, dram_gb_per_s=6, clock_ghz=2)
    assert (machine.pes, machine.buffer_words, machine.words_per_cycle) == (15, 8000 / 12, 6 / 2 * 8 / 12)
    assert machine.lane_kappa == slowest_lane(5)
    assert machine.with_(dram_gb_per_s=None).words_per_cycle == math.inf


# mac, rf, noc, buffer, dram, register accesses of a MAC
ENERGIES = {
    "eyeriss65": (1, 1, 2, 6, 200, 3),
    "horowitz45": (0.9, 0.9, 1.8, 10, 325, 3),
    "zigzag-tpu": (0.04, 0.021, 0.021, 1.625, 87.5, 3),
}


def test_every_table_has_its_energies():
    levels = ("mac", "rf", "noc", "buffer", "dram", "register_accesses")
    assert {name: tuple(getattr(table, level) for level in levels) for name, table in ENERGY_TABLES.items()} == ENERGIES


def test_the_energies_of_words_are_those_of_the_bits_that_are_named():
    """1300 pJ per 64 bits of DRAM are 325 for a word of 16; 700 are 87.5 for one of 8; 416 pJ per 2048 bits of SRAM, 1.625."""
    assert ENERGY_TABLES["horowitz45"].dram == 1300 * 16 / 64
    assert ENERGY_TABLES["zigzag-tpu"].dram == 700 * 8 / 64 and ENERGY_TABLES["zigzag-tpu"].buffer == 416 * 8 / 2048


@pytest.mark.parametrize("lanes, low, high, at_low, at_high", [(3, 2, 4, 0.564, 1.029), (24, 16, 32, 1.766, 2.07)])
def test_between_its_samples_the_slowest_lane_goes_by_the_logarithm(lanes, low, high, at_low, at_high):
    share = math.log(lanes / low) / math.log(high / low)
    assert slowest_lane(lanes) == pytest.approx(at_low + share * (at_high - at_low))
    assert [slowest_lane(count) for count in (1, 2, 4096)] == [0, 0.564, 3.6]
    assert slowest_lane(5) < slowest_lane(6) and slowest_lane(1000) == pytest.approx(2.827 + 0.773 * math.log2(1000 / 256) / 4)
