"""Pairs of overlapping test digits, and what the shipped `two_digits` draws of its capsules, for the figure of chapter 14.

    python experiments/overlap_digits.py         # some seconds

The first `PAIRS` of the test pairs that `SEED` draws, whatever is read of them. Of each: the canvas, both digits alone, the ten
lengths, and drawings of three capsules: those of both digits, and the longest of a class that is not there. Pixels are letters,
16 greys.
"""

import torch
from record import Record, arguments

from squeezelab.capsules import decoded, encoder, trained
from squeezelab.data import overlapping_digits

NETWORK, PAIRS, SEED, GREYS = "two_digits", 6, 0, 15


def in_letters(image):
    """Pixels from 0 to 1 as letters."""
    return "".join(f"{pixel:x}" for pixel in (image.flatten() * GREYS).round().int().tolist())


def absent_class(lengths, labels):
    """The longest class that is in none of the two digits."""
    return next(int(j) for j in lengths.argsort(descending=True) if int(j) not in labels)


def squared_error(drawn, alone):
    """Σ (drawn − digit)² over Σ digit²."""
    return round(float((drawn - alone.flatten()).square().sum() / alone.square().sum()), 4)


def main():
    fresh, model = arguments(__doc__).fresh, trained(NETWORK).eval()
    examples = overlapping_digits(PAIRS, SEED, "test", parts=True)
    with torch.no_grad():
        lengths, poses = encoder(model)(examples.images[:, :1])

    def measure(pair):
        labels, (canvas, *alone) = examples.labels[pair].tolist(), examples.images[pair]
        classes = [*labels, absent_class(lengths[pair], labels)]
        with torch.no_grad():
            drawn = decoded(model, poses[pair].expand(3, -1, -1), torch.tensor(classes))
        found = {"classes": classes, "lengths": [round(length, 4) for length in lengths[pair].tolist()]}
        found |= {"canvas": in_letters(canvas), "alone": [in_letters(each) for each in alone]}
        errors = [[squared_error(each, digit) for digit in alone] for each in drawn]
        return found | {"drawn": [in_letters(each) for each in drawn], "errors": errors}

    settings = {"network": NETWORK, "seed": SEED, "greys": GREYS, "side": examples.images.shape[-1]}
    Record("overlap_digits", settings, fresh).run([{"pair": pair} for pair in range(PAIRS)], measure)


if __name__ == "__main__":
    main()
