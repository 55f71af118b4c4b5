"""Channels cut out of torch models: the same values as with zeros in their place, in every network of the zoo and in others."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn.utils import prune  # noqa: E402

from squeezelab.bridge import from_torch, to_torch  # noqa: E402
from squeezelab.compression import sliced  # noqa: E402
from squeezelab.compression.channel_groups import Channels, checked_choice  # noqa: E402
from squeezelab.networks import build  # noqa: E402
from squeezelab.prune.surgery import cut, masked  # noqa: E402

FAMILIES = ("lenet300", "mini_vgg", "mini_resnet", "mini_squeezenext", "ghostnet", "mgic_resnet", "mobilenet_v3", "shufflenet")
FAMILIES += ("squeezenet", "regnet_x", "g_ghost_regnet", "alexnet")


def with_odd_norms(model, dice):
    """Scales, shifts, means and variances as no training starts with, so that none of them can be forgotten."""
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            for value in (module.weight, module.running_var):
                value.data.uniform_(0.5, 1.5, generator=dice)
            for value in (module.bias, module.running_mean):
                value.data.uniform_(-0.5, 0.5, generator=dice)
    return model.eval()


def some_of_each(channels, dice):
    """Two thirds of every group, at least one channel, drawn."""
    kept = {group.name: torch.randperm(group.size, generator=dice)[: max(1, 2 * group.size // 3)] for group in channels.groups}
    return checked_choice(channels, {name: places.tolist() for name, places in kept.items()})


def both(model, network, dice):
    """(masked, cut, Network) of a model without a third of its channels."""
    channels = Channels(network)
    kept = some_of_each(channels, dice)
    gone, small = channels.alive(kept), sliced(channels, kept)
    return masked(model, channels, gone), cut(model, channels, gone, small), small


def check_equal(model, network, seed=0):
    dice = torch.Generator().manual_seed(seed)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    zeroed, small, description = both(with_odd_norms(model, dice), network, dice)
    images = torch.randn(2, *network.input_shape, generator=dice)
    with torch.no_grad():
        one, other, dense = zeroed(images), small(images), model(images)
    assert torch.allclose(one, other, rtol=1e-5, atol=1e-5 * float(one.abs().max()))
    assert not torch.allclose(one, dense, rtol=1e-2)
    assert sum(parameter.numel() for parameter in small.parameters()) == description.params < network.params
    assert set(before) == set(model.state_dict())


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_cut_out_computes_the_same_as_what_is_zero(family):
    resolution = {} if family in ("lenet300", "alexnet") or "mini" in family else {"resolution": 64}
    network = build(family, **resolution)
    torch.manual_seed(1)
    check_equal(to_torch(network), network)


class Odd(nn.Module):
    """Activations that make something of zero, slopes per channel, a depthwise layer that doubles its channels, a transposed
    convolution, a gate, an instance norm, concatenations."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 12, 3, padding=1), nn.BatchNorm2d(12), nn.Sigmoid())
        self.deep = nn.Sequential(nn.Conv2d(12, 24, 3, padding=1, groups=12), nn.PReLU(24), nn.Conv2d(24, 24, 1), nn.Softplus())
        self.up = nn.ConvTranspose2d(24, 10, 2, stride=2)
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(10, 4, 1), nn.ReLU(), nn.Conv2d(4, 10, 1), nn.Sigmoid())
        self.norm = nn.InstanceNorm2d(10, affine=True)
        self.fc = nn.Linear(20 * 16, 5)

    def forward(self, x):
        x = self.stem(x)
        x = self.up(self.deep(x) + torch.cat([x, x * 0.5], 1))
        x = self.norm(x * self.gate(x))
        x = torch.cat([x, torch.tanh(x)], 1)
        return self.fc(nn.functional.avg_pool2d(x, 4).flatten(1))


def test_a_foreign_model_with_odd_layers():
    torch.manual_seed(0)
    model = Odd().eval()
    check_equal(model, from_torch(model, (3, 8, 8)))


def test_the_model_given_stays_as_it_is():
    network = build("mini_vgg")
    model = to_torch(network)
    before = [value.clone() for value in model.state_dict().values()]
    both(model, network, torch.Generator().manual_seed(0))
    assert all(torch.equal(one, other) for one, other in zip(before, model.state_dict().values(), strict=True))


class Stubborn(nn.Module):
    """A forward that states its channels itself."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3)
        self.fc = nn.Linear(8 * 36, 4)

    def forward(self, x):
        return self.fc(self.conv(x).reshape(-1, 288))


def test_a_forward_that_counts_on_the_channels_is_refused():
    model = Stubborn().eval()
    with pytest.raises(ValueError, match="forward counts on them"):
        both(model, from_torch(model, (1, 8, 8)), torch.Generator().manual_seed(0))


def test_computed_weights_are_refused_by_name():
    network = build("mini_vgg")
    model = to_torch(network)
    prune.l1_unstructured(model.conv2, "weight", 0.5)
    with pytest.raises(ValueError, match="'conv2' computes its weights anew"):
        both(model, network, torch.Generator().manual_seed(0))


def test_another_model_than_the_network_is_refused_by_its_first_layer():
    with pytest.raises(ValueError, match="'conv1' has 72 values in the model and 144 in the network"):
        both(to_torch(build("mini_vgg", channels=1, width=0.5)), build("mini_vgg"), torch.Generator().manual_seed(0))
