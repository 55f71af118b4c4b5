"""A torch module recorded as a graph of calls, each with the shape of its result and the user's line that makes it.

`torch.fx` runs `forward` on stand-ins for tensors. Ours know their shapes, since every call is also made on tensors of
the meta device, which have a shape and no memory. So code may ask for shapes and branch on them; only values are unknown.
"""

import copy
import inspect
import re
import traceback
from operator import attrgetter
from pathlib import Path

import torch
from torch import fx, nn

from ..networks.shapes import shape_text

BATCH = 31  # a prime: a reshape that mixes inputs with channels is likely to show
TORCH = str(Path(torch.__file__).parent / "_")[:-1]  # with the slash at the end: torchvision is a user's code
BRIDGE = str(Path(__file__).parent / "_")[:-1]
FRAME = re.compile(r'File "(.+?)", line (\d+), in .*(?:\n    (.*))?')  # of a stack trace as torch.fx keeps it


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
        return super().__getattr__(name)

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
        if self.computing:
            return forward(*args, **kwargs)
        return super().call_module(module, forward, args, kwargs)

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
        return without_unused(tracer.trace(skeleton, concrete_args=options)), skeleton
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
        raise ValueError(
            f"{type(module).__name__}.forward must read one input, as forward(self, x), but its inputs are: {listed}"
        )
    return {argument.name: argument.default for argument in arguments[1:] if argument.kind < 4}


def without_unused(graph):
    """The graph without the calls that its result does not depend on."""
    for node in reversed(graph.nodes):
        if node.op not in ("placeholder", "output") and not node.users:
            graph.erase_node(node)
    return graph


def call_text(node):
    """What a node calls, in words: "'features.0'" for a module, else the function's name."""
    if node.op == "call_module":
        return f"'{node.target}'"
    return getattr(node.target, "__name__", str(node.target))


def reason(error):
    """Why a trace stopped, in one line."""
    if isinstance(error, fx.proxy.TraceError) or "on meta tensors" in str(error):
        return "what it does next depends on the values in a tensor, so that there is no one graph to count"
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def node_line(node):
    """The line of the user's code that makes a node, as `user_line` writes it."""
    return user_line(FRAME.findall(node.stack_trace or ""))


def user_line(frames):
    """'model.py:12 `x = self.conv(x)`: ', the innermost frame (file, line, text) that is neither torch's nor ours.

    Nothing where there is none: an `nn.Sequential` calls its modules in torch's own code.
    """
    for file, line, text in reversed(frames):
        if not file.startswith((TORCH, BRIDGE)):
            return f"{file}:{line} `{text}`: " if text else f"{file}:{line}: "
    return ""
