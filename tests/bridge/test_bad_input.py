"""Errors of `squeezelab.bridge` teach: each names what is wrong and what would be right."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from squeezelab.bridge import from_torch, register, to_torch  # noqa: E402
from squeezelab.networks import Network  # noqa: E402


class Calls(nn.Module):
    """A module that does one thing."""

    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return self.body(x)


def test_what_is_no_network():
    with pytest.raises(ValueError, match=r"to_torch needs a Network \(as squeezenext\(\) .*, not 'vgg'"):
        to_torch("vgg")
    with pytest.raises(ValueError, match="empty has no layers yet: record some, as in net.conv"):
        to_torch(Network("empty", (3, 8, 8)))


def test_what_is_no_module():
    with pytest.raises(ValueError, match="from_torch needs an nn.Module, not <function relu"):
        from_torch(functional.relu, (3, 8, 8))
    with pytest.raises(ValueError, match=r"the input shape must be \(channels, height, width\) or \(features,\), not 3"):
        from_torch(nn.ReLU(), 3)


def test_what_is_no_reader():
    with pytest.raises(ValueError, match="register takes a class of modules, derived from nn.Module, not <class 'int'>"):
        register(int, print)
    with pytest.raises(ValueError, match=r"a reader is a function reader\(net, module, \*inputs\), not 'read'"):
        register(nn.ReLU, "read")


# What torch is asked for and no layer of a Network does is refused by its name, not read as if it had not been said.
UNREAD = [
    (lambda x: x.div(2, rounding_mode="floor"), "div: it rounds .'floor'., which no layer of a Network does"),
    (lambda x: torch.add(x, x, alpha=2), "add: its alpha is not 1, but a Network adds unscaled"),
    (lambda x: functional.adaptive_max_pool2d(x, 2, return_indices=True)[0], "a Network pools without indices"),
    (lambda x: functional.max_pool2d(x, 2, dilation=2), "max_pool2d: a Network pools without dilation and without indices"),
    (
        lambda x: functional.interpolate(x, scale_factor=0.5, mode="bilinear", antialias=True),
        "interpolate: it smooths before it resamples",
    ),
    (lambda x: x.softmax(2), "softmax: its dim is 2, but the softmax of a Network goes over the channels, dim=1"),
    (lambda x: functional.pad(x, (1, 1), "constant", 0, extra=1), "unexpected keyword argument 'extra'"),
]


@pytest.mark.parametrize("body, message", UNREAD, ids=[message[:30] for _, message in UNREAD])
def test_what_a_reader_does_not_know_is_refused_by_name(body, message):
    with pytest.raises(ValueError, match=message):
        from_torch(Calls(body), (3, 8, 8))


def test_an_argument_that_no_reader_knows_is_named():
    from squeezelab.bridge.read_values import FORGOTTEN, check_known

    check_known({"inplace": True, "negative_slope": 0.1}, FORGOTTEN)
    with pytest.raises(ValueError, match="it is given tilt, of which a Network knows nothing; there are inplace, negative_slope"):
        check_known({"inplace": True, "tilt": 1}, FORGOTTEN)
