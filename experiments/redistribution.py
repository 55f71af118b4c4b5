"""One SqueezeNext, its six blocks spread over the stages in three ways with the same MACs: accuracy for chapter 7.

    python experiments/redistribution.py         # about a quarter of an hour on one quiet core

Writes recorded/redistribution.json: test accuracy by depths and seed, under the rule of "What we count". Needs the
learning rates of experiments/learning_rates.py.
"""

from cluttered import settings, tested
from record import Record, arguments

from squeezelab.networks.mini_families import MINI_DEPTHS, mini_of

SEEDS = tuple(range(8))


def main():
    chosen = arguments(__doc__)
    known = settings(["squeezenext"], SEEDS)
    record = Record("redistribution", known | {"depths": MINI_DEPTHS}, chosen.fresh)
    rate = known["rates"]["squeezenext"]
    keys = [{"depths": list(depths), "seed": seed} for seed in SEEDS for depths in MINI_DEPTHS]

    def measure(depths, seed):
        return tested(mini_of("squeezenext", depths=depths), seed, rate)

    record.run(keys, measure)
    record.noise([key for key in keys if key["seed"] == 0], measure)


if __name__ == "__main__":
    main()
