"""Which channels fall together, in networks whose answer is known, and against the count of `thinned`."""

import pytest

from squeezelab.compression import channel_groups, sliced, thinned
from squeezelab.compression.thinned import kept_of
from squeezelab.networks import NETWORKS, Network, build

# An LRN looks across channels; shuffles, and groups of several sizes on one map, tie more channels than a count needs
MORE_TIED = ("alexnet", "shufflenet", "mgic_resnet")


def sizes(network):
    return {group.name: group.size for group in channel_groups(network)}


@pytest.mark.parametrize("family", sorted(set(NETWORKS) - set(MORE_TIED)))
@pytest.mark.parametrize("share", [0.3, 0.75])
def test_the_same_share_of_every_group_is_the_network_that_is_thinned_by_it(family, share):
    network = build(family)
    kept = {group.name: range(kept_of(group.size, share)) for group in channel_groups(network)}
    for one, other in zip(sliced(network, kept).layers, thinned(network, share).layers, strict=True):
        assert (one.name, one.op, one.shape, one.params, one.macs) == (
            other.name,
            other.op,
            other.shape,
            other.params,
            other.macs,
        )


@pytest.mark.parametrize("family", sorted(NETWORKS))
def test_one_channel_of_every_group_is_a_network(family):
    network = build(family)
    small = sliced(network, {group.name: [group.size - 1] for group in channel_groups(network)})
    assert small.output.shape == network.output.shape and small.params < network.params
    assert all(layer.shape[0] >= 1 for layer in small.layers)


def test_what_is_added_falls_together():
    net = Network("sum", (3, 8, 8))
    stem = net.conv_norm_relu(net.input, 8, 3, name="stem")
    branch = net.conv_norm(net.conv_norm_relu(stem, 6, 1, name="a"), 8, 3, name="b")
    net.conv(net.add(stem, branch), 4, 1, name="out")
    groups = channel_groups(net)
    assert [(group.name, group.size, group.makers) for group in groups] == [("stem", 8, ["stem", "b"]), ("a", 6, ["a"])]
    assert groups[0].layers[:5] == ["stem", "stem_norm", "stem_relu", "b", "b_norm"]
    assert sliced(net, {"stem": [1, 7]})["out"].weight_words == 8


def test_a_concatenation_keeps_each_sides_channels_apart():
    net = Network("fire", (3, 8, 8))
    squeezed = net.conv(net.input, 4, 1, name="squeeze")
    both = net.concat([net.conv(squeezed, 6, 1, name="one"), net.conv(squeezed, 10, 3, padding=1, name="three")])
    net.conv(both, 5, 1, name="out")
    assert sizes(net) == {"squeeze": 4, "one": 6, "three": 10}
    assert sliced(net, {"one": [0], "three": [3, 4]})["out"].weight_words == 15


def test_depthwise_channels_go_with_their_producer_and_a_gate_with_what_it_gates():
    net = Network("gated", (3, 8, 8))
    x = net.conv(net.input, 10, 1, name="in")
    x = net.conv(x, 20, 3, padding=1, groups=10, name="depthwise")
    gate = net.activation("sigmoid", net.linear(net.global_avg_pool(x), 20, name="gate"))
    net.conv(net.multiply(x, gate), 5, 1, name="out")
    assert sizes(net) == {"in": 10}  # of whose channels each is two after the depthwise layer, and two of the gate
    small = sliced(net, {"in": [2, 3, 9]})
    assert (small["depthwise"].groups, small["gate"].shape, small["out"].weight_words) == (3, (6,), 30)


def test_groups_of_a_convolution_stay_equally_large():
    net = Network("groups", (8, 8, 8))
    x = net.conv(net.conv(net.input, 12, 1, name="before"), 30, 3, groups=6, name="grouped")
    net.conv(x, 4, 1, name="after")
    assert sizes(net) == {"before": 2, "grouped": 5}
    small = sliced(net, {"before": [1], "grouped": [0, 4]})
    assert (small["grouped"].groups, small["grouped"].shape[0], small["grouped"].weight_words) == (6, 12, 12 * 9)


def test_a_flattened_channel_is_as_many_features_as_it_has_pixels():
    net = Network("flat", (1, 6, 6))
    net.linear(net.flatten(net.conv(net.input, 5, 3, name="conv")), 3, name="fc")
    assert sliced(net, {"conv": [4]})["fc"].weight_words == 16 * 3


def test_halves_that_go_different_ways_are_groups_of_their_own():
    net = Network("halves", (3, 8, 8))
    x = net.conv(net.input, 8, 1, name="both")
    net.concat([net.conv(net.slice(x, 0, 3), 4, 1, name="left"), net.slice(x, 3, 8)], name="again")
    net.conv(net.layers[-1], 2, 1, name="out")
    assert sizes(net) == {"both[0]": 3, "left": 4, "both[3]": 5}
    small = sliced(net, {"both[0]": [2], "both[3]": [0, 1]})
    names = [layer.name for layer in small.layers if layer.op == "slice"]
    assert [(small[name].start, small[name].stop) for name in names] == [(0, 1), (1, 3)]


def test_zeros_that_stand_for_channels_of_a_shortcut_fall_with_them():
    net = Network("padded", (3, 8, 8))
    x = net.conv(net.input, 4, 1, name="narrow")
    wide = net.conv(x, 8, 1, name="wide")
    net.conv(net.add(net.pad(x, (0, 0, 0, 0, 1, 3), name="zeros"), wide), 2, 1, name="out")
    assert sizes(net) == {"narrow": 4, "wide": 4}  # of wide those that zeros are added to
    small = sliced(net, {"narrow": [3], "wide": [0, 2]})
    assert small["zeros"].sides == (0, 0, 0, 0, 1, 1) and small["zeros"].shape == small["wide"].shape == (3, 8, 8)


@pytest.mark.parametrize("op", ["softmax", "lrn"])
def test_what_is_looked_across_stays(op):
    net = Network("across", (3, 8, 8))
    x = net.activation(op, net.conv(net.input, 8, 1, name="seen"))
    net.conv(net.conv(x, 6, 1, name="free"), 2, 1, name="out")
    assert sizes(net) == {"free": 6}


def test_what_the_network_takes_in_and_gives_out_stays():
    net = Network("ends", (3, 8, 8))
    net.conv(net.input, 8, 1, name="out")
    assert channel_groups(net) == []
    assert sliced(net, {}).params == net.params


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ({"conv9": [0]}, "no group 'conv9' in mini-VGG-1.0; there are conv1, conv2, conv3, conv4"),
        ({"conv1": []}, "nothing of 'conv1' would be left: keep at least one of its 16 channels"),
        ({"conv1": [16]}, "'conv1' has the channels 0 to 15, so that 16 cannot be kept"),
        ({"conv1": [3, 3]}, "a channel of 'conv1' is kept twice"),
        ({"conv1": [0.5]}, "a channel of 'conv1' must be a whole number"),
        ([0, 1], "a dict of channels by group"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused_by_the_name_of_its_group(kept, words):
    with pytest.raises(ValueError, match=words):
        sliced(build("mini_vgg"), kept)


def test_what_is_no_network_is_refused():
    with pytest.raises(ValueError, match="from a Network"):
        channel_groups("mini_vgg")
