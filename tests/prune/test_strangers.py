"""Models that are not in the repository, through every recipe: residuals, SE, groups, a depthwise part."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from squeezelab.data import Examples  # noqa: E402
from squeezelab.prune import RECIPES, hit, prune  # noqa: E402

DICE = torch.Generator().manual_seed(0)
IMAGES = Examples(torch.rand(192, 3, 20, 20, generator=DICE), torch.arange(192) % 5, list("abcde"))


class Block(nn.Module):
    """An inverted residual with squeeze-and-excitation."""

    def __init__(self, channels, hidden):
        super().__init__()
        self.expand = nn.Sequential(nn.Conv2d(channels, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.Hardswish())
        self.depthwise = nn.Sequential(nn.Conv2d(hidden, hidden, 3, padding=1, groups=hidden, bias=False), nn.BatchNorm2d(hidden))
        self.squeeze = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(hidden, 4, 1), nn.ReLU(), nn.Conv2d(4, hidden, 1))
        self.project = nn.Sequential(nn.Conv2d(hidden, channels, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        y = self.depthwise(self.expand(x))
        return x + self.project(y * torch.sigmoid(self.squeeze(y)))


class Stranger(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 12, 3, 2, 1, bias=False), nn.BatchNorm2d(12), nn.ReLU(inplace=True))
        self.blocks = nn.Sequential(Block(12, 20), Block(12, 24))
        self.grouped = nn.Sequential(nn.Conv2d(12, 16, 3, padding=1, groups=2, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        self.head = nn.Linear(16 * 25, 5)

    def forward(self, x):
        x = self.grouped(self.blocks(self.stem(x)))
        return self.head(torch.flatten(nn.functional.max_pool2d(x, 2), 1))


def stranger():
    torch.manual_seed(0)
    return Stranger()


@pytest.mark.parametrize("recipe", list(RECIPES))
@pytest.mark.parametrize("training", [True, False])
def test_every_recipe_prunes_a_stranger_and_leaves_it_as_it_was(recipe, training):
    model = stranger().train(training)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    result = prune(model, IMAGES, recipe, 0.5, epochs=1, seed=2, quiet=True, batch_size=64)
    report = result.report(IMAGES)
    with torch.no_grad():
        masked, small = result.model.eval()(IMAGES.images[:16]), result.sliced()(IMAGES.images[:16])
    assert torch.allclose(masked, small, rtol=1e-4, atol=1e-5)
    assert report["nonzero"] < report["dense_nonzero"] and report["params"] < report["dense_params"]
    assert report["macs"] < report["dense_macs"] and report["stored_bytes"] < report["dense_stored_bytes"]
    assert type(result.sliced()).__name__ == "Stranger" and model.training == training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize("measure", ["params", "macs", "stored_bytes", "peak_activation_bytes", "cycles", "energy"])
def test_every_budget_is_met_by_a_stranger(measure):
    sparsity = hit(stranger(), IMAGES, "l1_filter", 0.7, measure)
    result = prune(stranger(), IMAGES, "l1_filter", sparsity, epochs=0)
    report = result.report(IMAGES)
    assert report[measure] <= 0.7 * report["dense_" + measure] and 0 < sparsity < 0.8


def test_what_is_stored_is_what_the_file_of_the_small_model_holds():
    result = prune(stranger(), IMAGES, "fpgm", 0.5, epochs=0)
    values = [value for value in result.sliced().state_dict().values() if value.is_floating_point()]
    assert result.report(IMAGES)["stored_bytes"] == 4 * sum(value.numel() for value in values)
    assert result.report(IMAGES)["params"] == sum(value.numel() for value in result.sliced().parameters())
