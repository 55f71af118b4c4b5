"""`simulate`: a network on an accelerator, layer by layer."""

from ..core.checks import check_choice, check_sparsity, there_are, whole
from ..networks.graph import Network
from ..networks.shapes import size_of
from .accelerator import Accelerator
from .cost import DATAFLOWS, HIDDEN, beside_cost, nest_cost
from .loops import loops, nest_of
from .presets import accelerator
from .report import LayerReport, Report
from .sparsity import FORMATS, checked_mode
from .word_sizes import BITS, checked_bits, word_sizes

OTHER_LAYERS = ("hidden", "fused", "separate")
ADDRESSING = ("concat", "slice", "crop", "flatten", "unflatten", "squeeze", "dropout")  # at inference these only rename addresses


def simulate(
    network: Network,
    machine: Accelerator | str,
    dataflow: str = "hybrid",
    sparsity: float | dict = 0.0,
    sparsity_mode: str | None = None,
    weight_format: str = "dense",
    batch: int = 1,
    other_layers: str = "hidden",
    weight_bits: int | dict | None = None,
    activation_bits: int | dict | None = None,
    sum_bits: int | dict | None = None,
) -> Report:
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
    weight_bits, activation_bits, sum_bits: widths of a weight, of an input or output, and of a partial sum that passes through
        the buffer, each for all layers or as a dict {layer name: bits}; None: the machine's `word_bits`. They scale the words
        of buffer and DRAM, with their time and energy. MACs, registers and hops cost as in the machine's energy table, which
        is for one width.

    Raises a ValueError that names what is wrong and what would be right, for any argument that cannot be.

    >>> from squeezelab.networks import squeezenext
    >>> simulate(squeezenext(version=5), "squeezelerator-16", sparsity=0.4).cycles
    1169173
    """
    check_network(network)
    machine = accelerator(machine)
    settings = {
        "dataflow": dataflow,
        "sparsity": by_layer(check_sparsity, sparsity, "sparsity", network),
        "sparsity_mode": sparsity_mode,
        "weight_format": weight_format,
        "batch": whole(batch, "the batch"),
        "other_layers": other_layers,
        "weight_bits": by_layer(checked_bits, weight_bits, "weight_bits", network),
        "activation_bits": by_layer(checked_bits, activation_bits, "activation_bits", network),
        "sum_bits": by_layer(checked_bits, sum_bits, "sum_bits", network),
    }
    settings = checked_settings(machine, settings)
    costs = network_costs(network, machine, settings)
    rows = [LayerReport(layer, settings["batch"], cost, machine.pes) for layer, cost in zip(network.layers, costs)]
    return Report(network, machine, settings, rows)


def checked_settings(machine, settings):
    """The settings with the mode that they amount to; raises, listing the choices, for one that the machine does not have."""
    check_choice("dataflow", settings["dataflow"], DATAFLOWS[machine.style])
    check_choice("weight format", settings["weight_format"], FORMATS)
    check_choice("treatment of other layers", settings["other_layers"], OTHER_LAYERS)
    settings["sparsity_mode"] = checked_mode(settings["sparsity_mode"], machine)
    return settings


def by_layer(check, value, what, network):
    """A setting, checked: one value for all layers, or a dict {layer: its own}; raises unless these layers have weights."""
    if not isinstance(value, dict):
        return check(value, what)
    names = [layer.name for layer in network.mac_layers]
    for name in value:
        if name not in names:
            raise ValueError(f"no layer {name!r} with weights in {network.name}; {there_are(names)}")
    return {name: check(value[name], f"the {what} of '{name}'") for name in value}


def network_costs(network, machine, settings):
    """The `LayerCost` of each layer, for settings that were checked. The machine's fields, sparsity, batch and bits may be
    arrays."""
    sparsity, batch, treatment = settings["sparsity"], settings["batch"], settings["other_layers"]
    all_bits = [settings[name] for name in BITS]
    uniform = not [bits for bits in all_bits if isinstance(bits, dict)]
    beside = word_sizes(machine, *[None if isinstance(bits, dict) else bits for bits in all_bits])
    first = True
    known = {}  # blocks repeat: layers of one shape are computed once
    costs = []
    for layer in network.layers:
        if layer.macs:
            share = zero_share(sparsity, layer.name, first)
            first = False
            own = None if uniform else tuple([own_bits(bits, layer.name) for bits in all_bits])
            key = shape_key(layer, share) if uniform else (shape_key(layer, share), own)
            if key not in known:
                sizes = beside if uniform else word_sizes(machine, *own)
                known[key] = array_cost(layer, machine, settings, 1 - share, sizes)
            costs.append(known[key])
        else:
            costs.append(HIDDEN if treatment == "hidden" else other_cost(layer, machine, treatment, batch, beside))
    return costs


def array_cost(layer, machine, settings, density, sizes):
    """The cost of a layer with MACs, which runs on the array."""
    nest, flow = nest_of(loops(layer), settings["batch"]), settings["dataflow"]
    return nest_cost(nest, machine, flow, density, settings["sparsity_mode"], settings["weight_format"], sizes)


def own_bits(bits, name):
    """The bits of one layer's operand; a dict leaves those that it does not name to the machine."""
    return bits.get(name) if isinstance(bits, dict) else bits


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


def zero_share(sparsity, name, first):
    """The share of zero weights of one layer; one number for all leaves the first layer dense."""
    if isinstance(sparsity, dict):
        return sparsity.get(name, 0)
    return 0 if first else sparsity


def other_cost(layer, machine, treatment, batch, sizes):
    """A layer without MACs, "fused" or "separate": its words and the time they take."""
    if treatment == "separate" and layer.op not in ADDRESSING:
        moved = batch * (layer.input_words + layer.output_words)
        return beside_cost(moved * sizes.activation + layer.weight_words * sizes.weight, machine)
    if layer.op in ("add", "subtract", "multiply"):
        return beside_cost(batch * (layer.input_words - size_of(layer.in_shape)) * sizes.activation, machine)
    return HIDDEN
