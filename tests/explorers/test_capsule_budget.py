"""What the figure says of capsules that cost: closed forms by hand, the simulator's own sums, and the walls of the devices."""

import pytest
from support.figure_schema import tiles

from squeezelab.explorers import explore
from squeezelab.explorers.capsule_budget_measured import POINTS, point_name, points_at, score_words
from squeezelab.explorers.capsule_budget_model import NAMES, PRESETS, Budget, budget_of, held_bytes
from squeezelab.hardware import device_cost, simulate
from squeezelab.networks import capsnet


def preset(size, iterations=3, bits=8, device="microcontroller"):
    return budget_of(size, *PRESETS[size], iterations, bits, device)


@pytest.mark.parametrize(("size", "params", "votes"), [("tiny", 216_704, 163_840), ("mcu", 296_800, 245_760)])
def test_presets_are_the_published_counts(size, params, votes):
    now = preset(size)
    assert now.all_params == params == sum(now.params) and now.params[2] == now.part_macs[2] == votes


def test_the_papers_encoder_is_its_6_8_million():
    now = preset("paper")
    assert (now.all_params, now.macs) == (6_804_224, 201_793_536)
    assert now.share(now.part_macs, "primary") == pytest.approx(191_102_976 / 201_793_536)


@pytest.mark.parametrize("iterations", [1, 2, 3, 5])
def test_routing_is_the_closed_form(iterations):
    now = preset("mcu", iterations)
    assert now.part_macs[3] == (2 * iterations - 1) * 1024 * 10 * 6 and now.vote_bytes == 61_440


def test_the_parts_add_up_to_what_the_simulator_and_the_device_say():
    now, net = preset("tiny", bits=4, device="gap-8"), capsnet("tiny", decoder=False)
    run, cost = simulate(net, "squeezelerator-16", weight_bits=4, activation_bits=4, sum_bits=32), device_cost(net, "gap-8", 4, 4)
    assert sum(now.cycles) == pytest.approx(run.cycles) and sum(now.words) == pytest.approx(run.dram_words)
    for end in (0, 1):
        assert sum(now.ends(end)) == pytest.approx(cost.seconds[end])
    assert sum(now.part_macs) == net.macs and now.cost.weight_bytes == cost.weight_bytes


def test_every_type_takes_its_share_of_weights_and_votes_with_it():
    few, more = (Budget("tiny", types, 8, 16, 3, 8, "microcontroller") for types in (4, 8))
    assert more.params[2] == 2 * few.params[2] and more.vote_bytes == 2 * few.vote_bytes
    assert (few.all_params, more.all_params) == (109_152, 216_704)


def test_codes_lie_in_ram_as_whole_bytes():
    assert [held_bytes(bits) for bits in (4, 7, 8, 16, 32)] == [1, 1, 1, 2, 4]
    assert preset("mcu", bits=4).vote_bytes == preset("mcu", bits=8).vote_bytes == preset("mcu", bits=32).vote_bytes / 4


def test_a_network_starts_with_the_values_of_its_preset():
    for size, params in (("tiny", 216_704), ("mcu", 296_800), ("paper", 6_804_224)):
        assert tiles(explore("capsule_budget", {"size": size}))["Weights and biases"] == params


def test_what_does_not_fit_is_said_with_what_is_too_large():
    assert explore("capsule_budget")["problem"] is None
    large = {"types": 32, "bits": 32, "dim": 32, "device": "gap-8"}
    assert "its live maps are" in explore("capsule_budget", large)["problem"]
    assert "its weights are 6.81" in explore("capsule_budget", {"size": "paper"})["problem"]


def test_the_table_has_the_parts_in_order():
    rows = explore("capsule_budget")["table"]["rows"]
    assert len(rows) == len(NAMES) and [row[1] for row in rows] == preset("mcu").params


MEASURED, KEPT = "Digits right, measured", ("size", "types", "iterations", "bits")


def state_of(row):
    return {name: row[name] for name in KEPT}


@pytest.mark.parametrize("row", POINTS, ids=lambda row: f"{row['size']}, {point_name(row)}")
def test_a_measured_state_says_what_was_measured_and_how(row):
    figure = explore("capsule_budget", state_of(row))
    chart, state = figure["charts"][3], state_of(row)
    bars, name = chart["marks"][0], point_name(row)
    place = bars["y"].index(name)
    assert bars["x"][place] - bars["x0"][place] == pytest.approx(2 * row["error"]) and bars["role"][place] == "accent"
    assert score_words(row) in bars["label"][place] and "epoch" in bars["label"][place]
    twins = [other for other in POINTS if state_of(other) == state]
    assert bars["role"].count("accent") == len(twins)
    assert tiles(figure)[MEASURED] == score_words(row) or len(twins) > 1


@pytest.mark.parametrize(
    "values",
    [
        {"bits": 16},
        {"iterations": 2},
        {"types": 8},
        {"dim": 8},
        {"primary_dim": 8},
        {"size": "tiny", "bits": 8},
        {"size": "paper"},
    ],
)
def test_what_was_not_measured_has_no_accuracy(values):
    figure = explore("capsule_budget", values)
    assert tiles(figure)[MEASURED] == "not measured" and figure["finding"].endswith("Digits right: not measured.")
    for chart in figure["charts"][3:]:
        assert "accent" not in chart["marks"][0]["role"] and "this state" in chart["y"]["domain"]
        assert all(mark["type"] in ("hbar", "point", "text") for mark in chart["marks"]), "nothing joins the points"


def test_of_a_network_that_was_never_measured_no_points_are_drawn():
    assert len(explore("capsule_budget", {"size": "paper"})["charts"]) == 3 and not points_at(preset("paper"))


def test_time_is_told_for_every_number_of_iterations():
    law = explore("capsule_budget")["formula"].split("\n")[-1]
    middles = [sum(preset("mcu", count).cost.seconds) * 500 for count in range(1, 6)]
    assert [float(word) for word in law.split(": ")[1].split(" ms")[0].split(" · ")] == pytest.approx(middles, rel=5e-3)
