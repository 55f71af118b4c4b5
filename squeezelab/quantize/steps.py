"""A trained model as the steps that its integers will take: norms folded into weights, ReLUs into the range of what is written.

A step is what is computed between two tensors that are kept: a convolution with its bias and its ReLU, a pool, a sum. The same
list is run in float numbers, with quantised values, and in integers.
"""

from collections import namedtuple

import torch
from torch import nn

from ..bridge.modules import PaddedConv
from ..bridge.paths import paths_of
from ..networks.shapes import shape_text
from .capsule_steps import CAPSULE_STEPS, CapsuleCompiler
from .folding import norm_factors
from .pool_steps import MAXIMA, MEANS, PoolCompiler, is_identity, named_at

FIELDS = ("op", "kind", "name", "sources", "shape", "layer", "weight", "bias", "geometry", "clip", "function", "line")
SAME_CODES = ("max_pool", "clip", "flatten", "capsules", "mask")  # steps that write codes of the scale that they read
CLIPS = {"relu": (0.0, None), "relu6": (0.0, 6.0)}  # what an activation keeps; None: no bound
# activations without a setting of their own: called as functions they still say all
PLAIN = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "hard_sigmoid": nn.functional.hardsigmoid,
    "hard_swish": nn.functional.hardswish,
    "silu": nn.functional.silu,
    "mish": nn.functional.mish,
    "softsign": nn.functional.softsign,
    "log_sigmoid": nn.functional.logsigmoid,
    "selu": nn.functional.selu,
}
GATES = {"sigmoid": nn.functional.silu}  # {op of a gate: what x times the gate of x is}
POINTWISE = set(PLAIN) | {"leaky_relu", "elu", "gelu", "celu", "softplus", "hard_tanh", "prelu"}
POINTWISE |= {"hard_shrink", "soft_shrink", "tanh_shrink"}
KNOWN = (
    "convolutions, linear layers, batch norms, activations of one value, pools, sums, concatenations, flatten, dropout, capsules"
)


class Step(namedtuple("Step", FIELDS)):
    """One step. op: what its integers do; kind: the op of its layer. sources: places of the steps that it reads, −1 the image;
    layer: the name of the layer that it is of; name: of the last layer that is folded into it; weight, bias: tensors, or None,
    a weight with its outputs first;
    geometry: of its windows; clip: (low, high), each may be None; function: a pointwise one, or None; line: where a model of
    one's own calls it."""

    __slots__ = ()

    @property
    def has_weights(self):
        return self.weight is not None


