"""Which filters FTWT runs for which image, for the figure of chapter 12: routes, their MACs, and how they spread.

    python experiments/dynamic_routes.py         # eight minutes, a dense start of experiments/pruning.py among them

A trained mini_vgg learns to route cluttered digits, under each of `HEADS`: three shares r of the maxima, and the heads of the
released code, a softmax over channels behind an average pool. Writes recorded/dynamic_routes.json: over all test images the MACs
executed, in bins of `WIDTH` of the dense network's, how often each filter runs, how many masks a layer has, in how many filters
two images of one class and two of different classes differ; and of some images pixels, routes, MACs and answers. These are the
first `EACH` test images of every class, and the first `MISTAKEN` others that the least share mistakes and the dense network does
not. The learning rate is the best of `RATES` on held-out images, for r = 0.8. One run of each: it shows what a route is, and
compares no methods.
"""

import functools

import torch
from pruning_runs import FOLDER, dense, splits
from record import Record, arguments

from squeezelab.prune import ftwt
from squeezelab.prune.routes import source_of
from squeezelab.training import evaluate

NETWORK, SEED, EPOCHS, RATES = "mini_vgg", 0, 8, (0.003, 0.01, 0.03)
RELEASED = {"pool": "average", "normed": True}
HEADS = {"0.9": (0.9, {}), "0.8": (0.8, {}), "0.7": (0.7, {}), "released": (0.8, RELEASED)}
EACH, MISTAKEN = 2, 4
WIDTH = 0.025  # of a bin, in the dense network's MACs


@functools.cache
def trained(heads, rate):
    """The `Dynamic` of some heads; trained the first time, read from `FOLDER` afterwards."""
    share, options = HEADS[heads]
    start, learn = dense(NETWORK, SEED), splits(NETWORK, SEED)[0]
    file = FOLDER / f"ftwt-{heads}-{EPOCHS}-{rate}-{SEED}.safetensors"
    return ftwt(start, learn, share, EPOCHS, SEED, learning_rate=rate, checkpoint=file, quiet=True, **options)


@functools.cache
def rate_of():
    """The learning rate that is best on held-out images."""
    held_out = splits(NETWORK, SEED)[1]
    return max(RATES, key=lambda rate: evaluate(trained("0.8", rate).model, held_out).accuracy)


def answers_of(model, images):
    """The class that a model reads in each image."""
    with torch.no_grad():
        return torch.cat([model(some).argmax(1) for some in images.split(500)])


@functools.cache
def shown():
    """The places of the images that the figure shows, those of a class side by side."""
    test = splits(NETWORK, SEED)[2]
    least = answers_of(trained("0.7", rate_of()).model, test.images) == test.labels
    lost = (~least & (answers_of(dense(NETWORK, SEED), test.images) == test.labels)).nonzero().flatten().tolist()
    firsts = [place for label in range(10) for place in (test.labels == label).nonzero().flatten()[:EACH].tolist()]
    return firsts + [place for place in lost if place not in firsts][:MISTAKEN]


def in_hex(bits):
    """Truths as text, four to a letter, the first one highest."""
    return "".join(f"{int(''.join(map(str, four)), 2):x}" for four in bits.int().view(-1, 4).tolist())


def pixels_of(image):
    """Means of 2×2 pixels in sixteen steps, a letter each, row by row."""
    small = torch.nn.functional.avg_pool2d(image[None], 2)[0, 0]
    return "".join(f"{step:x}" for step in (15 * small).round().int().flatten().tolist())


def pairs_apart(mask, labels):
    """In how many filters two images differ, on average over (all pairs of a class, all pairs of two classes)."""
    classes = [mask[labels == label] for label in range(10)] + [mask]
    differing = [float((each.sum(0) * (~each).sum(0)).sum()) for each in classes]
    pairs = [len(each) * (len(each) - 1) / 2 for each in classes]
    same, count = sum(differing[:-1]), sum(pairs[:-1])
    return [round(same / count, 2), round((differing[-1] - same) / (pairs[-1] - count), 2)]


def measure(heads):
    test = splits(NETWORK, SEED)[2]
    if heads == "dense":
        answers = answers_of(dense(NETWORK, SEED), test.images)
        chosen = [{"place": place, "label": int(test.labels[place]), "answer": int(answers[place])} for place in shown()]
        pixels = [{"pixels": pixels_of(test.images[place])} for place in shown()]
        right = (answers == test.labels).double().mean().item()
        return {"accuracy": right, "digits": [one | more for one, more in zip(chosen, pixels)]}
    made = trained(heads, rate_of())
    routes, macs, answers = made.routes(test.images), made.macs(test.images), answers_of(made.model, test.images)
    places, network = torch.tensor(shown()), made.model.network
    row = {"share": HEADS[heads][0], "accuracy": (answers == test.labels).double().mean().item()}
    row |= {"predicted_macs": round(made.predicted_macs), "macs": round(float(macs.mean()))}
    row |= {"distinct_masks": {name: len(mask.unique(dim=0)) for name, mask in routes.items()}}
    row |= {"routes": len(torch.cat(list(routes.values()), 1).unique(dim=0))}
    row |= {"apart": {name: pairs_apart(mask, test.labels) for name, mask in routes.items()}}
    row |= {"often": {name: mask.sum(0).tolist() for name, mask in routes.items()}}
    row |= {"bins": torch.bincount((macs / network.macs / WIDTH).long()).tolist()}
    row |= {"runs": ["".join(in_hex(mask[place]) for mask in routes.values()) for place in places]}
    row |= {"digit_macs": macs[places].round().int().tolist(), "answers": answers[places].tolist()}
    return row


def layers_of_record():
    """[[layer, its filters, its MACs, the layer whose filters it reads, or None]]."""
    network = trained("0.8", rate_of()).model.network
    routed = [layer.name for layer, _, _ in trained("0.8", rate_of()).model.layers]
    sources = [source_of(network, layer) for layer in network.mac_layers]
    return [
        [layer.name, layer.shape[0], layer.macs, source if source in routed else None]
        for layer, source in zip(network.mac_layers, sources)
    ]


def main():
    fresh = arguments(__doc__).fresh
    settings = {"network": NETWORK, "seed": SEED, "epochs": EPOCHS, "rates_tried": RATES, "learning_rate": rate_of()}
    settings |= {"heads": [[name, share, options] for name, (share, options) in HEADS.items()], "width": WIDTH}
    settings |= {"layers": layers_of_record(), "head_macs": trained("0.8", rate_of()).model.head_macs()}
    settings |= {"test_size": len(splits(NETWORK, SEED)[2]), "each": EACH, "mistaken": MISTAKEN}
    Record("dynamic_routes", settings, fresh).run([{"heads": name} for name in ("dense", *HEADS)], measure)


if __name__ == "__main__":
    main()
