"""One run of a model's `forward` on the meta device: the calls that its result needs, in their order."""

import inspect
import random
import sys
from contextlib import nullcontext

import torch
from torch import nn

from ..core.checks import in_one_line
from .calls import Call, Constant, Place
from .capsule_modules import Mask, forget_classes
from .copies import meta_copy, unwrapped
from .lines import error_line, forward_line
from .nets import Functions, Operators
from .trace import Trace
from .watch import is_torchs, watch

BATCH = 31  # a prime: a reshape that mixes inputs with channels is likely to show
OTHER_BATCH = 4  # even and small, so that code which asks for the size of the batch is likely to show


class Run:
    """What a model did: its calls, `input` and `result` among them, and its modules with their paths."""

    def __init__(self, module, originals, calls, first, result):
        self.module = module
        self.originals = originals
        self.paths = {part: path for path, part in module.named_modules()}
        self.parameters = dict(module.named_parameters())
        self.input = first
        self.result = result
        self.calls = needed_calls(calls, result)


def traced(module, input_shape, read_whole, batch=BATCH):
    """The `Run` of `module` on a batch of inputs of `input_shape`; `read_whole(part)` says which parts are one call.

    It runs with gradients if the caller has them on, as ``model(x)`` would, since code may ask for them. A model that changes
    views in place cannot, and runs without. What cannot be recorded raises a ValueError with the line of code that does it.
    """
    if any(nn.parameter.is_lazy(parameter) for parameter in module.parameters()):
        raise ValueError(f"{type(module).__name__} has lazy modules without a shape: run it once on an input first")
    module = unwrapped(module)
    check_inputs(module)
    try:
        return recorded_run(module, input_shape, read_whole, batch)
    except ValueError as error:
        if not isinstance(error.__cause__, RuntimeError):
            raise
        with torch.no_grad():
            return recorded_run(module, input_shape, read_whole, batch)


def recorded_run(module, input_shape, read_whole, batch):
    """The `Run` of a copy of `module`."""
    single = read_whole(module) or is_torchs(module)
    root, originals = meta_copy(nn.Sequential(module) if single else module)
    if single:
        root.train(module.training)
    forget_classes(root)
    trace = Trace(root, originals, device_of(module), traced)
    for path, part in list(root.named_modules()):
        watch(trace, path, part, read_whole(part))
    x = example(root, input_shape, batch)
    first = trace.made[id(x)] = Call("input", (), {}, Place("", root, False), traced)
    first.shapes = [tuple(x.shape)]
    trace.derive(x)
    made = forward_result(trace, root, x)
    if isinstance(made, torch.Tensor):
        made = trace.made.get(id(made), Constant(made))
    return Run(root, originals, trace.calls, first, made)


def forward_result(trace, root, x):
    """What `forward` returns; its errors as those of a ValueError, with their line."""
    eager = getattr(torch.compiler, "set_stance", nullcontext)("force_eager")  # functions under torch.compile are followed, too
    try:
        with eager, Functions(trace), Operators(trace):
            made = root(x)
            if isinstance(made, torch.Tensor):
                trace.check("output", made)
    except Exception as error:  # whatever the user's code may raise
        raise ValueError(failed(trace, error)) from error
    finally:
        restore_chance(trace.chance)
    if trace.refusal:  # although the user's code caught it
        raise ValueError(str(trace.refusal))
    return made


def failed(trace, error):
    """Why a run stopped, in one line: a refusal, a call of torch that failed, or the user's own error."""
    if trace.refusal:
        return str(trace.refusal)
    return trace.failure[1] if trace.failure and trace.failure[0] is error else error_line(error) + in_one_line(error)


def check_inputs(module):
    """Raises unless `forward` needs one input and no other."""
    arguments = list(inspect.signature(module.forward).parameters.values())
    several = [argument for argument in arguments if argument.kind == argument.VAR_POSITIONAL]  # forward(*inputs)
    lone = [argument for argument in arguments if argument.kind not in (argument.VAR_POSITIONAL, argument.VAR_KEYWORD)]
    needed = [argument.name for argument in lone if argument.default is argument.empty]
    if len(needed) != 1 and (needed or not several) or lone and lone[0].kind == lone[0].KEYWORD_ONLY:
        listed = ", ".join(needed) or "none"
        name = f"{forward_line(module)}{type(module).__name__}"
        raise ValueError(f"{name}.forward must read one input, as forward(self, x), but its inputs are: {listed}")


def device_of(module):
    """Where the model is."""
    return next((tensor.device for tensor in module.parameters()), torch.device("cpu"))


def example(root, input_shape, batch):
    """A batch of inputs, in the number format of the weights."""
    formats = [tensor.dtype for tensor in root.parameters() if tensor.is_floating_point()]
    return torch.empty(batch, *input_shape, device="meta", dtype=formats[0] if formats else None)


def needed_calls(calls, result):
    """The calls that the result depends on, and a decoder beside it, each with those of its users that were kept, too."""
    kept, waiting = set(), [result, *behind_masks(calls)] if isinstance(result, Call) else []
    while waiting:
        call = waiting.pop()
        if call not in kept:
            kept.add(call)
            waiting += call.sources
    for call in kept:
        for source in set(call.sources):
            source.users.append(call)
    return [call for call in calls if call in kept]


def behind_masks(calls):
    """The calls that read a masked capsule: a decoder, which is trained beside the result and no part of it."""
    found = set()
    for call in calls:
        if isinstance(call.maker.module, Mask) and call.name == "forward" or found.intersection(call.sources):
            found.add(call)
    return found


def restore_chance(state):
    """Puts Python's and numpy's generators of random numbers back to where they stood before the run."""
    random.setstate(state[0])
    if state[1] is not None:
        sys.modules["numpy"].random.set_state(state[1])
