"""Shared weights: k-means does what it is for, bytes are those of indices and books, and trained weights stay shared."""

import numpy
import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from squeezelab.compression.stored_codes import codebook_bytes  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.quantize.shared_weights import STARTS, kmeans, share_weights  # noqa: E402
from squeezelab.training import evaluate, fit, reference  # noqa: E402

VALUES = numpy.random.default_rng(0).normal(size=2000)


def error_of(values, centres, places):
    return float(numpy.square(values - centres[places]).sum())


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("entries", [2, 3, 16])
def test_each_value_has_its_nearest_centre_and_each_centre_is_the_mean_of_its_values(entries, start):
    centres, places = kmeans(VALUES, entries, start, sweeps=1000)
    assert (abs(VALUES[:, None] - centres).argmin(1) == places).all()
    assert all(
        centres[place] == pytest.approx(VALUES[places == place].mean()) for place in range(entries) if (places == place).any()
    )


def test_sweeps_never_make_it_worse():
    errors = [error_of(VALUES, *kmeans(VALUES, 8, sweeps=sweeps)) for sweeps in (1, 2, 5, 20, 100)]
    assert errors == sorted(errors, reverse=True)


def test_of_few_different_values_each_is_its_own_centre():
    centres, places = kmeans(numpy.array([3.0, 1.0, 3.0]), 16)
    assert centres.tolist() == [1, 3] and places.tolist() == [1, 0, 1]


def test_outliers_draw_evenly_spaced_centres_away_but_not_quantiles():
    values = numpy.r_[VALUES, 100.0]
    linear, quantile = (kmeans(values, 4, start, sweeps=0)[0] for start in STARTS)
    assert (linear > 20).sum() == 3 and (quantile > 20).sum() == 0


def test_the_layers_of_a_model_take_as_many_values_as_the_codebook_has():
    model = reference("mini_vgg")
    shared = share_weights(model, 4)
    for path in shared.layers:
        weight = shared.model.get_submodule(path).weight
        assert len(weight.unique()) <= 4 and weight.unique().tolist() == shared.codebook(path).tolist()
    assert len(model.conv4.weight.unique()) > 1000
    sizes = [model.get_submodule(path).weight.numel() for path in shared.layers]
    assert shared.bytes == sum(codebook_bytes(size, 4) for size in sizes) and shared.float_bytes == 4 * sum(sizes)
    assert shared.huffman_bytes < shared.bytes  # the middle values are frequent


def test_one_layer_alone_and_each_with_a_number_of_its_own():
    shared = share_weights(reference("mini_vgg"), {"conv3": 2, "conv4": 8})
    assert {path: layer.entries for path, layer in shared.layers.items()} == {"conv3": 2, "conv4": 8}
    assert len(shared.model.conv2.weight.unique()) > 1000


def test_trained_weights_of_one_value_stay_one_value_and_it_is_a_better_one():
    train, test = digits()
    shared = share_weights(reference("mini_vgg"), 2)
    before, book = evaluate(shared.model, test.take(1000)).accuracy, shared.codebook("conv4")
    fit(shared.model, train.take(3000), 1, learning_rate=0.001, after_backward=shared.after_backward, quiet=True)
    assert all(len(shared.model.get_submodule(path).weight.unique()) <= 2 for path in shared.layers)
    assert (shared.codebook("conv4") != book).all()
    assert evaluate(shared.model, test.take(1000)).accuracy > before


def test_the_gradient_of_a_value_is_the_mean_of_its_weights():
    layer = nn.Linear(3, 1, bias=False)
    layer.weight.data = torch.tensor([[1.0, 1.0, 5.0]])
    shared = share_weights(nn.Sequential(layer), {"0": 2})
    seen = []

    def look(training):
        shared.after_backward(training)
        seen.extend(training.model[0].weight.grad.flatten().tolist())

    data, options = [(torch.tensor([[1.0, 3.0, 7.0]]), torch.zeros(1))], {"loss": lambda outputs, labels: outputs.sum()}
    fit(shared.model, data, 1, after_backward=look, quiet=True, **options)
    assert seen == [2, 2, 7]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: kmeans(numpy.array([]), 2), "one finite number or more"),
        (lambda: kmeans(numpy.array([1.0, numpy.inf]), 2), "one finite number or more"),
        (lambda: kmeans(VALUES, 0), "the entries of a codebook must be a whole number of at least 1, not 0"),
        (lambda: kmeans(VALUES, 4, "random"), "start.*linear.*quantile.*not 'random'"),
        (lambda: share_weights(nn.ReLU()), "no convolution or linear layer at all"),
        (lambda: share_weights(reference("mini_vgg"), {"conv9": 4}), "no convolution or linear layer conv9"),
        (lambda: share_weights(reference("mini_vgg"), 1), "'conv1': the entries of a codebook must be .* at least 2, not 1"),
    ],
)
def test_what_cannot_be_shared_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
