"""`simulate`: a network on an accelerator, layer by layer."""

from ..core.checks import check_choice, check_sparsity, whole
from ..networks.bits import BITS, check_named, made_bits, operand_bits
from ..networks.graph import Network
from ..networks.shapes import size_of
from .accelerator import Accelerator
from .cost import DATAFLOWS, HIDDEN, beside_cost, nest_cost
from .loops import loops, nest_of
from .presets import accelerator
from .report import LayerReport, Report
from .sparsity import FORMATS, checked_mode
from .word_sizes import checked_bits, in_words, operand_sizes, word_sizes

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
    weight_bits, activation_bits, sum_bits: widths of a weight, of a value that a layer makes, and of a partial sum that passes
        through the buffer, each for all layers or as a dict {layer name: bits}; None: those of the network, else the machine's
        `word_bits`. A layer reads values as wide as they were made; the network's input is named "input", and layers without
        MACs that are not named pass on the width that they read. Widths scale the words of buffer and DRAM, with their time
        and energy. MACs, registers and hops cost as in the machine's energy table, which is for one width unless it knows
        what a MAC costs by width (`EnergyTable.by_width`).

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
    }
    for what, bits, own in zip(BITS, (weight_bits, activation_bits, sum_bits), network.bits):
        settings[what] = by_layer(checked_bits, own if bits is None else bits, what, network)
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
    """A setting, checked: one value for all layers, or a dict {layer: its own}; raises unless these layers may have one."""
    if not isinstance(value, dict):
        return check(value, what)
    check_named(value, what, network)
    return {name: check(value[name], f"the {what} of '{name}'") for name in value}


def network_costs(network, machine, settings):
    """The `LayerCost` of each layer, for settings that were checked. The machine's fields, sparsity, batch and bits may be
    arrays."""
    sparsity, batch, treatment = settings["sparsity"], settings["batch"], settings["other_layers"]
    all_bits = [settings[name] for name in BITS]
    products = len(network.mac_layers) > len(network.weight_layers)  # of activations, which have no width of weights
    uniform = not products and not [bits for bits in all_bits if isinstance(bits, dict)]
    own = None if uniform else operand_bits(network, all_bits)
    sizes = word_sizes(machine, *[None if isinstance(bits, dict) else bits for bits in all_bits])
    made = made_words(network, machine, settings["activation_bits"], sizes.output)
    first = True
    known = {}  # blocks repeat: layers of one shape are computed once
    costs = []
    for layer in network.layers:
        if layer.macs:
            share = zero_share(sparsity, layer.name, first) if layer.weight_words else 0
            first = False
            key = shape_key(layer, share) if uniform else (shape_key(layer, share), bits_key(own[layer.name]))
            if key not in known:
                its_sizes = sizes if uniform else operand_sizes(machine, *own[layer.name])
                known[key] = array_cost(layer, machine, settings, 1 - share, its_sizes)
            costs.append(known[key])
        else:
            costs.append(HIDDEN if treatment == "hidden" else other_cost(layer, machine, treatment, batch, sizes.weight, made))
    return costs


def made_words(network, machine, bits, usual):
    """A function of a layer's name: words of a value that it makes."""
    if not isinstance(bits, dict):
        return lambda name: usual
    made = made_bits(network, bits)
    return lambda name: in_words(made[name], machine.word_bits)


def array_cost(layer, machine, settings, density, sizes):
    """The cost of a layer with MACs, which runs on the array."""
    nest, flow = nest_of(loops(layer), settings["batch"]), settings["dataflow"]
    return nest_cost(nest, machine, flow, density, settings["sparsity_mode"], settings["weight_format"], sizes)


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


def bits_key(bits):
    """Widths as what tells layers apart; arrays of them stand for themselves."""
    return tuple([width if width is None or isinstance(width, (int, float)) else id(width) for width in bits])


def zero_share(sparsity, name, first):
    """The share of zero weights of one layer; one number for all leaves the first layer dense."""
    if isinstance(sparsity, dict):
        return sparsity.get(name, 0)
    return 0 if first else sparsity


def other_cost(layer, machine, treatment, batch, weight_words, made):
    """A layer without MACs, "fused" or "separate": its words and the time they take. weight_words: words of one of its weights;
    made: a function of a layer's name, the words of a value that it makes."""
    if treatment == "separate" and layer.op not in ADDRESSING:
        moved = batch * (words_read(layer, made) + layer.output_words * made(layer.name))
        return beside_cost(moved + layer.weight_words * weight_words, machine)
    if layer.op in ("add", "subtract", "multiply"):
        return beside_cost(batch * words_made(layer.sources[1:], made), machine)
    return HIDDEN


def words_read(layer, made):
    """Words that a layer reads: of a lone source it may leave some out, as a crop does."""
    if len(layer.sources) == 1:
        return layer.input_words * made(layer.sources[0].name)
    return words_made(layer.sources, made)


def words_made(sources, made):
    """Words of all values that these layers make."""
    words = 0
    for source in sources:
        words += size_of(source.shape) * made(source.name)
    return words
