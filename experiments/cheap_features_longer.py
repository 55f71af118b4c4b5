"""The MGIC network and its plain counterpart of equal params, trained three times as long: does the gap close?

    python experiments/cheap_features_longer.py  # about ten minutes on one quiet core

Writes book/results/cheap_features_longer.json, beside which stands cheap_features.json of four epochs.
"""

from cluttered import EPOCHS, SETTINGS, trained_accuracy
from record import SEEDS, Record, arguments

from squeezelab.networks.mini_families import cheap_families

LONGER = 3 * EPOCHS
ROLES = ("cheap", "plain, equal params")


def main():
    chosen = arguments(__doc__)
    networks = {f"mgic: {role}": cheap_families()["mgic"][role] for role in ROLES}
    record = Record("cheap_features_longer", SETTINGS | {"epochs": LONGER, "seeds": SEEDS}, chosen.fresh)
    keys = [{"network": name, "seed": seed} for seed in SEEDS for name in networks]
    record.run(keys, lambda network, seed: {"accuracy": trained_accuracy(networks[network], seed, LONGER)})


if __name__ == "__main__":
    main()
