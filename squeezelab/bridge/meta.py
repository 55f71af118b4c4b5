"""Calls made on torch's meta device, and what can be told of the tensors there."""

import random
import sys

import torch
from torch.utils._device import _device_constructors

from .calls import all_of, map_all

SAME_SHAPE = ("batch_norm", "instance_norm")  # slow on the meta device; a change of their statistics is no output
SENT = ("to", "cpu", "cuda", "type_as")


def on_meta(function, name, args, kwargs, twin):
    """(what a call returns on the meta device, those of its tensors that it changes); `twin` brings a tensor there."""
    given = all_of(torch.Tensor, (args, kwargs))
    args, kwargs = map_all(torch.Tensor, (args, kwargs), twin)
    if "device" in kwargs or function in _device_constructors():
        kwargs = {**kwargs, "device": "meta"}
    tensors = all_of(torch.Tensor, (args, kwargs))
    before = [tensor._version for tensor in tensors]
    if name in SAME_SHAPE:
        made = torch.empty_like(tensors[0])
    elif name in SENT:
        made = converted(*args, **kwargs)
    else:
        made = function(*args, **kwargs)
    changed = [tensor for tensor, twin, version in zip(given, tensors, before) if twin._version != version]
    return made, changed


def converted(tensor, *arguments, **options):
    """A tensor sent to another type or device: it stays on meta."""
    types = [getattr(value, "dtype", value) for value in (*arguments, *options.values())]
    types = [value for value in types if isinstance(value, torch.dtype)]
    return tensor.to(types[0]) if types else tensor


def overlap(one, other):
    """Whether two tensors in one memory share a value, compared for the first input of the batch."""
    return bool(torch.isin(indices(one), indices(other)).any())


def indices(tensor):
    """The places in memory of the first input's values."""
    places = torch.full((1,), tensor.storage_offset())
    for size, stride in zip(tensor.shape[1:], tensor.stride()[1:]):
        places = (places[:, None] + stride * torch.arange(size)).flatten()
    return places


def chance():
    """The states of Python's and numpy's generators of random numbers."""
    numpy = sys.modules.get("numpy")
    return random.getstate(), numpy and numpy.random.get_state()


def same_chance(state):
    """Whether no random number was drawn since the generators had that state."""
    (old, old_numpy), (new, new_numpy) = state, chance()
    if old != new or (old_numpy is None) != (new_numpy is None):
        return False
    return old_numpy is None or old_numpy[2:] == new_numpy[2:] and bool((old_numpy[1] == new_numpy[1]).all())
