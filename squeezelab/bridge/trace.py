"""A torch module recorded as a graph of calls, each with the shape of its result and the user's line that makes it.

`torch.fx` runs `forward` on stand-ins for tensors. Ours know their shapes, since every call is also made on tensors of
the meta device, which have a shape and no memory. So code may ask for shapes and branch on them; only values are unknown.
"""

import copy
import inspect
import traceback
from operator import attrgetter

import torch
from torch import fx, nn

from ..networks.shapes import shape_text
from .lines import call_text, forward_line, node_line, reason, user_line

BATCH = 31  # a prime: a reshape that mixes inputs with channels is likely to show


def meta_copy(module):
    """A copy of `module` on the meta device; its weights are never copied."""
    tensors = [*module.parameters(), *module.buffers()]
    for part in module.modules():  # masks of torch's pruning put weights beside the parameters
        tensors += [value for value in vars(part).values() if isinstance(value, torch.Tensor)]
    empty = {}
    for tensor in tensors:
        bare = torch.empty_like(tensor, device="meta", requires_grad=False)
        empty[id(tensor)] = nn.Parameter(bare, tensor.requires_grad) if isinstance(tensor, nn.Parameter) else bare
    return copy.deepcopy(module, empty)


class Shaped(fx.Proxy):
    """A stand-in for a tensor that answers questions about its shape."""

    @property
    def known(self):
        return self.node.meta["value"]

    def __getattr__(self, name):
        if name in ("shape", "ndim", "dtype", "device", "is_cuda", "requires_grad"):
            return getattr(self.known, name)
        return self if name == "data" else super().__getattr__(name)

    def __format__(self, form):
        return repr(self)  # whatever a debugging print asks for

    def __setitem__(self, key, value):
        raise ValueError("it writes into a part of a tensor, which no layer of a Network does")

    def size(self, *axis):
        return self.known.size(*axis)

    def dim(self):
        return self.known.dim()

    def numel(self):
        return self.known.numel()

    def __len__(self):
        return len(self.known)

    def __iter__(self):
        return iter([self[place] for place in range(len(self.known))])


class ShapeTracer(fx.Tracer):
    """Records calls; `leaves(module)` says which modules are recorded as one call."""

    record_stack_traces = True

    def __init__(self, input_shape, leaves):
        super().__init__()
        self.input_shape = input_shape
        self.leaves = leaves
        self.computing = False  # while a call is made on meta tensors, nothing is recorded

    def is_leaf_module(self, module, path):
        return self.leaves(module)

    def proxy(self, node):
        return Shaped(node, self)

    def create_node(self, *arguments, **options):
        node = super().create_node(*arguments, **options)
        self.computing = True
        try:
            with torch.no_grad():
                node.meta["value"] = self.value(node)
        except Exception as error:
            raise ValueError(f"{call_text(node)}{self.read_shapes(node)}: {reason(error)}") from error
        finally:
            self.computing = False
        return node

    def read_shapes(self, node):
        """' reading 3×8×8': what a failed call was given."""
        values = [read.meta.get("value") for read in node.all_input_nodes]
        shapes = [shape_text(value.shape[1:]) for value in values if isinstance(value, torch.Tensor) and value.dim() > 1]
        return " reading " + " and ".join(shapes) if shapes else ""

    def call_module(self, module, forward, args, kwargs):
        if not self.computing and module in self.submodule_paths:
            return super().call_module(module, forward, args, kwargs)
        if not self.computing and next(module.parameters(), None) is not None:
            raise ValueError(
                f"{type(module).__name__} is no submodule, so that its weights are neither trained nor counted: "
                "assign it in __init__, those of a list in an nn.ModuleList"
            )
        return forward(*args, **kwargs)  # nn.ReLU()(x) is read as what it calls

    def getattr(self, name, value, parameters):
        return value if self.computing else super().getattr(name, value, parameters)

    def value(self, node):
        """What the call returns, on the meta device."""
        args, kwargs = fx.map_arg((node.args, node.kwargs), lambda read: read.meta["value"])
        if node.op == "placeholder":
            return args[0] if args else self.input()
        if node.op == "get_attr":
            return attrgetter(node.target)(self.root).to("meta")
        if node.op == "call_module":
            return module_value(self.root.get_submodule(node.target), args, kwargs)
        if node.op == "call_method" and node.target in ("to", "cpu", "cuda", "type_as"):
            return converted(*args, **kwargs)
        if node.op == "call_method":
            return getattr(args[0], node.target)(*args[1:], **kwargs)
        return node.target(*args, **kwargs) if node.op == "call_function" else None

    def input(self):
        """A batch of inputs, in the number format of the weights."""
        formats = [tensor.dtype for tensor in self.root.parameters() if tensor.is_floating_point()]
        return torch.empty(BATCH, *self.input_shape, device="meta", dtype=formats[0] if formats else None)


