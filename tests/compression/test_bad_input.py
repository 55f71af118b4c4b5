"""Errors teach: each public function names what is wrong and what would be right."""

import numpy as np
import pytest

from squeezelab.compression import (
    Histogram,
    Price,
    clip_of,
    factored,
    factored_weights,
    histogram_of,
    largest_rank,
    rank_within,
    rescaled,
    sqnr_db,
    squared_errors,
    thinned,
)
from squeezelab.compression.affine import affine_of
from squeezelab.compression.code_bytes import parameter_bytes
from squeezelab.compression.factored import check_rank
from squeezelab.compression.fixed_point import multiplier_of, requantised
from squeezelab.compression.noise import expected_sqnr, sqnr_of
from squeezelab.compression.qformat import fraction_bits, q_dot, q_format, shifted
from squeezelab.compression.signs import binary_scale, binary_speedup, packed_signs, xor_dot
from squeezelab.networks import Network, build, mini_vgg, shufflenet

METHODS = "unknown method 'pca'; there are svd, separable, tucker2, cp, cp3"
KERNEL = (8, 6, 3, 3)
WHOLE = "must be a whole number of at least 1, not "
EVEN, CODES = Histogram(0, 1, [1, 1]), affine_of(0, 2, 2)


@pytest.fixture
def net():
    """One of each kind of layer that a method may or may not take."""
    net = Network("kinds", (8, 9, 9))
    x = net.conv(net.conv(net.input, 8, 3, groups=4, name="grouped"), 6, 1, name="point")
    x = net.conv(x, 8, 3, name="conv")
    net.linear(net.flatten(net.relu(x, name="relu")), 10, name="fc")
    return net


def refused(words, call, *arguments, error=ValueError):
    """Whether a call raises exactly these words."""
    with pytest.raises(error) as caught:
        call(*arguments)
    assert caught.value.args[0] == words


@pytest.mark.parametrize(
    ("layer", "method", "rank", "words"),
    [
        ("conv", "pca", 2, METHODS),
        ("grouped", "cp", 2, "'grouped' has 4 groups; only dense convolutions (groups = 1) are factorised"),
        ("grouped", "svd", 2, "'grouped' has 4 groups; only dense convolutions (groups = 1) are factorised"),
        ("point", "cp", 2, "'point' is a 1x1 convolution, a matrix without taps for 'cp' to factorise; use 'svd'"),
        ("fc", "tucker2", 2, "'fc' is fully connected, a matrix without taps for 'tucker2' to factorise; use 'svd'"),
        (
            "relu",
            "svd",
            2,
            "'relu' is a layer of kind 'relu'; only convolutions and fully connected layers are factorised",
        ),
        ("conv", "svd", 0, f"'conv': the rank of 'svd' {WHOLE}0"),
        ("conv", "svd", 2.5, f"'conv': the rank of 'svd' {WHOLE}2.5"),
        ("conv", "cp", True, f"'conv': the rank of 'cp' {WHOLE}True"),
        ("conv", "cp", None, f"'conv': the rank of 'cp' {WHOLE}None"),
        ("conv", "cp", (2, 2), f"'conv': the rank of 'cp' {WHOLE}(2, 2)"),
        (
            "conv",
            "cp",
            55,
            "'conv': the rank of 'cp' is 55, which exceeds 54, at which it reproduces any kernel of this shape",
        ),
        ("fc", "svd", 11, "'fc': the rank of 'svd' is 11, which exceeds 10, at which it reproduces any kernel of this shape"),
        ("conv", "tucker2", (9, 6), "'conv': r_out of 'tucker2' is 9, which exceeds 8, the number of output channels"),
        ("conv", "tucker2", (8, 7), "'conv': r_in of 'tucker2' is 7, which exceeds 6, the number of input channels"),
        (
            "conv",
            "tucker2",
            (1, 2, 3),
            "'conv': the rank of 'tucker2' must be one number or a pair (rows, columns), not (1, 2, 3)",
        ),
        ("conv", "tucker2", (0, 2), f"'conv': the rank of 'tucker2' {WHOLE}0"),
    ],
)
def test_layers_and_ranks_that_a_method_cannot_take(net, layer, method, rank, words):
    refused(words, factored, net, layer, method, rank)
    refused(words, Price("params").factors, net[layer], method, rank)


