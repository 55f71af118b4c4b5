"""Which weights of a layer training changes, whatever they are made of."""


def learns(layer, name="weight"):
    """Whether training changes the weight, or the "bias", of a layer: whether a parameter that it is made of needs a gradient.
    Torch makes weights of ``weight_orig`` (pruning), ``weight_g`` (a norm), ``parametrizations.weight.original``, …

    >>> from torch import nn
    >>> learns(nn.Linear(3, 4).requires_grad_(False))
    False
    """
    parts = [(path.removeprefix("parametrizations."), weight) for path, weight in layer.named_parameters()]
    return any(weight.requires_grad for path, weight in parts if path.startswith("bias") == (name == "bias"))
