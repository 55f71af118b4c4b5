"""Unusual ways of writing a model: each is counted as torch's own counter counts it."""

import copy
import functools
import threading

import pytest

torch = pytest.importorskip("torch")

import torch.nn.functional as F  # noqa: E402
from support.counter import counted_by_torch  # noqa: E402
from support.ordinary_blocks import Calls  # noqa: E402
from torch import nn  # noqa: E402

from squeezelab.bridge import from_torch  # noqa: E402

torch.set_num_threads(1)


def conv(c_in=3, c=8, kernel=3, **options):
    return nn.Conv2d(c_in, c, kernel, **options)


class PaddedConv(nn.Conv2d):
    def forward(self, x):
        return F.relu(super().forward(F.pad(x, (1, 1, 1, 1))))


class Keeps(nn.Module):
    """A lock, a generator, notes of its own, none of which can or should be copied."""

    def __init__(self):
        super().__init__()
        self.lock, self.numbers, self.notes, self.conv = threading.Lock(), (i for i in range(3)), [], conv()

    def forward(self, x):
        with self.lock:
            self.last = self.conv(x)
        self.notes.append(self.last.shape)
        return self.last


class Child(nn.Module):
    def __init__(self, parent):
        super().__init__()
        self.parent, self.conv = [parent], conv(8, 8)

    def forward(self, x):
        return self.parent[0].conv(self.conv(x))


class Parent(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.conv = conv(), conv(8, 4)
        self.child = Child(self)

    def forward(self, x):
        return self.child(self.first(x))


class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * torch.sigmoid(x)


def space_to_depth(m, x):
    b, c, h, w = x.shape
    x = x.view(b, c, h // 2, 2, w // 2, 2).permute(0, 1, 3, 5, 2, 4).reshape(b, c * 4, h // 2, w // 2)
    return m[0](x)


def focus(m, x):
    return m[0](torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]], 1))


def aliased(m, x):
    y = x
    x += m[0](x)
    return x + y


def written_out(m, x):
    y = m[0](x)
    torch.add(x, y, out=y)
    return y


def accumulated(m, x):
    total = torch.zeros(x.size(0), 8, 6, 6, device=x.device)
    for part in m:
        total += part(x)
    return total


def falls_back(m, x):
    y = m[0](x)
    try:
        return y + x
    except RuntimeError:  # torch's own, as in a real run
        return m[1](y)


def patched(model, place, forward):
    part = model if place is None else model[place]
    part.forward = functools.partial(forward, part)
    return model


UNUSUAL = {
    "derived convolution": nn.Sequential(PaddedConv(3, 8, 3), PaddedConv(8, 4, 3, stride=2)),
    "what cannot be copied": Keeps(),
    "a child calls its parent's layer": Parent(),
    "forward called directly": Calls(lambda m, x: nn.Conv2d.forward(m[1], m[0].forward(x)), conv(), conv(8, 8)),
    "functional_call": Calls(lambda m, x: torch.func.functional_call(m[0], dict(m[0].named_parameters()), (x,)), conv()),
    "autograd function": Calls(lambda m, x: Swish.apply(m[0](x)), conv()),
    "compiled function": Calls(lambda m, x: torch.compile(lambda y: m[0](y).relu())(x), conv()),
    "copied tensor": Calls(lambda m, x: copy.deepcopy(m[0](x)), conv()),
    "another convolution's weight": Calls(lambda m, x: F.conv2d(x, m[0].weight, padding=1), conv(bias=False)),
    "channels last": Calls(lambda m, x: m[0](x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2), nn.Linear(3, 4)),
    "pixels as tokens": Calls(
        lambda m, x: m[0](x.flatten(2).transpose(1, 2)).transpose(1, 2).reshape(-1, 4, 8, 8), nn.Linear(3, 4)
    ),
    "matrix product": Calls(lambda m, x: x.flatten(1) @ m[0].weight.t(), nn.Linear(192, 5, bias=False)),
    "addmm": Calls(lambda m, x: torch.addmm(m[0].bias, x.flatten(1), m[0].weight.t()), nn.Linear(192, 5)),
    "space to depth": Calls(space_to_depth, conv(12, 4, 1)),
    "focus": Calls(focus, conv(12, 4, 1)),
    "alias changed in place": Calls(aliased, conv(3, 3, padding=1)),
    "out": Calls(written_out, conv(3, 3, padding=1)),
    "sum from zeros": Calls(accumulated, conv(), conv()),
    "error that is caught": Calls(falls_back, conv(), conv(8, 8)),
    "gate minus map": Calls(lambda m, x: m[1](x.mean((2, 3)))[..., None, None] - m[0](x), conv(), nn.Linear(3, 8)),
    "patched in the middle": patched(
        nn.Sequential(conv(), conv(8, 8)), 1, lambda part, x: F.conv2d(x, part.weight, part.bias, 2)
    ),
    "patched at the top": patched(
        nn.Sequential(conv(), conv(8, 8)), None, lambda model, x: model[1](F.avg_pool2d(model[0](x), 2))
    ),
    "other paddings": nn.Sequential(
        conv(padding=1, padding_mode="circular"), conv(8, 8, (3, 2), padding="same", padding_mode="reflect")
    ),
    "even dilated same": nn.Sequential(conv(3, 8, 4, padding="same", dilation=3)),
    "averaged model": torch.optim.swa_utils.AveragedModel(nn.Sequential(conv())),
    "frozen": nn.Sequential(conv().requires_grad_(False)),
}


@pytest.mark.filterwarnings("ignore:Using padding='same'", "ignore:An output with one or more elements was resized")
@pytest.mark.parametrize("name", UNUSUAL)
def test_an_unusual_model_has_torchs_counts(name):
    model = UNUSUAL[name].eval()
    net = from_torch(model, (3, 8, 8))
    assert net.params == sum(parameter.numel() for parameter in model.parameters())
    assert (net.macs, net.output.shape) == counted_by_torch(model, (3, 8, 8))


def test_the_model_keeps_no_trace_of_the_run():
    model = Keeps().eval()
    from_torch(model, (3, 8, 8))
    assert model.notes == [] and not hasattr(model, "last") and "forward" not in vars(model)
