"""Processor time, measured on one thread: the small networks of chapters 5 to 7, and networks of ImageNet for 6 and 7.

    python experiments/cpu_time.py               # about two minutes on a quiet machine, and only there

Writes recorded/cpu_time.json, cpu_time_imagenet.json and cpu_time_headline.json: milliseconds an image. The networks of a
record take turns, so that whatever slows the machine slows all of them alike; what is measured belongs to this machine, ratios
carry over to others better.
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


HEADLINE = {  # of SqueezeNext's abstract, which simulates them
    "SqueezeNext v5": ("squeezenext", {"version": 5}),
    "SqueezeNet v1.0": ("squeezenet", {}),
    "AlexNet": ("alexnet", {}),
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
    for name, chosen, side in (("cpu_time_imagenet", IMAGENET, 224), ("cpu_time_headline", HEADLINE, 227)):
        networks = {known: build(family, **options) for known, (family, options) in chosen.items()}
        measure_all(name, networks, 1, (3, side, side), fresh)


if __name__ == "__main__":
    main()
