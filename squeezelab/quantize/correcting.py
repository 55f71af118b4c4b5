"""What can still be done after calibration, without training: biases corrected, weights rounded the way that harms least.

Both go through the steps in their order, on a few training images, and take as input what the quantised steps before give.
"""

import torch
from torch.nn import functional

from ..training.models import evaluation_mode
from .stepwise import computed, rims
from .weight_scales import codes_of_weights, largest_code

WEIGHT_ROUNDINGS = ("nearest", "adaptive")


def corrected(fake, plain, images: torch.Tensor, weight_rounding: str = "nearest", bias_correction: bool = False) -> None:
    """Corrects a `FakeQuantized` model in place, towards the float model `plain`, on images (n, channels, height, width).

    weight_rounding "adaptive": once over the inputs of a layer, each weight goes to the code above or below, whichever leaves
    the smaller squared error of the layer's outputs, those before it as they have become: one sweep of coordinate descent, in
    the spirit of AdaRound (Nagel et al. 2020, which learns the choice by gradient) [ours]. bias_correction: of each channel the
    mean error of its sums is taken off its bias (Nagel et al. 2019) [recalled]. Votes, which have no bias, stay as they are.
    """
    with evaluation_mode(fake), evaluation_mode(plain), torch.no_grad():
        wanted = {-1: images} | dict(enumerate(plain.outputs(images)))
        made = {-1: fake.rounded_image(images)}
        for place, step in enumerate(fake.steps):
            inputs = [made[source] for source in step.sources]
            if step.bias is not None and weight_rounding == "adaptive" and fake.weight_bits[place] > 1:
                round_adaptively(fake, place, step, inputs[0])
            if step.bias is not None and bias_correction:
                correct_bias(fake, plain, place, step, inputs, [wanted[source] for source in step.sources])
            made[place] = fake.run(place, step, inputs)


def correct_bias(fake, plain, place, step, inputs, float_inputs):
    """Takes the mean error of a step's sums off its biases."""
    name = str(place)
    exact = computed(step, float_inputs, plain.weights[name], plain.biases[name])
    rounded = computed(step, inputs, fake.rounded_weight(place), fake.rounded_bias(place))
    error = (rounded - exact).transpose(0, 1).flatten(1).mean(1)  # (channels,)
    fake.biases[name] -= error


def round_adaptively(fake, place, step, x):
    """Puts each weight of a step on one of the two codes beside it."""
    weight, scale = fake.weights[str(place)], fake.weight_scale(place)
    groups = step.geometry.get("groups", 1)
    rows = weight.flatten(1)  # (C_out, fan-in)
    scales = scale.view(-1, 1).expand(len(rows), 1)
    most = largest_code(fake.weight_bits[place])
    codes = codes_of_weights(rows, scale, fake.weight_bits[place])
    per_group = len(rows) // groups
    for group, gram in enumerate(grams(step, x, groups)):
        part = slice(group * per_group, (group + 1) * per_group)
        codes[part] = codes_after_sweep(rows[part].double(), codes[part].double(), scales[part].double(), gram, most).float()
    weight.copy_((codes * scales).view_as(weight))


def codes_after_sweep(rows, codes, scales, gram, most):
    """Codes after one pass over the inputs; gram: (fan-in, fan-in), the products of inputs summed over places."""
    pull = (codes * scales - rows) @ gram  # what the errors so far give, along each input
    for at in range(rows.shape[1]):
        exact = rows[:, at : at + 1] / scales
        other = torch.where(codes[:, at : at + 1] > exact, torch.floor(exact), torch.ceil(exact)).clamp(-most, most)
        step = (other - codes[:, at : at + 1]) * scales
        change = 2 * step * pull[:, at : at + 1] + step.square() * gram[at, at]
        step = torch.where(change < 0, step, torch.zeros_like(step))
        codes[:, at : at + 1] += torch.round(step / scales)
        pull += step * gram[at]
    return codes


def grams(step, x, groups):
    """For each group the Gram matrix (fan-in, fan-in), in double precision, of what its outputs see."""
    if step.op == "linear":
        x = x.flatten(1).double()
        return [x.T @ x]
    geometry = step.geometry
    x = functional.pad(x, rims(step, x))
    found = []
    for part in x.chunk(groups, 1):
        total = 0
        for batch in part.split(32):  # a few images at a time: windows take kernel² times the memory of a map
            seen = functional.unfold(batch, geometry["kernel"], geometry["dilation"], 0, geometry["stride"])
            seen = seen.transpose(0, 1).flatten(1).double()  # (fan-in, images · places)
            total = total + seen @ seen.T
        found.append(total)
    return found
