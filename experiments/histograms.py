"""The weights and the maps of the shipped `mini_vgg` as histograms, for the figure on codes and clips.

    python experiments/histograms.py      # a few seconds

Norms are folded. Weights of a layer in 128 bins, of the tensor between ± its largest, and of the channels between ± the largest
of each, in 64 bins; the square of that largest, summed, in 128, since an error there is one of this channel's step. Maps,
behind their ReLU and of 256 training digits, in 128 bins, zeros apart. The clips of KL, as parts of the largest, by bits from
1 to 8, are those of 2,048 bins, which that rule needs. Writes recorded/histograms.json.
"""

import torch
from record import Record, arguments

from squeezelab.compression import Histogram, clip_of
from squeezelab.data import digits
from squeezelab.networks import build
from squeezelab.quantize.observers import BINS, Observed, calibration_images
from squeezelab.quantize.reading import float_steps
from squeezelab.training import reference

NETWORK = "mini_vgg"
IMAGES, WEIGHT_BINS, PART_BINS, MAP_BINS = 256, 128, 64, 128
STEPS = 999  # of the largest sum of squares: three digits are enough for a picture


def observed():
    """What is seen of the network, and {layer: place of its step}."""
    seen = calibration_images(digits()[0], IMAGES)
    plain = float_steps(reference(NETWORK), seen[:4], None)
    return Observed(plain, seen), {step.layer: place for place, step in enumerate(plain.steps) if step.has_weights}


def counted(values, most, weight=None, bins=WEIGHT_BINS):
    """Sums of `weight`, or counts, in bins between ± most."""
    flat = values.flatten().double().contiguous()
    weight = None if weight is None else weight.flatten().double().contiguous()
    return torch.histogram(flat, bins, range=(-most, most), weight=weight)[0].tolist()


def weights_of(seen, place):
    """Histograms of a layer's weights."""
    rows = seen.model.weights[str(place)].detach().flatten(1)
    largest = rows.abs().amax(1, keepdim=True)
    parts, squares = rows / largest, largest.square().expand_as(rows)
    energies = counted(parts, 1.0, squares)
    energies = [round(STEPS * energy / max(energies)) for energy in energies]
    most = rows.abs().max().item()
    found = {"most": round(most, 6), "counts": whole(counted(rows, most))}
    found |= {"parts": whole(counted(parts, 1.0, bins=PART_BINS)), "energies": energies}
    fine = [Histogram(-end, 2 * end / BINS, counted(each, end, bins=BINS)) for each, end in ((rows, most), (parts, 1.0))]
    return found | {"kl": kl_clips(fine[0], True), "kl_parts": kl_clips(fine[1], True)}


def kl_clips(histogram, symmetric):
    return [round(clip_of(histogram, bits, "kl", symmetric)[1] / histogram.high, 6) for bits in range(1, 9)]


def outputs_of(seen, place):
    """The histogram of the map that a layer makes."""
    histogram, together = seen.histogram(place), BINS // MAP_BINS
    counts = [sum(histogram.counts[start : start + together]) for start in range(0, BINS, together)]
    found = {"low": round(histogram.low, 6), "high": round(histogram.high, 6), "counts": whole(counts)}
    return found | {"zeros": histogram.zeros, "kl": kl_clips(histogram, False)}


def whole(counts):
    return [int(count) for count in counts]


def main():
    seen, places = observed()
    makers = {"weights": weights_of, "outputs": outputs_of}
    settings = {"network": NETWORK, "images": IMAGES, "weight_bins": WEIGHT_BINS, "map_bins": MAP_BINS, "data": "training digits"}
    keys = [{"layer": layer.name, "of": of} for layer in build(NETWORK).mac_layers for of in makers]
    record = Record("histograms", settings, arguments(__doc__).fresh)
    record.run(keys, lambda layer, of: makers[of](seen, places[layer]))


if __name__ == "__main__":
    main()
