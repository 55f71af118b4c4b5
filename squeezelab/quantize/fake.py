"""A model whose weights and maps have quantised values, in float numbers: what its integers will compute, and what is trained.

>>> import torch
>>> from squeezelab.data import digits
>>> from squeezelab.training import evaluate, reference
>>> from squeezelab.quantize import quantize
>>> train, test = digits()
>>> fake = quantize(reference("mini_vgg"), train, bits=4).fake
>>> evaluate(fake, test.take(500)).accuracy > 0.97
True
"""

import torch
from torch import nn

from .rounding import RoundThrough, learned_step, straight_through
from .stepwise import Stepwise
from .weight_scales import rounded_weights

WAYS = ("ste", "lsq")


class FakeQuantized(Stepwise):
    """affines: {place: Affine} of the image (−1) and of what steps write; weight_bits: {place: bits}; scales: {place: tensor}
    of the weights.

    way: how it is trained. "ste": scales stay, and gradients pass straight through the rounding. "lsq": the scales are learned,
    as the scale at the start times a ratio that starts at 1 [ours]: Adam then moves all of them by the same share, whatever
    their size.
    """

    def __init__(self, steps, affines, weight_bits, scales, way="ste"):
        super().__init__(steps)
        self.affines, self.weight_bits, self.way = dict(affines), dict(weight_bits), way
        self.scales = nn.ParameterDict({str(place): nn.Parameter(value.clone(), False) for place, value in scales.items()})
        learned = way == "lsq"
        self.weight_ratios = nn.ParameterDict(
            {name: nn.Parameter(torch.ones_like(value), learned) for name, value in self.scales.items()}
        )
        self.map_ratios = nn.ParameterDict({key_of(place): nn.Parameter(torch.ones(()), learned) for place in self.affines})
        self.sizes = {}  # features of a map, of one image

    def rounded_image(self, images):
        return self.rounded_to(-1, images)

    def rounded_map(self, place, values):
        return self.rounded_to(place, values) if place in self.affines else values

    def rounded_to(self, place, values):
        """Values of a map, rounded to its codes."""
        affine = self.affines[place]
        low, high = affine.low - affine.zero, affine.high - affine.zero
        ratio = self.map_ratios[key_of(place)]
        if self.way == "lsq":
            gain = (values[0].numel() * max(high, 1)) ** -0.5
            return learned_step(values, affine.scale * ratio, low, high, gain)
        return straight_through(values, affine.scale * ratio, affine.zero, affine.low, affine.high)

    def rounded_weight(self, place):
        weight, bits = self.weights[str(place)], self.weight_bits[place]
        scale = self.weight_scale(place).view(-1, *[1] * (weight.ndim - 1))
        if bits == 1:
            return through(rounded_weights(weight, scale, 1).detach(), weight, scale)
        most = 2 ** (bits - 1) - 1
        if self.way == "lsq":
            return learned_step(weight, scale, -most, most, (weight.numel() * most) ** -0.5)
        return straight_through(weight, scale, 0, -most, most)

    def rounded_bias(self, place):
        """Biases as whole multiples of the scale of a sum, input times weight: few bits make it coarse."""
        read = self.affine_now(self.steps[place].sources[0]).scale
        scale = (self.weight_scale(place) * read).detach()
        return scale * RoundThrough.apply(self.biases[str(place)] / scale)

    def weight_scale(self, place):
        """Scales, (C_out,) or (1,), of a step's weights as they are now."""
        return (self.scales[str(place)] * self.weight_ratios[str(place)].abs()).clamp(min=1e-12)

    def affine_now(self, place):
        """The codes of a map with its scale as it is now; a step that only picks or clips has those of what it reads."""
        while place not in self.affines:
            place = self.steps[place].sources[0]
        affine = self.affines[place]
        return affine._replace(scale=affine.scale * max(abs(self.map_ratios[key_of(place)].item()), 1e-8))


def key_of(place):
    return "image" if place < 0 else str(place)


def through(rounded, weight, scale):
    """Signs, whose gradient is that of the weight where it lies within its scale's reach, |w| ≤ 2α [ours], and 0 beyond."""
    inside = weight.clamp(-2 * scale.detach(), 2 * scale.detach())
    return rounded + inside - inside.detach()
