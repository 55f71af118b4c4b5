"""The two explorers of whole networks: their numbers are simulate's, in every state, and they say why nothing moves."""

import itertools
from collections import Counter

import pytest
from support.figure_schema import check_figure

from squeezelab.compression import thinned
from squeezelab.explorers import ahead, explore, module, network_cost, network_model, squeezenext_cost
from squeezelab.explorers.kit import zeros
from squeezelab.explorers.kit.memo import Memo
from squeezelab.explorers.kit.zoo import square_machine
from squeezelab.explorers.network_model import FAMILIES, FAMILY
from squeezelab.explorers.squeezenext_model import squeezenext_work
from squeezelab.hardware import accelerator, ridge, simulate, workload
from squeezelab.hardware.workload import Workload
from squeezelab.networks import NETWORKS, alexnet, build, squeezenet, squeezenext
from squeezelab.networks.squeezenext import VERSIONS

V5 = VERSIONS[5][0]


def tiles(figure):
    return {row["label"]: row["value"] for row in figure["readout"]}


def control(explorer, name):
    return next(each for each in explorer.CONTROLS if each["name"] == name)


def simulated(network, machine, dataflow, kind, share):
    """What `simulate` says of zeros of a kind."""
    if kind == "channels":
        return simulate(thinned(network, share), machine, dataflow=dataflow)
    return simulate(network, machine, dataflow=dataflow, sparsity=share, sparsity_mode="nm" if kind == "nm" else None)


def check_layers(figure, report):
    """The three charts of layers and the tiles show the report."""
    rows = [row for row in report.layers if row.bound != "hidden"]
    cycles, busy, ratios = figure["charts"][:3]
    for chart in (cycles, busy, ratios):
        assert chart["x"]["domain"] == [row.name for row in rows]
    stacks = [sum(parts) for parts in zip(*[mark["y"] for mark in cycles["marks"] if mark.get("stack")], strict=True)]
    assert stacks == pytest.approx([row.cycles for row in rows], abs=0.51)
    assert busy["marks"][0]["role"] == [row.dataflow for row in rows]
    assert busy["marks"][0]["y"] == pytest.approx([row.utilisation for row in rows], abs=5.1e-4)
    assert ratios["marks"][0]["y"] == pytest.approx([row.intensity for row in rows], rel=1e-12)
    limit = ridge(report.accelerator)
    assert [mark["y"] for mark in ratios["marks"][1:]] == ([limit] if limit else [])
    below = [value == "dram" for value in ratios["marks"][0]["role"]]
    assert below == [row.intensity < limit for row in rows]
    shown = tiles(figure)
    assert (shown["Cycles"], shown["Parameters"], shown["MACs"]) == (report.cycles, report.params, report.macs)
    assert shown["MAC slots in use"] == pytest.approx(report.utilisation, rel=1 / report.cycles)  # rounded
    assert shown["MACs per DRAM word"] == pytest.approx(report.intensity)
    waiting = sum(row.cycles for row in rows if row.stall_cycles > 0)
    assert shown["Time in layers that wait"] == pytest.approx(waiting / sum(row.cycles for row in rows))


# SqueezeNext.

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
    """All that a workload says, its loops as numbers."""
    return {name: value if name != "nests" else [vars(nest) for nest in value] for name, value in vars(work).items()}


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


# Why nothing moves.

SHARES = [step / 20 for step in range(19)]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("squeezenext_cost", {}),
        ("squeezenext_cost", {"zeros": "nm"}),
        ("squeezenext_cost", {"zeros": "channels", "array": 32, "width": 0.5}),
        ("squeezenext_cost", {"dataflow": "os", "array": 9}),
        ("network_cost", {"family": "mobilenet"}),
        ("network_cost", {"family": "vgg"}),
        ("network_cost", {"family": "lenet300", "zeros": "channels", "accelerator": "tpu-like"}),
        ("network_cost", {"family": "alexnet", "zeros": "nm", "accelerator": "tpu-like"}),
        ("network_cost", {"family": "mini_vgg", "zeros": "channels", "accelerator": "gpu-like"}),
        ("network_cost", {"family": "squeezenet", "accelerator": "scalesim-16"}),
    ],
)
def test_the_finding_says_that_nothing_moves_exactly_where_a_step_moves_nothing(name, values):
    figures = [explore(name, values | {"sparsity": share}) for share in SHARES]
    cycles = [tiles(figure)["Cycles"] for figure in figures]
    for place, figure in enumerate(figures):
        around = cycles[max(place - 1, 0) : place + 2]
        assert ("moves nothing" in figure["finding"]) == (len(set(around)) == 1), f"{name} {values} at {SHARES[place]}: {around}"


