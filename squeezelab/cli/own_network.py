"""A reader's own network by its address, ``package.module:name``: a module of torch, a `Network`, or what returns one."""

import importlib
import os
import sys
from contextlib import contextmanager

from ..core.checks import in_one_line
from ..networks import Network


def own_network(address, input_shape=None, train=False):
    """The `Network` at `address`; raises a ValueError, one line long, where there is none.

    input_shape: what a torch module reads, (channels, height, width). train: read a module in training mode, in which some have
    further heads, rather than in evaluation mode. A `Network` states its own input, and has one mode.
    """
    found = object_at(address)
    if not isinstance(found, Network):
        return network_of_module(address, found, input_shape, train)
    if train:
        raise ValueError(f"{address} is a Network, which is the same in training and evaluation: leave --train out")
    if input_shape not in (None, found.input_shape):
        raise ValueError(f"{address} is a Network on an input of {found.input_shape}, not {input_shape}")
    return found


def object_at(address):
    """What stands at `address`, called if it is a function or a class."""
    place, _, name = address.partition(":")
    found = imported_module(place)
    for part in name.split("."):
        if not hasattr(found, part):
            names = [known for known, value in vars(found).items() if callable(value) and not known.startswith("_")]
            raise ValueError(f"{place} has no {name!r}; it has {', '.join(sorted(names)) or 'nothing to call'}")
        found = getattr(found, part)
    is_module = not isinstance(found, type) and hasattr(found, "state_dict")  # a torch module can be called, too
    return found if isinstance(found, Network) or is_module else result_of(address, found)


def imported_module(place):
    """The Python module `place`, looked for in the current folder as well."""
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())  # as `python -m` does
    dotted = place.removesuffix(".py").removeprefix("./").replace("/", ".").replace("\\", ".")
    if dotted != place:
        raise ValueError(f"{place!r} is a file; write it as Python imports it, {dotted}:name")
    try:
        return importlib.import_module(place)
    except (Exception, SystemExit) as error:  # importing runs any code; a script may leave
        raise ValueError(f"cannot import {place!r}: {in_one_line(error)}{torch_hint(error)}") from error


def result_of(address, builder):
    """What the builder returns."""
    if not callable(builder):
        raise ValueError(f"{address} is of type {type(builder).__name__}; it must be an nn.Module, a Network or return one")
    try:
        return builder()
    except (Exception, SystemExit) as error:  # so does calling
        raise ValueError(f"{address}() fails: {in_one_line(error)}{torch_hint(error)}") from error


def network_of_module(address, module, input_shape, train):
    """The `Network` of a torch module in training or evaluation mode."""
    try:
        from torch import nn

        from ..bridge import from_torch
    except ImportError as error:
        raise ValueError(f"{address} is no Network, and torch cannot be imported{torch_hint(error)}") from error
    if not isinstance(module, nn.Module):
        raise ValueError(f"{address} gives {type(module).__name__}, but only an nn.Module or a Network can be costed")
    if input_shape is None:
        raise ValueError(f"{address} is a torch module: say what it reads, as in --input 3,224,224")
    try:
        with in_mode(module, train):
            return from_torch(module, input_shape)
    except ValueError:
        raise
    except (Exception, SystemExit) as error:  # a forward runs any code, too
        raise ValueError(f"the forward of {address} fails: {in_one_line(error)}") from error


@contextmanager
def in_mode(module, train):
    """A module in training or evaluation mode for as long as it lasts."""
    before = [(part, part.training) for part in module.modules()]
    try:
        module.train(train)
        yield
    finally:
        for part, training in before:
            part.training = training


def torch_hint(error):
    """How to get torch, where it is what is missing."""
    missing = isinstance(error, ImportError) and (error.name or "").split(".")[0] == "torch"
    return " (install torch: pip install 'squeezelab[torch]')" if missing else ""
