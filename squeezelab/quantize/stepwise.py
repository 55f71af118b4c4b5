"""The steps of a model as a torch module: in float numbers, or with weights and maps rounded to their codes.

What an operation computes stands here once; the float model, the one with quantised values and the tests call the same lines.
"""

import torch
from torch import nn
from torch.nn import functional

from .capsule_steps import CAPSULE_STEPS


class Stepwise(nn.Module):
    """Runs steps on a batch of images (n, channels, height, width). Weights and biases are parameters; subclasses round them.

    `outputs(images)` keeps what every step writes.
    """

    def __init__(self, steps):
        super().__init__()
        self.steps = list(steps)
        self.weights, self.biases = nn.ParameterDict(), nn.ParameterDict()
        for place, step in enumerate(self.steps):
            if step.has_weights:
                self.weights[str(place)] = nn.Parameter(step.weight.clone())
            if step.bias is not None:
                self.biases[str(place)] = nn.Parameter(step.bias.clone())
        self.last_reads = last_reads(self.steps)

    def forward(self, images):
        made = {-1: self.rounded_image(images)}
        for place, step in enumerate(self.steps):
            made[place] = self.run(place, step, [made[source] for source in step.sources])
            for source in self.last_reads[place]:
                made.pop(source, None)
        return made[len(self.steps) - 1]

    def outputs(self, images):
        """A list of what each step writes."""
        made = {-1: self.rounded_image(images)}
        for place, step in enumerate(self.steps):
            made[place] = self.run(place, step, [made[source] for source in step.sources])
        return [made[place] for place in range(len(self.steps))]

    def run(self, place, step, inputs):
        """What one step writes, rounded as this model rounds."""
        weight = self.rounded_weight(place) if step.has_weights else None
        bias = self.rounded_bias(place) if step.bias is not None else None
        return self.rounded_map(place, within_clip(computed(step, inputs, weight, bias), step.clip))

    # What a float model leaves as it is.

    def rounded_image(self, images):
        return images

    def rounded_weight(self, place):
        return self.weights[str(place)]

    def rounded_bias(self, place):
        return self.biases[str(place)]

    def rounded_map(self, place, values):
        return values


def computed(step, inputs, weight, bias):
    """What a step makes of its inputs before it is clipped, in whatever numbers these are."""
    x = inputs[0]
    if step.op == "conv":
        geometry = step.geometry
        x = functional.pad(x, rims(step, x))
        stride, dilation, groups = geometry["stride"], geometry["dilation"], geometry["groups"]
        return functional.conv2d(x, weight, bias, stride, 0, dilation, groups)
    if step.op == "linear":
        return functional.linear(x.flatten(1), weight, bias)
    if step.op == "max_pool":
        x = functional.pad(x, rims(step, x), value=-float("inf"))
        return shaped(functional.max_pool2d(x, step.geometry["kernel"], step.geometry["stride"]), step)
    if step.op == "avg_pool":
        x = functional.pad(x, rims(step, x))
        return shaped(functional.avg_pool2d(x, step.geometry["kernel"], step.geometry["stride"]), step)
    if step.op == "add":
        return inputs[0] + inputs[1]
    if step.op == "concat":
        return torch.cat(inputs, 1)
    if step.op == "votes":
        return step.function(x, weight)
    if step.op == "lookup" or step.op in CAPSULE_STEPS:
        return step.function(*inputs)
    return shaped(x, step)  # flatten, clip


def shaped(x, step):
    return x.reshape(len(x), *step.shape)


def within_clip(values, clip):
    low, high = clip
    return values if low is None and high is None else values.clamp(low, high)


def rims(step, x):
    """(left, right, top, bottom) of a map, so that the windows end where it ends; negative where they leave a rest."""
    geometry, made, sides = step.geometry, step.shape, []
    for axis in (1, 0):
        reach = geometry.get("dilation", (1, 1))[axis] * (geometry["kernel"][axis] - 1) + 1
        needed = (made[1 + axis] - 1) * geometry["stride"][axis] + reach
        before = geometry["padding"][axis]
        sides += [before, needed - x.shape[2 + axis] - before]
    return tuple(sides)


def last_reads(steps):
    """For each step, what nobody reads after it: maps are let go as they would be on a small machine."""
    last = {}
    for place, step in enumerate(steps):
        for source in step.sources:
            last[source] = place
    return [[source for source, at in last.items() if at == place] for place in range(len(steps))]
