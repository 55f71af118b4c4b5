"""Processor time of the small networks of chapters 5 to 7, measured: milliseconds an image, in batches of 32, on one thread.

    python experiments/cpu_time.py               # about two minutes on a quiet machine, and only there

Writes book/results/cpu_time.json. The networks take turns, so that whatever slows the machine slows all of them alike; what
is measured belongs to this machine, ratios carry over to others better.
"""

import torch
from record import Record, arguments

from squeezelab.bridge import to_torch
from squeezelab.networks.mini_families import MINI_DEPTHS, RESOLUTION, cheap_families, mini_of
from squeezelab.training import latency

BATCH, ROUNDS = 32, 31
BLOCKS = ("basic", "bottleneck", "fire", "fire_norm", "separable", "inverted", "squeezenext")


def networks():
    """{name: Network} of all three chapters."""
    named = {f"{family}: {role}": net for family, roles in cheap_families().items() for role, net in roles.items()}
    named |= {block: mini_of(block) for block in BLOCKS}
    return named | {f"squeezenext {list(depths)}": mini_of("squeezenext", depths=depths) for depths in MINI_DEPTHS}


def main():
    chosen = arguments(__doc__)
    torch.manual_seed(0)
    models = {name: to_torch(net) for name, net in networks().items()}
    times = {}

    def measure(network):
        if not times:  # all of them in turns, at the first that is asked for
            times.update(latency(models, torch.rand(BATCH, 1, RESOLUTION, RESOLUTION), ROUNDS))
        return {"ms": round(times[network][0] / BATCH, 4), "fastest_ms": round(times[network][1] / BATCH, 4)}

    record = Record("cpu_time", {"batch": BATCH, "rounds": ROUNDS, "threads": 1, "resolution": RESOLUTION}, chosen.fresh)
    record.run([{"network": name} for name in models], measure)


if __name__ == "__main__":
    main()
