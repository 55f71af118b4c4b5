"""Which module calls: the calls of every module's `forward` are recorded under its path, those of some as one call."""

import functools
from contextlib import contextmanager

import torch
from torch import nn

from . import capsule_modules, modules, routing
from .calls import Call, Place, map_all


def watch(trace, path, module, read_whole):
    """From now on the calls of a module's `forward` are recorded in `trace` under its path; if `read_whole`, as one."""
    forward = module.forward
    place = Place(path, module, read_whole or is_torchs(module))

    @functools.wraps(forward)
    def run(*args, **kwargs):
        with inside(trace, place):
            if isinstance(module, torch.jit.ScriptModule):
                kind = f"the module {type(module).__name__}, a TorchScript: use the module that was scripted"
                raise trace.refused("", f"no layer of a Network stands for {kind}")
            return one_call(trace, forward, args, kwargs) if read_whole else forward(*args, **kwargs)

    vars(module)["forward"] = run


@contextmanager
def inside(trace, place):
    """As long as it lasts, calls are made at `place`."""
    trace.places.append(place)
    try:
        yield
    finally:
        trace.places.pop()


def one_call(trace, forward, args, kwargs):
    """A module run as usual, and its result then ascribed to one call of the module itself."""
    call = Call("forward", *map_all(torch.Tensor, (args, kwargs), trace.known), trace.places[-1], trace.until)
    made = forward(*args, **kwargs)
    if not isinstance(made, torch.Tensor):
        raise trace.refused("", f"a module that is read as one returns one tensor, not a {type(made).__name__}")
    call.shapes = [tuple(made.shape)]
    trace.calls.append(call)
    trace.made[id(made)] = call
    with torch._C.DisableTorchFunction():  # learnt values were derived from nothing so far; to note it is nobody's call
        trace.derive(made)
    return made


def is_torchs(module):
    """Whether the `forward` of a module is torch's own code, or ours: one layer, named as the module.

    A Sequential only calls others.
    """
    written = getattr(module.forward, "__module__", None) or ""
    ours = written in (modules.__name__, capsule_modules.__name__, routing.__name__)
    return (ours or written.startswith(("torch.nn.", "torch.ao.nn.", "torch.jit"))) and not isinstance(module, nn.Sequential)
