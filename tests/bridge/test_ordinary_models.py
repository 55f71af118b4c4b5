"""Models as students write them: from_torch counts what torch's own counter of operations counts."""

import math

import pytest

torch = pytest.importorskip("torch")

import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from squeezelab.bridge import from_torch, to_torch  # noqa: E402

torch.set_num_threads(1)


class LeNet(nn.Module):
    """Functional calls, a view by the number of features."""

    input_shape = (1, 28, 28)

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2 = nn.Linear(400, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(torch.relu(self.conv1(x)), (2, 2))
        x = F.max_pool2d(F.leaky_relu(self.conv2(x), 0.1), 2)
        x = x.view(-1, math.prod(x.size()[1:]))
        return F.log_softmax(self.fc2(nn.ReLU()(self.fc1(x))), dim=-1)  # an activation made on the way


class PreActivation(nn.Module):
    """A shortcut that may be missing, changes in place whose result is dropped, a mean over one side at a time."""

    input_shape = (8, 12, 12)

    def __init__(self, channels=16, stride=2):
        super().__init__()
        self.norm1, self.conv1 = nn.BatchNorm2d(8), nn.Conv2d(8, channels, 3, stride, 1, bias=False)
        self.norm2, self.conv2 = nn.BatchNorm2d(channels), nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.relu, self.fc = nn.ReLU(inplace=True), nn.Linear(channels, 10)
        if stride > 1:
            self.shortcut = nn.Sequential(nn.Conv2d(8, channels, 1, stride, bias=False))

    def forward(self, x):
        out = self.relu(self.norm1(x))
        shortcut = self.shortcut(out) if hasattr(self, "shortcut") else x
        out = self.norm2(self.conv1(out))
        self.relu(out)
        out = self.conv2(out)
        out.add_(shortcut)
        return self.fc(out.mean(3).mean(2))


class Dense(nn.Module):
    """Lists of maps stacked in a loop over nested lists of modules."""

    input_shape = (3, 16, 16)

    def __init__(self, growth=4):
        super().__init__()
        self.blocks, channels = nn.ModuleList(), 3
        for _ in range(2):
            self.blocks.append(nn.ModuleList(self.layer(channels + growth * place, growth) for place in range(3)))
            channels += 3 * growth
        self.fc = nn.Linear(channels, 10)

    def layer(self, channels, growth):
        wide, narrow = nn.Conv2d(channels, 16, 1, bias=False), nn.Conv2d(16, growth, 3, padding="same", bias=False)
        return nn.Sequential(nn.BatchNorm2d(channels), nn.ELU(inplace=True), wide, nn.BatchNorm2d(16), nn.GELU(), narrow)

    def forward(self, x):
        for block in self.blocks:
            maps = [x]
            for layer in block:
                maps += [F.dropout(layer(torch.cat(tensors=maps, axis=1)), p=0.1, training=self.training)]
            x = F.avg_pool2d(torch.cat(maps, 1), 2, ceil_mode=True)
        x = x.view(x.size(0), x.size(1), -1).mean(dim=-1)  # (batch, channels, positions)
        return self.fc(x)


class Ghost(nn.Module):
    """The released form of a ghost module, with a gate and a hard swish of its own."""

    input_shape = (3, 16, 16)

    def __init__(self, channels=17, ratio=2):
        super().__init__()
        self.channels, primary = channels, math.ceil(channels / ratio)
        self.primary = nn.Sequential(nn.Conv2d(3, primary, 1, bias=False), nn.BatchNorm2d(primary), nn.ReLU6())
        self.cheap = nn.Sequential(nn.Conv2d(primary, primary, 3, 1, 1, groups=primary, bias=False), nn.Sequential())
        self.gate = nn.Sequential(nn.Linear(channels, 4), nn.ReLU(), nn.Linear(4, channels), nn.Sigmoid())

    def forward(self, x, scale: float = 0.5, *, mask=None):
        x = x.to(next(self.parameters()).device)
        first = self.primary(x)
        out = torch.cat([first, self.cheap(first)], dim=1)[:, : self.channels, :, :]
        gate = self.gate(F.adaptive_avg_pool2d(out, 1)[:, :, 0, 0]).view(-1, self.channels, 1, 1)
        out = out * gate.expand_as(out)
        return (out * torch.clamp(out + 3, 0, 6) / 6 * scale).flatten(1)


class Shuffled(nn.Module):
    """Half of the channels kept, and a shuffle that looks at all positions as one side."""

    input_shape = (8, 6, 6)

    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleDict({"expand": nn.Conv2d(4, 4, 1), "depthwise": nn.Conv2d(4, 4, 3, padding=1, groups=4)})

    def forward(self, x):
        kept, worked = x[:, : x.size(1) // 2], x[:, x.size(1) // 2 :, ...]
        for part in self.parts.values():
            worked = F.silu(part(worked), inplace=True)
        x = torch.cat((kept, worked), 1)
        batch, channels, height, width = x.data.size()
        x = x.reshape(batch, 2, channels // 2, height * width).permute(dims=(0, 2, 1, 3))
        return x.contiguous().view(batch, channels, height, width)


class Branches(nn.Module):
    """Kernels of 1×7 and 7×1, a pool of the whole map by its shape, dilation, a buffer that is subtracted."""

    input_shape = (3, 15, 15)

    def __init__(self):
        super().__init__()
        self.flat = nn.Sequential(nn.Conv2d(3, 4, (1, 7), padding=(0, 3)), nn.Conv2d(4, 4, (7, 1), (1, 2), (3, 0)))
        self.wide = nn.Sequential(nn.Conv2d(3, 8, 3, (1, 2), 2, dilation=2, groups=1), nn.Identity(), nn.Softmax(1))
        self.pool = nn.Sequential(nn.MaxPool2d(3, (1, 2), 1), nn.Conv2d(3, 2, 1))
        self.fc = nn.Linear(14, 10)
        self.register_buffer("mean", torch.full((1, 3, 1, 1), 0.5))

    def forward(self, x):
        x = -(x - self.mean) + torch.zeros_like(x)
        x = torch.cat([branch(x) for branch in (self.flat, self.wide, self.pool)], 1)
        x = F.avg_pool2d(x, kernel_size=x.shape[2:])
        return F.softmax(self.fc(torch.flatten(input=x, start_dim=1)), dim=1)


MODELS = [LeNet, PreActivation, Dense, Ghost, Shuffled, Branches]


def macs_by_torch(module, shape):
    """Multiplications with their additions of one input, counted by torch as two operations each."""
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        module(torch.zeros(1, *shape))
    return counter.get_total_flops() / 2


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("model", MODELS)
def test_an_ordinary_model_has_torchs_own_counts(model, training):
    module = model().train(training)
    net = from_torch(module, module.input_shape)
    module.eval()  # a batch norm in training refuses the batch of one that torch's counter gets
    assert net.params == sum(parameter.numel() for parameter in module.parameters())
    assert net.macs == macs_by_torch(module, module.input_shape) > 0
    assert to_torch(net).eval()(torch.zeros(2, *net.input_shape)).shape == module(torch.zeros(2, *net.input_shape)).shape


@pytest.mark.parametrize("place", [torch.float64, torch.float16, "meta"])
def test_neither_precision_nor_device_change_the_network(place):
    assert repr(from_torch(Ghost().to(place), (3, 16, 16))) == repr(from_torch(Ghost(), (3, 16, 16)))


@pytest.mark.parametrize("wrapped", [torch.compile, nn.DataParallel])
def test_wrapped_models_are_read_as_what_they_wrap(wrapped):
    assert repr(from_torch(wrapped(LeNet()), (1, 28, 28))) == repr(from_torch(LeNet(), (1, 28, 28)))


def test_what_is_changed_in_place_is_kept_although_its_result_is_dropped():
    layers = [(layer.name, layer.inputs) for layer in from_torch(PreActivation(), (8, 12, 12)).layers]
    assert layers[4:8] == [
        ("norm2", ("conv1",)),
        ("relu_2", ("norm2",)),
        ("conv2", ("relu_2",)),
        ("add", ("conv2", "shortcut.0")),
    ]
