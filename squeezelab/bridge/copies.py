"""A copy of a model that can be run without leaving a trace in the original: on torch's meta device, without its wrappers."""

import copy
import types

import torch
from torch import fx, nn

HOOKS = ("_forward_pre_hooks", "_forward_hooks")
WRAPPERS = ("OptimizedModule", "DataParallel", "DistributedDataParallel")  # torch.compile's, and two of torch.nn.parallel


def unwrapped(module):
    """The model inside of what torch.compile and DataParallel make of it."""
    while type(module).__name__ in WRAPPERS:
        if any(vars(module).get(hooks) for hooks in HOOKS):
            raise ValueError(f"the wrapper {type(module).__name__} has hooks: register them on the module that it wraps")
        module = module._orig_mod if hasattr(module, "_orig_mod") else module.module
    return module


def meta_copy(module):
    """(copy of `module` on the meta device, {id of each copied tensor or module: its original}); no weight is copied.

    At every depth a wrapper becomes what it wraps. Hooks are copied with what they remember, so that a hook that looks
    leaves its notes in the copy. What cannot be copied (a lock, an open file) is shared.
    """
    memo, originals = {}, {}
    parts = list(module.modules())
    for tensor in tensors_of(parts):
        bare = torch.empty_like(tensor, device="meta", requires_grad=False)
        memo[id(tensor)] = nn.Parameter(bare, tensor.requires_grad) if isinstance(tensor, nn.Parameter) else bare
        originals[id(memo[id(tensor)])] = tensor
    for part in parts:
        if unwrapped(part) is part:
            memo[id(part)] = object.__new__(type(part))  # filled below: parts may know each other
            originals[id(memo[id(part)])] = part
    for part in parts:
        memo[id(part)] = memo[id(unwrapped(part))]
    for part in parts:
        if unwrapped(part) is part:
            for hook in [hook for hooks in HOOKS for hook in vars(part).get(hooks, {}).values()]:
                copy_function(hook, memo)
            vars(memo[id(part)]).update({key: deep_copy(value, memo) for key, value in vars(part).items()})
    return memo[id(module)], originals


def tensors_of(parts):
    """Parameters, buffers, and tensors beside them, as the masked weights of torch's pruning."""
    for part in parts:
        values = [*part._parameters.values(), *part._buffers.values(), *vars(part).values()]
        yield from [value for value in values if isinstance(value, torch.Tensor)]


def deep_copy(value, memo):
    """A deep copy; what cannot be copied stays what it is."""
    if isinstance(value, fx.Graph):  # a drawing of a forward, never run
        return value
    before = len(memo)
    try:
        return copy.deepcopy(value, memo)
    except Exception:  # whatever a user's object may raise
        while len(memo) > before:  # half-made copies
            memo.popitem()
        return value


def copy_function(function, memo):
    """Puts into `memo` a twin of a function, with copies of what it encloses and of the lists and dicts it knows by name."""
    if not isinstance(function, types.FunctionType) or id(function) in memo:
        return
    cells = [types.CellType() for _ in function.__closure__ or ()]
    known = dict(function.__globals__)
    twin = types.FunctionType(function.__code__, known, function.__name__, function.__defaults__, tuple(cells))
    twin.__kwdefaults__ = function.__kwdefaults__
    memo[id(function)] = twin
    memo.setdefault(id(memo), []).append(function)  # deepcopy's own habit: what is copied must live as long as its id
    for name in function.__code__.co_names:
        if isinstance(known.get(name), (list, dict, set)):
            known[name] = deep_copy(known[name], memo)
    for cell, old in zip(cells, function.__closure__ or ()):
        cell.cell_contents = deep_copy(old.cell_contents, memo)
