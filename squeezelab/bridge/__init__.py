"""Between the book's networks and torch: `to_torch` makes a `Network` trainable, `from_torch` counts a module,
with the help of `register` where it has layers of its own.

>>> from squeezelab.networks import Network
>>> net = Network("tiny", (3, 32, 32))
>>> x = net.conv_norm_relu(net.input, 16, 3, stride=2, name="conv")
>>> x = net.linear(net.global_avg_pool(x, name="pool"), 10, name="fc")
>>> model = to_torch(net)
>>> sum(parameter.numel() for parameter in model.parameters()) == net.params
True
>>> from_torch(model, (3, 32, 32)).macs == net.macs
True
"""

from .from_torch import from_torch
from .register import register
from .to_torch import to_torch

__all__ = ["from_torch", "register", "to_torch"]