def test_what_is_no_layer_and_no_network(net):
    words = "no layer 'conv9' in kinds; it has grouped, point, conv, relu, flatten1, fc"
    refused(words, factored, net, "conv9", "cp", 2, error=KeyError)
    refused(
        "layers are factored in a Network (as build('mini_vgg') makes one), not in 'mini_vgg'", factored, "mini_vgg", "a", "b", 2
    )
    refused("channels are changed in a Network (as build('mini_vgg') makes one), not in 'mini_vgg'", thinned, "mini_vgg", 0.5)
    refused("channels are changed in a Network (as build('mini_vgg') makes one), not in 'mini_vgg'", rescaled, "mini_vgg", 0.5)
    refused("the width must be a number above 0, not 0", rescaled, mini_vgg(), 0)
    mixed = "it mixes what several layers made, so that no later layer's channels belong to one of them"
    refused(f"'s2.b1.shuffle' (shuffle): {mixed}", rescaled, shufflenet(version=2), 0.5)


SHAPES = [
    ((8, 6), "a kernel has four sides (outputs, inputs, rows, columns), not (8, 6)"),
    ("8633", "a kernel has four sides (outputs, inputs, rows, columns), not '8633'"),
    ((8, 0, 3, 3), f"a side of a kernel {WHOLE}0"),
    ((8, 6, 3, 1.5), f"a side of a kernel {WHOLE}1.5"),
]


@pytest.mark.parametrize(("shape", "words"), SHAPES)
def test_shapes_that_no_kernel_has(shape, words):
    for call, arguments in ((largest_rank, ("cp",)), (factored_weights, ("cp", 1)), (rank_within, ("cp", 100))):
        refused(words, call, *arguments, shape)


def test_methods_that_there_are_not_and_those_without_taps():
    for call, arguments in ((largest_rank, ()), (factored_weights, (1,)), (rank_within, (100,))):
        refused(METHODS, call, "pca", *arguments, KERNEL)
    words = "a 1x1 kernel is a matrix and has no taps for 'cp' to factorise; use 'svd'"
    for call, value in ((factored_weights, 1), (rank_within, 100), (check_rank, 1)):
        refused(words, call, "cp", value, (8, 6, 1, 1))
        assert call("svd", value, (8, 6, 1, 1)) == {1: {factored_weights: 14, check_rank: 1}.get(call), 100: 6}[value]
        assert call("cp", value, (8, 6, 1, 2))  # two taps are enough


@pytest.mark.parametrize("weights", [float("nan"), None, True, "100"])
def test_weights_that_are_no_number(weights):
    refused(f"the weights that a kernel may have are a number, not {weights!r}", rank_within, "cp", weights, KERNEL)


def test_measures_that_there_are_not_and_machines_that_are_not_named():
    refused("unknown measure 'time'; there are params, macs, cycles, energy", Price, "time")
    for measure in ("cycles", "energy"):
        refused(f"the {measure} of which machine? Name one, as in machine='squeezelerator-16'", Price, measure)
        with pytest.raises(ValueError, match="unknown accelerator 'gpu'; there are"):
            Price(measure, "gpu")
    assert Price("params", "gpu").machine is None  # weights are the same on all


