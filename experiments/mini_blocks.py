"""Six blocks, and Fire with norms, in one frame on cluttered digits: accuracy for chapter 5.

    python experiments/mini_blocks.py            # about ten minutes on one quiet core

Writes book/results/mini_blocks.json: test accuracy by block and seed.
"""

from cluttered import SETTINGS, trained_accuracy
from record import SEEDS, Record, arguments

from squeezelab.networks.mini_families import mini_of

BLOCKS = ("basic", "bottleneck", "fire", "fire_norm", "separable", "inverted", "squeezenext")


def main():
    chosen = arguments(__doc__)
    record = Record("mini_blocks", SETTINGS | {"seeds": SEEDS}, chosen.fresh)
    keys = [{"block": block, "seed": seed} for seed in SEEDS for block in BLOCKS]
    record.run(keys, lambda block, seed: {"accuracy": trained_accuracy(mini_of(block), seed)})


if __name__ == "__main__":
    main()
