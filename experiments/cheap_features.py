"""Ghost, G-Ghost and MGIC networks on cluttered digits, beside a plain network of as many MACs and one of as many params.

    python experiments/cheap_features.py         # about half an hour on one quiet core

Writes book/results/cheap_features.json: test accuracy by network and seed. What the networks cost is computed in chapter 6.
"""

from cluttered import SETTINGS, trained_accuracy
from record import SEEDS, Record, arguments

from squeezelab.networks.mini_families import cheap_families


def main():
    chosen = arguments(__doc__)
    networks = {f"{family}: {role}": net for family, roles in cheap_families().items() for role, net in roles.items()}
    names = {name: [net.name, net.params, net.macs] for name, net in networks.items()}
    record = Record("cheap_features", SETTINGS | {"networks": names, "seeds": SEEDS}, chosen.fresh)
    keys = [{"network": name, "seed": seed} for seed in SEEDS for name in networks]
    record.run(keys, lambda network, seed: {"accuracy": trained_accuracy(networks[network], seed)})


if __name__ == "__main__":
    main()
