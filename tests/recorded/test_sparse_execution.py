"""Sparse execution: what is timed gives the outputs that it should, and the record is what its formulas make of it."""

import math

import pytest

torch = pytest.importorskip("torch")

import one_image  # noqa: E402
import sparse_execution as experiment  # noqa: E402

from squeezelab.bridge import to_torch  # noqa: E402
from squeezelab.networks import mini_vgg  # noqa: E402
from squeezelab.prune.ftwt import Dynamic, Routed  # noqa: E402
from squeezelab.recorded import recorded  # noqa: E402

RECORD = recorded("sparse_execution")
ROWS = {part: [row for row in RECORD["rows"] if row["part"] == part] for part in experiment.MEASURES}


def test_between_two_densities_the_crossover_lies_on_the_line_over_logarithms():
    assert experiment.crossover([0.4, 0.1], [0.5, 2.0]) == pytest.approx(0.2)
    assert experiment.crossover([0.5, 0.25, 0.125], [0.9, 1.0, 2.0]) == pytest.approx(0.25)
    assert experiment.crossover([0.5, 0.1], [0.5, 0.9]) is None


def test_rows_are_slower_at_half_of_the_weights_and_faster_at_a_hundredth():
    for row in ROWS["layer"]:
        medians = [median for median, _, _ in row["speed_up"]]
        assert medians[0] < 1 < medians[-1]
        assert row["crossover"] == pytest.approx(experiment.crossover(row["densities"], medians), rel=1e-3)


def test_every_key_was_measured_and_each_spread_holds_its_median():
    assert [{name: row[name] for name in key} for key, row in zip(experiment.keys(), RECORD["rows"])] == experiment.keys()
    for part in ("layer", "network", "routes", "width"):
        for row in ROWS[part]:
            spreads = row["speed_up"].values() if isinstance(row["speed_up"], dict) else row["speed_up"]
            assert all(least <= median <= most for median, least, most in spreads)


def test_a_network_from_rows_gives_the_same_for_the_macs_that_its_share_promises():
    for row in ROWS["network"]:
        assert max(row["largest_difference"]) < 1e-5
        assert row["promised"] == pytest.approx([1 / kept for kept in row["kept"]], rel=1e-2)


def test_bytes_held_are_those_of_the_formulas():
    for row in ROWS["bytes"]:
        assert row["held"] == row["formula"] and row["nonzero"] == round(row["density"] * 784 * 300)


def test_rows_take_fewer_bytes_below_half_with_short_indices_and_below_a_third_with_long_ones():
    for row in ROWS["bytes"]:
        held, rows = row["held"], 4 * 301 / (4 * 784 * 300)
        assert (held["csr"] < held["dense"]) == (row["density"] < 0.5 - rows)
        assert (held["csr64"] < held["dense"]) == (row["density"] < (1 - 2 * rows) / 3)


def test_all_ways_give_what_they_should():
    network = mini_vgg(0.5, resolution=16)
    torch.manual_seed(0)
    plain, images = to_torch(network).eval(), torch.rand(3, 1, 16, 16)
    made = Dynamic(Routed(to_torch(network), network, 0.5, "max", False, False).eval(), None, None)
    models = one_image.all_ways(made, plain, images)  # compares masked and left out itself
    with torch.no_grad():
        for place, image in enumerate(images.split(1)):
            models["known"].before(place)
            assert torch.allclose(models["known"].model(image), made.model(image), atol=1e-4)
    assert list(models) == ["dense", "masked", "left out", "known", "gather", "sliced"]


def test_a_layer_has_exactly_its_density():
    assert int(experiment.masked_linear(100, 30, 0.09).weight.count_nonzero()) == 270
    assert math.isclose(experiment.rounded(0.123456), 0.1235)
