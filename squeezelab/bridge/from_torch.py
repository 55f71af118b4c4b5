"""`from_torch`: the `Network` of a torch module, read off the calls that its `forward` makes."""

import torch
from torch import fx, nn

from ..networks.graph import Network
from ..networks.shapes import shape_text
from .lines import call_text, forward_line, node_line
from .readers import call_reader, module_reader
from .trace import BATCH, traced
from .views import View, layer_of


def from_torch(module, input_shape, name=None):
    """The `Network` of `module` on an input of (channels, height, width) or (features,): shapes only, no weights.

    Layers are named by the paths of their modules, calls of functions by the module that makes them. `forward` is
    followed in the mode that the module is in, training or not; what its result does not need is left out. A constant
    that is added, subtracted, multiplied or divided by counts as nothing. In silu, x · sigmoid(x) are two layers. The
    slope of a leaky_relu and the share of a dropout are forgotten.

    What a Network cannot state raises a ValueError with the file, line and text of the code that does it: branches on
    values, other convolutions than Conv2d with zeros around, other norms than batch norm, parameters outside of
    modules, weights used twice.

    >>> model = nn.Sequential(nn.Conv2d(3, 16, 3, padding="same"), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 8 * 8, 10))
    >>> net = from_torch(model, (3, 8, 8))
    >>> net.params, net.macs, [layer.name for layer in net.layers]
    (10698, 37888, ['0', '1', '2', '3'])
    """
    if not isinstance(module, nn.Module):
        raise ValueError(f"from_torch needs an nn.Module, not {module!r}")
    if isinstance(module, torch.jit.ScriptModule):
        raise ValueError("from_torch needs a module of Python code, not a TorchScript: give it the module that was scripted")
    module = unwrapped(module)
    net = Network(name or type(module).__name__, input_shape)
    module = nn.Sequential(module) if module_reader(module) else module
    graph, skeleton = traced(module, net.input_shape, is_leaf)
    reading = Reading(net, skeleton)
    for node in graph.nodes:
        try:
            reading.seen[node] = reading.read(node)
        except (ValueError, TypeError, AttributeError) as error:
            line = forward_line(module) if node.op == "output" else node_line(node)
            raise ValueError(f"{line}{call_text(node)}: {error}") from error
    return net


def unwrapped(module):
    """The model inside of what torch.compile and DataParallel make of it."""
    while type(module).__name__ in ("OptimizedModule", "DataParallel", "DistributedDataParallel"):
        module = module._orig_mod if hasattr(module, "_orig_mod") else module.module
    return module


def is_leaf(module):
    """Read as one call: what has a reader, and what torch itself wrote, since it is no user's line."""
    of_torch = type(module).__module__.startswith(("torch.nn", "torch.jit"))
    return bool(module_reader(module)) or of_torch and not isinstance(module, nn.Sequential)


