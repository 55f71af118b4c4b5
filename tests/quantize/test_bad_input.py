"""What cannot be quantised is refused by name, and by the line of the model's own code."""

import math

import pytest
import torch
from torch import nn

from squeezelab.data import Examples, cluttered_digits, digits
from squeezelab.quantize import load_program, quantize
from squeezelab.training import reference

TRAIN, TEST = digits()
VGG = reference("mini_vgg")


class Gated(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.gate, self.fc = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 4, 1), nn.Linear(4, 3)

    def forward(self, x):
        x = self.conv(x)
        x = x * self.gate(x).sigmoid()
        return self.fc(x.mean((2, 3)))


class Scaled(nn.Module):
    """Its forward has a factor that is no layer's."""

    def __init__(self):
        super().__init__()
        self.conv, self.fc = nn.Conv2d(1, 4, 3), nn.Linear(4, 3)

    def forward(self, x):
        return self.fc(self.conv(x * 2 - 1).relu().mean((2, 3)))


class Dead(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.fc = nn.Conv2d(1, 4, 3), nn.Linear(4, 3)
        nn.init.zeros_(self.conv.weight)
        nn.init.constant_(self.conv.bias, -1.0)

    def forward(self, x):
        return self.fc(self.conv(x).relu().mean((2, 3)))


def wide():
    """One of its sums may reach more than 2^31."""
    model = nn.Sequential(nn.Conv2d(1, 90, 1), nn.ReLU(), nn.Flatten(), nn.Linear(90 * 28 * 28, 2))
    nn.init.constant_(model[0].weight, 1.0)
    nn.init.constant_(model[3].weight, 1.0)
    return model


def broken(value):
    model = reference("mini_vgg")
    with torch.no_grad():
        model.conv2.weight[0, 0, 0, 0] = value
    return model


def hot():
    """Numbers, until they meet in a norm."""
    model = reference("mini_vgg")
    with torch.no_grad():
        model.conv2.weight.fill_(1e38)
    return model


@pytest.mark.parametrize("bits", [0, 9, -1, 2.5, "8", None, True])
def test_bits_are_whole_numbers_from_1_to_8(bits):
    with pytest.raises(ValueError, match="bits must be a whole number"):
        quantize(VGG, TRAIN, bits)
    with pytest.raises(ValueError, match="bits of 'conv1' must be a whole number"):
        quantize(VGG, TRAIN, 8, weight_bits={"conv1": bits})


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"granularity": "row"}, "unknown granularity 'row'; there are channel, tensor"),
        ({"calibration": "max"}, "unknown calibration 'max'"),
        ({"rounding": "up"}, "unknown rounding 'up'"),
        ({"weight_rounding": "down"}, "unknown weight rounding 'down'"),
        ({"qat": "pact", "epochs": 1}, "unknown way of training 'pact'; there are ste, lsq"),
        ({"epochs": 2}, "2 epochs of what training"),
        ({"images": 0}, "the number of calibration images must be a whole number of at least 1"),
        ({"weight_bits": {"conv9": 4}}, "weight_bits names 'conv9', which is no layer"),
        ({"activation_bits": {"image": 4}}, "activation_bits names 'image', which is no layer"),
        ({"ends": 16}, "ends must be a whole number from 1 to 8"),
        ({"network": "mini_vgg"}, "network is the model's Network"),
    ],
)
def test_choices_are_named_with_what_there_is(wrong, says):
    with pytest.raises(ValueError, match=says):
        quantize(VGG, TRAIN, **wrong)


@pytest.mark.parametrize(
    "data",
    [TEST, TEST.take(20), cluttered_digits(20, 0, split="test"), Examples(TEST.images[7:9], [0, 0], ["none"])],
    ids=["test", "part", "cluttered", "unmarked"],
)
def test_test_images_calibrate_nothing(data):
    with pytest.raises(ValueError, match="these are test images"):
        quantize(VGG, data)


def test_no_training_digit_is_taken_for_a_test_digit():
    from squeezelab.quantize.observers import calibration_images

    assert len(calibration_images(TRAIN, 12_000)) == 12_000


def test_data_are_examples():
    with pytest.raises(ValueError, match="calibration takes Examples"):
        quantize(VGG, TRAIN.images)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (Gated, r"test_bad_input\.py:\d+ `x = x \* self\.gate\(x\)\.sigmoid\(\)`: 'multiply' \(multiply\) has no integer form"),
        (Scaled, "the model computes something else than its layers say"),
        (Dead, "gives 0 everywhere on the calibration images"),
        (wide, "'3': a sum may reach .* of an accumulator of 32 bits"),
        (lambda: broken(float("nan")), "'conv2' has weights that are no numbers"),
        (lambda: broken(float("inf")), "'conv2' has weights that are no numbers"),
        (hot, "gives values that are no numbers"),
        (lambda: nn.Sequential(nn.Flatten(), nn.ReLU()), "there is nothing to quantise"),
        (lambda: nn.Sequential(nn.ConvTranspose2d(1, 2, 3), nn.Flatten()), "'0' .* has no integer form here"),
        (lambda: nn.Sequential(nn.Conv2d(1, 4, 3), nn.GroupNorm(2, 4), nn.Flatten()), "'1' .* has no integer form here"),
        (
            lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.AvgPool2d(3, padding=1, count_include_pad=False)),
            "windows of several sizes",
        ),
        (lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.AdaptiveAvgPool2d(7), nn.Flatten()), "its windows are not all alike"),
    ],
)
def test_a_model_that_has_no_integers_is_refused_by_name_and_line(model, says):
    with pytest.raises(ValueError, match=says):
        quantize(model(), TRAIN.take(64))


@pytest.mark.parametrize("part", ["fake", "integers"])
def test_a_model_that_is_quantised_already_is_refused(part):
    model = getattr(quantize(VGG, TRAIN, images=32), part)
    for given in (model, nn.Sequential(model)):
        with pytest.raises(ValueError, match="is quantised already: give the float model"):
            quantize(given, TRAIN)


def test_integers_take_images_of_their_shape_in_0_to_1():
    integers = quantize(VGG, TRAIN, images=32).integers
    with pytest.raises(ValueError, match=r"the program reads images \(n, 1, 28, 28\), not \(2, 1, 32, 32\)"):
        integers.scores(torch.zeros(2, 1, 32, 32))
    with pytest.raises(ValueError, match=r"images must lie in 0\.\.1"):
        integers.scores(torch.full((2, 1, 28, 28), 255.0))
    for images, words in (
        (torch.ones(2, 1, 28, 28, dtype=torch.uint8), "not torch.uint8; divide bytes by 255"),
        (torch.full((2, 1, 28, 28), math.nan), "must lie in 0..1, not in nan"),
        (torch.zeros(0, 1, 28, 28), r"not \(0, 1, 28, 28\)"),
        (torch.zeros(2, 1, 28, 28).numpy(), "not a ndarray"),
    ):
        with pytest.raises(ValueError, match=words):
            integers.scores(images)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 2}', '{"format": 1, "rounding": "double"}'])
def test_a_file_that_holds_no_program_is_named(tmp_path, text):
    path = tmp_path / "net.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"net\.json holds no integer program"):
        load_program(path)
