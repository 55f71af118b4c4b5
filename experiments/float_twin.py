"""The exported integers and their twin in float32, compiled and ready to be called: experiments/integer_speed.py times them."""

import ctypes
import subprocess
from pathlib import Path

import torch

from squeezelab.quantize.export_c import READY

TWIN = Path(__file__).with_suffix(".c")
OPS = ("conv", "linear", "max_pool")  # in the order of the enum in C
# Whole numbers may be added in any order; for floats the compiler must be told that it may, or it makes no vectors.
ANY_ORDER = ("-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math")
NO_FLOOR = -float("inf")


class FloatLayer(ctypes.Structure):
    """One layer, as float_twin.c has it: `shape` is channels, height, width; `window` as in kernels.h."""

    _fields_ = [("op", ctypes.c_int), ("read", ctypes.c_int * 3), ("made", ctypes.c_int * 3), ("window", ctypes.c_int * 8)]
    _fields_ += [("weights", ctypes.c_void_p), ("bias", ctypes.c_void_p), ("low", ctypes.c_float)]


def library(files, folder, flags):
    """Files of C as a library, compiled with flags."""
    path = folder / f"{files[0].stem}{''.join(flags)}.so"
    command = ["gcc", "-std=c99", *flags, "-shared", "-fPIC", "-I", str(READY), *map(str, files), "-o", str(path)]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(path))


def integer_way(folder, flags, pixels, classes):
    """A function without arguments: the scores, int16 (n, classes), that the exported C gives for pixels, uint8 (n, …)."""
    kernels = [folder / f"{name}.c" for name in ("kernels", "capsules")]
    network = library([folder / "network.c", *filter(Path.exists, kernels)], folder, flags).network
    scores = torch.zeros(len(pixels), classes, dtype=torch.int16)
    pairs = [(ctypes.c_void_p(image.data_ptr()), ctypes.c_void_p(row.data_ptr())) for image, row in zip(pixels, scores)]

    def way():
        for image, row in pairs:
            network(image, row)
        return scores

    return way


def float_way(plain, folder, flags, images):
    """The same in float32, (n, classes): of `Quantized.float`, whose layers follow one another."""
    function, layers = library([TWIN], folder, (*flags, *ANY_ORDER)).float_network, float_layers(plain, images.shape[1:])
    table = (FloatLayer * len(layers))(*layers)
    largest = max(size_of(layer) for layer in layers)
    buffers = [torch.zeros(largest) for _ in range(2)]
    classes = layers[-1].made[0]
    pointers = [ctypes.c_void_p(buffer.data_ptr()) for buffer in buffers]

    def way():
        made = []
        for image in images:
            last = function(table, len(layers), ctypes.c_void_p(image.data_ptr()), *pointers)
            made.append(buffers[last][:classes].clone())
        return torch.stack(made)

    return way


def size_of(layer):
    return layer.made[0] * layer.made[1] * layer.made[2]


def float_layers(plain, shape):
    """`FloatLayer`s of a chain of steps; raises a ValueError where there is something else."""
    layers, reads = [], tuple(shape)
    for place, step in enumerate(plain.steps):
        if step.op == "flatten":
            continue
        if step.op not in OPS or len(step.sources) != 1 or step.geometry.get("groups", 1) != 1 or step.clip[1] is not None:
            raise ValueError(f"the float twin has no {step.op} as {step.name!r} is")
        made = (*step.shape, 1, 1)[:3]
        pointers = [0, 0]
        if step.has_weights:
            pointers = [plain.weights[str(place)].data_ptr(), plain.biases[str(place)].data_ptr()]
        low = NO_FLOOR if step.clip[0] is None else step.clip[0]
        layers.append(FloatLayer(OPS.index(step.op), reads, made, window_of(step), *pointers, low))
        reads = made
    return layers


def window_of(step):
    """(height, width, down, right, top, left, dilation down, dilation right); zeros of a linear layer."""
    sides = [step.geometry.get(name, (0, 0)) for name in ("kernel", "stride", "padding")]
    return tuple(size for pair in [*sides, step.geometry.get("dilation", (1, 1))] for size in pair)