class Compiler(PoolCompiler, CapsuleCompiler):
    """Walks over a network, layer by layer, and keeps what each of its tensors has become."""

    def __init__(self, model, network):
        self.model, self.network = model, network
        self.paths = paths_of(model)
        self.steps = []
        self.place = {"input": -1}  # of the step that holds a layer's values
        self.readers = {}
        for layer in network.layers:
            for source in layer.inputs:
                self.readers[source] = self.readers.get(source, 0) + 1

    def compiled(self):
        for layer in self.network.layers:
            self.place[layer.name] = self.put(layer)
        return self.steps

    def put(self, layer):
        """The place of the step that a layer becomes, or of the one that it is folded into."""
        if layer.op in ("conv", "linear"):
            return self.add(layer, layer.op, *self.weights_of(layer), geometry=geometry_of(layer))
        if layer.op == "norm":
            return self.put_norm(layer)
        if layer.op == "dropout" or layer.op in MEANS + MAXIMA and is_identity(layer):
            return self.place[layer.inputs[0]]
        if layer.op in CLIPS:
            return self.put_clip(layer, CLIPS[layer.op])
        if layer.op in POINTWISE:
            return self.add(layer, "lookup", function=self.function_of(layer))
        if layer.op in MEANS + MAXIMA:
            return self.put_pool(layer)
        if layer.op in ("add", "concat") and self.joins(layer):
            return self.add(layer, layer.op)
        if layer.op == "multiply" and self.gate_of(layer) is not None:
            return self.put_gated(self.gate_of(layer), layer)
        if layer.op in ("flatten", "unflatten", "squeeze"):
            return self.add(layer, "flatten")
        if layer.op in CAPSULE_STEPS:
            return self.put_capsules(layer)
        raise ValueError(f"{named_at(layer)} ({layer.kind}) has no integer form here; there is one of {KNOWN}")

    def add(self, layer, op, weight=None, bias=None, geometry=None, function=None, name=None, shape=None, sources=None):
        """A step of a layer, unless it is said otherwise with its name and shape, and what it reads; its place."""
        sources = sources or tuple(self.place[name] for name in layer.inputs)
        line = layer.line
        shape = shape or tuple(layer.shape) or (1,)
        self.steps.append(
            Step(
                op,
                layer.op,
                name or layer.name,
                sources,
                shape,
                name or layer.name,
                weight,
                bias,
                geometry or {},
                (None, None),
                function,
                line,
            )
        )
        return len(self.steps) - 1

    def joins(self, layer):
        """Raises where a sum would stretch one of its operands."""
        shapes = {tuple(shape) for shape in layer.in_shapes}
        if layer.op == "add" and (len(shapes) > 1 or len(layer.inputs) != 2):
            raise ValueError(
                f"{named_at(layer)} adds {' to '.join(map(shape_text, layer.in_shapes))}: a sum here is of two equal shapes"
            )
        return True

    def module(self, layer):
        return self.model.get_submodule(self.paths[layer.name]) if layer.name in self.paths else None

    def weights_of(self, layer):
        """(weight, bias) of a layer, copies; raises where its module does not hold them as they are."""
        module = self.module(layer)
        if not isinstance(module, (nn.Conv2d, nn.Linear, PaddedConv)):
            kind = "no module" if module is None else f"a {type(module).__name__}"
            raise ValueError(f"{named_at(layer)} is {kind}: its weights must be those of an nn.Conv2d or an nn.Linear")
        if module._forward_pre_hooks and not nn.utils.parametrize.is_parametrized(module):
            raise ValueError(
                f"{named_at(layer)} makes its weights anew at each pass: make them plain first, as prune.remove does"
            )
        weight = module.weight.detach().clone().float()
        channels, inputs = layer.shape[0], layer.in_shape[0]
        shape = (channels, inputs // layer.groups, *layer.kernel) if layer.op == "conv" else (channels, inputs)
        bias = torch.zeros(channels) if module.bias is None else module.bias.detach().clone().float()
        if not (torch.isfinite(weight).all() and torch.isfinite(bias).all()):
            raise ValueError(f"{named_at(layer)} has weights that are no numbers (NaN or infinite): train it again")
        return weight.reshape(shape), bias

    def put_norm(self, layer):
        """A norm in the weights of the step before it, where nobody else reads that; else a depthwise convolution of 1×1."""
        module = self.module(layer)
        if not isinstance(module, nn.modules.batchnorm._BatchNorm) or module.running_mean is None:
            raise ValueError(f"{named_at(layer)} is no batch norm with running statistics, so that it cannot be folded")
        factor, shift = norm_factors(module)
        at = self.place[layer.inputs[0]]
        if at >= 0 and self.foldable(at, layer) and self.steps[at].has_weights:
            step = self.steps[at]
            weight = step.weight * factor.view(-1, *[1] * (step.weight.ndim - 1))
            self.steps[at] = step._replace(weight=weight, bias=step.bias * factor + shift, name=layer.name)
            return at
        channels, vector = layer.shape[0], len(layer.shape) == 1
        geometry = {"kernel": (1, 1), "stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "groups": channels}
        weight = factor.view(channels, 1, 1, 1)
        if not vector:
            return self.add(layer, "conv", weight, shift, geometry)
        wide = {"shape": (channels, 1, 1)}
        before = self.add(layer, "flatten", name=layer.name + "_map", **wide)
        made = self.add(layer, "conv", weight, shift, geometry, sources=(before,), **wide)
        return self.add(layer, "flatten", name=layer.name + "_flat", sources=(made,))

    def foldable(self, at, layer):
        """Whether the step is read by this layer alone, and writes its values as they are."""
        source = layer.inputs[0]
        return self.readers[source] == 1 and self.steps[at].name == source and self.steps[at].clip == (None, None)

    def gate_of(self, layer):
        """The sigmoid of a product x · sigmoid(x), which is how SiLU is read; None of any other product."""
        for gate, other in (layer.sources, layer.sources[::-1]):
            if gate.op in GATES and gate.inputs == (other.name,) and self.readers[gate.name] == 1:
                return gate
        return None

    def put_gated(self, gate, layer):
        """The product in the place of its sigmoid: together they are a function of one value."""
        function, at = GATES[gate.op], self.place[gate.name]
        self.steps[at] = self.steps[at]._replace(kind=function.__name__, name=layer.name, layer=layer.name, function=function)
        return at

    def put_clip(self, layer, clip):
        """A ReLU in the range of what the step before it writes, if that makes new values; else a step of its own."""
        at = self.place[layer.inputs[0]]
        if at >= 0 and self.foldable(at, layer) and self.steps[at].op in ("conv", "linear", "add", "avg_pool", "concat"):
            self.steps[at] = self.steps[at]._replace(clip=clip, name=layer.name)
            return at
        place = self.add(layer, "clip")
        self.steps[place] = self.steps[place]._replace(clip=clip)
        return place

    def function_of(self, layer):
        """An activation of one value as a function of a tensor, with the settings that its module has."""
        module = self.module(layer)
        if isinstance(module, nn.PReLU) and module.num_parameters > 1:
            raise ValueError(f"{named_at(layer)} has a slope for each channel; a table of codes has one for all")
        if module is not None and not list(module.children()) and layer.op != "prelu":
            return module
        if isinstance(module, nn.PReLU):
            slope = module.weight.item()
            return lambda x: torch.where(x >= 0, x, slope * x)
        if layer.op in PLAIN:
            return PLAIN[layer.op]
        raise ValueError(
            f"{named_at(layer)} ({layer.op}) is called as a function, and its settings are not known: make it a module"
        )


def geometry_of(layer):
    """Geometry of a convolution; {} of a linear layer."""
    if layer.op == "linear":
        return {}
    return {name: getattr(layer, name) for name in ("kernel", "stride", "padding", "dilation", "groups")}
