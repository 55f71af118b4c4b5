"""The widths, the zeros, the machine and the dataflow that a figure of a whole network offers, and what it says of them."""

from ...core.words import half_up, percent, short
from ...hardware.accelerator import FIELDS
from ...hardware.cost import DATAFLOWS
from .controls import choice, grouped_as, slider
from .figures import FLOW_NAMES
from .zeros import ZERO_KINDS

WIDTHS = [0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0, 1.25, 1.5, 1.75, 2.0]
MACHINES = ["squeezelerator-16", "squeezelerator-8", "scalesim-16", "tpu-like", "eyeriss-like", "cpu-like", "gpu-like"]
FLOWS = [("hybrid", "hybrid"), ("ws", "weight st."), ("os", "output st."), ("is", "input st.")]
MACHINE_CONTROLS = [slider("sparsity", "Share of zeros", 0, 0.9, 0, step=0.05) | {"format": "percent"}] + grouped_as(
    "Kind of zeros, machine, dataflow",
    [
        choice("zeros", "Zeros are", ZERO_KINDS, "random"),
        choice("accelerator", "Accelerator", [(name, name) for name in MACHINES], MACHINES[0]),
        choice("dataflow", "Dataflow", FLOWS, "hybrid"),
    ],
)


def flow_on(machine, dataflow):
    """(dataflow, []), or the fastest of those that the machine has, and why not the one that was asked for."""
    if dataflow in DATAFLOWS[machine.style]:
        return dataflow, []
    name = FLOW_NAMES[dataflow]
    return "hybrid", [f"The {machine.name} broadcasts its operands and cannot run {name}; shown is the fastest flow."]


def note_of(machine):
    """What a preset is, and how sure its values are."""
    dram = "a DRAM that never makes it wait"
    if machine.dram_gb_per_s is not None:
        dram = f"a DRAM of {short(machine.dram_gb_per_s)} GB/s"
    text = f"The {machine.name} has {machine.rows} × {machine.cols} PEs ({machine.style}), a buffer of "
    return text + f"{half_up(machine.buffer_bytes / 1024)} kB and {dram}; {marks_of(machine)}."


def note_of_zeros(kind, share):
    """What a kind of zeros means for the layers, after other words; empty where there is nothing to say."""
    if share and kind == "nm":
        return " N of 4: of every four weights, in every layer but the first, N stay; the words in DRAM stay as many."
    if share and kind == "channels":
        return f" Channels: every layer loses {percent(share)} of its outputs, and whatever reads them its inputs."
    return ""


def marks_of(machine):
    """How sure the values of a preset are."""
    sources = " ".join([machine.source(field) for field in FIELDS])
    found = [mark for mark in ("recalled", "inferred", "assumed") if mark in sources]
    return "some of its values are " + " or ".join(found) if found else "its values were read"
