"""Small models as other people write them, with weights as they are drawn and norms that have seen digits: to be quantised."""

import torch
from torch import nn
from torch.nn import functional


class Functional(nn.Module):
    """Calls what has no weights as functions, pads "same" with an even kernel, and reads its pooled maps as vectors."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 6, 4, padding="same")
        self.second = nn.Conv2d(6, 8, 3, stride=2, dilation=2, groups=2, bias=False)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = functional.relu(self.first(x))
        x = functional.avg_pool2d(x, 3, 2, 1)
        x = functional.relu6(self.second(x))
        return self.fc(functional.adaptive_avg_pool2d(x, 1).flatten(1))


class PreActivation(nn.Module):
    """Norms that stand before convolutions, behind a pool and on a vector; a sum; values below zero everywhere."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3, 2, 1, bias=False)
        self.norm1, self.conv1 = nn.BatchNorm2d(8), nn.Conv2d(8, 8, 3, 1, 1)
        self.norm2, self.conv2 = nn.BatchNorm2d(8), nn.Conv2d(8, 8, 3, 1, 1, groups=8)
        self.pool, self.flat = nn.AvgPool2d(4), nn.Flatten()
        self.norm3, self.fc = nn.BatchNorm1d(72), nn.Linear(72, 4)
        self.relu = nn.ReLU()

    def forward(self, x):
        x = self.stem(x)
        y = self.conv1(self.relu(self.norm1(x)))
        y = self.conv2(self.relu(self.norm2(y)))
        return self.fc(self.norm3(self.flat(self.pool(x + y))))


class Branches(nn.Module):
    """Concatenated branches, a maximum over hanging windows, activations that are no ReLU."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(1, 4, (1, 3), padding=(0, 1)), nn.Conv2d(1, 4, (5, 1), padding=(2, 0))
        self.act, self.swish, self.slope = nn.LeakyReLU(0.2), nn.Hardswish(), nn.PReLU()
        self.pool = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.silu = nn.SiLU()
        self.mix, self.norm = nn.Conv2d(8, 6, 1, bias=False), nn.BatchNorm2d(6)
        self.fc = nn.Linear(6, 3)

    def forward(self, x):
        x = torch.cat([self.act(self.a(x)), self.swish(self.b(x))], 1)
        x = self.slope(self.norm(self.mix(self.silu(self.pool(x)))))
        return self.fc(x.mean((2, 3)))


def sequential():
    """A stack without names, dropout among it, that ends in a ReLU-free linear layer after a flattening."""
    layers = [nn.Conv2d(1, 4, 5, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(), nn.Conv2d(4, 6, 3), nn.Tanh(), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(6 * 6 * 6, 7))


class Colours(nn.Module):
    """Three channels in, no norm, and its scores are a map that is averaged: its last step is a pool."""

    def __init__(self):
        super().__init__()
        self.conv, self.scores, self.pool = nn.Conv2d(3, 6, 3, 2), nn.Conv2d(6, 5, 1), nn.AdaptiveAvgPool2d(1)

    def forward(self, x):
        return self.pool(self.scores(self.conv(x).relu())).flatten(1)


MODELS = {
    "functional": Functional,
    "pre_activation": PreActivation,
    "branches": Branches,
    "sequential": sequential,
    "colours": Colours,
}


def images_for(name, data, count=64):
    """Images that a model of `MODELS` reads."""
    images = data.images[:count]
    return images.repeat(1, 3, 1, 1) if name == "colours" else images


def small_model(name, data, seed=0):
    """The model with weights of a seed, in evaluation mode, its norms with the statistics of digits."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = MODELS[name]()
        for module in model.modules():
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                nn.init.uniform_(module.weight, 0.5, 2)
                nn.init.uniform_(module.bias, -1, 1)
    model.train()
    with torch.no_grad():
        for _ in range(30):
            model(images_for(name, data))
    return model.eval()
