"""How much each layer of the shipped networks minds few bits, and how the networks do whose bits were chosen by that.

    python experiments/mixed_precision.py      # about 10 minutes

Everything of a network has 8 bits (maps, and weights at the clip of least squared error, a scale a channel) but the weights of
one layer: the rise of the loss on 2,000 training digits is what this layer minds; networks were trained on them, as no others
than test digits are left, but ranges were not chosen on them. Then bits within budgets, by the knapsack, the greedy rule and
uniformly, by these rises: the loss on the same digits, to see whether the rises add up, and the accuracy on 2,000 test digits,
by which nothing is chosen. Writes recorded/mixed_precision.json.
"""

import copy
import functools

from record import Record, arguments

from squeezelab.compression.bit_choice import bits_within, summed_rise, uniform_bits
from squeezelab.data import Examples, digits
from squeezelab.networks import build
from squeezelab.quantize import quantize
from squeezelab.quantize.weight_scales import weight_scales
from squeezelab.training import evaluate, reference

NETWORKS = ("mini_vgg", "mini_resnet")
BITS = (1, 2, 3, 4, 5, 6, 8)
BUDGETS = (1.25, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6)  # bits a weight, on average
CALIBRATED, IMAGES = 256, 2000
WAYS = ("knapsack", "greedy", "uniform")


@functools.cache
def some_digits():
    """(training digits that no range was chosen on, test digits)."""
    train, test = digits()
    own = slice(CALIBRATED, CALIBRATED + IMAGES)
    return Examples(train.images[own], train.labels[own], train.classes), test.take(IMAGES)


@functools.cache
def whole_network(network):
    """The network with values of 8 bits, {layer: place of its step}."""
    fake = quantize(reference(network), digits()[0], bits=8, images=CALIBRATED).fake
    return fake, {step.layer: place for place, step in enumerate(fake.steps) if step.has_weights}


def with_bits(fake, places, bits):
    """A copy with these bits, {layer: bits}, of the weights."""
    fake = copy.deepcopy(fake)
    for layer, each in bits.items():
        place = places[layer]
        fake.weight_bits[place] = each
        fake.scales[str(place)].data = weight_scales(fake.weights[str(place)], each, "channel", "mse")
    return fake.eval()


def sensitivity(network, layer):
    """The loss of the network with one layer at each number of bits."""
    fake, places = whole_network(network)
    losses = [evaluate(with_bits(fake, places, {layer: each}), some_digits()[0]).loss for each in BITS]
    return {"losses": [round(loss, 7) for loss in losses], "weights": fake.weights[str(places[layer])].numel()}


def chosen_bits(rows, budget, way):
    """(bits of each layer, the loss if the rises add up); rows: of `sensitivity`, of one network."""
    sizes = [row["weights"] for row in rows]
    rises = [{bits: loss - row["losses"][-1] for bits, loss in zip(BITS, row["losses"])} for row in rows]
    budget = budget * sum(sizes) / 8
    bits = uniform_bits(sizes, rises, budget) if way == "uniform" else bits_within(sizes, rises, budget, way)
    return bits, rows[0]["losses"][-1] + summed_rise(rises, bits)


def choice(rows, known, budget, way):
    """What became of a choice; known: rows of choices that were measured, of which one may have the same bits."""
    bits, added = chosen_bits(rows, budget, way)
    found = {"bits": bits, "added_loss": round(added, 7)}
    for row in known:
        if row["network"] == rows[0]["network"] and row["bits"] == bits:
            return found | {"loss": row["loss"], "accuracy": row["accuracy"]}
    fake, places = whole_network(rows[0]["network"])
    model = with_bits(fake, places, dict(zip([row["layer"] for row in rows], bits)))
    train, test = [evaluate(model, some) for some in some_digits()]
    return found | {"loss": round(train.loss, 7), "accuracy": test.accuracy}


def main():
    asked = arguments(__doc__)
    settings = {"bits": BITS, "budgets": BUDGETS, "images": IMAGES, "calibrated": CALIBRATED, "calibration": "mse"}
    layers = {network: [layer.name for layer in build(network).mac_layers] for network in NETWORKS}
    keys = [{"network": network, "layer": layer} for network in NETWORKS for layer in layers[network]]
    record = Record("mixed_precision", settings, asked.fresh)
    record.run(keys, sensitivity)
    rows = {network: [row for row in record.rows if row["network"] == network and "layer" in row] for network in NETWORKS}

    def known():
        return [row for row in record.rows if "way" in row]

    more = [{"network": network, "budget": budget, "way": way} for network in NETWORKS for budget in BUDGETS for way in WAYS]
    record.run(keys + more, lambda network, budget, way: choice(rows[network], known(), budget, way))


if __name__ == "__main__":
    main()
