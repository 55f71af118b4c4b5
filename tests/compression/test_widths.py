"""Layers at any widths against the networks of those widths; complexity, memory and stored bytes against counts by hand."""

import random

import pytest
from support.micropython import printed

from squeezelab.compression import Price, drawn_widths, layer_shares, peak_words, stored_bytes, thinned
from squeezelab.compression.complexity import complexity
from squeezelab.compression.widths import Widths
from squeezelab.networks import NETWORKS, Network, build, lenet300, mini_vgg

FAMILIES = sorted(set(NETWORKS) - {"vgg"})


@pytest.mark.parametrize("family", FAMILIES)
def test_a_layer_at_some_widths_is_that_of_the_network_at_them(family):
    dice, widths = random.Random(3), Widths(build(family))
    chosen = {name: dice.randint(1, full) for name, full in widths.full.items()}
    network = widths.network_of(chosen)
    for layer in widths.network.mac_layers:
        one, other = widths.layer(layer, chosen), network[layer.name]
        assert (one.shape, one.in_shape, one.macs, one.params) == (other.shape, other.in_shape, other.macs, other.params)


@pytest.mark.parametrize("measure", ["params", "macs", "cycles", "energy"])
def test_what_a_group_costs_is_what_the_network_saves_without_some_of_it(measure):
    widths, price = Widths(build("mini_resnet")), Price(measure, "squeezelerator-16")
    for group, full in widths.full.items():
        few, all_of_it = widths.costs_of(group, widths.full, [3, full], price)
        layers = [widths.network_of({group: 3})[layer.name] for layer in widths.network.mac_layers]
        saved = sum(price.layer(layer) for layer in widths.network.mac_layers) - sum(price.layer(layer) for layer in layers)
        assert all_of_it - few == pytest.approx(saved)


def test_a_width_that_a_group_cannot_have_is_refused():
    widths = Widths(mini_vgg())
    for chosen, words in (({"conv1": 17}, "'conv1' has the channels 0 to 15"), ({"fc": 3}, "no group 'fc'"), ({"conv1": 0}, "1")):
        with pytest.raises(ValueError, match=words):
            widths.network_of(chosen)


def test_the_shares_are_those_of_weights_macs_and_maps():
    shares = {mode: [round(part, 3) for part in layer_shares(mini_vgg(), mode).values()] for mode in ("pa", "fa", "ma")}
    assert shares == {
        "pa": [0.002, 0.077, 0.307, 0.614],
        "fa": [0.030, 0.242, 0.242, 0.485],
        "ma": [0.5, 0.25, 0.125, 0.125],
    }


@pytest.mark.parametrize("mode", ["pa", "fa", "ma"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.6])
def test_drawn_widths_end_one_filter_after_the_goal(mode, share):
    widths = Widths(mini_vgg())
    counts = drawn_widths(mini_vgg(), mode, share, random.Random(1).random)
    layers = [widths.layer(layer, counts) for layer in widths.network.mac_layers if layer.op == "conv"]
    left = sum(complexity(layer, mode) for layer in layers) / sum(
        complexity(layer, mode) for layer in widths.network.mac_layers if layer.op == "conv"
    )
    assert 1 - share - 0.08 < left <= 1 - share
    assert all(count >= -(-widths.full[name] // 10) for name, count in counts.items())


def test_parameters_take_the_deep_layers_and_memory_the_first():
    pa, ma = (drawn_widths(mini_vgg(), mode, 0.4, random.Random(0).random) for mode in ("pa", "ma"))
    assert pa["conv1"] >= 15 and pa["conv4"] < 45
    assert ma["conv1"] < 10 and ma["conv4"] > 45


def test_what_the_floors_forbid_is_said_with_what_is_possible():
    with pytest.raises(ValueError, match=r"99.9% cannot be removed: with a tenth of every layer left, \d+.\d% of it remains"):
        drawn_widths(mini_vgg(), "pa", 0.999, random.Random(0).random)


def test_a_network_without_convolutions_gives_its_hidden_layers():
    assert list(layer_shares(lenet300(), "pa")) == ["fc1", "fc2"]
    net = Network("one", (4,))
    net.linear(net.input, 2)
    with pytest.raises(ValueError, match="nothing can be drawn"):
        layer_shares(net, "pa")


def test_unknown_modes_are_listed():
    for call in (lambda: layer_shares(mini_vgg(), "mac"), lambda: drawn_widths(mini_vgg(), "mac", 0.1, random.random)):
        with pytest.raises(ValueError, match="pa, fa, ma"):
            call()


@pytest.mark.parametrize(
    ("nonzero", "bitmap", "csr"), [(133_100, 565_675, 1_066_452), (26_620, 139_755, 214_612), (5_324, 54_571, 44_244)]
)
def test_stored_bytes_of_lenet300(nonzero, bitmap, csr):
    """266,200 weights in 300 + 100 + 10 rows: each layer has an end beyond its rows."""
    assert stored_bytes(266_200, nonzero, "bitmap") == bitmap
    assert stored_bytes(266_200, nonzero, "csr", rows=300 + 100 + 10 + 2) == csr


def test_more_values_than_weights_are_refused():
    with pytest.raises(ValueError, match="of 10 weights 11 cannot be other than 0"):
        stored_bytes(10, 11, "csr")
    with pytest.raises(ValueError, match="dense, bitmap, csr"):
        stored_bytes(10, 1, "zip")


def test_maps_wait_for_their_last_reader():
    """While the second convolution runs, and at the sum, three maps of 4×8×8 are live."""
    net = Network("block", (4, 8, 8))
    x = net.conv_norm_relu(net.input, 4, 3, name="a")
    net.add(net.input, net.conv_norm(x, 4, 3, name="b"))
    assert peak_words(net) == 3 * (4 * 8 * 8)


def test_micropython_finds_the_same():
    program = """
from squeezelab.compression import channel_groups, drawn_widths, knapsack, peak_words, sliced
from squeezelab.networks import build
for family in ("mini_vgg", "mini_resnet", "shufflenet", "ghostnet", "mobilenet_v3"):
    net = build(family)
    groups = channel_groups(net)
    small = sliced(net, {group.name: range((group.size + 1) // 2) for group in groups})
    print(family, len(groups), small.params, small.macs, peak_words(small))
print(knapsack([[(9, 5), (17, 10)], [(8, 3.5), (13, 6)]], 14))
place = [0]
def draw():
    place[0] = (place[0] + 0.618) % 1
    return place[0]
print(sorted(drawn_widths(build("mini_vgg"), "fa", 0.4, draw).items()))
"""
    lines = []
    exec(program, {"print": lambda *words: lines.append(" ".join(map(str, words)))})
    assert printed(program).strip().splitlines() == lines


def test_thinned_and_its_peak():
    assert peak_words(thinned(mini_vgg(), 0.5)) == 8 * 28 * 28 + 8 * 14 * 14
