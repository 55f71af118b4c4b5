"""Five networks `mini_vgg` for chapter 4 to factorise, so that what it says does not hang on one training.

    python experiments/trained_vgg.py            # about 6 minutes on one quiet core

They learn from 10,000 of the 12,000 digits; the 2,000 held out choose every learning rate, here and in the experiments that
start from these networks. Writes recorded/trained_vgg.json: accuracy on the digits learnt from, on those held out, and on
the 10,000 test digits, for three rates and for twice the epochs. The networks are kept in build/trained, where a run that finds
them goes on.
"""

import base64
import functools
from pathlib import Path

import numpy
import torch
from record import Record, arguments

from squeezelab.bridge import to_torch
from squeezelab.data import Examples, digits
from squeezelab.networks import build
from squeezelab.training import evaluate, fit

NETWORK = "mini_vgg"
SEEDS = (0, 1, 2, 3, 4)  # five trainings: the initial weights and the order of the digits
RATES = (0.003, 0.01, 0.03)
EPOCHS, RATE = 6, 0.01  # of the networks that are factorised
CONVERGED = "all five read at least 99.9 % of the digits learnt from rightly"
LEARN = 10_000  # of the 12,000 digits; they stand in the order 0, 1, …, 9, 0, …, so both parts have as many of each class
FOLDER = Path(__file__).resolve().parents[1] / "build/trained"


@functools.cache
def splits():
    """(digits to learn from, digits held out, test digits)."""
    train, test = digits()
    held_out = Examples(train.images[LEARN:], train.labels[LEARN:], train.classes)
    return train.take(LEARN), held_out, test


def trained(seed, epochs=EPOCHS, rate=RATE):
    """The network of a seed in evaluation mode; trained the first time, read from `FOLDER` afterwards."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = to_torch(build(NETWORK))
    file = FOLDER / f"{NETWORK}-{epochs}-{rate}-{seed}.safetensors"
    fit(model, splits()[0], epochs, learning_rate=rate, seed=seed, checkpoint=file)
    return model.eval()


def tested(model):
    """Accuracy on the held-out digits and on the test digits, with the test digits read rightly as bits."""
    _, held_out, test = splits()
    with torch.no_grad():
        right = torch.cat([model.eval()(images).argmax(1) == labels for images, labels in test.batches(1000, shuffle=False)])
    return {"validation": evaluate(model, held_out).accuracy, "accuracy": right.double().mean().item(), "right": packed(right)}


def packed(right):
    """Truths as text, eight to a byte, the first one highest."""
    return base64.b64encode(numpy.packbits(right.numpy()).tobytes()).decode()


def measure(epochs, learning_rate, seed):
    model, names = trained(seed, epochs, learning_rate), ("learnt", "validation", "accuracy")
    return {name: evaluate(model, part).accuracy for name, part in zip(names, splits())}


def main():
    chosen = arguments(__doc__)
    settings = {"network": NETWORK, "seeds": SEEDS, "threads": chosen.threads, "examples": [len(part) for part in splits()]}
    cases = [(EPOCHS // 2, rate) for rate in RATES] + [(EPOCHS, RATE)]
    keys = [{"epochs": epochs, "learning_rate": rate, "seed": seed} for epochs, rate in cases for seed in SEEDS]
    Record("trained_vgg", settings, chosen.fresh).run(keys, measure)


if __name__ == "__main__":
    main()
