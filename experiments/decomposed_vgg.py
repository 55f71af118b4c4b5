"""One layer of five trained networks `mini_vgg` factorised by every form: what each rank loses at once, and after tuning.

    python experiments/decomposed_vgg.py         # about 20 minutes on one quiet core, after trained_vgg.py

Three records under recorded. decomposed_vgg.json: at ranks dense enough to compare forms at equal errors, the kernel's
error, the error of what the layer answers on held-out digits, gauge ratio, and digits right at once. tuned_vgg_rates.json: one
more epoch at four rates, for two networks and two shares of the layer's 36,864 weights; the held-out digits choose the rate of
each form and share. tuned_vgg.json: digits right after that epoch in all five networks, beside the dense one trained as long.
"""

import copy
import functools
import math

import torch
from record import Record, arguments, rule
from torch import nn
from trained_vgg import CONVERGED, NETWORK, SEEDS, splits, tested, trained

from squeezelab.compression.rank_choice import rank_within
from squeezelab.decompose import METHODS, factorise, replaced
from squeezelab.training import fit

LAYER, SHAPE = "conv4", (64, 64, 3, 3)
SHARES = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2)
TUNED = (1 / 32, 1 / 8)
RATES = (0.0001, 0.0005, 0.002, 0.01)  # the last is the one that trained the networks
CLOSE = {"svd": range(1, 10), "separable": range(2, 11)}  # ranks with errors of about 0.8 to 0.95; of the other forms:
OTHERS = range(4, 20)
DENSE = ("dense", None)
SWEEPS = {"cp": 60, "cp3": 60}  # accelerated, with the ridge of 1e-3


def shared_ranks(method):
    """The ranks at which the layer has those shares of its weights."""
    return [rank_within(method, share * math.prod(SHAPE), SHAPE) for share in SHARES]


@functools.lru_cache(maxsize=1)
def patient(seed):
    """(network, what reaches the layer for the test digits, second moments of what its taps see for the held-out digits)."""
    model, (_, held_out, test) = trained(seed), splits()
    with torch.no_grad():
        seen = nn.functional.unfold(halves(model)[0](held_out.images), SHAPE[2:], padding=1)  # (n, S·K·L, positions)
        seen = seen.transpose(0, 1).flatten(1)
        return model, halves(model)[0](test.images), (seen @ seen.T).double()


def halves(model):
    """The layers before the one that is factorised, and the others."""
    layers = dict(model.named_children())
    place = list(layers).index(LAYER)
    return nn.Sequential(*list(layers.values())[:place]), nn.Sequential(*list(layers.values())[place:])


@functools.lru_cache(maxsize=1)
def kernel_and_factors(method, rank, seed):
    """The layer's kernel and its factorisation, in double precision."""
    kernel = patient(seed)[0].get_submodule(LAYER).weight.detach().double()
    options = {"sweeps": SWEEPS[method]} if method in SWEEPS else {}
    return kernel, factorise(kernel, method, rank, **options)


def smaller(method, rank, seed):
    """The network with the layer factorised; the network itself where the method is "dense"."""
    model = copy.deepcopy(patient(seed)[0])
    return model if method == "dense" else replaced(model, LAYER, kernel_and_factors(method, rank, seed)[1])


def response_error(kernel, rebuilt, moments):
    """‖(W − Ŵ)X‖ / ‖WX‖, X being what the taps see."""
    off, whole = (kernel - rebuilt).flatten(1), kernel.flatten(1)
    return math.sqrt(((off @ moments) * off).sum() / ((whole @ moments) * whole).sum())


def right(model, inputs, labels):
    """The share of the digits that the layers from the factorised one on read rightly."""
    with torch.no_grad():
        found = [halves(model)[1](part).argmax(1) for part in inputs.split(1000)]
    return (torch.cat(found) == labels).double().mean().item()


def at_once(method, rank, seed):
    _, inputs, moments = patient(seed)
    row = {"accuracy": right(smaller(method, rank, seed), inputs, splits()[2].labels)}
    if method == "dense":
        return row
    kernel, small = kernel_and_factors(method, rank, seed)
    row |= {"params": small.params, "error": round(small.error, 5)}
    row["response"] = round(response_error(kernel, small.rebuild(), moments), 5)
    return row | {"ratio": round(small.gauge.ratio, 2) if hasattr(small, "gauge") else None}


def tuned(method, rank, learning_rate, seed):
    """One more epoch."""
    model = smaller(method, rank, seed)
    fit(model, splits()[0], 1, learning_rate=learning_rate, seed=seed)
    return tested(model)


def best_rate(rows, method, rank):
    """The learning rate with the most held-out digits right, over the networks in which it was searched for."""
    total = dict.fromkeys(RATES, 0)
    for row in rows:
        if (row["method"], row["rank"]) == (method, rank):
            total[row["learning_rate"]] += row["validation"]
    return max(RATES, key=total.get)


def settings_of(seeds, rates=None):
    """The settings of a record; nothing of the first one is tuned, so no rate was tried for it."""
    rated = rule(seeds, len(splits()[2]), () if rates is None else RATES, rates, CONVERGED)
    return {"network": NETWORK, "layer": LAYER, "shares": SHARES, "sweeps": SWEEPS} | rated


def measure_at_once(fresh):
    """All ranks of all forms, nothing tuned."""
    points = [(method, rank) for method in METHODS for rank in sorted({*CLOSE.get(method, OTHERS), *shared_ranks(method)})]
    keys = [{"method": method, "rank": rank, "seed": seed} for seed in SEEDS for method, rank in [DENSE, *points]]
    Record("decomposed_vgg", settings_of(SEEDS), fresh).run(keys, at_once)


def measure_tuned(fresh):
    """The rate of each form and share first, then the epoch at that rate."""
    names = ("method", "rank", "learning_rate", "seed")
    points = [(method, shared_ranks(method)[SHARES.index(share)]) for method in METHODS for share in TUNED]
    keys = [dict(zip(names, (*one, rate, seed))) for seed in SEEDS[:2] for one in [DENSE, *points] for rate in RATES]
    rows = Record("tuned_vgg_rates", settings_of(SEEDS[:2], {}), fresh, script="decomposed_vgg").run(keys, tuned)
    best = {one: best_rate(rows, *one) for one in [DENSE, *points]}
    keys = [dict(zip(names, (*one, best[one], seed))) for seed in SEEDS for one in best]
    settings = settings_of(SEEDS, [[*one, rate] for one, rate in best.items()])
    Record("tuned_vgg", settings, fresh, script="decomposed_vgg").run(keys, tuned)


def main():
    fresh = arguments(__doc__).fresh
    measure_at_once(fresh)
    measure_tuned(fresh)


if __name__ == "__main__":
    main()
