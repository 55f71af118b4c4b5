"""One SqueezeNext, its six blocks spread over the stages in three ways with the same MACs: accuracy for chapter 7.

    python experiments/redistribution.py         # about ten minutes on one quiet core

Writes book/results/redistribution.json: test accuracy by depths and seed.
"""

from cluttered import SETTINGS, trained_accuracy
from record import SEEDS, Record, arguments

from squeezelab.networks.mini_families import MINI_DEPTHS, mini_of


def main():
    chosen = arguments(__doc__)
    record = Record("redistribution", SETTINGS | {"depths": MINI_DEPTHS, "seeds": SEEDS}, chosen.fresh)
    keys = [{"depths": list(depths), "seed": seed} for seed in SEEDS for depths in MINI_DEPTHS]
    record.run(keys, lambda depths, seed: {"accuracy": trained_accuracy(mini_of("squeezenext", depths=depths), seed)})


if __name__ == "__main__":
    main()
