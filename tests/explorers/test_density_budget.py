"""One density shared out over layers: as many weights whatever the kind, RigL's own FLOPs, and times that layers add up to."""

import pytest
from support.figure_schema import tiles

from squeezelab.compression import densities, stored_bytes
from squeezelab.explorers import explore
from squeezelab.explorers.density_budget import SPARSITIES
from squeezelab.explorers.density_model import HARDWARE, KINDS, MACHINE, OFFERED, dense_of, split_of, times_of
from squeezelab.hardware import layer_cost, loop_nest, simulate

NETWORKS = [entry[0] for entry in OFFERED]


def macs_left(network, sparsity, kind, whole="none"):
    return split_of(network, sparsity, kind, whole).macs / dense_of(network).macs


@pytest.mark.parametrize("network", NETWORKS)
def test_every_kind_keeps_as_many_weights_and_no_layer_more_than_it_has(network):
    dense = dense_of(network)
    for sparsity in SPARSITIES:
        for kind, _ in KINDS:
            split = split_of(network, sparsity, kind, "none")
            assert abs(split.weights - (1 - sparsity) * dense.weights) <= len(dense.layers) / 2
            assert all(0 < share <= 1 for share in split.shares)
            for layer, count in zip(dense.layers, split.counts):
                assert count == layer.weight_words if layer.name in split.whole() else count < layer.weight_words


@pytest.mark.parametrize(("sparsity", "uniform", "erk"), [(0.8, 0.23, 0.42), (0.9, 0.13, 0.24), (0.95, 0.08, None)])
def test_the_share_of_the_macs_of_resnet50_is_that_of_rigl_s_table(sparsity, uniform, erk):
    """Its uniform leaves the first layer whole, beside the density; here the others make up for it."""
    assert macs_left("resnet", sparsity, "uniform", "first") == pytest.approx(uniform, abs=0.01)
    assert erk is None or macs_left("resnet", sparsity, "erk") == pytest.approx(erk, abs=0.02)


def test_erk_takes_about_twice_uniform_s_macs_in_some_networks_and_as_many_or_fewer_in_others():
    ratios = {name: macs_left(name, 0.9, "erk") / macs_left(name, 0.9, "uniform") for name in NETWORKS}
    assert ratios["lenet300"] == pytest.approx(1)  # a weight is a MAC
    assert ratios["mini_vgg"] < 0.8
    assert all(1.7 < ratios[name] < 2.8 for name in ("mini_resnet", "resnet", "mobilenet")) and ratios["vgg"] > 3.5


def test_the_readout_is_that_of_the_law():
    shown = tiles(explore("density_budget", {"network": "lenet300", "sparsity": 0.98, "kind": "er"}))
    dense, shares = dense_of("lenet300"), densities(dense_of("lenet300").network, 0.02, "er")
    counts = {layer.name: int(shares[layer.name] * layer.weight_words + 0.5) for layer in dense.layers}
    assert shown["Weights left"] == sum(counts.values()) and shown["Layers that are whole"] == 0
    assert shown["MACs left"] == pytest.approx(sum(layer.macs * shares[layer.name] for layer in dense.layers))
    least = [
        min(stored_bytes(layer.weight_words, counts[layer.name], form, layer.shape[0]) for form in ("dense", "bitmap", "csr"))
        for layer in dense.layers
    ]
    assert shown["Stored, with places"] == sum(least)


@pytest.mark.parametrize("network", ["mini_resnet", "mobilenet"])
def test_the_time_is_the_sum_over_the_layers(network):
    dense, split = dense_of(network), split_of(network, 0.9, "erk", "none")
    assert dense.cycles == pytest.approx(simulate(dense.network, MACHINE, "hybrid", sparsity_mode="none").cycles, abs=1)
    for (mode, _), cycles in zip(HARDWARE, times_of(network, 0.9, "erk", "none")):
        layers = zip(dense.layers, split.shares)
        each = [layer_cost(loop_nest(layer), MACHINE, "hybrid", share, mode, "bitmask").cycles for layer, share in layers]
        assert cycles == pytest.approx(sum(each))


def test_layers_that_are_to_be_whole_but_exceed_the_density_are_named_and_left_out():
    values = {"network": "lenet300", "sparsity": 0.9}
    refused, without = explore("density_budget", values | {"whole": "first"}), explore("density_budget", values)
    assert "a density of 0.1 is less than the whole layers fc1 have" in refused["problem"]
    assert refused["charts"] == without["charts"] and without["problem"] is None


@pytest.mark.parametrize(("network", "kind"), [("mini_vgg", "uniform"), ("lenet300", "erk"), ("resnet", "er")])
def test_a_layer_starves_where_it_has_fewer_weights_than_inputs_or_outputs(network, kind):
    for sparsity in SPARSITIES:
        split, lacking = split_of(network, sparsity, kind, "none"), {}
        for layer, count in zip(split.dense.layers, split.counts):
            most = max(layer.shape[0], layer.sources[0].shape[0])
            if count < most:
                lacking[layer.name] = (count, most)
        starved = split.starved()
        assert {name: (count, most) for _, _, most, name, count in starved} == lacking
        assert [ratio for ratio, *_ in starved] == sorted(ratio for ratio, *_ in starved)
        problem = explore("density_budget", {"network": network, "kind": kind, "sparsity": sparsity})["problem"]
        assert (problem is None) == (not lacking) and (not lacking or starved[0][3] in problem)


def test_without_zeros_all_kinds_are_the_dense_network():
    one, other = (explore("density_budget", {"sparsity": 0, "kind": kind}) for kind in ("erk", "uniform"))
    assert one["finding"] == other["finding"] and tiles(one) == tiles(other)
    assert tiles(one)["MACs, of uniform's"] == 1 and tiles(one)["Layers that are whole"] == 54
