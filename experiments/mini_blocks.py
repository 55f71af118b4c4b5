"""Six blocks in one frame on cluttered digits, each at two widths: accuracy for chapter 5.

    python experiments/mini_blocks.py            # about half an hour on one quiet core

Writes book/results/mini_blocks.json: test accuracy by block, width and seed.
"""

from cluttered import SETTINGS, trained_accuracy
from record import SEEDS, Record, arguments

from squeezelab.networks.mini_families import mini_of

BLOCKS = ("basic", "bottleneck", "fire", "separable", "inverted", "squeezenext")
WIDTHS = (1.0, 0.5)


def main():
    chosen = arguments(__doc__)
    record = Record("mini_blocks", SETTINGS | {"blocks": BLOCKS, "widths": WIDTHS, "seeds": SEEDS}, chosen.fresh)
    keys = [{"block": block, "width": width, "seed": seed} for seed in SEEDS for width in WIDTHS for block in BLOCKS]
    record.run(keys, lambda block, width, seed: {"accuracy": trained_accuracy(mini_of(block, width), seed)})


if __name__ == "__main__":
    main()
