"""One bit a weight, and what codes weigh: α against every other scale, xor and popcount against the sum, bytes to the byte."""

import random

import pytest

from squeezelab.compression.code_bytes import bit_operations, parameter_bytes
from squeezelab.compression.signs import binary_residual, binary_scale, binary_speedup, packed_signs, popcount, signs_of, xor_dot
from squeezelab.networks import Network, build

ROW = [0.5, -1.5, 2, -0.2]


def residual(values, alpha, binary):
    return sum((value - alpha * sign) ** 2 for value, sign in zip(values, binary))


def test_the_worked_example():
    assert (binary_scale(ROW), binary_residual(ROW)) == pytest.approx((1.05, 2.13))
    assert residual(ROW, 1.05, [1, -1, 1, -1]) == pytest.approx(2.13)


@pytest.mark.parametrize("seed", range(20))
def test_no_other_scale_and_no_other_signs_are_nearer(seed):
    dice = random.Random(seed)
    values = [dice.gauss(0, 1) for _ in range(dice.randint(1, 6))]
    least, own = binary_residual(values), signs_of(values)
    assert residual(values, binary_scale(values), own) == pytest.approx(least, abs=1e-9)
    for number in range(2 ** len(values)):
        binary = [1 if number >> place & 1 else -1 for place in range(len(values))]
        for step in range(41):
            assert residual(values, step / 10, binary) >= least - 1e-9


@pytest.mark.parametrize("count", [1, 7, 8, 9, 63, 64, 65, 70, 128, 200])
@pytest.mark.parametrize("word_bits", [8, 64])
def test_xor_and_popcount_are_the_sum_of_products(count, word_bits):
    dice = random.Random(count)
    for _ in range(50):
        a, b = ([dice.choice((-1, 1)) for _ in range(count)] for _ in range(2))
        got = xor_dot(packed_signs(a, word_bits), packed_signs(b, word_bits), count)
        assert got == sum(x * y for x, y in zip(a, b))


def test_a_count_of_what_agrees_counts_the_padding_too():
    """70 elements in 9 bytes: the two bits left over agree, and −10 becomes −6."""
    a, b = [1] * 70, [1] * 30 + [-1] * 40
    agreeing = sum(8 - popcount(left ^ right) for left, right in zip(packed_signs(a, 8), packed_signs(b, 8)))
    assert xor_dot(packed_signs(a, 8), packed_signs(b, 8), 70) == -10 and 2 * agreeing - 70 == -6


@pytest.mark.parametrize(("channels", "taps", "times"), [(256, 9, 62.2703), (64, 9, 57.6), (8, 9, 33.88), (3, 9, 18.99)])
def test_how_many_times_fewer_operations(channels, taps, times):
    assert binary_speedup(channels, taps) == pytest.approx(times, abs=0.005)


def test_a_short_dot_product_gains_little():
    assert binary_speedup(16, 1) == 12.8 and binary_speedup(8, 1) == pytest.approx(7.11, abs=0.01)


def strided():
    """Two strided convolutions and a classifier on a digit: 20,432 weights and 58 biases."""
    net = Network("strided", (1, 28, 28))
    x = net.relu(net.conv(net.input, 16, 3, stride=2, padding=1, bias=True))
    x = net.relu(net.conv(x, 32, 3, stride=2, padding=1, bias=True))
    net.linear(net.flatten(x), 10, name="fc")
    return net


def test_a_folded_network_in_eight_bits_to_the_byte():
    net = strided()
    assert 4 * net.params == 81_960
    assert parameter_bytes(net, 8) == 20_432 + 232 + 232 == 20_896
    assert 1 - 20_896 / 81_960 == pytest.approx(0.745, abs=0.0005)
    assert parameter_bytes(net, 8, "tensor") == 20_432 + 3 * 4 + 232


def test_a_binary_layer_takes_a_bit_a_weight():
    net = Network("middle", (16, 14, 14))
    net.conv(net.input, 32, 3, stride=2, padding=1, name="conv2")
    assert parameter_bytes(net, 1) == 4608 // 8 + 32 * 4 + 32 * 4


def test_bits_may_differ_from_layer_to_layer():
    net = strided()
    names = [layer.name for layer in net.mac_layers]
    mixed = dict(zip(names, (8, 2, 4)))
    alone = [parameter_bytes(net, dict.fromkeys(names, 8) | {name: bits}) for name, bits in mixed.items()]
    assert parameter_bytes(net, mixed) == sum(alone) - 2 * parameter_bytes(net, 8)
    assert bit_operations(net, mixed, 8) == 8 * (8 * 28_224 + 2 * 225_792 + 4 * 15_680)


@pytest.mark.parametrize("name", ["mini_vgg", "mini_resnet", "mini_squeezenext"])
def test_bytes_fall_with_the_bits_and_scales_stay(name):
    net = build(name)
    own = [parameter_bytes(net, bits) for bits in range(1, 9)]
    assert own == sorted(own)
    channels = sum(layer.shape[0] for layer in net.mac_layers)
    assert parameter_bytes(net, 8) == sum(layer.weight_words for layer in net.mac_layers) + 8 * channels
