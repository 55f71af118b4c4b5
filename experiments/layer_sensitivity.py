"""How much each group of channels of the trained small networks minds noise, for the allocator by sensitivity of chapter 10.

    python experiments/layer_sensitivity.py      # less than a minute

After Lu et al. 2022 (SBPF): a layer alone is damaged, and the accuracy that is lost says how few of its channels may go. Only
abstracts were read; noise, normal with `NOISE` times the standard deviation of the weights, is inferred, and so is that the
layers which make one group of channels are damaged together. Writes recorded/layer_sensitivity.json: the drop of accuracy on
2,000 training digits, by group and draw. No choice is made on test digits, and nothing is trained.
"""

import torch
from record import Record, arguments

from squeezelab.compression import channel_groups
from squeezelab.data import digits
from squeezelab.networks import build
from squeezelab.training import evaluate, reference

NETWORKS = ("mini_vgg", "mini_resnet")
NOISE = (0.5, 1.0, 2.0)  # times the standard deviation of a layer's weights
DRAWS = (0, 1, 2, 3, 4)
IMAGES = 2000


def noisy(model, layers, noise, seed):
    """The model with noise on the weights of some of its layers."""
    dice = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name in layers:
            weight = model.get_submodule(name).weight
            weight += noise * weight.std() * torch.randn(weight.shape, generator=dice)
    return model


def measure(network, noise, draw):
    some = digits()[0].take(IMAGES)
    before = evaluate(reference(network), some).accuracy
    groups = []
    for group in channel_groups(build(network)):
        damaged = noisy(reference(network), group.makers, noise, draw)
        groups.append({"group": group.name, "drop": round(before - evaluate(damaged, some).accuracy, 5)})
    return {"accuracy": before, "groups": groups}


def main():
    settings = {"images": IMAGES, "data": "training digits"}
    keys = [{"network": name, "noise": noise, "draw": draw} for name in NETWORKS for noise in NOISE for draw in DRAWS]
    Record("layer_sensitivity", settings, arguments(__doc__).fresh).run(keys, measure)


if __name__ == "__main__":
    main()
