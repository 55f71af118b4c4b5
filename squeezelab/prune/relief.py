"""NNrelief (Dekhovich et al. 2024): of all that flows into a neuron, keep the largest parts, up to a share alpha of the sum.

A connection's part is the size of what it carries on average over images: |x·w| for a weight of a linear layer; for a 2-D kernel
of a convolution, the map |K| ∗ |x| taken as one number, its L2 norm over the positions. The authors' code and their paper differ,
and `reading` names which: "code" takes the norm of the mean map and always cuts at least one connection of each neuron, even at
alpha = 1; "paper" the mean of the norms, and cuts nothing then [read; in the paper, the index inferred].

Neurons that read one channel only are left whole [ours], be it in a depthwise convolution or in the first one of gray images:
the code's rule would cut all that they have. A neuron that is silent on all images needs no rule of its own: its parts are 0, so
they fall, and the clean-up from the output backwards takes its inputs.
"""

import torch
from torch import nn
from torch.nn.functional import conv2d

from ..bridge.independent import independent_copy
from ..compression.channel_groups import Channels
from ..core.checks import check_choice, number
from ..training.models import evaluation_mode, outputs_of
from .allocate import checked
from .surgery import layers_of

IMAGES, BATCH_OF_IMAGES = 1000, 50
READINGS = ("code", "paper")


def largest_parts(parts: torch.Tensor, alpha: float, reading: str = "code") -> torch.Tensor:
    """A mask of the connections that stay, of `parts` (neurons, connections), a row a neuron.

    >>> parts = torch.tensor([[5.0, 3.0, 1.0, 0.6, 0.4]])
    >>> [int(largest_parts(parts, 1.0, reading).sum()) for reading in READINGS]
    [4, 5]
    """
    ordered = parts.double().sort(1, descending=True).values
    sums = ordered.cumsum(1)
    below = (sums < alpha * sums[:, -1:] * (1 - 1e-7)).sum(1)  # prefixes that do not reach alpha, rounding aside
    last = parts.shape[1] - 1
    if reading == "paper":
        return parts.double() >= ordered.gather(1, below.clamp(max=last)[:, None])
    return parts.double() > ordered.gather(1, (below + 1).clamp(max=last)[:, None])


def by_parts(alpha=None, reading="code", images=IMAGES):
    """The rule of NNrelief, for an alpha, or a pair (of convolutions, of linear layers); without one, the alpha, the same for
    both, at which the share of the weights that falls is at least the sparsity asked for.

    images: of the training data, over which is averaged. Raises a ValueError for another reading, for an alpha outside
    0 < alpha ≤ 1, and for a sparsity that leaves neurons without inputs.
    """
    check_choice("reading", reading, READINGS)
    pair = None if alpha is None else [number(each, "alpha", above=0, most=1) for each in as_pair(alpha)]

    def rule(scores, share, round_to, context):
        share, _ = checked({}, share, round_to)
        data = context.data.take(min(images, len(context.data)))
        relief = Relief(context.units, data, reading)
        return relief.masks(*pair) if pair else relief.masks_for(share)

    return rule


def as_pair(alpha):
    return alpha if isinstance(alpha, (tuple, list)) else (alpha, alpha)


class Relief:
    """Masks of a model by alpha: the convolutions first, judged by the dense model, then the linear layers, which see what the
    thinned convolutions give them; then, from the output backwards, all that feeds a neuron which nobody reads."""

    def __init__(self, units, data, reading):
        self.units, self.data, self.reading = units, data, reading
        self.channels = Channels(units.network)
        reading_layers = [layer.name for layer, module in units.reading() if module.weight.shape[1] > 1]
        self.convolutions = [name for name in reading_layers if units.layers[name].op != "linear"]
        self.linears = [name for name in reading_layers if units.layers[name].op == "linear"]
        for name in self.convolutions:
            check_can_be_relieved(name, units.modules[name])
        self.parts = connection_parts(units.model, units, self.convolutions, data, reading)

    def masks(self, alpha_conv, alpha_linear):
        kept = self.stage(self.parts, self.convolutions, alpha_conv)
        thinned_model = self.units.masked(kept) if kept else self.units.model
        parts = connection_parts(thinned_model, self.units, self.linears, self.data, self.reading)
        kept.update(self.stage(parts, self.linears, alpha_linear))
        return self.cleaned(kept)

    def stage(self, parts, names, alpha):
        """{layer: mask} of the layers of one stage; a bias competes as one more connection, and stays in any case."""
        kept = {}
        for name in names:
            values, bias = parts[name]
            every = values if bias is None else torch.cat([values, bias[:, None]], 1)
            mask = largest_parts(every, alpha, self.reading)[:, : values.shape[1]]
            kept[name] = as_weight_mask(mask, self.units.modules[name])
        return kept

    def cleaned(self, kept):
        """Without the connections into channels that no connection reads any more."""
        network, of = self.units.network, self.channels.of
        alive = set(self.channels.stays)
        for layer in reversed(network.layers):
            if layer.name not in kept:
                continue
            rows = [number in alive for number in of[layer.name]]
            mask = kept[layer.name]
            mask[~torch.tensor(rows)] = False
            read = input_mask(mask, self.units.modules[layer.name])
            alive.update(number for number, used in zip(of[layer.inputs[0]], read.tolist()) if used)
        return kept

    def masks_for(self, share):
        """The masks of the largest alpha, to a thousandth, at which at least that share of the weights falls."""
        low, high = 0, 1000
        if self.fallen(1000) >= share:
            return self.masks(1.0, 1.0)
        if self.fallen(1) < share:
            raise ValueError(
                f"{share:.1%} of the weights cannot fall: with one input left a neuron, {self.fallen(1):.1%} have fallen"
            )
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.fallen(middle) >= share else (low, middle)
        return self.masks(low / 1000, low / 1000)

    def fallen(self, thousandths):
        return self.units.sparsity(self.masks(thousandths / 1000, thousandths / 1000))


