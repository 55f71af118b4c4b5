"""`squeezelab cost`: what a network costs on an accelerator, as a table or as JSON."""

import argparse
import inspect
import json

from ..core.checks import number
from ..hardware import DEVICES, FORMATS, MODES, PRESETS, accelerator, device_cost, simulate
from ..hardware.report_table import report_table
from ..hardware.simulate import OTHER_LAYERS
from ..networks import NETWORKS, build
from .device_table import device_table
from .own_network import own_network


def block_counts(words):
    """'2,4,14,1' → (2, 4, 14, 1)."""
    try:
        return tuple(int(word) for word in words.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"block counts are whole numbers with commas, as 2,4,14,1, not {words!r}") from None


def bit_widths(words):
    """'8' → 8; 'conv1=8,fc=4' → {"conv1": 8, "fc": 4}."""
    try:
        if "=" not in words:
            return int(words)
        pairs = [word.rsplit("=", 1) for word in words.split(",")]
        return {name: int(count) for name, count in pairs}
    except ValueError:
        raise argparse.ArgumentTypeError(f"bits are a number, as 8, or one a layer, as conv1=8,fc=4, not {words!r}") from None


def hidden_sizes_of(words):
    """'512,1024' → (512, 1024); 'none' → False."""
    if words == "none":
        return False
    try:
        return tuple(int(word) for word in words.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"a decoder is none or its hidden sizes, as 512,1024, not {words!r}") from None


def input_shape(words):
    """'3,224,224' → (3, 224, 224)."""
    try:
        return tuple(int(word) for word in words.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"an input is channels, height, width, as 3,224,224, not {words!r}") from None


# The options, by the names of the arguments that they are: (name, type, help). What is not given keeps its default there.
SIMULATION = (  # of `simulate`
    ("dataflow", str, "hybrid (the default), ws, os, or is"),
    ("sparsity", float, "share of zero weights in all layers but the first"),
    ("sparsity_mode", str, ", ".join(MODES)),
    ("weight_format", str, ", ".join(FORMATS)),
    ("batch", int, "inputs processed together"),
    ("other_layers", str, ", ".join(OTHER_LAYERS)),
    ("weight_bits", bit_widths, "bits of a weight, or by layer, conv1=8,fc=4; by default --word-bits, as the next two"),
    ("activation_bits", bit_widths, "bits of what a layer makes, and the next one reads; input=8 for the network's input"),
    ("sum_bits", bit_widths, "bits of a partial sum in the buffer"),
)
NETWORK = (  # of the networks of the zoo
    ("width", float, "factor on the channels"),
    (
        "size",
        str,
        "large, small (mobilenet_v3), 3.2GF, 4.0GF, 8.0GF, 16GF (regnet_x, g_ghost_regnet), paper, mcu, tiny",
    ),
    ("version", str, "1 to 5 (squeezenext), 1.0 or 1.1 (squeezenet), 1 or 2 (shufflenet)"),
    ("depths", block_counts, "blocks of each stage, as 2,4,14,1 (squeezenext)"),
    ("depth", int, "layers: 18, 34, 50 (resnet), 18, 34 (mgic_resnet), 16, 19 (vgg)"),
    ("groups", int, "groups of the grouped convolutions"),
    ("group_size", int, "channels that a group mixes (mgic_resnet)"),
    ("coarsest_size", int, "channels below which all are mixed (mgic_resnet)"),
    ("projection", str, "serial or parallel (squeezenext)"),
    ("bypass", str, "simple or complex (squeezenet)"),
    ("iterations", int, "of routing (capsnet)"),
    ("types", int, "kinds of primary capsules (capsnet)"),
    ("primary_dim", int, "values of a primary capsule (capsnet)"),
    ("dim", int, "values of the capsule of a class (capsnet)"),
    ("decoder", hidden_sizes_of, "none, or the hidden sizes of what draws the image again, as 512,1024 (capsnet)"),
    ("routing_bias", bool, "a learnt value is added to every sum of votes (capsnet)"),
    ("shared", bool, "one matrix for all primary capsules (capsnet)"),
    ("resolution", int, "pixels a side"),
    ("classes", int, "outputs of the last layer"),
)
MACHINE = (  # of the accelerator
    ("rows", int, "rows of processing elements"),
    ("cols", int, "columns of processing elements; as many as --rows if only that is given"),
    ("registers", int, "partial sums in a processing element"),
    ("buffer_kb", float, "buffer on the chip, in units of 1024 bytes"),
    ("dram_gb_per_s", float, "DRAM bandwidth"),
    ("word_bits", int, "bits of a word"),
)
GROUPS = (("how it runs", SIMULATION), ("the network", NETWORK), ("the accelerator", MACHINE))