def test_the_reason_is_counted_from_the_state():
    """v5 at 40 %: what is weight stationary, what conv1 takes, and what waits for its input planes."""
    report = simulate(squeezenext(version=5), "squeezelerator-16", sparsity=0.4)
    layers = [row for row in report.layers if row.bound != "hidden"]
    total = sum(row.cycles for row in layers)
    first, rest = layers[0], layers[1:]
    ws = sum(row.cycles for row in rest if row.dataflow == "ws")
    planes = sum(row.cycles for row in rest if row.dataflow == "os")
    shares = [round(100 * part / total) for part in (ws, first.cycles, planes)]
    finding = explore("squeezenext_cost")["finding"].replace("\u202f", " ")
    assert f"{shares[0]} % of the time is in broadcast WS layers, which cannot skip" in finding
    assert f"{shares[1]} % in conv1, which keeps all weights" in finding
    assert f"{shares[2]} % in broadcast OS layers that wait for their input planes" in finding


def test_each_machine_has_its_own_reason():
    reasons = {
        "lock step": ("network_cost", {"family": "resnet", "accelerator": "scalesim-16", "sparsity": 0.5}),
        "the pattern is the same, 3 of 4": ("squeezenext_cost", {"zeros": "nm", "sparsity": 0.4}),
        "all 4 of 4 weights stay": ("squeezenext_cost", {"zeros": "nm", "sparsity": 0.1}),
        "which cannot skip": ("squeezenext_cost", {"dataflow": "ws", "sparsity": 0.5}),
        "wait for DRAM": ("network_cost", {"family": "alexnet", "zeros": "nm", "accelerator": "tpu-like", "sparsity": 0.5}),
    }
    for words, (name, values) in reasons.items():
        assert words in explore(name, values)["finding"], (words, explore(name, values)["finding"])


# Any network.


def test_the_families_are_those_of_the_zoo():
    assert sorted(family.value for family in FAMILIES) == sorted(NETWORKS)
    for family in FAMILIES:
        usual = build(family.value)
        assert (family.build(*family.usual).params, family.build(*family.usual).macs) == (usual.params, usual.macs)


@pytest.mark.parametrize("family", sorted(NETWORKS))
@pytest.mark.parametrize(
    ("machine", "dataflow", "kind", "share"),
    [("squeezelerator-16", "hybrid", "random", 0.4), ("scalesim-16", "is", "nm", 0.5), ("gpu-like", "os", "channels", 0.3)],
)
def test_network_cost_is_what_simulate_says(family, machine, dataflow, kind, share):
    values = {"family": family, "accelerator": machine, "dataflow": dataflow, "zeros": kind, "sparsity": share}
    figure = check_figure(explore("network_cost", values))
    check_layers(figure, simulated(build(family), accelerator(machine), dataflow, kind, share))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.value)
def test_every_setting_that_a_family_offers_can_be_built(family):
    widths, depths = ([None] if isinstance(offered, str) else offered for offered in (family.widths, family.depths))
    for width, depth in itertools.product(widths, depths):
        family.build(width, depth, family.resolution)
    for resolution, width in itertools.product(family.resolutions, (widths[0], widths[-1])):
        assert family.build(width, depths[-1], resolution).input_shape[1] == resolution


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.value)
def test_what_a_family_lacks_is_disabled_with_the_reason_and_changes_nothing(family):
    figure = explore("network_cost", {"family": family.value})
    lacking = {name for name, offered in (("width", family.widths), ("depth", family.depths)) if isinstance(offered, str)}
    assert set(figure.get("disabled", {})) == lacking
    for name in lacking:
        assert family.label in figure["disabled"][name]
        other = control(network_cost, name)["values"][-1]
        assert explore("network_cost", {"family": family.value, name: other}) == figure


def test_a_family_starts_as_it_was_published():
    for family in FAMILIES:
        figure = explore("network_cost", {"family": family.value})
        assert tiles(figure)["Parameters"] == build(family.value).params and "the usual" not in figure["finding"]


