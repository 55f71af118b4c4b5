"""What the tests of training share: a model of a few hundred weights, some digits, weights to compare."""

import torch
from torch import nn

from squeezelab.data import digits


def small_model(seed=0, dropout=0.2):
    """A few hundred weights and something random of its own."""
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(1, 4, 5, stride=3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(dropout), nn.Flatten(), nn.Linear(256, 10)
    )


class Stop(nn.Module):
    """Interrupts, as Ctrl-C would, in the given forward pass."""

    def __init__(self, at):
        super().__init__()
        self.left = at

    def forward(self, x):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return x


def with_stop(at):
    model = small_model()
    model.add_module("stop", Stop(at))
    return model


def some(count=512):
    return digits()[0].take(count)


def weights(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


def same(one, other):
    return all(torch.equal(value, other[name]) for name, value in one.items())
