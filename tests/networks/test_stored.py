"""Bytes of weights and of live maps, by hand and step by step."""

import pytest

from squeezelab.compression import peak_bytes, peak_words, stored_bytes, weight_bytes
from squeezelab.networks import Network, mini_resnet, mini_squeezenext, mini_vgg


def test_without_bits_a_value_takes_four_bytes():
    for net in (mini_vgg(), mini_resnet(), mini_squeezenext()):
        assert (peak_bytes(net), weight_bytes(net)) == (4 * peak_words(net), 4 * net.params)


def test_weights_by_hand():
    net = Network("two", (3, 8, 8))
    net.linear(net.flatten(net.conv_norm_relu(net.input, 5, 3, name="c")), 2, name="fc")  # 135 weights, 10 of the norm; 640 and 2
    assert weight_bytes(net.with_bits(weight_bits=8)) == 135 + 40 + 640 + 8
    assert weight_bytes(net.with_bits(weight_bits={"c": 3})) == 51 + 40 + 2560 + 8  # 405 bits fill 51 bytes


def live_bytes(network, bits):
    """The same by another road: at each step, the maps that somebody still reads; no view and nothing in place."""
    layers = network.layers
    last = {layer.name: place for place, layer in enumerate(layers)}
    for place, layer in enumerate(layers):
        last |= dict.fromkeys(layer.inputs, place)
    size = {layer.name: -(-bits[layer.name] * layer.output_words // 8) for layer in [network.input, *layers]}
    made = {"input": -1} | {layer.name: place for place, layer in enumerate(layers)}
    return max(sum(size[name] for name in made if made[name] <= place <= last[name]) for place in range(len(layers)))


def test_live_maps_step_by_step():
    """A fork whose long branch is wide and whose short one is narrow, with neither views nor layers that work in place."""
    net = Network("fork", (4, 8, 8))
    a = net.conv(net.input, 8, 3, padding=1, name="a")
    b = net.conv(a, 16, 3, padding=1, name="b")
    net.conv(net.concat([net.max_pool(b, 2, name="p"), net.max_pool(a, 2, name="q")], name="both"), 6, 1, name="c")
    bits = {"input": 8, "a": 3, "b": 5, "p": 5, "q": 3, "both": 5, "c": 16}
    own = net.with_bits(activation_bits={name: bits[name] for name in ("input", "a", "b", "c")})
    assert peak_bytes(own) == live_bytes(net, bits) == 192 + 640 + 160  # a and b, while p is written
    assert peak_bytes(net) == live_bytes(net, dict.fromkeys(bits, 32))


def test_sparse_weights_of_few_bits():
    assert [stored_bytes(1000, 100, form, rows=10, bits=4) for form in ("dense", "bitmap", "csr")] == [500, 175, 50 + 400 + 44]
    with pytest.raises(ValueError, match="bits must be a whole number of at least 1, not 0"):
        stored_bytes(1000, 100, "dense", bits=0)


@pytest.mark.parametrize("count", [peak_bytes, weight_bytes])
def test_what_has_no_bytes(count):
    with pytest.raises(ValueError, match="of a Network .* not of 'mini_vgg'"):
        count("mini_vgg")
    with pytest.raises(ValueError, match="no layer 'd' with weights in mine"):
        count(Network("mine", (3, 8, 8), weight_bits={"d": 8}))
