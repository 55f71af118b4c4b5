"""Networks without a share of their channels: what must follow follows, and what cannot be known is refused by name."""

import pytest

from squeezelab.compression import rescaled, thinned
from squeezelab.compression.thinned import kept_of
from squeezelab.networks import NETWORKS, Network, build, squeezenext

SHARES = (0.05, 0.3, 0.5, 0.75, 0.95)


@pytest.mark.parametrize("family", sorted(NETWORKS))
@pytest.mark.parametrize("share", SHARES)
def test_every_network_of_the_zoo_can_lose_channels(family, share):
    """The layers build upon one another (a wrong count would not fit) and get thinner; names, image and classes stay."""
    network = build(family)
    thin = thinned(network, share)
    assert [layer.name for layer in thin.layers] == [layer.name for layer in network.layers]
    assert thin.input_shape == network.input_shape and thin.output.shape == network.output.shape
    assert thin.params < network.params and thin.macs < network.macs
    for before, after in zip(network.layers, thin.layers, strict=True):
        assert after.shape[1:] == before.shape[1:] or before.op == "flatten"
        assert 1 <= after.shape[0] <= before.shape[0]
        assert getattr(after, "bias", None) == getattr(before, "bias", None)


def test_no_share_is_the_network_itself():
    network = squeezenext(version=5)
    assert thinned(network, 0) is network


@pytest.mark.parametrize("share", SHARES)
def test_a_chain_keeps_what_the_rule_says(share):
    network = Network("chain", (3, 16, 16))
    x = network.conv_norm_relu(network.input, 32, 3, name="a")
    x = network.max_pool(network.conv_norm_relu(x, 50, 3, name="b"), 2)
    network.linear(network.flatten(x, name="flatten"), 10, name="fc")
    a, b = kept_of(32, share), kept_of(50, share)
    thin = thinned(network, share)
    assert thin["a"].weight_words == 27 * a and thin["b"].weight_words == 9 * a * b
    assert thin["flatten"].shape == (64 * b,) and thin["fc"].params == 640 * b + 10
    assert thin["b_norm"].params == 2 * b


