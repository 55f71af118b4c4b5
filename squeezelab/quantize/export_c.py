"""An integer program as a small C99 program: weights in a header, kernels to read, test vectors, and a `main` to try it with.

What is written compiles without a warning, asks for no memory while it runs, and gives the same integers as Python.
"""

import os
import shutil
from collections import namedtuple
from math import prod
from pathlib import Path
from random import Random

from ..compression.integer_program import check_program
from ..compression.integer_run import run_program
from .export_c_network import SCORED, NetworkInC
from .export_c_text import lines_of_values

READY = Path(__file__).parent / "c"  # the files that are the same in each export
MOST_CODE, MOST_SCORE = 2**7, 2**15  # in size, of what a map and the scores hold
FORM = "exact"  # how a step computes, if it is not said
NOISE = 6  # images of noise, where none are given

VECTORS = """/* Images, and the scores that Python gave them. */

#ifndef VECTORS_H
#define VECTORS_H

#include "network.h"

#define VECTORS {count}

static const uint8_t vector_pixels[VECTORS][PIXELS] = {{
{pixels}
}};

static const int16_t vector_scores[VECTORS][SCORES] = {{
{scores}
}};

#endif
"""


class ExportedC(namedtuple("ExportedC", "folder files flash_bytes ram_bytes")):
    """What `export_c` wrote: the folder, the names of its files, and bytes: of the constants, and of maps and the inputs of a sum
    while it runs."""

    __slots__ = ()


def export_c(result: object, folder: str, images: object = None, packed: bool = False) -> ExportedC:
    """Writes an integer network as C99 into a new or empty folder, all of it or nothing; its network.h says how it is compiled.

    result: what `quantize` gives, or an integer program (a dict). images: `Examples`, or images (n, channels, height, width) in
    0..1, for the test vectors; without them a black one, a white one and six of noise. packed: weights of fewer than 8 bits lie
    one behind the other, in less flash, and take longer to read; else each has a byte.

    Raises a ValueError, before anything is written, where the folder has something in it already, where the program has an op
    that is not known here, sums that could overflow, or codes that do not fit into their 8 or 16 bits, and for no images or
    such of another shape; an OSError where the folder cannot be written.

    >>> import tempfile
    >>> scale = {"scale": 1.0, "zero": 0, "low": -128, "high": 127, "bits": 8}
    >>> pool = {"op": "max_pool", "name": "pool", "from": [-1], "shape": [1, 1, 2], **scale}
    >>> pool |= {"kernel": [2, 2], "stride": [2, 2], "padding": [0, 0]}
    >>> table = [pixel // 2 for pixel in range(256)]
    >>> program = {"format": 1, "name": "tiny", "rounding": "double", "classes": 2, "steps": [pool]}
    >>> program["input"] = {"shape": [1, 2, 4], "table": table, **scale}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_c(program, folder).ram_bytes
    12
    """
    folder = Path(folder)
    check_new_folder(folder)
    program = checked_for_c(getattr(result, "program", result))
    network = NetworkInC(program, packed)
    files = {path.name: path.read_text("utf-8") for path in ready_files(network)} | network.files()
    files["vectors.h"] = vectors_text(*vectors_of(result, program, images))
    write_folder(folder, files)
    return ExportedC(folder, sorted(files), network.flash_bytes, network.ram_bytes)


def ready_files(network):
    """The files that are the same in each export: of capsules only where the network has some."""
    return [path for path in sorted(READY.iterdir()) if path.stem != "capsules" or network.has_capsules]


def check_new_folder(folder):
    """Raises a ValueError where something is in the folder already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} is there already: C is written to a new or an empty folder, so that nothing is overwritten")


def checked_for_c(program):
    """The program, if C holds its codes: 8 bits of a map, 16 of the scores."""
    if not isinstance(program, dict) or "steps" not in program:
        raise ValueError(f"C is written of what quantize gives, or of its program, not of {type(program).__name__}")
    check_program(program)
    codes = program["input"]["table"]
    check_codes("the input", min(codes), max(codes), MOST_CODE)
    for place, step in enumerate(program["steps"]):
        check_exact(step)
        is_scores = place == len(program["steps"]) - 1 and step["op"] in SCORED
        check_codes(repr(step["name"]), step["low"], step["high"], MOST_SCORE if is_scores else MOST_CODE)
    return program


def check_exact(step):
    """Raises a ValueError where a step computes in a form that C does not know: some are there to be studied, in Python."""
    if step.get("form", FORM) != FORM:
        raise ValueError(f"{step['op']} {step['name']!r} has the form {step['form']!r}, and C has {FORM!r} alone")


def check_codes(who, low, high, most):
    """Raises a ValueError where codes need more bits than they have."""
    if low < -most or high >= most:
        raise ValueError(f"{who} has codes from {low} to {high}, but C keeps them in {-most} to {most - 1}")


def vectors_of(result, program, images):
    """(images, their scores): lists of pixels from 0 to 255, and of integers."""
    count = prod(program["input"]["shape"])
    pixels = patterns(count) if images is None else pixels_of(images, program["input"]["shape"])
    if not hasattr(result, "integers"):
        return pixels, [run_program(program, image)[-1] for image in pixels]
    import torch

    floats = torch.tensor(pixels).reshape(-1, *program["input"]["shape"]) / 255
    return pixels, result.integers.scores(floats).tolist()


def patterns(count, seed=0):
    """Images to test any network with: black, white, noise."""
    dice = Random(seed)
    return [[0] * count, [255] * count] + [[dice.randrange(256) for _ in range(count)] for _ in range(NOISE)]


def pixels_of(images, shape):
    """Images in 0..1 as lists of pixels."""
    images = getattr(images, "images", images)
    if not len(images) or tuple(images.shape[1:]) != tuple(shape):
        raise ValueError(f"the test vectors are images of {tuple(shape)}, one or more, not {tuple(images.shape)}")
    return (images * 255).round().int().flatten(1).tolist()


def vectors_text(pixels, scores):
    """vectors.h."""
    blocks = {"pixels": pixels, "scores": scores}
    texts = {
        name: ",\n".join("    {\n" + lines_of_values(row, " " * 8) + "\n    }" for row in rows) for name, rows in blocks.items()
    }
    return VECTORS.format(count=len(pixels), **texts)


def write_folder(folder, files):
    """{name: text} in the folder, which they reach when all of them are whole."""
    draft = folder.resolve().with_name(folder.resolve().name + ".part")
    check_new_folder(draft)
    draft.mkdir(parents=True, exist_ok=True)
    try:
        for name, text in files.items():
            (draft / name).write_text(text, "utf-8")
        folder.mkdir(exist_ok=True)
        for name in files:
            os.replace(draft / name, folder / name)
    finally:
        shutil.rmtree(draft)
