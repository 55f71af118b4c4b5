"""Six blocks, and Fire with norms, in one frame on cluttered digits: accuracy for chapter 5.

    python experiments/mini_blocks.py            # about a quarter of an hour on one quiet core

Writes recorded/mini_blocks.json: test accuracy by block and seed, under the rule of "What we count"; "basic, narrow" is the
basic block on 11, 22 and 44 channels. Needs the learning rates of experiments/learning_rates.py.
"""

from cluttered import settings, tested
from record import Record, arguments

from squeezelab.networks.mini_families import cheap_families, mini_of

BLOCKS = ("basic", "bottleneck", "fire", "fire_norm", "separable", "inverted", "squeezenext")
NARROW = "basic, narrow"
SEEDS = (0, 1, 2, 3, 4)


def main():
    chosen = arguments(__doc__)
    known = settings(BLOCKS, SEEDS)
    record = Record("mini_blocks", known, chosen.fresh)
    networks = {block: mini_of(block) for block in BLOCKS} | {NARROW: cheap_families()["ghost"]["plain, equal MACs"]}

    def measure(block, seed):
        return tested(networks[block], seed, known["rates"]["basic" if block == NARROW else block])

    record.run([{"block": block, "seed": seed} for seed in SEEDS for block in networks], measure)
    record.noise([{"block": block, "seed": 0} for block in ("basic", "bottleneck")], measure)


if __name__ == "__main__":
    main()
