"""`from_torch`: the `Network` of a torch module, read off the calls that its `forward` makes."""

import torch
from torch import nn

from ..networks.graph import Network
from ..networks.shapes import shape_text, size_of
from .calls import Call, Constant, all_of, map_all
from .copies import unwrapped
from .lines import forward_line
from .reader_table import LEARNING, OURS, call_reader
from .register import registered, registered_layer
from .run import BATCH, OTHER_BATCH, traced
from .views import View, layer_of
from .watch import is_torchs

DIGITS = "0123456789_"


def from_torch(module: nn.Module, input_shape: tuple, name: str = None) -> Network:
    """The `Network` of `module` on an input of (channels, height, width) or (features,): shapes only, no weights.

    `forward` is followed as it runs, with its hooks, in the mode that the module is in, training or not; what its result
    does not need is left out. Layers are named by the paths of their modules, calls of functions by the module that makes
    them. A constant that is added, subtracted, multiplied or divided by counts as nothing. In silu, x · sigmoid(x) are two
    layers. The slope of a leaky_relu and the share of a dropout are forgotten.

    What a Network cannot state raises a ValueError with the file, line and text of the code that does it: branches on
    values or on the size of the batch, random branches, what is changed through a view, other convolutions than
    two-dimensional ones, attention, parameters outside of layers or computed from others, weights used twice. For a module of
    your own see `register`.

    >>> model = nn.Sequential(nn.Conv2d(3, 16, 3, padding="same"), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 8 * 8, 10))
    >>> net = from_torch(model, (3, 8, 8))
    >>> net.params, net.macs, [layer.name for layer in net.layers]
    (10698, 37888, ['0', '1', '2', '3'])
    """
    if not isinstance(module, nn.Module):
        raise ValueError(f"from_torch needs an nn.Module, not {module!r}")
    if isinstance(module, torch.jit.ScriptModule):
        raise ValueError("from_torch needs a module of Python code, not a TorchScript: give it the module that was scripted")
    shape = Network("input", input_shape).input_shape  # checked
    run = traced(module, shape, is_whole)
    net = Network(name or type(unwrapped(module)).__name__, shape)
    reading = Reading(net, run)
    for call in run.calls:
        reading.read(call)
    reading.result(run.result)
    check_batches(run, traced(module, shape, is_whole, OTHER_BATCH))
    return net


def check_batches(run, other):
    """Raises unless two runs, on batches of other sizes, use the same weights on the same maps: a Network has no batch."""
    for one, two in zip([*weighty(run), None], [*weighty(other), None]):
        if (one and (one.maker.path, one.shape[1:])) != (two and (two.maker.path, two.shape[1:])):
            call, sizes = (one, (BATCH, OTHER_BATCH)) if one else (two, (OTHER_BATCH, BATCH))
            only = f"it is done for a batch of {sizes[0]} and not of {sizes[1]}"
            raise ValueError(f"{call.line}{call.text}: {only}, but a Network follows each input on its own")


def weighty(run):
    """The calls of a run that use weights, or are a module's whole work."""
    return [call for call in run.calls if call.name == "forward" or call_reader(call.name) in LEARNING]


def is_whole(module):
    """Whether a module is read as one call, whatever its `forward` does."""
    return type(module) in OURS or registered(module) is not None


