"""`register`: a reader for a module of your own."""

from torch import nn

from ..networks.layers import Layer
from ..networks.shapes import shape_text
from .calls import Constant
from .views import View, layer_of

_readers = {}  # class: its readers, the latest last


class register:  # noqa: N801 (it reads as a function)
    """From now on `from_torch` reads modules of `kind`, and of classes derived from it, with `reader`; the most derived wins.

    ``reader(net, module, *inputs)`` gets the `Network` that is built, the module and, for each tensor that the module
    reads, its layer. It records what the module computes and returns the layer that is its output, which must have the
    shape that the module makes. Layers that it does not name are named below the module's path. What the module learns is
    what the reader records: nobody else counts it.

    Used in a ``with`` block it holds for the block only.

    >>> import torch
    >>> from squeezelab.bridge import from_torch
    >>> class Filters(nn.Module):  # a depthwise convolution written as an einsum
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.taps = nn.Parameter(torch.zeros(4, 3))
    ...     def forward(self, x):
    ...         return torch.einsum("bchwk,ck->bchw", x.unfold(3, 3, 1), self.taps)
    >>> def read_filters(net, module, x):
    ...     channels, taps = module.taps.shape
    ...     return net.conv(x, channels, (1, taps), groups=channels, bias=False, name="taps")
    >>> with register(Filters, read_filters):
    ...     net = from_torch(nn.Sequential(Filters(), nn.ReLU()), (4, 8, 8))
    >>> [layer.name for layer in net.layers], net.params, net.macs
    (['0.taps', '1'], 12, 576)
    """

    def __init__(self, kind, reader):
        if not isinstance(kind, type) or not issubclass(kind, nn.Module):
            raise ValueError(f"register takes a class of modules, derived from nn.Module, not {kind!r}")
        if not callable(reader):
            raise ValueError(f"a reader is a function reader(net, module, *inputs), not {reader!r}")
        self.kind, self.reader = kind, [reader]
        _readers.setdefault(kind, []).append(self.reader)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        _readers[self.kind] = [reader for reader in _readers[self.kind] if reader is not self.reader]


def registered(module):
    """The reader of the most derived class of a module that has one; None if there is none."""
    found = [_readers[kind] for kind in type(module).__mro__ if _readers.get(kind)]
    return found[0][-1][0] if found else None


def registered_layer(at, args, kwargs):
    """The view of what a registered reader makes of a call; raises if that is not the layer it should be."""
    original = at.run.originals.get(id(at.call.maker.module), at.call.maker.module)
    inputs = [reader_argument(at, value) for value in args]
    options = {name: reader_argument(at, value) for name, value in kwargs.items()}
    reader = registered(original)
    at.own([name for name, parameter in at.run.parameters.items() if name.startswith(at.call.maker.path + ".")])
    path = at.free(at.call.maker.path, own=True)
    at.names.discard(path)  # the scope of what the reader records
    with at.net.scope(path):
        made = reader(at.net, original, *inputs, **options)
    name = getattr(reader, "__name__", repr(reader))
    for layer in at.net.layers:
        at.take(layer.name)
    if not isinstance(made, Layer) or not any(made is layer for layer in (at.net.input, *at.net.layers)):
        raise ValueError(f"its reader {name} must return the layer that it adds to the network, not {made!r}")
    if View(made).shape != at.shape:
        raise ValueError(f"its reader {name} makes {shape_text(made.shape)}, but the module {shape_text(at.shape)}")
    return View(made)


def reader_argument(at, value):
    """An argument for a reader: the layer of a tensor, lists of them, anything else as it is."""
    if isinstance(value, (tuple, list)):
        return [reader_argument(at, each) for each in value]
    if isinstance(value, Constant):
        raise ValueError("it reads a tensor that does not depend on the input, which is no layer")
    return layer_of(at, value) if isinstance(value, View) else value
