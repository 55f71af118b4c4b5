"""The networks of the book, quantised: C gives the integers of Python on every image."""

import pytest

torch = pytest.importorskip("torch")
from support.c_programs import SANITIZED, codes_in_c, compiled, said, scores_in_c  # noqa: E402
from torch import nn  # noqa: E402

from squeezelab.capsules import trained  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.quantize import quantize  # noqa: E402
from squeezelab.quantize.export_c import export_c  # noqa: E402
from squeezelab.training import reference  # noqa: E402


class Own(nn.Module):
    """What the networks of the book don't have: depthwise layers, activations by table, branches that are concatenated."""

    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(1, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.Hardswish())
        self.depthwise = nn.Sequential(nn.Conv2d(8, 8, (3, 5), 1, (2, 2), (2, 1), 8), nn.BatchNorm2d(8), nn.ELU())
        self.grouped = nn.Sequential(nn.Conv2d(8, 12, (1, 3), padding=(0, 1), groups=4), nn.ReLU6())
        self.pool, self.fc = nn.AvgPool2d(7), nn.Linear(80, 10)

    def forward(self, x):
        x = self.first(x)
        x = torch.cat([self.grouped(x), self.depthwise(x)], 1)
        return self.fc(self.pool(x).flatten(1))


def check_equal(model, folder, images, *flags, **settings):
    """Raises unless C and Python agree on the scores and classes of all images; the result of `quantize`."""
    train, _ = digits()
    result = quantize(model, train, **settings)
    export_c(result, folder, images[:2])
    expected = result.integers.scores(images)
    pixels = (images * 255).round().int().flatten(1).tolist()
    found = torch.tensor(scores_in_c(compiled(folder, *flags), pixels))
    differing = (found[:, :-1] != expected).any(1) | (found[:, -1] != expected.argmax(1))
    assert differing.sum() == 0, f"{differing.sum()} of {len(images)} images have other integers in C"
    return result


def test_all_of_2000_images_have_the_same_integers(tmp_path):
    _, test = digits()
    check_equal(reference("mini_vgg"), tmp_path / "net", test.images[:2000])
    assert said(tmp_path / "net.out", "--test")[:2] == (0, "2 of 2 images have their scores\n")


@pytest.mark.parametrize(
    ("name", "bits", "granularity", "rounding"),
    [
        ("mini_vgg", 8, "tensor", "single"),
        ("mini_vgg", 4, "channel", "single"),
        ("mini_vgg", 2, "tensor", "double"),
        ("mini_vgg", 1, "channel", "double"),
        ("mini_resnet", 8, "channel", "double"),
        ("mini_resnet", 4, "tensor", "single"),
        ("mini_squeezenext", 8, "tensor", "single"),
        ("mini_squeezenext", 3, "channel", "double"),
        ("lenet300", 8, "channel", "single"),
        ("lenet300", 2, "tensor", "double"),
    ],
)
def test_bits_granularities_and_roundings_change_nothing_in_that(name, bits, granularity, rounding, tmp_path):
    _, test = digits()
    settings = {"bits": bits, "granularity": granularity, "rounding": rounding}
    check_equal(reference(name), tmp_path / "net", test.images[2000:2200], "-O3", **settings)


@pytest.mark.parametrize("settings", [{}, {"bits": 5, "granularity": "tensor", "rounding": "single"}, {"power_of_two": True}])
def test_a_network_of_ones_own_has_the_same_integers(settings, tmp_path):
    torch.manual_seed(0)
    _, test = digits()
    result = check_equal(Own(), tmp_path / "net", test.images[:200], "-O3", **settings)
    assert {"lookup", "concat", "avg_pool"} <= {step["op"] for step in result.program["steps"]}


@pytest.mark.parametrize(("name", "flags"), [("tiny", ("-O0",)), ("mcu", ("-O3",)), ("mcu", SANITIZED)])
def test_a_trained_capsnet_has_the_same_integers_on_500_images(name, flags, tmp_path):
    _, test = digits()
    check_equal(trained(name), tmp_path / "net", test.images[:500], *flags)


@pytest.mark.parametrize("name", ["tiny", "mcu"])
def test_every_step_of_a_trained_capsnet_has_the_codes_of_python(name, tmp_path):
    train, test = digits()
    result = quantize(trained(name), train, images=64)
    export_c(result, tmp_path / "net", test.images[:2])
    for image in test.images[:3]:
        pixels = (image * 255).round().int().flatten().tolist()
        ours = result.integers.codes(image[None], keep=True)
        for step, mine, theirs in zip(result.program["steps"], ours, codes_in_c(tmp_path / "net", pixels), strict=True):
            assert mine.flatten().tolist() == theirs, step["name"]