IMPOSSIBLE = [
    ({"family": "resnet", "depth": 44}, "unknown ResNet depth 44; there are 18, 34, 50"),
    ({"family": "vgg", "resolution": 24}, "cannot be built"),
    ({"family": "shufflenet", "width": 0.375}, "cannot be built"),
    ({"family": "mobilenet", "dataflow": "is"}, "cannot run input stationary"),
]


@pytest.mark.parametrize(("values", "words"), IMPOSSIBLE)
def test_what_cannot_be_is_said_and_the_nearest_is_shown(values, words):
    figure = check_figure(explore("network_cost", values))
    assert words in figure["problem"]
    usual = explore("network_cost", {"family": values["family"]})
    assert tiles(figure)["Cycles"] == tiles(usual)["Cycles"]


def test_channels_that_cannot_be_told_apart_disable_the_share(monkeypatch):
    """ShuffleNetV2 is not among the families; as if it were."""
    monkeypatch.setattr(FAMILY["shufflenet"], "build", lambda width, depth, resolution: build("shufflenet", version=2))
    monkeypatch.setattr(network_cost, "work_of", Memo(network_model.work_without, most=8))
    figure = check_figure(explore("network_cost", {"family": "shufflenet", "zeros": "channels", "sparsity": 0.5}))
    assert "'s2.b1.shuffle'" in figure["disabled"]["sparsity"]
    assert tiles(figure)["Parameters"] == build("shufflenet", version=2).params


# Working ahead.


def all_ahead(name, values):
    for _ in range(1000):
        if not ahead(name, values):
            return
    raise AssertionError(f"{name} never ends working ahead")


def fail(*arguments):
    raise AssertionError("this was to be known already")


@pytest.mark.parametrize("rivals", ["held", "moved"])
@pytest.mark.parametrize("kind", ["random", "nm", "channels"])
def test_squeezenext_cost_builds_nothing_for_what_is_one_move_away(kind, rivals, monkeypatch):
    start = {"zeros": kind, "rivals": rivals}
    all_ahead("squeezenext_cost", start)
    for name in ("squeezenext", "thinned"):
        monkeypatch.setattr(f"squeezelab.explorers.squeezenext_model.{name}", fail)
    monkeypatch.setattr(squeezenext_cost.rival_works, "make", fail)
    moves = [{"version": 1}, {"version": 3}, {"s1": 16}, {"s4": 9}, {"array": 31}, {"dataflow": "os"}]
    moves += [{"sparsity": share} for share in SHARES[1:-1:4]]
    moves += [{"width": width} for width in control(squeezenext_cost, "width")["values"]]
    for move in moves:
        explore("squeezenext_cost", start | move)


@pytest.mark.parametrize("family", ["mobilenet", "resnet", "mini_vgg"])
@pytest.mark.parametrize("kind", ["random", "channels"])
def test_network_cost_builds_nothing_for_what_is_one_move_away(family, kind, monkeypatch):
    start = {"family": family, "zeros": kind, "sparsity": 0.3}
    all_ahead("network_cost", start)
    monkeypatch.setattr("squeezelab.explorers.network_model.build", fail)
    for name in ("width", "depth", "resolution"):
        changes = dict(control(network_cost, name)["by"])[family]
        for value in changes.get("values", []):
            explore("network_cost", start | {name: value})


def test_a_block_more_prices_no_layer_anew(monkeypatch):
    for first in (2, 3):  # both orders of 3x1 and 1x3
        explore("squeezenext_cost", {"s1": first, "s2": 2, "s3": 2, "s4": 2})
    monkeypatch.setattr(workload, "nest_cost", fail)
    for stage, blocks in itertools.product((1, 2, 3, 4), (3, 9, 16)):
        explore("squeezenext_cost", {f"s{stage}": blocks})


def test_the_kinds_of_zeros_are_the_modes_of_the_machines():
    assert [value for value, _ in zeros.ZERO_KINDS] == ["random", "nm", "channels"]
    assert zeros.neighbours(0) == [0.05] and zeros.neighbours(0.9) == [0.85]
    assert zeros.neighbours(0.4) == [0.35, 0.45] and module("network_cost").ZERO_KINDS is zeros.ZERO_KINDS
