"""What it takes to price all the ranks of a plan: as arrays of ranks, and by a network built for every rank.

    python benchmarks/plan_ranks.py            # needs torch: make torch

Both make the plan of Tucker-2 for ResNet-18 at 64 × 64 pixels and 70 % of its cycles, and the two plans must be the same. The
peer is the way the book's first edition took, and the one that a user of `factored` and `simulate` would write: a network of
one layer, factored at the rank, and simulated. CPU seconds on one thread, of the prices alone and of the whole plan: what is
left of that are decompositions of the kernels, which are the same work for both.
"""

import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

try:
    import torch
except ImportError:
    print("not measured: benchmarks/plan_ranks.py needs torch (make torch)")
    sys.exit(0)

import numpy as np  # noqa: E402

from squeezelab.bridge import to_torch  # noqa: E402
from squeezelab.compression import Price, factored  # noqa: E402
from squeezelab.compression.factored import alone  # noqa: E402
from squeezelab.decompose import budget, plan_ranks  # noqa: E402
from squeezelab.networks import Network, resnet  # noqa: E402

MACHINE, MEASURE, BUDGET = "squeezelerator-16", "cycles", 0.7
PROMISE = 30  # the least ratio of the prices' seconds


class Built(Price):
    """Prices by networks that are built and simulated, one rank at a time."""

    def layer(self, layer):
        return self.network(alone(layer))

    def factors(self, layer, method, rank):
        if not any(hasattr(side, "shape") for side in rank):
            return self.network(factored(alone(layer), layer.name, method, rank))
        pairs = np.broadcast(*rank)
        return np.array([self.network(factored(alone(layer), layer.name, method, tuple(map(int, pair)))) for pair in pairs])


def measured(kind):
    """The class of a kind of price that adds up its CPU seconds and the ranks it is asked for."""

    class Measured(kind):
        seconds, ranks = 0.0, 0

        def factors(self, layer, method, rank):
            begin = time.process_time()
            found = super().factors(layer, method, rank)
            Measured.seconds += time.process_time() - begin
            Measured.ranks += getattr(found, "size", 1)
            return found

    return Measured


def networks_counted():
    """A list of one number: how many `Network`s have been made from here on."""
    made, original = [0], Network.__init__

    def counting(self, *arguments, **options):
        made[0] += 1
        original(self, *arguments, **options)

    Network.__init__ = counting
    return made


def planned_with(kind, model, network):
    """(plan, CPU seconds of its prices, CPU seconds of all of it, ranks priced)."""
    budget.Price = price = measured(kind)
    begin = time.process_time()
    plan = plan_ranks(model, network, "tucker2", BUDGET, MEASURE, MACHINE)
    return plan, price.seconds, time.process_time() - begin, price.ranks


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = resnet(18, resolution=64)
    model, made = to_torch(network).eval(), networks_counted()
    plan_ranks(model, network, "tucker2", BUDGET, MEASURE, MACHINE)  # warms up
    rows, plans = [], []
    for name, kind in (("arrays of ranks", Price), ("built networks", Built)):
        before = made[0]
        plan, prices, whole, ranks = planned_with(kind, model, network)
        rows.append((prices, whole))
        plans.append(repr(plan))
        print(f"{name}: {ranks} ranks, {made[0] - before} networks built, prices {prices:.3f} s, whole plan {whole:.2f} s")
    if plans[0] != plans[1]:
        sys.exit("the two plans differ")
    prices, whole = [peer / own for own, peer in zip(*rows)]
    print(f"ratio of the prices {prices:.0f}× (promised {PROMISE}), of the whole plan {whole:.1f}×; the plans are the same")


if __name__ == "__main__":
    main()
