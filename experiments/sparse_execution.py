"""Zeros that are left out for real, in milliseconds beside the MACs that they promise: compressed rows, and FTWT for one image.

    python experiments/sparse_execution.py --fresh   # three minutes on a quiet machine, and only there, after dynamic_routes.py

Writes recorded/sparse_execution.json. "layer": a linear layer, masked and from compressed rows (`prune.as_csr`), over densities;
crossover: the density below which rows are faster, read between two measured ones; linear: torch's own function on the same
rows. "network": lenet300 by global magnitude. "routes": FTWT's mini_vgg of experiments/dynamic_routes.py on one image after the
other, in the ways of one_image.py. "width": the same of wider networks, with random weights and heads, which let about half of
the filters run. "bytes": formulas beside what torch and numpy hold.

What is compared takes turns in one run, one thread, CPU time. A speed-up is a ratio of medians, the median of `REPEATS` with
their least and most; what the MACs promise is `promised`. Times belong to this machine, ratios carry over better.
"""

import math
import statistics

import numpy
import torch
from dynamic_routes import HEADS, NETWORK, SEED, rate_of, trained
from one_image import all_ways
from pruning_runs import dense, splits
from record import Record, arguments
from torch import nn

from squeezelab.bridge import to_torch
from squeezelab.compression import stored_bytes
from squeezelab.data import digits
from squeezelab.networks import mini_vgg
from squeezelab.prune import as_csr, prune
from squeezelab.prune.ftwt import Dynamic, Routed
from squeezelab.training import latency, reference

DENSITIES = (0.5, 0.35, 0.25, 0.18, 0.125, 0.09, 0.06, 0.03, 0.01)
LAYERS = {"1024×1024": (1024, 1024), "lenet300's fc1": (784, 300)}
KEPT, BATCHES = (0.2, 0.1, 0.05, 0.02), (1, 64)
WIDTHS = (1, 2, 4, 8)
IMAGES, TURNS, REPEATS = 10, 15, 5


def speed_ups(models, example):
    """{name: [median, least, most] of how many times as fast as the first model, and its milliseconds}."""
    first, *others = models
    repeats = [latency(models, example, TURNS) for _ in range(REPEATS)]
    found = {}
    for name in others:
        ratios = [times[first][0] / times[name][0] for times in repeats]
        found[name] = [rounded(each) for each in (statistics.median(ratios), min(ratios), max(ratios))]
    ms = {name: rounded(statistics.median(times[name][0] for times in repeats)) for name in models}
    return found, ms


def rounded(number):
    return float(f"{number:.4g}")


def masked_linear(inputs, outputs, density):
    """A linear layer in which exactly so many weights are left, drawn."""
    torch.manual_seed(SEED)
    layer = nn.Linear(inputs, outputs)
    left = torch.zeros(inputs * outputs, dtype=torch.bool)
    left[torch.randperm(inputs * outputs)[: round(density * inputs * outputs)]] = True
    with torch.no_grad():
        layer.weight.mul_(left.view(outputs, inputs))
    return layer


def crossover(densities, ratios):
    """The density at which both take as long, on the line over logarithms between the two measured ones around it; the densities
    fall. None where rows are slower at all densities, or faster.

    >>> round(crossover([0.5, 0.2, 0.05], [0.5, 0.5, 2.0]), 6)
    0.1
    """
    for place in range(len(ratios) - 1):
        (d, e), (r, s) = densities[place : place + 2], ratios[place : place + 2]
        if r < 1 <= s:
            part = math.log(1 / r) / math.log(s / r)
            return math.exp(math.log(d) + part * math.log(e / d))
    return None


class Linear(nn.Module):
    """torch's own linear function on the rows of a `CompressedRows`."""

    def __init__(self, rows):
        super().__init__()
        self.rows = rows

    def forward(self, inputs):
        return nn.functional.linear(inputs, self.rows.weight, self.rows.bias)


