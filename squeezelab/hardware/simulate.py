"""`simulate`: a network on an accelerator, layer by layer."""

from ..core.checks import check_choice, check_sparsity, whole
from ..networks.graph import Network
from ..networks.shapes import size_of
from .accelerator import accelerator
from .cost import DATAFLOWS, HIDDEN, beside_cost, layer_cost
from .loops import loop_nest, loops
from .report import LayerReport, Report
from .sparsity import FORMATS, MODES

OTHER_LAYERS = ("hidden", "fused", "separate")
ADDRESSING = ("concat", "slice", "crop", "flatten", "unflatten", "squeeze", "dropout")  # at inference these only rename addresses


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
        stationary), "nm" (N:4 patterns; of 60 % zeros it uses 50, keeping 2 of 4), "lanes" (lock-step lanes); by
        default "skip" on a broadcast array, "gate" on a systolic one.
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
    check_network(network)
    machine = accelerator(machine)
    sparsity = checked_zeros(network, sparsity)
    batch = whole(batch, "the batch")
    settings = checked_settings(machine, dataflow, sparsity, sparsity_mode, weight_format, batch, other_layers)
    costs = network_costs(network, machine, settings)
    rows = [LayerReport(layer, batch, cost, machine.pes) for layer, cost in zip(network.layers, costs)]
    return Report(network, machine, settings, rows)


def checked_settings(machine, dataflow, sparsity, sparsity_mode, weight_format, batch, other_layers):
    """The settings of a simulation by name; raises, listing the choices, for one that the machine does not have."""
    check_choice("dataflow", dataflow, DATAFLOWS[machine.style])
    check_choice("weight format", weight_format, FORMATS)
    check_choice("treatment of other layers", other_layers, OTHER_LAYERS)
    return {
        "dataflow": dataflow,
        "sparsity": sparsity,
        "sparsity_mode": checked_mode(sparsity_mode, machine),
        "weight_format": weight_format,
        "batch": batch,
        "other_layers": other_layers,
    }


def network_costs(network, machine, settings):
    """The `LayerCost` of each layer. The machine's fields, sparsity and batch may be arrays."""
    sparsity, batch, treatment = settings["sparsity"], settings["batch"], settings["other_layers"]
    first = True
    known = {}  # blocks repeat: layers of one shape are computed once
    costs = []
    for layer in network.layers:
        if layer.macs:
            share = zero_share(sparsity, layer.name, first)
            first = False
            key = shape_key(layer, share)
            if key not in known:
                known[key] = array_cost(layer, machine, settings, 1 - share)
            cost = known[key]
        else:
            cost = HIDDEN if treatment == "hidden" else other_cost(layer, machine, treatment, batch)
        costs.append(cost)
    return costs


def array_cost(layer, machine, settings, density):
    """The cost of a layer with MACs, which runs on the array."""
    nest = loop_nest(layer, settings["batch"])
    return layer_cost(nest, machine, settings["dataflow"], density, settings["sparsity_mode"], settings["weight_format"])


def check_network(network):
    """Raises, saying how to get one, unless `network` is a `Network` that has something to run."""
    if isinstance(network, str):
        raise ValueError(f"simulate needs a Network, not the name {network!r}: build it first, as in build({network!r})")
    if not isinstance(network, Network):
        raise ValueError(f"simulate needs a Network (as squeezenext() or build('resnet') make one), not {network!r}")
    if not network.layers:
        raise ValueError(f"{network.name} has no layers yet: record some, as in net.conv(net.input, 16, 3)")


def shape_key(layer, share):
    """What a layer's cost depends on. An array of zero shares stands for itself: it has no hash."""
    zeros = share if isinstance(share, (int, float)) else id(share)
    return loops(layer), zeros


def checked_mode(mode, machine):
    """The sparsity mode, or the array's usual one; raises for one that the array cannot do."""
    if mode is None:
        return "skip" if machine.style == "broadcast" else "gate"
    check_choice("sparsity mode", mode, MODES)
    if mode == "skip" and machine.style == "systolic":
        raise ValueError("a systolic array moves in lock step and cannot skip single zeros; use gate, nm, lanes or none")
    return mode


def zero_share(sparsity, name, first):
    """The share of zero weights of one layer; one number for all leaves the first layer dense."""
    if isinstance(sparsity, dict):
        return sparsity.get(name, 0)
    return 0 if first else sparsity


def checked_zeros(network, sparsity):
    """The sparsity in plain numbers; raises unless it is a share, or shares of layers that have weights."""
    if not isinstance(sparsity, dict):
        return check_sparsity(sparsity)
    names = [layer.name for layer in network.mac_layers]
    for name in sparsity:
        if name not in names:
            raise ValueError(f"no layer {name!r} with weights in {network.name}; there are {', '.join(names)}")
    return {name: check_sparsity(sparsity[name], f"the sparsity of '{name}'") for name in sparsity}


def other_cost(layer, machine, treatment, batch):
    """A layer without MACs, "fused" or "separate": its words and the time they take."""
    words = None
    if treatment == "separate" and layer.op not in ADDRESSING:
        words = batch * (layer.input_words + layer.output_words) + layer.weight_words
    elif layer.op in ("add", "subtract", "multiply"):
        words = batch * (layer.input_words - size_of(layer.in_shape))
    return HIDDEN if words is None else beside_cost(words, machine)