def module_value(module, args, kwargs):
    """What a module returns, its hooks left alone.

    A batch norm, slow on the meta device, keeps the shape; its reader checks the channels.
    """
    if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
        module._check_input_dim(*args)
        return args[0]
    return module.forward(*args, **kwargs)


def converted(tensor, *arguments, **options):
    """A tensor sent to another type or device: it stays on meta."""
    types = [getattr(value, "dtype", value) for value in (*arguments, *options.values())]
    types = [value for value in types if isinstance(value, torch.dtype)]
    return tensor.to(types[0]) if types else tensor


def traced(module, input_shape, leaves):
    """(graph of `module` on inputs of `input_shape`, the meta copy it was made of), without calls that come to nothing.

    Each node's ``meta["value"]`` is its result on the meta device. What cannot be recorded raises a ValueError with
    the line of code that does it.
    """
    if any(nn.parameter.is_lazy(parameter) for parameter in module.parameters()):
        raise ValueError(f"{type(module).__name__} has lazy modules without a shape: run it once on an input first")
    tracer = ShapeTracer(input_shape, leaves)
    options = defaults(module)
    try:
        skeleton = meta_copy(module)
        graph = tracer.trace(skeleton, concrete_args=options)
        return without_unused(with_changes(graph, skeleton)), skeleton
    except Exception as error:  # whatever the user's code may raise
        frames = traceback.extract_tb(error.__traceback__)
        line = user_line([(frame.filename, frame.lineno, frame.line) for frame in frames])
        raise ValueError(line + (str(error) if type(error) is ValueError else reason(error))) from error


def defaults(module):
    """{name: default} of the arguments of `forward` after its first one, which is the input."""
    arguments = list(inspect.signature(module.forward).parameters.values())
    needed = [argument.name for argument in arguments if argument.default is argument.empty and argument.kind < 4]
    if len(needed) != 1 or arguments[0].kind > 1:
        listed = ", ".join(needed) or "none"
        name = f"{forward_line(module)}{type(module).__name__}"
        raise ValueError(f"{name}.forward must read one input, as forward(self, x), but its inputs are: {listed}")
    return {argument.name: argument.default for argument in arguments[1:] if argument.kind < 4}


def with_changes(graph, root):
    """The graph in which what reads a tensor after a call changed it in place reads the call: code drops its result.

    Raises where only the tensor that a part was taken from is read later.
    """
    place = {node: number for number, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        if in_place(node, root):
            later = [user for user in node.args[0].users if place[user] > place[node]]
            if not later and not node.users and call_text(node.args[0]) in ("getitem", "view", "narrow", "select"):
                raise ValueError(f"{node_line(node)}{call_text(node)}: it changes a part of a tensor, which no layer does")
            node.args[0].replace_all_uses_with(node, later.__contains__)
    return graph


def in_place(node, root):
    """Whether a call changes its first argument: `relu_`, ``inplace=True``."""
    if not node.args or not isinstance(node.args[0], fx.Node):
        return False
    if node.op == "call_module":
        return getattr(root.get_submodule(node.target), "inplace", False)
    name = call_text(node)
    return name.endswith("_") and not name.endswith("__") or node.kwargs.get("inplace", False)


def without_unused(graph):
    """The graph without the calls that its result does not depend on."""
    for node in reversed(graph.nodes):
        if node.op not in ("placeholder", "output") and not node.users:
            graph.erase_node(node)
    return graph
