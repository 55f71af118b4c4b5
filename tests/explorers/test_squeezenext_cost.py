"""SqueezeNext on the array: the numbers are simulate's, in every state."""

import itertools
from collections import Counter

import pytest
from support.figure_schema import check_figure, tiles
from support.whole_networks import check_layers, control, simulated

from squeezelab.compression import thinned
from squeezelab.explorers import explore, squeezenext_cost
from squeezelab.explorers.kit.zoo import square_machine
from squeezelab.explorers.squeezenext_model import squeezenext_work
from squeezelab.hardware.workload import Workload
from squeezelab.networks import alexnet, squeezenet, squeezenext
from squeezelab.networks.squeezenext import VERSIONS

V5 = VERSIONS[5][0]


STATES = [
    {},
    {"version": 1, "width": 1.25, "sparsity": 0.0, "array": 7, "dataflow": "ws"},
    {"version": 3, "width": 0.5, "sparsity": 0.9, "array": 32, "dataflow": "os", "s1": 16, "s4": 16},
    {"zeros": "nm", "sparsity": 0.5, "s3": 1},
    {"zeros": "channels", "sparsity": 0.3, "width": 2.0, "rivals": "moved"},
    {"zeros": "channels", "sparsity": 0.0},
    {"zeros": "channels", "sparsity": 0.9, "s1": 3, "s2": 2, "version": 2, "dataflow": "ws"},
    {"zeros": "nm", "sparsity": 0.75, "rivals": "moved", "array": 8},
]


@pytest.mark.parametrize("values", STATES)
def test_squeezenext_cost_is_what_simulate_says(values):
    figure = check_figure(explore("squeezenext_cost", values))
    state = {
        "width": 1.0,
        "sparsity": 0.4,
        "zeros": "random",
        "array": 16,
        "dataflow": "hybrid",
        "rivals": "held",
        "version": 5,
    } | values
    usual = VERSIONS[state["version"]][0]
    depths = tuple(values.get(f"s{stage}", usual[stage - 1]) for stage in (1, 2, 3, 4))
    machine, flow, kind, share = square_machine(state["array"]), state["dataflow"], state["zeros"], state["sparsity"]
    report = simulated(squeezenext(state["width"], state["version"], depths=depths), machine, flow, kind, share)
    check_layers(figure, report)
    theirs = (kind, share) if state["rivals"] == "moved" else ("random", 0.4)
    for label, rival in (("SqueezeNet 1.0 takes", squeezenet()), ("AlexNet takes", alexnet())):
        cycles = simulated(rival, machine, flow, *theirs).cycles
        assert tiles(figure)[label] == pytest.approx(cycles / report.cycles)


def fields(work):
    """All that a workload says, its loops as numbers (but for what a nest keeps of an answer)."""
    said = dict(vars(work))
    said["nests"] = [{name: value for name, value in vars(nest).items() if name != "_needed"} for nest in work.nests]
    return said


DEPTHS = [(1, 1, 1, 1), V5, (6, 6, 8, 1), (16, 16, 16, 16), (3, 1, 2, 5), (2, 1, 1, 16)]


@pytest.mark.parametrize(("version", "width", "share"), list(itertools.product((1, 3, 5), (0.5, 1.125, 2.0), (0, 0.4, 0.9))))
def test_a_network_put_together_from_blocks_is_the_network_built(version, width, share):
    for depths in DEPTHS:
        built = thinned(squeezenext(width, version, depths=depths), share)
        assert fields(squeezenext_work(version, width, depths, share)) == fields(Workload(built))


def test_the_start_state_is_the_headline_of_the_book():
    figure = explore("squeezenext_cost")
    finding = figure["finding"].replace("\u202f", " ")
    assert finding.startswith("SqueezeNext v5 needs 1.17 M cycles; SqueezeNet 1.0 takes 2.89× and AlexNet 8.46× as many.")
    assert figure["readout"][0]["label"] == "Cycles" and figure["readout"][0]["value"] == 1_169_173
    rows = figure["table"]["rows"]
    assert len(rows) == 32 and sum("alike" in row[0] for row in rows) > 10


def test_a_version_brings_its_blocks_and_a_block_that_is_given_wins():
    for version in (1, 2, 3, 4, 5):
        work = squeezenext_work(version, 1.0, VERSIONS[version][0])
        assert explore("squeezenext_cost", {"version": version})["charts"][0]["x"]["domain"] == work.names
    names = explore("squeezenext_cost", {"version": 1, "s2": 7})["charts"][0]["x"]["domain"]
    blocks = Counter(name.split(".")[0] for name in {name.rsplit(".", 1)[0] for name in names if name.startswith("s")})
    assert blocks == {"s1": 6, "s2": 7, "s3": 8, "s4": 1}
    assert "v1 [6,7,8,1]" in explore("squeezenext_cost", {"version": 1, "s2": 7})["finding"]


def test_published_ratios_stand_beside_ours_only_at_the_papers_settings():
    def points(values):
        return [mark for mark in explore("squeezenext_cost", values)["charts"][3]["marks"] if mark["type"] == "point"]

    assert points({})[0]["x"] == [2.59, 8.26]
    others = [{"version": 1}, {"width": 2.0}, {"sparsity": 0.0}, {"array": 8}, {"dataflow": "ws"}, {"s1": 3}, {"zeros": "nm"}]
    for values in others:
        assert points(values) == []
        assert "2.59×" in explore("squeezenext_cost", values)["note"]


def test_rivals_that_are_held_do_not_move_with_the_slider():
    held = [tiles(explore("squeezenext_cost", {"sparsity": share})) for share in (0.4, 0.9)]
    assert held[0]["SqueezeNet 1.0 takes"] == held[1]["SqueezeNet 1.0 takes"]
    moved = [tiles(explore("squeezenext_cost", {"sparsity": share, "rivals": "moved"})) for share in (0.4, 0.9)]
    assert moved[0] == held[0] and moved[1]["SqueezeNet 1.0 takes"] < 0.8 * moved[0]["SqueezeNet 1.0 takes"]


def test_every_width_gives_whole_channels():
    for width in control(squeezenext_cost, "width")["values"]:
        assert all((channels * width) % 4 == 0 for channels in (32, 64, 128, 256))
        assert squeezenext(width=width)["s1.b1.expand"].shape[0] == 32 * width