@pytest.mark.parametrize("share", SHARES)
def test_a_squeezenext_block_has_the_weights_of_its_thinner_layers(share):
    """C, C/2 and C/4 are rounded each for itself; both branches and the sum keep the same of the C."""
    network, thin = squeezenext(version=5), thinned(squeezenext(version=5), share)
    for stage, channels in enumerate((32, 64, 128, 256), 1):
        wide, half, quarter = (kept_of(channels // part, share) for part in (1, 2, 4))
        block = [layer for layer in thin.mac_layers if layer.name.startswith(f"s{stage}.b1.")]
        words = {layer.name.split(".")[-1]: layer.weight_words for layer in block}
        assert words["squeeze1"] == wide * half and words["squeeze2"] == half * quarter
        assert words["expand"] == half * wide
        assert sorted(words[name] for name in ("sep3x1", "sep1x3")) == sorted([3 * quarter * half, 3 * half * half])
        assert thin[f"s{stage}.b1.add"].shape[0] == thin[f"s{stage}.b1.proj"].shape[0] == wide
    assert thin["fc"].weight_words == kept_of(128, share) * 1000 and network["fc"].shape == thin["fc"].shape


def test_groups_keep_the_same_number_each():
    network = Network("groups", (8, 8, 8))
    x = network.conv(network.input, 12, 1, name="before")
    x = network.conv(x, 30, 3, groups=6, name="grouped")
    network.conv(x, 4, 1, name="after")
    thin = thinned(network, 0.5)
    assert thin["before"].shape[0] == 6 and thin["grouped"].shape[0] == 6 * 3 and thin["grouped"].groups == 6


def test_a_depthwise_layer_follows_its_input_and_a_gate_what_it_gates():
    network = Network("gated", (3, 8, 8))
    x = network.conv(network.input, 20, 1, name="in")
    x = network.conv(x, 40, 3, padding=1, groups=20, name="depthwise")
    gate = network.linear(network.global_avg_pool(x), 40, name="gate")
    network.conv(network.multiply(x, gate), 5, 1, name="out")
    thin = thinned(network, 0.3)
    assert (thin["depthwise"].groups, thin["depthwise"].shape[0], thin["gate"].shape[0]) == (14, 28, 28)


def test_a_slice_takes_what_is_left_of_its_part():
    network = Network("slices", (3, 8, 8))
    x = network.conv(network.input, 10, 1, name="whole")
    y = network.conv(network.slice(x, 2, 7, name="part"), 5, 1, name="on")
    network.conv(network.add(network.slice(x, 2, 7, name="again"), y), 3, 1, name="out")
    thin = thinned(network, 0.5)
    assert [kept_of(2, 0.5), kept_of(5, 0.5), kept_of(3, 0.5)] == [1, 3, 2]
    assert (thin["whole"].shape[0], thin["part"].start, thin["part"].stop, thin["on"].shape[0]) == (6, 1, 4, 3)


def test_the_layers_that_are_added_keep_the_same_channels_even_when_one_is_stacked():
    network = Network("sum", (3, 8, 8))
    a, b = network.conv(network.input, 5, 1, name="a"), network.conv(network.input, 7, 1, name="b")
    c = network.conv(network.input, 12, 1, name="c")
    network.conv(network.add(network.concat([a, b]), c), 2, 1)
    thin = thinned(network, 0.5)
    assert thin["c"].shape[0] == thin["a"].shape[0] + thin["b"].shape[0] == 3 + 4


def counts(network, share, *names):
    """The channels that layers keep."""
    thin = thinned(network, share)
    return [thin[name].shape[0] for name in names]


def test_a_half_is_rounded_up_also_where_binary_numbers_fall_short():
    assert [kept_of(10, share) for share in (0.3, 0.35, 0.36, 0.949, 0.951)] == [7, 7, 6, 1, 1]
    assert [kept_of(channels, 0.5) for channels in (1, 2, 3, 4, 5)] == [1, 1, 2, 2, 3]
    assert kept_of(1000, 0.0005) == 1000 and kept_of(1000, 0.00051) == 999
    assert [kept_of(45, share) for share in (0.3, 0.7, 0.9)] == [32, 14, 5]  # 31.5, 13.5, 4.5: halves


def test_the_name_says_how_many_percent_are_gone_rounded():
    assert thinned(build("mini_vgg"), 0.5).name == "mini-VGG-1.0, 50 % of the channels removed"
    assert thinned(build("mini_vgg"), 0.125).name.endswith(", 13 % of the channels removed")
    assert thinned(build("mini_vgg"), 0.124).name.endswith(", 12 % of the channels removed")


def test_what_a_network_takes_in_and_gives_out_stays_also_through_sums():
    network = Network("ends", (6, 8, 8))
    x = network.conv(network.input, 6, 1, name="like_input")
    x = network.conv(network.add(x, network.input), 10, 1, name="inner")
    out = network.conv(x, 9, 1, name="left")
    network.add(out, network.conv(x, 9, 1, name="right"), name="out")
    assert counts(network, 0.5, "like_input", "inner", "left", "right", "out") == [6, 5, 9, 9, 9]


def test_parts_that_keep_the_same_number_are_the_least_that_both_ask_for():
    """12 channels in 4 groups, read by 6 groups: parts of 1 = 12 / lcm(4, 6), each rounded up to stay."""
    network = Network("parts", (4, 8, 8))
    x = network.conv(network.input, 12, 1, groups=4, name="four")
    network.conv(network.conv(x, 6, 1, groups=6, name="six"), 3, 1)
    assert counts(network, 0.3, "four", "six") == [12, 6]
    network = Network("halves", (4, 8, 8))
    x = network.conv(network.input, 24, 1, groups=2, name="two")
    network.conv(network.conv(x, 8, 1, groups=4, name="again"), 3, 1)
    assert counts(network, 0.5, "two", "again") == [12, 4]  # of each 6 three, of each 2 one
    assert counts(network, 0.4, "two", "again") == [16, 4]  # of each 6 four


def test_group_norms_and_shuffles_ask_for_equal_parts():
    network = Network("norms", (3, 8, 8))
    x = network.conv(network.input, 20, 1, name="a")
    x = network.conv(network.group_norm(x, 4, name="norm"), 18, 1, name="b")
    network.conv(network.shuffle(x, 3, name="shuffle"), 2, 1)
    assert counts(network, 0.5, "a", "norm", "b", "shuffle") == [12, 12, 9, 9]  # of each 5 three, of each 6 three


def test_a_flattened_map_loses_whole_channels():
    network = Network("flat", (3, 4, 5))
    x = network.flatten(network.conv(network.input, 10, 1, name="conv"), name="flat")
    network.linear(network.linear(x, 7, name="hidden"), 4, name="out")
    assert counts(network, 0.3, "conv", "flat", "hidden", "out") == [7, 140, 5, 4]


def test_slopes_follow_their_channels_and_one_for_all_stays_one():
    network = Network("slopes", (3, 8, 8))
    x = network.prelu(network.conv(network.input, 10, 1), 10, name="each")
    network.conv(network.prelu(network.conv(x, 12, 1), name="one"), 2, 1)
    thin = thinned(network, 0.5)
    assert (thin["each"].slopes, thin["each"].params, thin["one"].slopes, thin["one"].shape[0]) == (5, 5, 1, 6)


def test_a_transposed_convolution_has_channels_of_its_own():
    network = Network("up", (3, 8, 8))
    x = network.conv_transpose(network.conv(network.input, 10, 1), 6, 2, 2, name="up")
    network.conv(network.crop(network.pad(x, (1, 1, 1, 1), name="pad"), (0, 2), name="crop"), 2, 1)
    assert counts(network, 0.5, "up", "pad", "crop") == [3, 3, 3]


def test_sums_of_stacks_cut_each_other_into_runs():
    """3 | 5 added to 6 | 2: runs of 3, 3 and 2, of which half stay, rounded each for itself."""
    network = Network("runs", (3, 8, 8))
    make = [network.conv(network.input, size, 1, name=f"of{size}") for size in (3, 5, 6, 2)]
    network.conv(network.add(network.concat(make[:2]), network.concat(make[2:]), name="sum"), 2, 1)
    assert counts(network, 0.5, "of3", "of5", "of6", "of2", "sum") == [2, 3, 4, 1, 5]


def test_a_layer_added_to_itself_and_twice_to_another_is_tied_once():
    network = Network("twice", (3, 8, 8))
    x, y = network.conv(network.input, 9, 1, name="x"), network.conv(network.input, 9, 1, name="y")
    z = network.add(network.add(x, x), y)
    network.conv(network.multiply(network.add(z, y), x, name="product"), 2, 1)
    assert counts(network, 0.5, "x", "y", "product") == [5, 5, 5]


@pytest.mark.parametrize("first", [True, False])
def test_a_multiplied_depthwise_layer_ties_what_it_is_added_to_in_copies(first):
    """5 channels, twice each, are added to 10: those 10 go in twos, whichever side comes first."""
    network = Network("copies", (3, 8, 8))
    x = network.conv(network.input, 5, 1, name="five")
    ours = [network.conv(x, 10, 3, padding=1, groups=5, name="double"), network.conv(network.input, 10, 1, name="ten")]
    network.conv(network.add(*(ours if first else ours[::-1]), name="sum"), 2, 1)
    assert counts(network, 0.4, "five", "double", "ten", "sum") == [3, 6, 6, 6]


@pytest.mark.parametrize("first", [True, False])
def test_one_channel_that_multiplies_all_stays_one(first):
    network = Network("mask", (3, 8, 8))
    sides = [network.conv(network.input, 8, 1, name="eight"), network.conv(network.input, 1, 1, name="mask")]
    network.conv(network.multiply(*(sides if first else sides[::-1]), name="product"), 2, 1)
    assert counts(network, 0.5, "eight", "mask", "product") == [4, 1, 4]


@pytest.mark.parametrize("family", sorted(NETWORKS))
@pytest.mark.parametrize("width", (0.25, 0.75, 1.5, 2))
def test_every_network_of_the_zoo_can_have_a_width(family, width):
    """The layers build upon one another; names, image and classes stay; half the width and twice it bracket the network."""
    network = build(family)
    other = rescaled(network, width)
    assert [layer.name for layer in other.layers] == [layer.name for layer in network.layers]
    assert other.input_shape == network.input_shape and other.output.shape == network.output.shape
    assert (other.macs > network.macs) == (width > 1) and other.name == f"{network.name} at width {width}"


@pytest.mark.parametrize("width", (0.25, 0.5, 1.5, 2))
def test_a_width_is_that_of_a_family_that_has_one(width):
    assert rescaled(build("mini_vgg"), width).params == build("mini_vgg", width=width).params


@pytest.mark.parametrize("share", SHARES)
def test_a_width_below_1_is_a_share_of_channels_removed(share):
    network = build("squeezenext")
    assert rescaled(network, 1 - share).params == thinned(network, share).params


def test_width_1_is_the_network_itself():
    network = squeezenext(version=5)
    assert rescaled(network, 1) is network is rescaled(network, 1.0)