def check_can_be_relieved(name, module):
    """Raises, naming the layer, for a convolution of which it is not known here what its connections carry."""
    if isinstance(module, nn.ConvTranspose2d) or module.padding_mode != "zeros":
        raise ValueError(f"'{name}': NNrelief is known here for convolutions that pad with zeros, not for {module}")


def connection_parts(model, units, names, data, reading):
    """{layer: (parts of its connections (outputs, inputs), of its biases (outputs,) or None)}, averages over the images."""
    if not names:
        return {}
    made = independent_copy(model)
    modules = {layer.name: module for layer, module in layers_of(made, units.network) if layer.name in names}
    sums = {name: 0 for name in names}
    hooks = [module.register_forward_hook(adder(sums, name, reading)) for name, module in modules.items()]
    with evaluation_mode(made):
        for images, _ in data.batches(BATCH_OF_IMAGES, shuffle=False):
            outputs_of(made, images)
    for hook in hooks:
        hook.remove()
    return {name: finished(modules[name], units.layers[name], sums[name] / len(data), reading) for name in names}


def adder(sums, name, reading):
    """A hook that adds up what a layer reads, or, by the paper, the norms of the maps of its connections."""

    def add(module, inputs, output):
        seen = inputs[0].detach().abs()
        by_norm = reading == "paper" and not isinstance(module, nn.Linear)
        sums[name] = sums[name] + (norms_of(seen, module) if by_norm else seen).sum(0)

    return add


def finished(module, layer, mean, reading):
    """(parts of connections, parts of biases) of a layer from what was averaged."""
    pixels = 1
    if isinstance(module, nn.Linear):
        parts = mean.flatten() * module.weight.detach().abs()
    else:
        parts = mean if reading == "paper" else norms_of(mean[None], module)[0]
        pixels = layer.shape[1] * layer.shape[2]
    bias = None if module.bias is None else module.bias.detach().abs() * pixels**0.5
    return parts, bias


def norms_of(images, module):
    """The L2 norm over positions of |K| ∗ |x| for each kernel: (batch, outputs, inputs of its group)."""
    weight = module.weight.detach().abs()  # (C_out, C_in / g, kh, kw)
    outputs, inputs = weight.shape[:2]
    groups, found = module.groups, []
    for group in range(groups):
        rows = weight[group * outputs // groups : (group + 1) * outputs // groups]
        kernels = rows.transpose(0, 1).flatten(0, 1)[:, None]  # (C_in / g · C_out / g, 1, kh, kw)
        seen = images[:, group * inputs : (group + 1) * inputs]
        maps = conv2d(seen, kernels, None, module.stride, module.padding, module.dilation, inputs)
        found.append(maps.flatten(2).norm(dim=2).unflatten(1, (inputs, -1)).transpose(1, 2))
    return torch.cat(found, 1)


def as_weight_mask(mask, module):
    """A mask of connections (outputs, inputs) as one of the weight."""
    weight = module.weight
    return mask.view(*mask.shape, *[1] * (weight.ndim - 2)).expand_as(weight).clone()


def input_mask(mask, module):
    """Which input channels a mask of a weight leaves to be read: (C_in,)."""
    used = mask.flatten(2).any(2) if mask.ndim > 2 else mask
    return used.unflatten(0, (getattr(module, "groups", 1), -1)).any(1).flatten()