class Reading:
    """A graph as it is read, node by node, into `net`; readers see it as the place they read at."""

    def __init__(self, net, skeleton):
        self.net = net
        self.skeleton = skeleton
        self.paths = {path for path, _ in skeleton.named_modules()}
        self.names = {"input"}
        self.owners = {}  # id of a parameter: the line and module that used it
        self.seen = {}  # node: View, list of Views, or a constant
        self.node = None

    @property
    def shape(self):
        """The shape that the node makes, without its batch."""
        return tuple(self.node.meta["value"].shape[1:])

    def name(self, op):
        """A new name for the node: its module's path, or its op's below the path of the module that calls it."""
        stack = list(self.node.meta.get("nn_module_stack", {}).values())
        owner = stack[-1][0] + "." if stack else ""
        name = choice = self.node.target if self.node.op == "call_module" else owner + op
        taken = self.names | (self.paths - {self.node.target})  # a module may have its own path, nobody else may
        number = 1
        while choice in taken:
            number += 1
            choice = f"{name}_{number}"
        self.names.add(choice)
        return choice

    def read(self, node):
        """What the node is to the network."""
        self.node = node
        args, kwargs = spelled(*fx.map_arg((node.args, node.kwargs), self.seen.get))
        if node.op == "placeholder":
            return View(self.net.input) if isinstance(node.meta["value"], torch.Tensor) else node.meta["value"]
        if node.op == "get_attr":
            return self.constant(node)
        if node.op == "output":
            return self.result(args[0])
        if node.op != "call_module" and not contains_view((args, kwargs)):
            return node.meta["value"]  # arithmetic on constants
        self.check_batch(node.meta["value"])
        count = len(self.net.layers)
        made = self.reader(node)(self, *args, **kwargs)
        if node.op == "call_module":
            self.check_params(self.skeleton.get_submodule(node.target), self.net.layers[count:])
        return self.checked(made) if isinstance(made, View) else made

    def reader(self, node):
        """The reader of a call; raises if there is none."""
        if node.op == "call_module":
            module = self.skeleton.get_submodule(node.target)
            self.own(module)
            found, what = module_reader(module), f"the module {type(module).__name__}"
        else:
            found, what = call_reader(call_text(node)), f"the call of '{call_text(node)}'"
        if found is None:
            raise ValueError(f"no layer of a Network stands for {what}")
        return found

    def own(self, module):
        """Raises if weights of `module` were used before: a Network would count them twice."""
        for parameter in module.parameters():
            if id(parameter) in self.owners:
                raise ValueError(f"its weights were used before ({self.owners[id(parameter)]}); a layer of a Network has its own")
        for parameter in module.parameters():
            self.owners[id(parameter)] = f"{node_line(self.node)}'{self.node.target}'"

    def check_params(self, module, layers):
        """Raises if a module learns something else than its layer, as with torch's weight_norm."""
        held, counted = sum(p.numel() for p in module.parameters()), sum(layer.params for layer in layers)
        if held != counted:
            listed = ", ".join(name for name, _ in module.named_parameters())
            raise ValueError(f"it has {held} parameters ({listed}), but a Network counts {counted}: fold them into its weight")

    def constant(self, node):
        """A tensor that is neither input nor learnable."""
        value = node.meta["value"]
        if isinstance(value, nn.Parameter):
            raise ValueError(f"it uses the parameter '{node.target}' outside of a module, where a Network cannot count it")
        return value

    def check_batch(self, value):
        """Raises if a call mixes the inputs of a batch."""
        if isinstance(value, torch.Tensor) and value.shape[:1] != (BATCH,):
            first = value.shape[0] if value.dim() else "nothing"
            raise ValueError(f"it makes {first} of a batch of {BATCH}, but a Network follows each input on its own")

    def checked(self, view):
        """The view, which must have torch's own shape; anything else is a misreading."""
        if view.shape != self.shape and call_text(self.node) not in ("expand", "expand_as"):
            raise ValueError(f"torch makes {shape_text(self.shape)} of it, a Network {shape_text(view.shape)}")
        return view

    def result(self, made):
        """What `forward` returns: the layer recorded last."""
        if not isinstance(made, View):
            kind = type(made).__name__.removeprefix("immutable_")  # fx's words for dict and list
            raise ValueError(f"forward must return one tensor, not a {kind}")
        if layer_of(made) is not self.net.output:
            raise ValueError(f"forward returns '{made.layer.name}', but '{self.net.output.name}' is computed after it")
        return made


def spelled(args, kwargs):
    """The arguments of a call in one spelling: tensors without their names, `dim` for numpy's `axis`."""
    kwargs = {"dim" if name == "axis" else name: value for name, value in kwargs.items()}
    first = [kwargs.pop(name) for name in ("input", "tensors") if name in kwargs]
    last = [kwargs.pop("other")] if "other" in kwargs else []
    return (*first, *args, *last), kwargs


def contains_view(arguments):
    """Whether a View is among nested arguments."""
    if isinstance(arguments, (tuple, list)):
        return any(contains_view(argument) for argument in arguments)
    if isinstance(arguments, dict):
        return contains_view(list(arguments.values()))
    return isinstance(arguments, View)
