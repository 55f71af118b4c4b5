"""Laws on layers of any geometry: the factors compute what their equation says, and a price is that of the network they make."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as draw

from squeezelab.compression import METHODS, Price, factored, factored_weights, largest_rank, rank_within
from squeezelab.compression.factored import alone, kernel_shape
from squeezelab.compression.prices import MEASURES, factor_nests
from squeezelab.hardware import PRESETS, loop_nest
from squeezelab.networks import Network

LAW = settings(max_examples=60, derandomize=True, deadline=None)

# A kernel (T, S, K, L) out of the weights of its factors, as the book prints it; what is summed alone has length one.
EQUATIONS = {
    "svd": "rskl,trxy->tskl",
    "separable": "rsky,trxl->tskl",
    "tucker2": "bsxy,abkl,tazw->tskl",
    "cp": "rsxy,rzkw,rvul,trpq->tskl",
    "cp3": "rsxy,rzkl,trpq->tskl",
}
side = draw.integers(1, 5)
taps = draw.tuples(draw.integers(1, 4), draw.integers(1, 4)).filter(lambda kernel: kernel != (1, 1))
steps = draw.tuples(draw.integers(1, 3), draw.integers(1, 3))
margins = draw.one_of(draw.just("same"), draw.tuples(draw.integers(0, 2), draw.integers(0, 2)))


@draw.composite
def factored_layers(pick):
    """(a network of one convolution, a method, a rank that it can take)."""
    net = Network("one", (pick(side), pick(draw.integers(7, 9)), pick(draw.integers(7, 9))))
    spread = pick(draw.tuples(draw.integers(1, 2), draw.integers(1, 2)))
    net.conv(net.input, pick(side), pick(taps), pick(steps), pick(margins), spread, bias=pick(draw.booleans()), name="conv")
    method = pick(draw.sampled_from(METHODS))
    most = largest_rank(method, kernel_shape(net["conv"]))
    rank = tuple(pick(draw.integers(1, one)) for one in most) if method == "tucker2" else pick(draw.integers(1, most))
    return net, method, rank


def convolved(x, weight, layer):
    """The output of a convolution, one pixel after the other, and the products that were added for it."""
    padded = np.pad(x, [(0, 0), *zip(layer.padding, layer.padding_end)])
    out, products = np.zeros(layer.shape, dtype=np.int64), 0
    inputs, outputs = weight.shape[1], weight.shape[0] // layer.groups
    for group in range(layer.groups):
        mine = slice(group * outputs, (group + 1) * outputs)
        for row in range(layer.shape[1]):
            for column in range(layer.shape[2]):
                rows = row * layer.stride[0] + layer.dilation[0] * np.arange(layer.kernel[0])
                columns = column * layer.stride[1] + layer.dilation[1] * np.arange(layer.kernel[1])
                window = padded[group * inputs : (group + 1) * inputs, rows][:, :, columns]
                out[mine, row, column] = (weight[mine] * window).sum((1, 2, 3))
                products += weight[mine].size
    return out, products


def weights_of(layer, dice):
    """Small whole numbers, so that sums are exact: (outputs, inputs of a group, rows, columns)."""
    return dice.integers(-3, 4, (layer.shape[0], layer.in_shape[0] // layer.groups, *layer.kernel))


@LAW
@given(factored_layers(), draw.integers(0, 2**32 - 1))
def test_the_factors_compute_what_the_dense_layer_computes_with_the_kernel_they_make(case, seed):
    net, method, rank = case
    small, dice = factored(net, "conv", method, rank), np.random.default_rng(seed)
    weights = [weights_of(layer, dice) for layer in small.layers]
    x = start = dice.integers(-3, 4, net.input_shape)
    products = []
    for layer, weight in zip(small.layers, weights):
        x, count = convolved(x, weight, layer)
        products.append(count)
    kernel = np.einsum(EQUATIONS[method], *weights)
    assert np.array_equal(x, convolved(start, kernel, net["conv"])[0])
    assert [layer.macs for layer in small.layers] == products
    assert small.params == sum(one.size for one in weights) + net["conv"].bias * net["conv"].shape[0]
    assert factored_weights(method, rank, kernel.shape) == sum(one.size for one in weights)


def built_price(price, layer, method, rank):
    """The price as it was before there were arrays: a network of one layer, factored, counted or simulated."""
    return price.network(factored(alone(layer), layer.name, method, rank))


@LAW
@given(factored_layers(), draw.sampled_from(MEASURES), draw.sampled_from(sorted(PRESETS)))
def test_the_price_of_a_rank_is_that_of_the_network_that_is_built_for_it(case, measure, machine):
    net, method, rank = case
    layer, price = net["conv"], Price(measure, machine)
    assert price.factors(layer, method, rank) == built_price(price, layer, method, rank)
    assert price.layer(layer) == price.network(alone(layer))


@LAW
@given(factored_layers())
def test_the_loops_of_the_factors_are_those_of_the_layers_they_become(case):
    net, method, rank = case
    layers = factored(net, "conv", method, rank).layers
    assert [vars(nest) for nest in factor_nests(net["conv"], method, rank)] == [vars(loop_nest(layer)) for layer in layers]


@LAW
@given(factored_layers(), draw.sampled_from(MEASURES), draw.sampled_from(sorted(PRESETS)))
def test_an_array_of_ranks_has_the_prices_of_its_ranks(case, measure, machine):
    net, method, _ = case
    layer, price = net["conv"], Price(measure, machine)
    most = largest_rank(method, kernel_shape(layer))
    if method == "tucker2":
        ranks = [(r_out, r_in) for r_out in range(1, most[0] + 1) for r_in in range(1, most[1] + 1)]
        arrays = tuple(np.array(ranks, dtype=np.int32).T)
    else:
        ranks = list(range(1, most + 1))
        arrays = np.array(ranks, dtype=np.int32)
    found = price.factors(layer, method, arrays)
    assert found.tolist() == [built_price(price, layer, method, rank) for rank in ranks]


@LAW
@given(factored_layers(), draw.integers(-10, 2000))
def test_the_rank_within_is_the_last_that_fits(case, weights):
    net, method, _ = case
    shape = kernel_shape(net["conv"])
    most = largest_rank(method, shape)
    ranks = range(1, (min(most) if method == "tucker2" else most) + 1)
    assert all(rank_within(method, factored_weights(method, r, shape), shape) == r for r in ranks)
    assert rank_within(method, weights, shape) == max([0, *[r for r in ranks if factored_weights(method, r, shape) <= weights]])