def test_an_array_is_refused_for_its_worst_rank(net):
    price = Price("macs")
    top = "which exceeds 54, at which it reproduces any kernel of this shape"
    refused(f"'conv': the rank of 'cp' is 55, {top}", price.factors, net["conv"], "cp", np.array([1, 55, 2]))
    refused(f"'conv': the rank of 'cp' {WHOLE}0", price.factors, net["conv"], "cp", np.array([3, 0]))
    with pytest.raises(ValueError, match=WHOLE + ".*1.5"):
        price.factors(net["conv"], "cp", np.array([1.5, 2]))
    inputs = "'conv': r_in of 'tucker2' is 7, which exceeds 6, the number of input channels"
    refused(inputs, price.factors, net["conv"], "tucker2", (np.array([1, 8]), np.array([1, 7])))
    refused(inputs, price.factors, net["conv"], "tucker2", np.array([1, 7]))  # one array stands for both
    with pytest.raises(ValueError, match="'conv': the rank of 'svd' must be a whole number"):
        price.factors(net["conv"], "svd", (np.array([1, 2]), 2))
    with pytest.raises(ValueError, match="'conv': the rank of 'tucker2' must be one number or a pair"):
        price.factors(net["conv"], "tucker2", (np.array([1, 2]),) * 3)


@pytest.mark.parametrize("share", [-0.1, 1, 1.5, True, "half", None, float("nan")])
def test_shares_that_leave_nothing_or_add_something(share):
    refused(f"the share of channels removed must be from 0 up to, not including, 1, not {share!r}", thinned, mini_vgg(), share)


def recorded_by(build_on):
    """A network of 3 channels with what a function records on its input."""
    net = Network("odd", (3, 8, 8))
    build_on(net, net.conv(net.input, 7, 1, name="seven"))
    return net


def test_channels_of_which_it_is_not_known_which_go_together():
    mixed = (
        "'s2.b1.shuffle' (shuffle): it mixes what several layers made, so that no later layer's channels belong to one of them"
    )
    refused(mixed, thinned, shufflenet(version=2), 0.5)

    def in_threes(net, x):
        net.conv(net.concat([x, net.conv(x, 2, 1)]), 6, 1, groups=3, name="three")

    words = "'three' (pointwise): 7 of its channels belong together and do not split into 3 equal parts"
    refused(words, thinned, recorded_by(in_threes), 0.5)

    def cut_copies(net, x):
        wide = net.conv(x, 14, 3, groups=7, padding=1, name="twice")
        net.conv(net.slice(wide, 1, 4, name="part"), 2, 1)

    words = "'part' (slice): the cut falls between channels that stand or fall together"
    refused(words, thinned, recorded_by(cut_copies), 0.5)

    def cut_late(net, x):
        wide = net.conv(x, 14, 3, groups=7, padding=1, name="twice")
        net.conv(net.slice(wide, 5, 14, name="part"), 2, 1)

    refused(words, thinned, recorded_by(cut_late), 0.5)

    def twice_in_two_ways(net, x):
        pair, three = net.conv(x, 14, 3, groups=7, padding=1), net.conv(net.input, 2, 1)
        wide = net.conv(three, 14, 3, groups=2, padding=1, name="wide")
        net.conv(net.add(pair, wide, name="sum"), 2, 1)

    words = "'sum' (add): what it adds or multiplies repeats its channels in two different ways"
    refused(words, thinned, recorded_by(twice_in_two_ways), 0.5)


def test_an_op_whose_channels_nobody_told_about():
    net = build("mini_vgg")
    net.layers[-1].op = "unheard"
    refused("'fc' (fc): which of its channels go with which of its inputs is not known here", thinned, net, 0.5)


