"""Networks without a share of their channels: what must follow follows, and what cannot be known is refused by name."""

import pytest

from squeezelab.compression import thinned
from squeezelab.compression.thinned import kept_of
from squeezelab.networks import NETWORKS, Network, build, shufflenet, squeezenext

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


@pytest.mark.parametrize("share", [-0.1, 1, 1.5, True, "half", None, float("nan")])
def test_a_share_is_a_share(share):
    with pytest.raises(ValueError, match="share of channels"):
        thinned(build("mini_vgg"), share)


def test_what_cannot_be_known_is_refused_by_the_layers_name():
    with pytest.raises(ValueError, match=r"'s2\.b1\.shuffle' \(shuffle\): it mixes what several layers made"):
        thinned(shufflenet(version=2), 0.5)
    network = Network("odd", (3, 8, 8))
    x = network.conv(network.input, 7, 1, name="seven")
    network.conv(network.concat([x, network.conv(x, 2, 1)]), 6, 1, groups=3, name="three")
    with pytest.raises(ValueError, match="'three'.*7 of its channels.*3 equal parts"):
        thinned(network, 0.5)
