"""`squeezelab export-c`: a trained network in integers, as C99 with weights, test vectors and a program to try it with."""

import json
from pathlib import Path

from ..compression.fixed_point import ROUNDINGS
from ..core.words import grouped
from .own_network import torch_hint
from .prune import model_of

VECTORS = 8  # test digits whose scores go with the C
SETTINGS = ("granularity", "calibration", "rounding", "seed")  # of `quantize`, which has defaults of its own
GRANULARITIES = ("channel", "tensor")
CALIBRATIONS = ("mse", "minmax", "percentile", "kl", "moving_average")


def add_export_c(commands):
    """Adds the command to those of a parser."""
    export = commands.add_parser("export-c", allow_abbrev=False, help="write a trained network in integers as C99")
    export.set_defaults(text=export_c_text)
    own = "package.module:name of an nn.Module (or of what returns one) that reads digits of 1x28x28"
    export.add_argument("model", metavar="MODEL", help=f"of the book, as mini_vgg or capsnet_tiny, or your own, {own}")
    export.add_argument("folder", type=Path, metavar="DIR", help="a new or an empty folder")
    export.add_argument("--bits", type=int, default=8, metavar="B", help="of weights and maps, 1 to 8 (8)")
    export.add_argument("--granularity", metavar="G", help=f"scales of weights: {', '.join(GRANULARITIES)}")
    export.add_argument("--calibration", metavar="C", help=f"ranges of maps: {', '.join(CALIBRATIONS)}")
    export.add_argument("--rounding", metavar="R", help=f"of sums to codes: {', '.join(ROUNDINGS)}")
    export.add_argument("--seed", type=int, metavar="N", help="of all that is drawn (0)")
    export.add_argument("--packed", action="store_true", help="weights bit by bit, in less flash but slower; else a byte each")
    export.add_argument("--json", action="store_true", help="the answer as JSON")


def export_c_text(arguments):
    """What was written, as text; raises a ValueError for a request that makes no sense."""
    try:
        from ..quantize import quantize
        from ..quantize.export_c import check_new_folder, export_c
    except ImportError as error:
        raise ValueError(f"quantising needs torch{torch_hint(error)}") from error
    from ..data import digits

    check_new_folder(arguments.folder)
    train, test = digits()
    settings = {name: getattr(arguments, name) for name in SETTINGS if getattr(arguments, name) is not None}
    result = quantize(model_of(arguments.model), train, bits=arguments.bits, **settings)
    written = export_c(result, arguments.folder, test.take(VECTORS), arguments.packed)
    return export_report(arguments, written)


def export_report(arguments, written):
    """The folder, its files and what they need, as text or JSON."""
    if arguments.json:
        return json.dumps(written._asdict() | {"folder": str(written.folder)}, indent=2)
    lines = [
        f"{arguments.model} with {arguments.bits} bits in {written.folder}: {', '.join(written.files)}",
        f"flash: {grouped(written.flash_bytes)} bytes of weights, biases, factors and tables, beside the code",
        f"RAM: {grouped(written.ram_bytes)} bytes of maps and of the inputs of a sum, beside the image and the scores",
        f"try it: gcc -std=c99 -O2 {written.folder}/*.c && ./a.out --test",
    ]
    return "\n".join(lines)
