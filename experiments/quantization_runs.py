"""What experiments/quantization.py trains: networks on cluttered digits at 32×32, their data, and where they are kept."""

import functools
from collections import namedtuple
from pathlib import Path

import torch

from squeezelab.bridge import to_torch
from squeezelab.data import Examples, cluttered_digits
from squeezelab.networks import mini_of, mini_squeezenext, mini_vgg
from squeezelab.training import fit

FOLDER = Path(__file__).resolve().parents[1] / "build/quantization"
TRAIN, HELD_OUT, TEST = 6000, 4000, 5000
TEST_SEED = 1_000_000  # far from any seed of a training
RESOLUTION = 32

Start = namedtuple("Start", "build epochs rate")  # of the float network: how it is built and trained
STARTS = {
    "mini_vgg": Start(lambda width=1.0: mini_vgg(width, resolution=RESOLUTION), 16, 0.01),
    "separable": Start(lambda width=1.0: mini_of("separable", width, resolution=RESOLUTION), 24, 0.01),
    "mini_squeezenext": Start(lambda width=1.0: mini_squeezenext(width, resolution=RESOLUTION), 24, 0.01),
}


@functools.lru_cache(maxsize=2)
def splits(seed):
    """(training images, held-out images, test images); no digit of the one is a digit of the others."""
    both = cluttered_digits(TRAIN + HELD_OUT, seed=seed, canvas=RESOLUTION)
    test = cluttered_digits(TEST, seed=TEST_SEED, split="test", canvas=RESOLUTION)
    return both.take(TRAIN), Examples(both.images[TRAIN:], both.labels[TRAIN:], both.classes), test


@functools.lru_cache(maxsize=3)
def trained(network, seed, width=1.0, epochs=None, rate=None):
    """The float network of a seed in evaluation mode; trained the first time, read from `FOLDER` afterwards."""
    start = STARTS[network]
    epochs, rate = epochs or start.epochs, rate or start.rate
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = to_torch(start.build(width))
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{network}-{width}-{epochs}-{rate}-{seed}.safetensors"
    fit(model, splits(seed)[0], epochs, learning_rate=rate, seed=seed, checkpoint=file, quiet=True)
    return model.eval()
