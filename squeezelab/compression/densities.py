"""How many weights of each layer stay, when a network has one density: uniform, Erdős–Rényi, and with the kernel counted (ERK).

A layer of few weights, as a first or a last one, passes all that the network knows; a layer of many can miss most of them. ER
gives a layer of n inputs and m outputs the density ε·(n + m) / (n·m) (Mocanu et al. 2018, SET), ERK counts the sides of the
kernel, too, ε·(n + m + w + h) / (n·m·w·h) (Evci et al. 2020, RigL) [both read]. Layers for which that is more than all are whole,
and ε is solved again for the others.

>>> from squeezelab.networks import lenet300
>>> counts_at(lenet300(), 0.02, "erk")
{'fc1': 3621, 'fc2': 1336, 'fc3': 367}
"""

from ..core.checks import check_choice, number
from ..networks.graph import Network

KINDS = ("uniform", "er", "erk")


def room(layer, kind):
    """Weights that a layer gets for an ε of 1; the inputs of a grouped convolution are those of one group. A linear layer has no
    kernel whose sides would count."""
    height, width = (1, 1) if layer.op == "linear" else layer.kernel
    outputs = layer.shape[0]
    inputs = layer.weight_words // (outputs * height * width)
    if kind == "uniform":
        return layer.weight_words
    if kind == "er":
        return (inputs + outputs) * height * width
    return inputs + outputs + (0 if layer.op == "linear" else height + width)


def densities(network: Network, density: float, kind: str = "erk", whole: tuple = ()) -> dict:
    """{layer: share of its weights that stays}, all convolutions and linear layers, for one density of the whole network.

    kind: uniform, er or erk. whole: layers that stay whole, whatever the kind (RigL's uniform keeps the first one).

    Raises a ValueError for a density outside 0 < density ≤ 1, another kind, a layer that there is not, a density that the
    whole layers alone exceed, and votes of capsules, of which no rule was published.

    >>> from squeezelab.networks import mini_vgg
    >>> [round(share, 3) for share in densities(mini_vgg(), 0.1).values()]
    [1.0, 0.086, 0.041, 0.027, 0.748]
    """
    check_choice("kind of density", kind, KINDS)
    density = number(density, "the density", above=0, most=1, asked="a share of the weights, above 0 and up to 1")
    layers = network.weight_layers
    for layer in layers:
        if layer.op == "votes":
            raise ValueError(f"'{layer.name}' ({layer.kind}): what stays is known for convolutions and linear layers")
    for name in whole:
        check_choice("layer", name, [layer.name for layer in layers])
    budget, full = density * sum([layer.weight_words for layer in layers]), list(whole)
    while True:
        rest = [layer for layer in layers if layer.name not in full]
        left = budget - sum([layer.weight_words for layer in layers if layer.name in full])
        if left < 0:
            raise ValueError(f"a density of {density:g} is less than the whole layers {', '.join(full)} have")
        epsilon = left / sum([room(layer, kind) for layer in rest]) if rest else 0
        over = [layer.name for layer in rest if epsilon * room(layer, kind) > layer.weight_words]
        if not over:
            break
        full += over
    found = {}
    for layer in layers:
        found[layer.name] = 1.0 if layer.name in full else epsilon * room(layer, kind) / layer.weight_words
    return found


def counts_at(network: Network, density: float, kind: str = "erk", whole: tuple = ()) -> dict:
    """{layer: weights that stay}, each layer's share as a whole number, halves up; all together may be off by half a weight a
    layer.

    Raises as `densities` does.

    >>> from squeezelab.networks import lenet300
    >>> counts_at(lenet300(), 0.5, "uniform")
    {'fc1': 117600, 'fc2': 15000, 'fc3': 500}
    """
    shares = densities(network, density, kind, whole)
    found = {}
    for layer in network.weight_layers:
        found[layer.name] = int(shares[layer.name] * layer.weight_words + 0.5)
    return found
