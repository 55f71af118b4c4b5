"""The command line: what a network costs on an accelerator, and what is left of it within a budget, as a table or as JSON.

squeezelab cost squeezenext --version 5 --accelerator squeezelerator-16 --sparsity 0.4
squeezelab cost package.module:builder --input 3,224,224    # in evaluation mode; --train as it trains
squeezelab prune --recipe smcp --model mini_vgg --budget cycles=0.5 --seed 0
squeezelab quantize --model mini_vgg --bits 4 --granularity channel --calibration mse --seed 0    # --qat 3 trains on
squeezelab export-c mini_vgg build/c --bits 8
squeezelab board --network lenet300 --kept 0.02    # every family on equal terms; --rerun 3 runs three points of it again
squeezelab export-c mini_vgg DIR --bits 8    # the network in integers as C99, with test vectors
squeezelab list
"""

import argparse
import os
import sys

from .. import __version__
from ..hardware import DATAFLOWS, PRESETS
from ..networks import NETWORKS
from .board import add_board
from .cost import add_cost, flag, options_of
from .export_c import add_export_c
from .prune import add_prune
from .quantize import add_quantize
from .quiet import close_stdout, prints_to_stderr

__all__ = ["main"]


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and leaves with status 2."""

    def error(self, message):
        self.exit(2, f"squeezelab: {message}\n")


def parser():
    """The parser of all commands; each knows the function that answers it, `text`."""
    top = Parser(prog="squeezelab", allow_abbrev=False, description="What a neural network costs on an accelerator.")
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    known = commands.add_parser("list", help="networks, accelerators with the sources of their values, dataflows")
    known.set_defaults(text=lambda arguments: list_text())
    add_cost(commands)
    add_prune(commands)
    add_board(commands)
    add_quantize(commands)
    add_export_c(commands)
    return top


def list_text():
    """All that can be asked for, as text."""
    lines = ["Networks, with their options"]
    for name in sorted(NETWORKS):
        lines.append(f"  {name:<15}" + " ".join(flag(option) for option in options_of(name)))
    lines += ["", "Dataflows, by style of array"]
    lines += [f"  {style:<15}" + ", ".join(flows) for style, flows in DATAFLOWS.items()]
    lines += ["", "Accelerators, with the sources of their values"]
    lines += [str(PRESETS[name]) for name in sorted(PRESETS)]
    return "\n".join(lines)


def main(words: list = None) -> int:
    """Runs the command in `words` (default: those of the process) and prints its answer, or in one line why there is none.

    Returns the exit status: 0, or 2 for a request that makes no sense, 1 for what the system refuses and for points that do not
    hold, 130 for Ctrl-C.
    Leaves with `SystemExit` where argparse does: after --help and --version, and with 2 for words that it cannot read.

    >>> status = main(["cost", "squeezenet", "--version", "1.1"])  # doctest: +ELLIPSIS
    SqueezeNet-1.1 on squeezelerator-16 (16x16, hybrid): ... cycles...
    >>> status
    0
    """
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal without "…" shows "?" rather than nothing
    arguments = parser().parse_args(words)
    try:
        with prints_to_stderr():  # a reader's own code may print; the answer alone goes to stdout
            answer = arguments.text(arguments)
        text, status = answer if isinstance(answer, tuple) else (answer, 0)
        print(text, flush=True)
        if words is None:  # the process ends here
            close_stdout()
    except ValueError as error:
        print(f"squeezelab: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, as `head`, had enough; nothing may be flushed to it on the way out
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:  # a full disk, say
        print(f"squeezelab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status
