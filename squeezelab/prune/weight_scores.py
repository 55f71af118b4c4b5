"""How much a single weight is worth: functions of (`WeightUnits`, training data, dice) → {layer: a value a weight}.

>>> import torch
>>> from squeezelab.bridge import to_torch
>>> from squeezelab.networks import lenet300
>>> from squeezelab.prune.weight_units import WeightUnits
>>> units = WeightUnits(to_torch(lenet300()), lenet300())
>>> torch.equal(size_of_weight(units, None, None)["fc3"], units.modules["fc3"].weight.detach().abs())
True
"""

import torch

from ..bridge.independent import independent_copy
from .gradients import gradients_of
from .surgery import layers_of


def size_of_weight(units: object, data: object, dice: torch.Generator) -> dict:
    """|w|."""
    return {name: module.weight.detach().abs() for name, module in units.modules.items()}


def drawn_weights(units: object, data: object, dice: torch.Generator) -> dict:
    """A draw for every weight."""
    return {name: torch.rand(module.weight.shape, generator=dice) for name, module in units.modules.items()}


def sensitivity_of_weight(units: object, data: object, dice: torch.Generator) -> dict:
    """|w·g| on some batches of the training data, norms in training mode (Lee et al. 2019, SNIP) [recalled]."""
    gradients = gradients_of(units, data, train=True)
    return {name: (module.weight.detach() * gradients[name]["weight"]).abs() for name, module in units.modules.items()}


def flow(units: object, data: object, dice: torch.Generator) -> dict:
    """|w|·∂R/∂|w| with R the sum of the outputs for an image of ones when every parameter is replaced by its size
    (Tanaka et al. 2020, SynFlow) [recalled]; no data, norms in evaluation mode, in double precision."""
    model = independent_copy(units.model).double().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.abs_()
    model(torch.ones(1, *units.network.input_shape, dtype=torch.float64)).sum().backward()
    modules = {layer.name: module for layer, module in layers_of(model, units.network)}
    return {name: (modules[name].weight * modules[name].weight.grad).detach() for name in units.modules}


def unscored(units: object, data: object, dice: torch.Generator) -> dict:
    """No values: for a rule that judges connections by itself."""
    return {}
