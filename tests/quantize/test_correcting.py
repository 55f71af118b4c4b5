"""Adaptive rounding and bias correction: less error where the layers are read, and never a code further than the next."""

import pytest
import torch

from squeezelab.data import digits
from squeezelab.quantize import quantize
from squeezelab.training import evaluate, reference

TRAIN, TEST = digits()


def plain_and(**options):
    return [quantize(reference("mini_resnet"), TRAIN, 3, images=64, **each) for each in ({}, options)]


def test_adaptive_rounding_takes_one_of_the_two_codes_beside_a_weight():
    plain, adaptive = plain_and(weight_rounding="adaptive")
    moved = 0
    for nearest, chosen in zip(plain.program["steps"], adaptive.program["steps"]):
        if "weights" in nearest:
            steps = [abs(a - b) for a, b in zip(nearest["weights"], chosen["weights"])]
            assert max(steps) <= 1
            moved += sum(steps)
    assert moved


def test_adaptive_rounding_leaves_less_error_in_the_sums_of_the_first_layer():
    plain, adaptive = plain_and(weight_rounding="adaptive")
    images, first = plain.images, plain.fake.steps[0]
    exact = plain.float.run(0, first, [plain.fake.rounded_image(images)])
    errors = []
    for result in (plain, adaptive):
        with torch.no_grad():
            weight, bias = result.fake.rounded_weight(0), result.fake.biases["0"]
            made = torch.nn.functional.conv2d(result.fake.rounded_image(images), weight, bias, padding=1).clamp(min=0)
        errors.append((made - exact).square().sum().item())
    assert errors[1] < errors[0]


def test_corrected_biases_leave_the_mean_of_each_channel_where_it_was():
    from squeezelab.quantize.stepwise import computed

    (result,) = plain_and(bias_correction=True)[1:]
    images, step = result.images, result.fake.steps[0]
    with torch.no_grad():
        exact = computed(step, [images], result.float.weights["0"], result.float.biases["0"])
        made = computed(step, [result.fake.rounded_image(images)], result.fake.rounded_weight(0), result.fake.biases["0"])
    off = (made - exact).transpose(0, 1).flatten(1).mean(1)
    assert off.abs().max() <= result.fake.weight_scale(0).max() * result.fake.affines[-1].scale  # a bias has whole codes


@pytest.mark.parametrize("options", [{"bias_correction": True}, {"weight_rounding": "adaptive"}])
def test_at_three_bits_both_repair_a_network_of_residual_blocks(options):
    plain, corrected = plain_and(**options)
    test = TEST.take(1000)
    assert evaluate(corrected.fake, test).accuracy > evaluate(plain.fake, test).accuracy + 0.02
