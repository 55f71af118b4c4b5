"""What a trace is made of: calls, constants, and the tensors among nested arguments."""

import torch

from .lines import current_line


class Refusal(ValueError):
    """What a Network cannot state, in words, with the line of code that does it."""


class Constant:
    """A tensor that does not depend on the input, its shape with the batch if it has one.

    parameters: the names of the learnable ones that it is computed from; zero: whether it is known to be all 0; work: the
    first call with multiply-accumulates that made it, None if there is none.
    """

    def __init__(self, tensor, parameters=(), zero=False, work=None):
        self.shape = tuple(tensor.shape)
        self.parameters = tuple(parameters)
        self.zero = zero
        self.work = work


class Call:
    """One call and the tensor that it makes.

    name: of the function, "forward" for a module that is read as one. args, kwargs: as given, a Call or a Constant in
    the place of each tensor. maker: the `Place` in the model. shapes: of all tensors that it makes, with their batch;
    number: which of them this is. users: the calls that read it, once a graph is known.
    """

    def __init__(self, name, args, kwargs, maker, until):
        self.name = name
        self.args = args
        self.kwargs = kwargs
        self.maker = maker
        self.line = current_line(until)
        self.shapes, self.number = [()], 0
        self.users = []

    @property
    def shape(self):
        return self.shapes[self.number]

    @property
    def text(self):
        """What is called, in words: "'features.0'" for a module of torch, else the function's name."""
        return self.maker.text(self.name)

    @property
    def sources(self):
        """The calls that it reads."""
        return all_of(Call, (self.args, self.kwargs))


class Place:
    """A module of the model, while its `forward` runs: its path, and whether it is read as one layer, under its own name."""

    def __init__(self, path, module, single):
        self.path = path
        self.module = module
        self.single = single

    def text(self, name):
        return f"'{self.path}'" if self.single else name


def all_of(kind, arguments):
    """All of one kind among nested arguments."""
    if isinstance(arguments, kind):
        return [arguments]
    if isinstance(arguments, dict):
        arguments = list(arguments.values())
    if isinstance(arguments, slice):
        arguments = [arguments.start, arguments.stop, arguments.step]
    if isinstance(arguments, (tuple, list)) and not isinstance(arguments, torch.Size):
        return [one for argument in arguments for one in all_of(kind, argument)]
    return []


def map_all(kind, arguments, function):
    """Nested arguments with `function` of everything of one kind in its place."""
    if isinstance(arguments, kind):
        return function(arguments)
    if isinstance(arguments, dict):
        return {key: map_all(kind, value, function) for key, value in arguments.items()}
    if isinstance(arguments, slice):
        return slice(*map_all(kind, (arguments.start, arguments.stop, arguments.step), function))
    if isinstance(arguments, (tuple, list)) and not isinstance(arguments, torch.Size):
        values = [map_all(kind, argument, function) for argument in arguments]
        return values if isinstance(arguments, list) else tuple(values)
    return arguments


def torch_name(function):
    """'relu', 'shape': the name of a function, or of an attribute that is asked for or set."""
    name = getattr(function, "__name__", str(function))
    if name in ("__get__", "__set__"):
        return ("set " if name == "__set__" else "") + function.__self__.__name__
    return name