@pytest.mark.parametrize(
    ("call", "arguments", "words"),
    [
        (Histogram, (0, 0, [1]), "the width of a bin must be a number above 0, not 0"),
        (Histogram, (0, 1, [1, -2]), "a count must be a number of at least 0, not -2"),
        (Histogram, (0, 1, [0, 0], 9), "a histogram to calibrate on has values other than 0: every count is 0"),
        (histogram_of, ([],), "calibration needs values of which one is not 0: these have no range"),
        (histogram_of, ([1, float("nan")],), "calibration needs finite numbers, not nan"),
        (histogram_of, ([0.0, 0.0],), "calibration needs values of which one is not 0: these have no range"),
        (histogram_of, ([1.0], 0), f"the number of bins {WHOLE}0"),
        (clip_of, (EVEN, 4, "max"), "unknown rule of calibration 'max'; there are minmax, percentile, mse, kl"),
        (clip_of, (EVEN, 9, "mse"), "the bits of a code must be a whole number from 1 to 8, not 9"),
        (
            clip_of,
            (EVEN, 4, "percentile", True, 1.5),
            "the share of values that stay must be a number above 0 and at most 1, not 1.5",
        ),
        (clip_of, (EVEN, 0, "mse"), f"the bits of a code {WHOLE}0"),
        (squared_errors, ([1, 2], CODES), "errors are those of a Histogram (as histogram_of makes one), not of [1, 2]"),
        (sqnr_db, (EVEN, (0, 1)), "codes are an Affine, as affine_of makes one, not (0, 1)"),
    ],
)
def test_calibration_needs_values_and_codes(call, arguments, words):
    refused(words, call, *arguments)


BITS = "the bits of a code must be a whole number from 1 to 8, not "
OF_WHOLE = "must be a whole number of at least"


@pytest.mark.parametrize(
    ("words", "call", "arguments"),
    [
        (f"{BITS}9", affine_of, (-1, 1, 9)),
        (f"the bits of a code {OF_WHOLE} 1, not 0", affine_of, (-1, 1, 0)),
        ("a range that is 0 alone has no scale: give the values that occur, of which one is not 0", affine_of, (0, 0, 8)),
        (
            "a factor of fixed point lies from 2^-31 up to 2^31, not at 1e-12: scales this far apart say nothing",
            multiplier_of,
            (1e-12,),
        ),
        ("a factor must be a number above 0, not 0", multiplier_of, (0,)),
        ("unknown rounding 'up'; there are double, single", requantised, (1, 2**30, 0, "up")),
        ("a code in Qm.n has a bit for its sign and at least one more, not 1 bit", q_format, (3, 1)),
        (f"the number of fraction bits {OF_WHOLE} -62, not 2.5", q_format, (2.5,)),
        ("the largest size must be a number of at least 0, not -1", fraction_bits, (-1,)),
        ("the largest size must be a number of at least 0, not nan", fraction_bits, (float("nan"),)),
        ("unknown rounding of a shift 'up'; there are truncate, arithmetic, round", shifted, (1, 1, "up")),
        ("a product needs as many weights as inputs, not 1 beside 2", q_dot, ([1, 2], 7, [1], 7, 7)),
        (
            "a bias with 12 fraction bits is finer than products with 5 + 6: give it 11 or fewer",
            q_dot,
            ([1], 5, [1], 6, 5, 3, 12),
        ),
        ("α is a mean over the weights of a filter, and there are none", binary_scale, ([],)),
        ("a packed vector holds −1 and 1, not 0 at place 1: take its signs first", packed_signs, ([1, 0],)),
        ("two vectors are multiplied that have as many words, not 1 and 2", xor_dot, ([1], [1, 2], 70)),
        (f"channels {OF_WHOLE} 1, not 0", binary_speedup, (0, 9)),
        ("unknown granularity 'row'; there are tensor, channel", parameter_bytes, (mini_vgg(), 8, "row")),
        (
            "no bits for layer 'conv2': a dict has a number for each layer with weights",
            parameter_bytes,
            (mini_vgg(), {"conv1": 8}),
        ),
        ("the bits of conv1 must be a whole number from 1 to 8, not 16", parameter_bytes, (mini_vgg(), 16)),
        ("values that are all 0 have no signal to compare noise with", sqnr_of, ([0], [1])),
        ("each value has one that it became, but there are 2 and 1", sqnr_of, ([1, 2], [1])),
        ("the reach of a range must be a number above 0, not 0", expected_sqnr, (8, 0)),
    ],
)
def test_formats_that_say_nothing(words, call, arguments):
    refused(words, call, *arguments)
