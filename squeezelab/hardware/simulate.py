"""`simulate`: a network on an accelerator, layer by layer."""

from ..networks.shapes import size_of, whole
from .accelerator import accelerator
from .cost import DATAFLOWS, HIDDEN, layer_cost
from .loops import loop_nest
from .report import LayerReport, Report
from .sparsity import FORMATS, MODES, check_choice, check_sparsity
from .systolic import check_flow

OTHER_LAYERS = ("hidden", "fused", "separate")
ADDRESSING = ("concat", "flatten", "dropout")  # at inference these only rename addresses


def simulate(
    network,
    machine,
    dataflow="hybrid",
    sparsity=0.0,
    sparsity_mode=None,
    weight_format="dense",
    batch=1,
    other_layers="hidden",
):
    """Cycles, traffic and energy of `network` on `machine` (an `Accelerator` or the name of a preset).

    dataflow: "ws", "os", "is" (systolic arrays only), or "hybrid": for each layer the fastest of the array's flows.
    sparsity: share of zero weights in every layer but the first, as the SqueezeNext paper assumes (0.4 there), or
        a dict {layer name: share}.
    sparsity_mode: what the hardware makes of zeros: "none", "gate" (saves energy), "skip" (broadcast array, output
        stationary), "nm" (N:4 patterns), "lanes" (lock-step lanes); by default "skip" on a broadcast array, "gate"
        on a systolic one.
    weight_format: how weights are stored in DRAM: "dense", "bitmask", "run_length", "csr", "nm".
    batch: inputs processed together, layer by layer.
    other_layers: norms, activations, pooling, sums and the like run on a vector unit beside the array.
        "hidden": they cost nothing extra, which is what the published comparison implies [inferred];
        "fused": work on the fly costs nothing, but a sum still reads its second operand from DRAM;
        "separate": each is a pass of its own that reads its inputs from DRAM and writes its outputs back.

    >>> from squeezelab.networks import squeezenext
    >>> simulate(squeezenext(version=5), "squeezelerator-16", sparsity=0.4).cycles
    1169173
    """
    machine = accelerator(machine)
    check_flow(dataflow, DATAFLOWS[machine.style])
    mode = checked_mode(sparsity_mode, machine)
    check_choice("weight format", weight_format, FORMATS)
    check_choice("treatment of other layers", other_layers, OTHER_LAYERS)
    whole(batch, "the batch")
    zeros = zero_shares(network, sparsity)
    known = {}  # blocks repeat: layers of one shape are computed once
    rows = []
    for layer in network.layers:
        if layer.op == "conv" or layer.op == "linear":
            density = 1 - zeros.get(layer.name, 0)
            key = shape_key(layer, density)
            if key not in known:
                nest = loop_nest(layer, batch)
                known[key] = layer_cost(nest, machine, dataflow, density, mode, weight_format)
            cost = known[key]
        else:
            cost = HIDDEN if other_layers == "hidden" else other_cost(layer, machine, other_layers, batch)
        rows.append(LayerReport(layer, batch, cost, machine.pes))
    settings = {
        "dataflow": dataflow,
        "sparsity": sparsity,
        "sparsity_mode": mode,
        "weight_format": weight_format,
        "batch": batch,
        "other_layers": other_layers,
    }
    return Report(network, machine, settings, rows)


def shape_key(layer, density):
    """What a layer's cost depends on."""
    if layer.op == "linear":
        return layer.in_shape, layer.shape, density
    return layer.in_shape, layer.shape, layer.kernel, layer.stride, layer.groups, density


def checked_mode(mode, machine):
    """The sparsity mode, or the array's usual one; raises for one that the array cannot do."""
    if mode is None:
        return "skip" if machine.style == "broadcast" else "gate"
    check_choice("sparsity mode", mode, MODES)
    if mode == "skip" and machine.style == "systolic":
        raise ValueError("a systolic array moves in lock step and cannot skip single zeros; use gate, nm, lanes or none")
    return mode


def zero_shares(network, sparsity):
    """The share of zero weights by layer name; one number leaves the first layer dense."""
    names = [layer.name for layer in network.mac_layers]
    if isinstance(sparsity, dict):
        for name in sparsity:
            if name not in names:
                raise ValueError(f"no layer {name!r} with weights in {network.name}; there are {', '.join(names)}")
            check_sparsity(sparsity[name], f"the sparsity of '{name}'")
        return sparsity
    check_sparsity(sparsity)
    return {name: sparsity for name in names[1:]}


def other_cost(layer, machine, treatment, batch):
    """A layer without MACs, "fused" or "separate", in the order of `COST_FIELDS`: its words and the time they take."""
    words = 0
    if treatment == "separate" and layer.op not in ADDRESSING:
        words = batch * (layer.input_words + layer.output_words) + layer.weight_words
    elif layer.op in ("add", "multiply"):
        words = batch * (layer.input_words - size_of(layer.in_shape))
    if not words:
        return HIDDEN
    stall = words / machine.words_per_cycle + machine.latency_cycles
    table = machine.energy
    return (None, 0, 0, stall, 0, words, words, 0, 0, 0, words * table.buffer, words * table.dram)