class Reading:
    """A run as it is read, call by call, into `net`; readers see it as the place they read at."""

    def __init__(self, net, run):
        self.net = net
        self.run = run
        self.seen = {run.input: View(net.input)}  # Call: View or Constant
        self.owners = {}  # name of a parameter: the line and call that used it
        self.names, self.scopes = set(), set()
        self.paths = set(run.paths.values())
        self.call = None

    @property
    def shape(self):
        """The shape that the call makes, without its batch."""
        return tuple(self.call.shape[1:])

    def read(self, call):
        """What the call is to the network."""
        self.call = call
        before = len(self.net.layers)
        try:
            made = self.reader(call)
            self.seen[call] = self.checked(made) if isinstance(made, View) else made
            for layer in self.net.layers[before:]:
                layer.line = call.line  # so that whoever refuses it later can say where it is called
        except (ValueError, TypeError, AttributeError, IndexError) as error:
            raise ValueError(f"{call.line}{call.text}: {error}") from error

    def reader(self, call):
        """What the reader of the call makes of it; raises if there is none."""
        args, kwargs = one_spelling(*map_all(Call, (call.args, call.kwargs), self.seen.get))
        whole = call.name == "forward"
        reader = None if whole else call_reader(call.name)
        if reader is None and not whole:
            raise ValueError(self.unknown(call))
        self.check_constants(reader, all_of(Constant, (args, kwargs)))
        if call.shape[:1] != (BATCH,) and call.sources:  # learnt values are the same for all inputs
            first = call.shape[0] if call.shape else "nothing"
            raise ValueError(f"it makes {first} of a batch of {BATCH}, but a Network follows each input on its own")
        if whole and registered(call.maker.module) is not None:
            return registered_layer(self, args, kwargs)
        if whole:
            return OURS[type(call.maker.module)](self, call.maker.module, *args, **kwargs)
        return reader(self, *args, **kwargs)

    def unknown(self, call):
        """What to say of a call without a reader."""
        kind = type(call.maker.module).__name__
        what = f"the module {kind}, which calls '{call.name}'" if call.maker.single else f"the call of '{call.name}'"
        return f"no layer of a Network stands for {what}; squeezelab.bridge.register takes a reader for a module of your own"

    # Names.

    def name(self, op, weight=None, call=None):
        """A new name for what a call makes: its module's path, or its op's below the path of the module that calls it.

        What learns is named by the module that holds its weight.
        """
        maker = (call or self.call).maker
        for parameter in weight.parameters[:1] if weight is not None and not maker.single else ():
            owner = self.run.module.get_submodule(parameter.rpartition(".")[0])
            if is_torchs(owner):
                return self.free(self.run.paths[owner], own=True)
        return self.free(maker.path, own=True) if maker.single else self.free(maker.path + "." + op if maker.path else op)

    def free(self, name, own=False):
        """A name that no layer, no scope and (unless it is its `own`) no module has: with a number if need be."""
        words = ["".join(letter if letter.isalpha() or letter in DIGITS else "_" for letter in word) for word in name.split(".")]
        for count in range(1, len(words)):
            if ".".join(words[:count]) in self.names:  # a layer cannot be a scope, too
                words = [*words[: count - 1], "_".join(words[count - 1 :])]
        name = choice = ".".join(words)
        number, own = 1, name if own else None
        while choice == "input" or choice in self.names or choice in self.scopes or choice in self.paths and choice != own:
            number += 1
            choice = f"{name}_{number}"
        self.take(choice)
        return choice

    def take(self, name):
        """Notes that a layer has this name."""
        self.names.add(name)
        words = name.split(".")
        self.scopes.update(".".join(words[:count]) for count in range(1, len(words)))

    # Weights.

    def learnable(self, weight, what, rank):
        """A weight, which must be a constant of `rank` sides, computed from parameters only."""
        if not isinstance(weight, Constant):
            raise ValueError(f"its {what} is {'none' if weight is None else 'computed from the input'}, so that it is no layer's")
        if not weight.parameters:
            raise ValueError(f"its {what} is no parameter: a Network counts weights as learnt")
        if rank is not None and len(weight.shape) != rank:
            raise ValueError(f"its {what} has {len(weight.shape)} sides, where a layer of a Network has {rank}")
        return weight

    def weights(self, module):
        """Weight and bias of a module of ours, as constants."""
        names = {id(parameter): name for name, parameter in self.run.parameters.items()}
        return [part if part is None else Constant(part, [names[id(part)]]) for part in (module.weight, module.bias)]

    def learnt(self, layer, *weights):
        """The layer, after its weights were found to be its own and as many as it counts."""
        used = {name for weight in weights if weight is not None for name in self.given(weight).parameters}
        names = [name for name in self.run.parameters if name in used]
        self.own(names)
        held = sum(size_of(self.run.parameters[name].shape) for name in names)
        if held != layer.params:
            listed = ", ".join(name.rpartition(".")[2] for name in names)
            raise ValueError(
                f"it has {held} parameters ({listed}), but a Network counts {layer.params}: fold them into its weight"
            )
        return layer

    def own(self, names):
        """Notes that parameters are used; raises if they were used before."""
        for name in names:
            if name in self.owners:
                raise ValueError(f"its weights were used before ({self.owners[name]}); a layer of a Network has its own")
            self.owners[name] = f"{self.call.line}{self.call.text}"

    def given(self, weight):
        if not isinstance(weight, Constant):
            raise ValueError("its weights are computed from the input, so that they are no layer's")
        return weight

    def check_constants(self, reader, constants):
        """Raises if a call uses what is learnt in another way than as the weights of a layer, or what takes work to make."""
        for constant in constants:
            if constant.work:
                raise ValueError(f"it uses a tensor that '{constant.work}' computes anew each time: compute it once and keep it")
            if constant.parameters and reader not in LEARNING:
                name = constant.parameters[0]
                raise ValueError(f"it uses the parameter '{name}' outside of a module, where a Network cannot count it")

    # Results.

    def checked(self, view):
        """The view, which must have torch's own shape; anything else is a misreading."""
        if view.shape != self.shape:
            raise ValueError(f"torch makes {shape_text(self.shape)} of it, a Network {shape_text(view.shape)}")
        view.call = view.call or self.call
        return view

    def result(self, made):
        """Checks what `forward` returns: the layer recorded last."""
        line = f"{forward_line(self.run.module)}forward"
        if isinstance(made, Constant):
            raise ValueError(f"{line}: it returns a tensor that does not depend on its input")
        if not isinstance(made, Call):
            hint = "; in evaluation mode it may: call .eval() first" if self.run.module.training else ""
            kind = f"{type(made).__name__}: count a module that returns the one you mean{hint}"
            raise ValueError(f"{line}: forward must return one tensor, not a {kind}")
        self.call = made
        try:
            layer = layer_of(self, self.seen[made])
        except ValueError as error:
            raise ValueError(f"{line}: what it returns is no layer: {error}") from error
        if layer is not self.net.output:
            raise ValueError(f"{line}: forward returns '{layer.name}', but '{self.net.output.name}' is computed after it")


def one_spelling(args, kwargs):
    """The arguments of a call in one spelling: tensors without their names, `dim` for numpy's `axis`."""
    kwargs = {"dim" if name == "axis" else name: value for name, value in kwargs.items() if name != "out"}
    first = [kwargs.pop(name) for name in ("input", "self", "tensors") if name in kwargs]
    last = [kwargs.pop("other")] if "other" in kwargs else []
    return (*first, *args, *last), kwargs
