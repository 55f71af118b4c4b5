"""What the channels of the trained small networks are worth to their loss, for the knapsack of chapter 10.

    python experiments/importances.py            # a few seconds

Writes recorded/importances.json: for every group of channels |Σ −w·g| of each channel, as SMCP counts it (Humble et al. 2022,
read in the authors' code): over the weights of all layers that read the channel, g the gradient of a batch, the sum first and
its size then. The mean over the batches, and its standard error. Nothing is trained for it.
"""

import torch
from record import Record, arguments
from torch.nn.functional import cross_entropy

from squeezelab.data import digits
from squeezelab.networks import build
from squeezelab.prune import Units
from squeezelab.training import reference

NETWORKS = ("mini_vgg", "mini_resnet")
BATCH = 256  # as in SMCP's script
SEED = 0  # of the order of the training digits


def rounded(values):
    return [float(f"{value:.4g}") for value in values.tolist()]


def reads(units, name):
    """The layers with weights that read channels of a group."""
    return [layer for layer in units.network.mac_layers if name in units.unit_of.get(layer.inputs[0], {})]


def worth(units, group):
    """|Σ −w·g| of every channel of a group, from the gradients that the model has."""
    total = torch.zeros(group.size)
    for layer in reads(units, group.name):
        weight = units.modules[layer.name].weight  # (out, in, …)
        each = -(weight.detach() * weight.grad).transpose(0, 1).flatten(1).sum(1)
        places, channels = units.unit_of[layer.inputs[0]][group.name]
        total.index_add_(0, channels, each[places])
    return total.abs()


def measure(network):
    train, _ = digits()
    model = reference(network)
    units = Units(model, build(network))
    found = {group.name: [] for group in units.groups}
    for images, labels in train.batches(BATCH, seed=SEED, drop_last=True):
        model.zero_grad(set_to_none=True)
        cross_entropy(model(images), labels).backward()
        for group in units.groups:
            found[group.name].append(worth(units, group))
    groups = []
    for name, batches in found.items():
        each = torch.stack(batches)  # (batches, channels)
        error = each.std(0) / len(batches) ** 0.5
        groups.append({"group": name, "importances": rounded(each.mean(0)), "errors": rounded(error)})
    return {"groups": groups}


def main():
    settings = {"batch_size": BATCH, "seed": SEED, "data": "12,000 training digits, the networks in evaluation mode"}
    Record("importances", settings, arguments(__doc__).fresh).run([{"network": name} for name in NETWORKS], measure)


if __name__ == "__main__":
    main()
