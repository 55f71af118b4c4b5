"""A copy of a model that computes the same, or a sentence that says why there is none.

``copy.deepcopy`` alone stops at weights that are computed (by torch's pruning and by its older normalisations), forgets hooks of
a graph module, and leaves functions as they are, with the layers of the original inside.
"""

import copy
import dis
from types import CodeType, FunctionType, MethodType

import torch
from torch import fx

# Where torch (2.2 to 2.13) keeps the functions hooked to a module, and what it notes about them
HOOKS = ("_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks")
HOOK_FLAGS = ("_forward_hooks_with_kwargs", "_forward_hooks_always_called", "_forward_pre_hooks_with_kwargs")


def independent_copy(model):
    """A copy of `model` that shares nothing with it; raises a ValueError where a copy would not compute the same."""
    check_functions(model)
    memo = {id(tensor): tensor.detach().clone() for tensor in computed_tensors(model)}
    try:
        made = copy.deepcopy(model, memo)
    except (RuntimeError, TypeError, NotImplementedError, AttributeError) as error:
        raise ValueError(f"the model cannot be copied ({error}): replace layers before what cannot be copied is added") from error
    for module in list(model.modules()):
        if isinstance(module, fx.GraphModule):
            restore_attributes(module, memo)
    return made


def computed_tensors(model):
    """The tensors that modules hold without being their leaves: results, which torch does not copy."""
    for module in model.modules():
        for value in members_of(vars(module)):
            if isinstance(value, torch.Tensor) and not value.is_leaf:
                yield value


def members_of(container, seen=None):
    """What lies in a dict, list or tuple, and in those inside of it."""
    seen = set() if seen is None else seen
    if id(container) in seen:
        return
    seen.add(id(container))
    for value in container.values() if isinstance(container, dict) else container:
        yield value
        if isinstance(value, (dict, list, tuple, set)):
            yield from members_of(value, seen)


def restore_attributes(graph_module, memo):
    """Gives the copy of a graph module what torch forgot: attributes, a forward of its own, hooks."""
    twin = memo[id(graph_module)]
    for name, value in vars(graph_module).items():
        if name not in vars(twin) or name in HOOKS + HOOK_FLAGS:
            vars(twin)[name] = copy.deepcopy(value, memo)


def check_functions(model):
    """Raises for functions, put on a module or hooked to it, that hold a module of the model: in a copy they would go on
    computing with the original."""
    modules = {id(module) for module in model.modules()}
    for path, module in model.named_modules():
        functions = [(name, value) for name, value in own_items(module) if isinstance(value, FunctionType)]
        functions += [("hook", hook) for kind in HOOKS for hook in vars(module).get(kind, {}).values()]
        for name, function in functions:
            if any(id(owner(value)) in modules for value in members_of(list(reached_by(function)))):
                where = f"'{path}'" if path else "the model"
                raise ValueError(
                    f"the {name} put on {where} is a function that holds layers of this model, so that a copy would compute with "
                    f"the original's: write it as a method of a class, or put it on the copy"
                )


def own_items(module):
    """(name, value) of a module's attributes but for those that torch.compile puts there, and makes anew for a copy."""
    if type(module).__name__ == "OptimizedModule":
        return []
    return [(name, value) for name, value in vars(module).items() if name != "_compiled_call_impl"]


def owner(value):
    """The object that a bound method belongs to; anything else is itself."""
    return value.__self__ if isinstance(value, MethodType) else value


def reached_by(function):
    """What a function reaches beside its arguments: enclosed variables, defaults, and the globals that it names."""
    if not isinstance(function, FunctionType):
        return
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # a variable that is not set yet
            continue
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    for name in globals_of(function.__code__):
        yield function.__globals__.get(name)


def globals_of(code):
    """The globals that code names, functions inside of it included."""
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_GLOBAL":
            yield step.argval
        elif isinstance(step.argval, CodeType):
            yield from globals_of(step.argval)


def holders(model, layer):
    """Names of the attributes, lists and dicts outside of torch's own books in which modules of a model hold a layer."""
    for path, module in model.named_modules():
        for name, value in own_items(module):
            if name not in ("_modules", *HOOKS):
                inside = members_of(value) if isinstance(value, (dict, list, tuple, set)) else [value]
                if any(owner(one) is layer for one in inside):
                    yield f"{path}.{name}" if path else name
