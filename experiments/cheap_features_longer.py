"""The MGIC network and the plain ones of as many MACs and params, for twice the epochs: MGIC alone was not trained to the end.

    python experiments/cheap_features_longer.py  # about ten minutes on one quiet core

Twice the epochs raise MGIC's validation accuracy by almost five points (experiments/learning_rates.py), the others' by one.
Writes recorded/cheap_features_longer.json, under the rule of "What we count", beside cheap_features.json.
"""

from cluttered import EPOCHS, settings, tested
from record import Record, arguments

from squeezelab.networks.mini_families import COUNTERPARTS, cheap_families

SEEDS = (0, 1, 2, 3, 4)
ROLES = ("cheap", "plain, equal MACs", "plain, equal params")


def main():
    chosen = arguments(__doc__)
    networks = {f"mgic: {role}": cheap_families()["mgic"][role] for role in ROLES}
    known = settings(["mgic", COUNTERPARTS["mgic"]], SEEDS) | {"epochs": 2 * EPOCHS}
    record = Record("cheap_features_longer", known, chosen.fresh)

    def measure(network, seed):
        block = "mgic" if network == "mgic: cheap" else COUNTERPARTS["mgic"]
        return tested(networks[network], seed, known["rates"][block], 2 * EPOCHS)

    record.run([{"network": name, "seed": seed} for seed in SEEDS for name in networks], measure)


if __name__ == "__main__":
    main()
