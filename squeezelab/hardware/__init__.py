"""A hardware cost model that fits on a few pages: dataflows, memory, energy, sparsity.

>>> from squeezelab.hardware import simulate
>>> from squeezelab.networks import squeezenext
>>> simulate(squeezenext(version=5), "squeezelerator-16", sparsity=0.4).cycles
1169173
"""

from .accelerator import Accelerator
from .capsule_latency import CapsuleLatency, capsule_latency
from .cost import DATAFLOWS, LayerCost, layer_cost
from .devices import DEVICES, DeviceCost, device_cost
from .energy import ENERGY_TABLES, HOROWITZ_BY_WIDTH, EnergyTable
from .loops import LoopNest, loop_nest
from .memory import dram_words, least_dram_words
from .presets import PRESETS, accelerator
from .report import LayerReport, Report
from .roofline import attainable, ridge, roofline_cycles
from .simulate import simulate
from .sparsity import FORMATS, MODES, format_factor, work_factor
from .systolic import SystolicCost, systolic_cost

__all__ = [
    "DATAFLOWS",
    "DEVICES",
    "DeviceCost",
    "ENERGY_TABLES",
    "FORMATS",
    "HOROWITZ_BY_WIDTH",
    "MODES",
    "PRESETS",
    "Accelerator",
    "CapsuleLatency",
    "EnergyTable",
    "LayerCost",
    "LayerReport",
    "LoopNest",
    "Report",
    "SystolicCost",
    "accelerator",
    "attainable",
    "capsule_latency",
    "device_cost",
    "dram_words",
    "format_factor",
    "layer_cost",
    "least_dram_words",
    "loop_nest",
    "ridge",
    "roofline_cycles",
    "simulate",
    "systolic_cost",
    "work_factor",
]
