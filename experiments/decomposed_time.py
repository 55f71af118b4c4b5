"""Processor time of factorised networks and layers beside the dense ones, measured on one thread.

    python experiments/decomposed_time.py        # about 20 seconds on a quiet machine, and only there

Writes recorded/decomposed_time.json: milliseconds of one forward pass of `mini_vgg` under the plans of
experiments/decomposed_plans.py, and of single 3×3 layers at half and a quarter of their weights. Whatever is compared takes
turns, so that what slows the machine slows all of it alike; times belong to this machine, ratios carry over to others better.
"""

import math

import torch
from decomposed_plans import NETWORK, PLANS, planned
from record import Record, arguments

from squeezelab.bridge import to_torch
from squeezelab.compression.factored import METHODS, factored
from squeezelab.compression.rank_choice import rank_within
from squeezelab.networks import Network
from squeezelab.training import latency, reference

ROUNDS, BATCHES = 31, (1, 32)
LAYERS = ((64, 14, 8), (128, 28, 1), (256, 14, 1))  # channels in and out, side of the map, batch
SHARES = (1 / 2, 1 / 4)


def layer(channels, side):
    """A 3×3 convolution as a network."""
    net = Network("layer", (channels, side, side))
    net.conv(net.input, channels, 3, padding="same", bias=False, name="conv")
    return net


def layers(channels, side):
    """{(method, share, rank): module} of one convolution, dense and factorised; weights as they are drawn."""
    dense, shape = layer(channels, side), (channels, channels, 3, 3)
    made = {("dense", None, None): to_torch(dense)}
    for method in METHODS:
        for share in SHARES:
            rank = rank_within(method, share * math.prod(shape), shape)
            made[method, share, rank] = to_torch(factored(dense, "conv", method, rank))
    return made


def rows_of(times, batch, names, **place):
    """Rows for what `latency` returned."""
    for key, (median, fastest) in times.items():
        yield dict(zip(names, key)) | place | {"batch": batch, "ms": round(median, 4), "fastest_ms": round(fastest, 4)}


def measure(what):
    """All rows of one comparison, in turns."""
    if what == "networks":
        models = {("dense", None, None): reference(NETWORK)}
        models |= {tuple(plan.values()): planned(**plan).apply(reference(NETWORK)) for plan in PLANS}
        names, places = ("method", "measure", "share"), [(models, torch.rand(batch, 1, 28, 28), {}) for batch in BATCHES]
    else:
        names, places = ("method", "share", "rank"), []
        for channels, side, batch in LAYERS:
            example = torch.rand(batch, channels, side, side)
            places.append((layers(channels, side), example, {"channels": channels, "side": side}))
    rows = [rows_of(latency(models, example, ROUNDS), len(example), names, **place) for models, example, place in places]
    return {"times": [row for group in rows for row in group]}


def main():
    chosen = arguments(__doc__)
    torch.manual_seed(0)
    settings = {"network": NETWORK, "rounds": ROUNDS, "threads": 1, "batches": BATCHES, "layers": LAYERS}
    Record("decomposed_time", settings, chosen.fresh).run([{"what": "networks"}, {"what": "layers"}], measure)


if __name__ == "__main__":
    main()
