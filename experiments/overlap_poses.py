"""What the shipped `two_digits` draws when one number of a capsule is moved, for the figure `overlap` of chapter 14.

    python experiments/overlap_poses.py          # some seconds

The pairs of experiments/overlap_digits.py, of each pair the capsules of both digits. Each of a capsule's 16 numbers is moved by
each of `STEPS`, all others left, and the decoder draws again. Ink is the sum of pixels, each from 0 to 1: what comes, what goes,
and how much differs between the ends of the steps. How each pixel changes is told in greys, as a text (`rolled`): the page
fetches these once a reader turns to the figure.
"""

from itertools import groupby, product

import torch
from overlap_digits import GREYS, NETWORK, PAIRS, SEED
from record import Record, arguments

from squeezelab.capsules import decoded, poses, trained
from squeezelab.data import overlapping_digits
from squeezelab.explorers.two_digits_model import LONGEST_RUN, NUMBERS, STEPS

DIGITS = 2  # of a pair
NAMES = "0123456789abcdefghijklmnopqrstu"  # of the changes from −GREYS to GREYS


def rolled(changes):
    """Changes in greys as a text: of a run of zeros its length, A for 1 to Z for 26; each other change as one of `NAMES`."""
    text = ""
    for change, run in groupby(changes):
        count = len(list(run))
        if change:
            text += NAMES[change + GREYS] * count
        else:
            text += "Z" * (count // LONGEST_RUN) + chr(64 + count % LONGEST_RUN) * (count % LONGEST_RUN > 0)
    return text


def drawings(model, capsules, label):
    """The drawing of a capsule as it is (pixels,), and with each of its numbers moved by each step (numbers, steps, pixels).
    capsules: (J, D)."""
    moved = capsules.expand(NUMBERS, len(STEPS), -1, -1).clone()
    for number in range(NUMBERS):
        moved[number, :, label, number] += torch.tensor(STEPS)
    every = torch.cat([capsules[None], moved.flatten(0, 1)])
    with torch.no_grad():
        drawn = decoded(model, every, torch.full((len(every),), label))
    return drawn[0], drawn[1:].unflatten(0, (NUMBERS, len(STEPS)))


def tenths(ink):
    """Ink to one decimal, as lists."""
    return [[round(each, 1) for each in row] for row in ink.tolist()]


def main():
    fresh, model = arguments(__doc__).fresh, trained(NETWORK).eval()
    examples = overlapping_digits(PAIRS, SEED, "test")
    capsules = poses(model, examples.images)

    def measure(pair, capsule):
        label = int(examples.labels[pair, capsule])
        drawn, moved = drawings(model, capsules[pair], label)
        changes = moved - drawn
        ends = (moved[:, -1] - moved[:, 0]).abs().sum(1)
        texts = [[rolled(each) for each in row] for row in (changes * GREYS).round().int().tolist()]
        found = {"pose": [round(value, 4) for value in capsules[pair, label].tolist()], "ink": round(float(drawn.sum()), 1)}
        found |= {"come": tenths(changes.clamp(min=0).sum(2)), "gone": tenths(-changes.clamp(max=0).sum(2))}
        return found | {"between_ends": tenths(ends[None])[0], "changes": texts}

    settings = {"network": NETWORK, "seed": SEED, "greys": GREYS, "steps": STEPS}
    keys = [{"pair": pair, "capsule": capsule} for pair, capsule in product(range(PAIRS), range(DIGITS))]
    Record("overlap_poses", settings, fresh).run(keys, measure)


if __name__ == "__main__":
    main()
