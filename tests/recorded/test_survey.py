"""The survey's map: every system once, at a point of its record, told against the network that it was made smaller from."""

import pytest

from squeezelab.explorers.board_model import shipped
from squeezelab.explorers.board_names import KINDS, METHODS
from squeezelab.networks import mini_of
from squeezelab.networks.mini_families import COUNTERPARTS
from squeezelab.recorded import difference, scores, survey_map
from squeezelab.recorded.survey import NETWORKS_OF, PRUNED, ROADS

POINTS = survey_map()


def on_road(road):
    return {point.name: point for point in POINTS if point.road == road}


def test_the_map_is_its_roads_one_after_another():
    assert [point for road in ROADS for point in survey_map(road)] == POINTS
    assert len({(point.road, point.kind, point.name) for point in POINTS}) == len(POINTS)


def test_every_family_of_the_board_is_on_the_map_once():
    there = [point.name for point in POINTS if point.road == "pruning"]
    assert sorted(there) == sorted(name for name, _, _ in METHODS)
    assert set(PRUNED) == {kind for kind, _, _ in KINDS}


@pytest.mark.parametrize("kind", PRUNED)
def test_points_of_pruning_are_those_that_the_board_shows(kind):
    _, level, families = PRUNED[kind]
    place = shipped().place(kind, level, "epochs")
    dense = {"aswl": "dense/20", "neq": "dense/24"}.get(kind, "dense")
    for family in families:
        point = on_road("pruning")[family]
        assert point.score == place.score[family] and point.network == NETWORKS_OF[kind]
        assert point.gap[:2] == pytest.approx(place.difference(family, dense), abs=2e-5)
        assert point.bytes == round(place.price[family]["stored_bytes"] / place.price[dense]["stored_bytes"], 3)


def test_blocks_and_cheap_features_stand_beside_their_plain_twins():
    blocks, right = on_road("structure"), scores("mini_blocks", "block")
    right_of_sides = scores("distillation", "side")
    assert blocks["Fire"].score.mean == pytest.approx(right["fire_norm"].mean)
    assert blocks["SqueezeNext"].macs == round(mini_of("squeezenext").macs / mini_of("basic").macs, 3)
    gap = difference("cheap_features", "network", "mgic: cheap", "mgic: plain, same width")
    assert blocks["MGIC"].gap.mean == pytest.approx(gap.mean, abs=1e-5)
    assert blocks["distillation"].gap.mean == pytest.approx(
        right_of_sides["distilled"].mean - right_of_sides["teacher"].mean, abs=1e-5
    )
    assert blocks["G-Ghost"].network == f"mini {COUNTERPARTS['g_ghost']}"


def test_a_factored_layer_leaves_about_half_of_the_network():
    factored = [point for point in POINTS if point.kind == "special matrices"]
    assert len(factored) == 5 and all(0.5 < point.bytes < 0.52 for point in factored)  # an eighth of conv4, which is 56 %


def test_points_of_few_bits_are_means_of_five_seeds_and_lie_where_their_bytes_are():
    for point in survey_map("bits"):
        assert point.gap.seeds == 5 and point.chapter == "13"
        assert 0.03 < point.bytes < 0.05 if point.name == "binary weights" else point.bytes < 0.12, point.name
    where = {"network": "mini_vgg", "part": "calibrated", "bits": 3, "granularity": "channel", "calibration": "mse"}
    plain = scores("quantization", "setting", where=where)[None]
    assert on_road("bits")["least squares"].score == plain


def test_another_road_is_refused():
    with pytest.raises(ValueError, match="unknown road 'down'; .*structure, pruning, bits"):
        survey_map("down")