def of_layer(layer, batch):
    """A linear layer over densities."""
    inputs, outputs = LAYERS[layer]
    example, found, names = torch.randn(batch, inputs), [], ("masked", "rows", "linear")
    for density in DENSITIES:
        masked = masked_linear(inputs, outputs, density)
        rows = as_csr(masked)
        found.append(speed_ups(dict(zip(names, (masked, rows, Linear(rows)))), example))
    row = {"densities": DENSITIES, "promised": [rounded(1 / density) for density in DENSITIES]}
    row |= {"speed_up": [ratios["rows"] for ratios, _ in found], "linear": [ratios["linear"] for ratios, _ in found]}
    crossing = crossover(DENSITIES, [median for median, _, _ in row["speed_up"]])
    return row | {"ms": [list(ms.values()) for _, ms in found], "crossover": crossing and rounded(crossing)}


def of_network(batch):
    """lenet300 over shares of the weights."""
    train, test = digits()
    example, row = test.images[:batch], {"kept": KEPT, "promised": [], "speed_up": [], "ms": [], "largest_difference": []}
    for kept in KEPT:
        made = prune(reference("lenet300"), train.take(64), "magnitude", 1 - kept, epochs=0)
        masked, rows = made.model, as_csr(made.model)
        ratios, times = speed_ups({"masked": masked, "rows": rows}, example)
        row["promised"].append(rounded(made.network.macs / made.units.cost(made.kept, "macs", None)))
        row["speed_up"].append(ratios["rows"])
        row["ms"].append([times["masked"], times["rows"]])
        with torch.no_grad():
            row["largest_difference"].append(rounded(float((masked(test.images) - rows(test.images)).abs().max())))
    return row


def of_routes(heads):
    """FTWT on one image after the other."""
    images = splits(NETWORK, SEED)[2].images[:IMAGES]
    return in_turns(trained(heads, rate_of()), dense(NETWORK, SEED), images)


def of_width(width):
    """The same of a network so wide, none of it trained."""
    torch.manual_seed(SEED)
    network, images = mini_vgg(width, resolution=32), torch.rand(IMAGES, 1, 32, 32)
    plain = to_torch(network)
    routed = Routed(to_torch(network), network, 0.5, "max", False, False)
    return {"macs": network.macs} | in_turns(Dynamic(routed.eval(), None, None), plain, images)


def in_turns(made, plain, images):
    """Milliseconds of all ways."""
    ratios, ms = speed_ups(all_ways(made, plain, images), images)
    promised = made.model.network.macs / float(made.macs(images).mean())
    return {"promised": rounded(promised), "speed_up": ratios, "ms": per_image(ms)}


def per_image(ms):
    return {name: rounded(time / IMAGES) for name, time in ms.items()}


def of_bytes(density):
    """Bytes of lenet300's fc1: by the formulas, and held."""
    inputs, outputs = LAYERS["lenet300's fc1"]
    layer = masked_linear(inputs, outputs, density)
    weight, weights = layer.weight.detach(), inputs * outputs
    nonzero = int(weight.count_nonzero())
    bits, rows = numpy.packbits(weight.numpy() != 0), as_csr(layer)
    formula = {form: stored_bytes(weights, nonzero, form, outputs) for form in ("dense", "bitmap", "csr")}
    formula |= {"csr64": 12 * nonzero + 8 * (outputs + 1)}
    held = {"dense": weight.nbytes, "bitmap": bits.nbytes + weight[weight != 0].nbytes, "csr": rows.bytes()}
    held |= {"csr64": sum(part.nbytes for part in parts_of(weight.to_sparse_csr()))}
    return {"nonzero": nonzero, "formula": formula, "held": held}


def parts_of(rows):
    return rows.values(), rows.col_indices(), rows.crow_indices()


MEASURES = {"layer": of_layer, "network": of_network, "routes": of_routes, "width": of_width, "bytes": of_bytes}


def keys():
    found = [{"part": "layer", "layer": layer, "batch": batch} for layer in LAYERS for batch in BATCHES]
    found += [{"part": "network", "batch": batch} for batch in BATCHES]
    found += [{"part": "routes", "heads": heads} for heads in HEADS]
    found += [{"part": "width", "width": width} for width in WIDTHS]
    return found + [{"part": "bytes", "density": density} for density in DENSITIES]


def measure(part, **key):
    return MEASURES[part](**key)


def main():
    chosen = arguments(__doc__)
    settings = {"images": IMAGES, "turns": TURNS, "repeats": REPEATS, "threads": chosen.threads, "network": NETWORK}
    Record("sparse_execution", settings, chosen.fresh).run(keys(), measure)


if __name__ == "__main__":
    main()
