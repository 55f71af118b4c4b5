"""The command line: what a network costs on an accelerator, as a table or as JSON.

squeezelab cost squeezenext --version 5 --accelerator squeezelerator-16 --sparsity 0.4
squeezelab cost package.module:builder --input 3,224,224    # in evaluation mode; --train as it trains
squeezelab list
"""

import argparse
import inspect
import json
import os
import sys

from .. import __version__
from ..core.checks import positive
from ..hardware import DATAFLOWS, FORMATS, MODES, PRESETS, accelerator, simulate
from ..hardware.report_table import report_table
from ..hardware.simulate import OTHER_LAYERS
from ..networks import NETWORKS, build
from .own_network import own_network
from .quiet import close_stdout, prints_to_stderr


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and leaves with status 2."""

    def error(self, message):
        self.exit(2, f"squeezelab: {message}\n")


def block_counts(words):
    """'2,4,14,1' → (2, 4, 14, 1)."""
    try:
        return tuple(int(word) for word in words.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"block counts are whole numbers with commas, as 2,4,14,1, not {words!r}") from None


def input_shape(words):
    """'3,224,224' → (3, 224, 224)."""
    try:
        return tuple(int(word) for word in words.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"an input is channels, height, width, as 3,224,224, not {words!r}") from None


# Options of the networks, by the names of their functions' arguments: (name, type, help)
NETWORK_OPTIONS = (
    ("width", float, "factor on the channels"),
    ("size", str, "large, small (mobilenet_v3), 3.2GF, 4.0GF, 8.0GF, 16GF (regnet_x, g_ghost_regnet)"),
    ("version", str, "1 to 5 (squeezenext), 1.0 or 1.1 (squeezenet), 1 or 2 (shufflenet)"),
    ("depths", block_counts, "blocks of each stage, as 2,4,14,1 (squeezenext)"),
    ("depth", int, "layers: 18, 34, 50 (resnet), 18, 34 (mgic_resnet), 16, 19 (vgg)"),
    ("groups", int, "groups of the grouped convolutions"),
    ("group_size", int, "channels that a group mixes (mgic_resnet)"),
    ("coarsest_size", int, "channels below which all are mixed (mgic_resnet)"),
    ("projection", str, "serial or parallel (squeezenext)"),
    ("bypass", str, "simple or complex (squeezenet)"),
    ("resolution", int, "pixels a side"),
    ("classes", int, "outputs of the last layer"),
)
# Fields of the accelerator that can be changed: (name, type, help)
MACHINE_OPTIONS = (
    ("rows", int, "rows of processing elements"),
    ("cols", int, "columns of processing elements; as many as --rows if only that is given"),
    ("registers", int, "partial sums in a processing element"),
    ("buffer_kb", float, "buffer on the chip, in units of 1024 bytes"),
    ("dram_gb_per_s", float, "DRAM bandwidth"),
    ("word_bits", int, "bits of a word"),
)


def flag(name):
    return "--" + name.replace("_", "-")


def parser():
    top = Parser(prog="squeezelab", allow_abbrev=False, description="What a neural network costs on an accelerator.")
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="networks, accelerators with the sources of their values, dataflows")
    cost = commands.add_parser("cost", allow_abbrev=False, help="simulate a network, layer by layer")
    own = "your own: package.module:name of an nn.Module, of a Network, or of a function that returns one"
    cost.add_argument("network", help=", ".join(sorted(NETWORKS)) + "; or " + own)
    cost.add_argument("--input", type=input_shape, metavar="C,H,W", help="what your own nn.Module reads, as 3,224,224")
    cost.add_argument("--train", action="store_true", help="read your own nn.Module as it trains, not as it is evaluated")
    cost.add_argument("--accelerator", default="squeezelerator-16", help=", ".join(PRESETS))
    cost.add_argument("--json", action="store_true", help="all figures as JSON")
    run = cost.add_argument_group("how it runs")
    run.add_argument("--dataflow", default="hybrid", help="hybrid (the default), ws, os, or is")
    run.add_argument("--sparsity", type=float, default=0.0, help="share of zero weights in all layers but the first")
    run.add_argument("--sparsity-mode", help=", ".join(MODES))
    run.add_argument("--weight-format", default="dense", help=", ".join(FORMATS))
    run.add_argument("--batch", type=int, default=1, help="inputs processed together")
    run.add_argument("--other-layers", default="hidden", help=", ".join(OTHER_LAYERS))
    for title, options in (("the network", NETWORK_OPTIONS), ("the accelerator", MACHINE_OPTIONS)):
        group = cost.add_argument_group(title)
        for name, kind, words in options:
            group.add_argument(flag(name), type=kind, metavar=name[0].upper(), help=words)
    return top


def given(arguments, options):
    """{name: value} of those options that were given."""
    values = {name: getattr(arguments, name) for name, _, _ in options}
    return {name: value for name, value in values.items() if value is not None}


def takes(name):
    """The options that a network takes."""
    known = inspect.signature(NETWORKS[name]).parameters
    return [option for option, _, _ in NETWORK_OPTIONS if option in known]


def network_of(arguments):
    """The network that was asked for; raises if it does not take one of the options."""
    options = given(arguments, NETWORK_OPTIONS)
    if ":" in arguments.network:
        if options:
            raise ValueError(f"{flag(next(iter(options)))} is for the networks of the book, not for {arguments.network}")
        return own_network(arguments.network, arguments.input, arguments.train)
    if arguments.train:
        raise ValueError("--train is for your own modules: a network of the book costs the same in training and evaluation")
    if arguments.input:
        known = arguments.network in NETWORKS
        hint = f"{arguments.network} takes --resolution" if known else f"write {arguments.network}:name"
        raise ValueError(f"--input is for your own modules; {hint}")
    if arguments.network in NETWORKS:
        for option in options:
            if option not in takes(arguments.network):
                listed = ", ".join(flag(known) for known in takes(arguments.network))
                raise ValueError(f"{arguments.network} does not take {flag(option)}; it takes {listed}")
    if arguments.network != "squeezenet" and options.get("version", "").isdecimal():  # its 1.0 and 1.1 are names
        options["version"] = int(options["version"])
    return build(arguments.network, **options)


def machine_of(arguments):
    """The accelerator that was asked for, with its fields changed as asked."""
    machine = accelerator(arguments.accelerator)
    changes = given(arguments, MACHINE_OPTIONS)
    if "rows" in changes:
        changes.setdefault("cols", changes["rows"])
    if "buffer_kb" in changes:
        changes["buffer_bytes"] = 1024 * positive(machine.name, "buffer_kb", changes.pop("buffer_kb"))
    return machine.with_(**changes) if changes else machine


def cost_text(arguments):
    report = simulate(
        network_of(arguments),
        machine_of(arguments),
        dataflow=arguments.dataflow,
        sparsity=arguments.sparsity,
        sparsity_mode=arguments.sparsity_mode,
        weight_format=arguments.weight_format,
        batch=arguments.batch,
        other_layers=arguments.other_layers,
    )
    if arguments.json:
        return json.dumps(report.to_dict(), indent=2, allow_nan=False)
    return report_table(report, longest=None)


def list_text():
    lines = ["Networks, with their options"]
    for name in sorted(NETWORKS):
        lines.append(f"  {name:<15}" + " ".join(flag(option) for option in takes(name)))
    lines += ["", "Dataflows, by style of array"]
    lines += [f"  {style:<15}" + ", ".join(flows) for style, flows in DATAFLOWS.items()]
    lines += ["", "Accelerators, with the sources of their values"]
    lines += [str(PRESETS[name]) for name in sorted(PRESETS)]
    return "\n".join(lines)


def main(words=None):
    """Runs the command; returns its exit status: 0, or 2 for a request that makes no sense."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal without "…" shows "?" rather than nothing
    arguments = parser().parse_args(words)
    try:
        with prints_to_stderr():  # a reader's own code may print; the answer alone goes to stdout
            text = list_text() if arguments.command == "list" else cost_text(arguments)
        print(text, flush=True)
        if words is None:  # the process ends here
            close_stdout()
    except ValueError as error:
        print(f"squeezelab: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, as `head`, had enough; nothing may be flushed to it on the way out
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:  # a full disk, say
        print(f"squeezelab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
