"""Ghost, G-Ghost and MGIC networks on cluttered digits, beside a plain network of as many MACs and one of as many params.

    python experiments/cheap_features.py         # about half an hour on one quiet core

Writes recorded/cheap_features.json: test accuracy by network and seed, under the rule of "What we count". What the
networks cost is computed in chapter 6. Needs the learning rates of experiments/learning_rates.py.
"""

from cluttered import settings, tested
from record import Record, arguments

from squeezelab.networks.mini_families import COUNTERPARTS, cheap_families

SEEDS = (0, 1, 2, 3, 4)


def main():
    chosen = arguments(__doc__)
    networks = {f"{family}: {role}": net for family, roles in cheap_families().items() for role, net in roles.items()}
    counts = {name: [net.name, net.params, net.macs] for name, net in networks.items()}
    known = settings([*COUNTERPARTS, *set(COUNTERPARTS.values())], SEEDS)
    record = Record("cheap_features", known | {"networks": counts}, chosen.fresh)

    def measure(network, seed):
        family, role = network.split(": ")
        return tested(networks[network], seed, known["rates"][family if role == "cheap" else COUNTERPARTS[family]])

    record.run([{"network": name, "seed": seed} for seed in SEEDS for name in networks], measure)
    record.noise([{"network": f"ghost: {role}", "seed": 0} for role in ("cheap", "plain, equal MACs")], measure)


if __name__ == "__main__":
    main()
