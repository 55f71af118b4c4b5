"""One density of a network shared out over its layers: the reference's counts, exact sums, caps, refusals."""

import pytest

from squeezelab.compression import counts_at, densities
from squeezelab.networks import Network, build, lenet300, mini_vgg


def tiny():
    net = Network("tiny", (1, 28, 28))
    x = net.input
    for channels in (16, 32, 64):
        x = net.relu(net.norm(net.conv(x, channels, 3, stride=2, padding=1, bias=False)))
    net.linear(net.flatten(net.global_avg_pool(x)), 10)
    return net


def pooled():
    net = Network("pooled", (1, 28, 28))
    x = net.input
    for channels, pool in ((16, True), (32, False), (32, True), (64, False), (64, False)):
        x = net.relu(net.norm(net.conv(x, channels, 3, padding=1, bias=False)))
        x = net.max_pool(x, 2) if pool else x
    net.linear(net.flatten(net.global_avg_pool(x)), 10)
    return net


@pytest.mark.parametrize(
    ("network", "density", "counts"),
    [
        (lenet300, 0.5, [102100, 30000, 1000]),
        (lenet300, 0.1, [18714, 6906, 1000]),
        (lenet300, 0.02, [3621, 1336, 367]),
        (tiny, 0.5, [144, 3852, 7276, 640]),
        (tiny, 0.1, [144, 553, 1045, 640]),
        (tiny, 0.02, [43, 102, 192, 139]),
        (pooled, 0.5, [144, 4608, 6762, 9853, 12945, 640]),
        (pooled, 0.1, [144, 931, 1207, 1758, 2310, 640]),
        (pooled, 0.02, [70, 165, 214, 312, 410, 226]),
    ],
)
def test_erk_gives_the_counts_of_the_reference(network, density, counts):
    assert list(counts_at(network(), density, "erk").values()) == counts


@pytest.mark.parametrize("kind", ["uniform", "er", "erk"])
@pytest.mark.parametrize("density", [0.9, 0.37, 0.05, 0.001])
@pytest.mark.parametrize("family", ["mini_resnet", "mobilenet", "squeezenet"])
def test_counts_add_up_to_the_density_and_no_layer_has_more_than_it_holds(kind, density, family):
    network = build(family)
    counts = counts_at(network, density, kind)
    sizes = {layer.name: layer.weight_words for layer in network.mac_layers}
    assert sum(counts.values()) == pytest.approx(density * sum(sizes.values()), abs=len(sizes) / 2)
    assert all(0 <= counts[name] <= size for name, size in sizes.items())


def test_er_ignores_the_kernel_and_erk_counts_its_sides():
    one, other = (densities(mini_vgg(), 0.05, kind) for kind in ("er", "erk"))
    ratio = one["conv3"] / one["conv4"], other["conv3"] / other["conv4"]
    assert ratio == (pytest.approx((32 + 64) / 32 / 128 * 64), pytest.approx((32 + 64 + 6) / 32 / (128 + 6) * 64))


def test_layers_that_stay_whole_leave_less_to_the_others():
    whole = densities(mini_vgg(), 0.1, "uniform", whole=("conv1",))
    assert whole["conv1"] == 1 and whole["conv2"] == whole["fc"] < 0.1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((0, "erk"), "the density must be a share of the weights, above 0 and up to 1"),
        ((1.1, "erk"), "the density must be a share of the weights"),
        ((0.1, "best"), "unknown kind of density 'best'; there are uniform, er, erk"),
        ((0.1, "erk", ("conv9",)), "unknown layer 'conv9'"),
        ((0.1, "erk", ("conv4",)), "a density of 0.1 is less than the whole layers conv4 have"),
    ],
)
def test_what_no_layer_can_hold_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        densities(mini_vgg(), *arguments)