def flag(name):
    """An argument's name as an option: "buffer_kb" → "--buffer-kb"."""
    return "--" + name.replace("_", "-")


def add_cost(commands):
    """Adds the command to those of a parser."""
    cost = commands.add_parser("cost", allow_abbrev=False, help="simulate a network, layer by layer")
    cost.set_defaults(text=cost_text)
    own = "your own: package.module:name of an nn.Module, of a Network, or of a function that returns one"
    cost.add_argument("network", help=", ".join(sorted(NETWORKS)) + "; or " + own)
    cost.add_argument("--input", type=input_shape, metavar="C,H,W", help="what your own nn.Module or capsnet reads, as 3,224,224")
    cost.add_argument("--train", action="store_true", help="read your own nn.Module as it trains, not as it is evaluated")
    cost.add_argument("--accelerator", default="squeezelerator-16", help=", ".join(PRESETS))
    cost.add_argument("--device", help=", ".join(sorted(DEVICES)) + ": what bits are worth there, as a band; 32 unless given")
    cost.add_argument("--json", action="store_true", help="all figures as JSON")
    for title, options in GROUPS:
        group = cost.add_argument_group(title)
        for name, kind, words in options:
            look = {"action": "store_true", "default": None} if kind is bool else {"type": kind, "metavar": name[0].upper()}
            group.add_argument(flag(name), help=words, **look)


def cost_text(arguments):
    """The report that was asked for, as text; raises a ValueError for a request that makes no sense."""
    if arguments.device:
        return text_on_device(network_of(arguments), arguments)
    report = simulate(network_of(arguments), accelerator_of(arguments), **given_options(arguments, SIMULATION))
    if arguments.json:
        return json.dumps(report.to_dict(), indent=2, allow_nan=False)
    return report_table(report, longest=None)


ON_A_DEVICE = ("weight_bits", "activation_bits")  # all that a device asks for beside the network


def text_on_device(network, arguments):
    """The cost on a device, as text; raises a ValueError for what only an accelerator has."""
    given = given_options(arguments, SIMULATION)
    for name in [*given, *given_options(arguments, MACHINE)]:
        if name not in ON_A_DEVICE:
            raise ValueError(f"{flag(name)} is for --accelerator; --device takes {', '.join(map(flag, ON_A_DEVICE))}")
    cost = device_cost(network, arguments.device, **given)
    if arguments.json:
        return json.dumps({"network": network.name} | cost._asdict(), indent=2, allow_nan=False)
    return device_table(network, cost)


def given_options(arguments, options):
    """{name: value} of those options that were given."""
    values = {name: getattr(arguments, name) for name, _, _ in options}
    return {name: value for name, value in values.items() if value is not None}


def options_of(network):
    """The options that a network of the zoo takes."""
    known = inspect.signature(NETWORKS[network]).parameters
    return [name for name, _, _ in NETWORK if name in known]


def network_of(arguments):
    """The network that was asked for; raises if it does not take one of the options."""
    name, options = arguments.network, given_options(arguments, NETWORK)
    if ":" in name:
        if options:
            raise ValueError(f"{flag(next(iter(options)))} is for the networks of the book, not for {name}")
        return own_network(name, arguments.input, arguments.train)
    if arguments.train:
        raise ValueError("--train is for your own modules: a network of the book costs the same in training and evaluation")
    if arguments.input and name in NETWORKS and "input_shape" in inspect.signature(NETWORKS[name]).parameters:
        options["input_shape"] = arguments.input
    elif arguments.input:
        hint = f"{name} takes --resolution" if name in NETWORKS else f"write {name}:name"
        raise ValueError(f"--input is for your own modules; {hint}")
    if name in NETWORKS:
        check_network_options(name, options)
    if name != "squeezenet" and options.get("version", "").isdecimal():  # its 1.0 and 1.1 are names
        options["version"] = int(options["version"])
    return build(name, **options)


def check_network_options(network, options):
    """Raises, listing those that it takes, for an option that a network of the zoo does not take."""
    for option in options:
        if option not in options_of(network) and option != "input_shape":
            listed = ", ".join(flag(known) for known in options_of(network))
            raise ValueError(f"{network} does not take {flag(option)}; it takes {listed}")


def accelerator_of(arguments):
    """The accelerator that was asked for, with its fields changed as asked."""
    machine = accelerator(arguments.accelerator)
    changes = given_options(arguments, MACHINE)
    if "rows" in changes:
        changes.setdefault("cols", changes["rows"])
    if "buffer_kb" in changes:
        what = f"accelerator {machine.name!r}: buffer_kb"
        changes["buffer_bytes"] = 1024 * number(changes.pop("buffer_kb"), what, above=0, asked="a positive number")
    return machine.with_(**changes) if changes else machine
