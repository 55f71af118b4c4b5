"""Processor time, measured: the small networks of chapters 5 to 7, and eight networks of ImageNet for chapter 6, on one thread.

    python experiments/cpu_time.py               # about two minutes on a quiet machine, and only there

Writes book/results/cpu_time.json and cpu_time_imagenet.json: milliseconds an image. The networks of a record take turns, so that
whatever slows the machine slows all of them alike; what is measured belongs to this machine, ratios carry over to others better.
"""

import torch
from record import Record, arguments

from squeezelab.bridge import to_torch
from squeezelab.networks import build
from squeezelab.networks.mini_families import MINI_DEPTHS, RESOLUTION, cheap_families, mini_of
from squeezelab.training import latency

ROUNDS = 31
BLOCKS = ("basic", "bottleneck", "fire", "fire_norm", "separable", "inverted", "squeezenext")
IMAGENET = {
    "GhostNet": ("ghostnet", {}),
    "MobileNetV3-L": ("mobilenet_v3", {}),
    "MobileNetV2": ("mobilenet_v2", {}),
    "MobileNet": ("mobilenet", {}),
    "ResNet-18": ("resnet", {}),
    "ResNet-34": ("resnet", {"depth": 34}),
    "RegNetX-3.2GF": ("regnet_x", {}),
    "G-Ghost-RegNetX-3.2GF": ("g_ghost_regnet", {}),
}


def minis():
    """{name: Network} of the three chapters."""
    named = {f"{family}: {role}": net for family, roles in cheap_families().items() for role, net in roles.items()}
    named |= {block: mini_of(block) for block in BLOCKS}
    return named | {f"squeezenext {list(depths)}": mini_of("squeezenext", depths=depths) for depths in MINI_DEPTHS}


def measure_all(name, networks, batch, shape, fresh):
    """All networks of a record in turns, as soon as one of them is asked for."""
    times = {}

    def measure(network):
        if not times:
            torch.manual_seed(0)
            models = {known: to_torch(net) for known, net in networks.items()}
            times.update(latency(models, torch.rand(batch, *shape), ROUNDS))
        median, fastest = times[network]
        return {"ms": round(median / batch, 4), "fastest_ms": round(fastest / batch, 4)}

    settings = {"batch": batch, "rounds": ROUNDS, "threads": 1, "input": shape}
    Record(name, settings, fresh, script="cpu_time").run([{"network": known} for known in networks], measure)


def main():
    fresh = arguments(__doc__).fresh
    measure_all("cpu_time", minis(), 32, (1, RESOLUTION, RESOLUTION), fresh)
    imagenet = {name: build(family, **options) for name, (family, options) in IMAGENET.items()}
    measure_all("cpu_time_imagenet", imagenet, 1, (3, 224, 224), fresh)


if __name__ == "__main__":
    main()
