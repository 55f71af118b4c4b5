"""How much a unit is worth: one function a scorer, of the `Units` and the training data, higher is kept.

All of them are guesses at what the loss would grow by without the unit, ΔL ≈ g·w + h·w²/2 in the weights w that fall:
`filter_size` takes the size of w for it, `taylor_first_order` and `read_by` the first term, `gamma` the scale that the next
layer sees. `distance` asks instead how well others could stand in, `propagated` what reaches the last layer.
"""

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, linear

from ..bridge.makers import module_of
from ..compression.coupling import ALONE
from .gradients import gradients_by_batch, gradients_of
from .units import Units, outputs_first

LINEAR = ("add", "concat", "slice", "flatten", "avg_pool", "global_avg_pool", "adaptive_avg_pool", "shuffle", "pad", "crop")


def filter_size(units: Units, data: object, dice: torch.Generator) -> dict:
    """Σ|w| of all filters that make a unit (Li et al. 2017, l1-norm of filters) [recalled]."""
    values = {name: outputs_first(units.modules[name]).abs().flatten(1).sum(1) for name in maker_names(units)}
    return units.sums(values)


def distance(units: Units, data: object, dice: torch.Generator) -> dict:
    """Σ over the group's other units of the distance of their filters (He et al. 2019, FPGM: the geometric median) [recalled]."""
    found = {}
    for group in units.groups:
        filters = units.filters(group)  # (size, weights)
        found[group.name] = torch.cdist(filters, filters).sum(1)
    return found


def drawn_units(units: Units, data: object, dice: torch.Generator) -> dict:
    """A draw for every unit: the control that a scorer must beat."""
    return {group.name: torch.rand(group.size, generator=dice) for group in units.groups}


def gamma(units: Units, data: object, dice: torch.Generator) -> dict:
    """|γ| of the batch norms that scale a unit (Liu et al. 2017, Network Slimming). Groups without such a norm have no value, and
    stay whole. Raises a ValueError where that is all of them."""
    values, scaled = {}, []
    for group in units.groups:
        norms = [name for name in units.norms(group) if units.modules[name].weight is not None]
        values.update({name: units.modules[name].weight.abs() for name in norms})
        scaled += [group.name] if norms else []
    if not scaled:
        raise ValueError(f"'{units.groups[0].name}' has no batch norm with a scale, which is what this recipe ranks channels by")
    return {name: total for name, total in units.sums(values).items() if name in scaled}


def taylor_first_order(units: Units, data: object, dice: torch.Generator) -> dict:
    """The mean over some batches of (Σ g·w)², w the scale and shift of the norms behind a unit, with which it falls silent, or,
    where there is no norm, the weights that make it (Molchanov et al. 2019) [recalled]."""
    batches = list(gradients_by_batch(units, data))
    squares = [units.sums(first_order_by_channel(units, gradients)) for gradients in batches]
    return {group.name: sum(each[group.name].square() for each in squares) / len(squares) for group in units.groups}


def first_order_by_channel(units, gradients):
    """{layer: Σ g·w for every channel} of the norms of each group, else of its makers."""
    values = {}
    for group in units.groups:
        for name in units.norms(group) or group.makers:
            terms = [first_order(units.modules[name], key, gradients[name]) for key in gradients[name]]
            if terms:
                values[name] = sum(terms)
    return values


def first_order(module, key, gradients):
    """Σ g·w of one parameter for every output channel."""
    product = getattr(module, key).detach() * gradients[key]
    if key == "weight" and isinstance(module, nn.ConvTranspose2d):
        product = product.unflatten(0, (module.groups, -1)).transpose(1, 2).flatten(0, 1)
    return product.flatten(1).sum(1) if product.ndim > 1 else product


def read_by(units: Units, data: object, dice: torch.Generator) -> dict:
    """|Σ −w·g| over all weights that read a unit, first summed, then its size (Humble et al. 2022, SMCP) [read]."""
    gradients, values = gradients_of(units, data), {}
    for layer, module in units.reading():
        product = -module.weight.detach() * gradients[layer.name]["weight"]
        source = layer.inputs[0]
        values[source] = values.get(source, 0) + by_input(product, module)
    return {name: total.abs() for name, total in units.sums(values).items()}


def by_input(values, module):
    """Values of a layer's weight summed for every input channel, (C_in,)."""
    if isinstance(module, nn.ConvTranspose2d):  # (C_in, C_out / g, …)
        return values.flatten(1).sum(1)
    parts = values.unflatten(0, (getattr(module, "groups", 1), -1)).sum(1)  # (g, C_in / g, …)
    return parts.flatten(2).sum(2).flatten() if parts.ndim > 2 else parts.flatten()


def maker_names(units):
    return [name for group in units.groups for name in group.makers]


def propagated(units: Units, data: object, dice: torch.Generator) -> dict:
    """How much of the final response reaches back to a unit through |W| (after Yu et al. 2018, NISP).

    The inputs of the classifier are worth Σ|w| of its weights, the plain stand-in for the paper's ranking; every layer hands to
    what it reads |W|ᵀ of what it got itself, a norm |γ|/σ of it, a pool to all that it looked at, a product to both factors. That
    norms and products count so is inferred; the rest is read from two codes of others. Raises a ValueError that names a layer it
    cannot pass.
    """
    got = {units.network.output.name: torch.ones(units.network.output.shape)}
    values = {}
    for layer in reversed(units.network.layers):
        score = got.pop(layer.name, None)
        if score is None:
            continue
        values[layer.name] = score.flatten(1).sum(1) if score.ndim > 1 else score
        for source, share in zip(layer.sources, passed_back(layer, units.modules.get(layer.name), score)):
            got[source.name] = got[source.name] + share if source.name in got else share
    return units.sums({name: values[name] for name in maker_names(units)})


def passed_back(layer, module, score):
    """The scores of what a layer reads, from its own: the transpose of its linear form."""
    inputs = [torch.zeros(1, *shape) for shape in layer.in_shapes]
    _, transposed = torch.func.vjp(linear_form(layer, module), *inputs)
    return [share[0] for share in transposed(score[None])]


def linear_form(layer, module):
    """A layer with |W| for its weights and without what is not linear, as a function of what it reads."""
    if layer.op == "linear":
        return lambda x: linear(x, module.weight.detach().abs())
    if layer.op == "conv":
        return lambda x: module._conv_forward(x, module.weight.detach().abs(), None)
    if layer.op == "norm":
        return lambda x: x * scale_of(module).reshape(-1, *[1] * (len(layer.shape) - 1))
    if layer.op in ("subtract", "multiply"):
        return lambda x, y: x + y
    if layer.op == "max_pool":
        return lambda x: avg_pool2d(x, layer.kernel, layer.stride, layer.padding, layer.ceil, divisor_override=1)
    if layer.op in LINEAR:
        return module_of(layer)
    if layer.rides and layer.op in ALONE:
        return lambda x: x
    raise ValueError(f"'{layer.name}' ({layer.kind}): it is not known here how a score passes it")


def scale_of(module):
    """|γ|/σ of a batch norm in evaluation mode."""
    weight = 1.0 if module.weight is None else module.weight.detach().abs()
    return weight / (module.running_var + module.eps).sqrt()
