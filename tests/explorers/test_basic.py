"""The figures about one layer, the roofline, the staircase and the memory: drawable, true, breakable, mendable."""

import re

import pytest
from support import control_schema
from support.control_schema import check_controls
from support.figure_schema import check_figure

from squeezelab.explorers import explore, layer_cost, memory, module, roofline, staircase, start_values
from squeezelab.explorers.kit.figures import careful_percent
from squeezelab.explorers.kit.zoo import ZOO, square_machine, zoo_network, zoo_work
from squeezelab.hardware import least_dram_words, ridge, simulate, systolic_cost
from squeezelab.hardware.loops import loop_nest

NAMES = ["layer_cost", "roofline", "staircase", "memory"]


def states(name):
    """Control values worth testing."""
    return control_schema.states(module(name).CONTROLS)


def tiles(figure):
    return {row["label"]: row["value"] for row in figure["readout"]}


def numbers(sentence):
    """The numbers of a sentence, its thin spaces taken out."""
    plain = re.sub("(?<=\\d)\u202f(?=\\d)", "", sentence)
    return [float(text) for text in re.findall(r"\d+\.?\d*", plain)]


@pytest.mark.parametrize("name", NAMES)
def test_controls_are_complete(name):
    check_controls(module(name).CONTROLS)
    assert module(name).TITLE


@pytest.mark.parametrize("name", NAMES)
def test_every_state_can_be_drawn(name):
    for values in states(name):
        try:
            check_figure(explore(name, values))
        except AssertionError as error:
            raise AssertionError(f"{name} {values}: {error}") from None


@pytest.mark.parametrize("name", NAMES)
def test_the_same_values_give_the_same_figure(name):
    assert explore(name) == explore(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_start_state_works(name):
    assert explore(name)["problem"] is None


BROKEN = [
    ("layer_cost", {"size": 1, "kernel": 3}, "padding"),
    ("layer_cost", {"kind": "depthwise", "side": 32}, "1024 PEs"),
    ("roofline", {"side": 32, "bandwidth": 2}, "too large for its memory"),
    ("staircase", {"side": 32, "filters": 33}, "48.4"),
    ("staircase", {"dataflow": "is", "filters": 1}, "hardly ever full"),
    ("memory", {"buffer_kb": 8}, "too small for MobileNet"),
]


@pytest.mark.parametrize(("name", "values", "words"), BROKEN)
def test_a_design_breaks_and_can_be_mended(name, values, words):
    start = explore(name)
    broken = explore(name, values)
    assert words in broken["problem"] and broken["charts"], "the broken design is still drawn"
    assert explore(name, start_values(name)) == start


BAD = [
    ("layer_cost", {"kind": "dilated"}, "'conv', 'grouped', 'depthwise'"),
    ("layer_cost", {"channels": 0}, "between 4 and 512"),
    ("layer_cost", {"kernel": 2}, "1, 3, 5, 7"),
    ("roofline", {"network": "lenet"}, "'squeezenext'"),
    ("roofline", {"batch": 0}, "1, 2, 4"),
    ("staircase", {"filters": 129}, "between 1 and 128"),
    ("staircase", {"filters": 1.5}, "whole number"),
    ("memory", {"buffer_kb": 100}, "8, 16, 32"),
    ("memory", {"speed": 1}, "network, buffer_kb, batch, energy"),
]


@pytest.mark.parametrize(("name", "values", "words"), BAD)
def test_a_bad_value_is_named_with_the_good_ones(name, values, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        explore(name, values)


# layer_cost


def test_the_readout_is_the_layers_own_counts():
    for values in states("layer_cost"):
        layer = layer_cost.layer_of(values["kind"], values["channels"], values["size"], values["kernel"])
        shown = tiles(explore("layer_cost", values))
        assert (shown["Parameters"], shown["MACs"], shown["Words moved"]) == (layer.params, layer.macs, layer.words)


def test_the_harmonic_form_equals_the_ratio():
    for values in states("layer_cost"):
        layer = layer_cost.layer_of(values["kind"], values["channels"], values["size"], values["kernel"])
        assert 1 / sum(1 / reuse for reuse in layer_cost.reuses(layer)) == pytest.approx(layer.intensity)


def test_depthwise_has_one_ratio_whatever_its_channels():
    ratios = {tiles(explore("layer_cost", {"kind": "depthwise", "channels": c}))["Ratio"] for c in range(4, 513, 4)}
    assert len({round(ratio, 12) for ratio in ratios}) == 1 and max(ratios) < 4.5


def test_the_headline_of_layer_cost_says_on_which_side_of_the_ridge_it_lies():
    for values in states("layer_cost"):
        figure = explore("layer_cost", values)
        bound = tiles(figure)["Ratio"] < ridge(square_machine(values["side"]))
        assert ("memory keeps" in figure["finding"]) == bound == figure["charts"][1]["title"].startswith("Left")


def test_padding_share_counts_the_taps_outside_the_map():
    for size, kernel in [(1, 7), (2, 7), (7, 3), (5, 5), (9, 1)]:
        reach = kernel // 2
        inside = [0 <= at + tap - reach < size for at in range(size) for tap in range(kernel)]
        assert layer_cost.padding_share(size, kernel) == pytest.approx(1 - (sum(inside) / len(inside)) ** 2)


# roofline


def test_every_layer_lies_under_the_roof():
    for values in states("roofline"):
        machine = square_machine(values["side"], dram_gb_per_s=values["bandwidth"])
        marks = explore("roofline", values)["charts"][0]["marks"]
        for ratio, speed in zip(marks[-1]["x"], marks[-1]["y"], strict=True):
            assert speed <= min(machine.pes, ratio * machine.words_per_cycle) * (1 + 1e-9)


def test_the_roofline_counts_every_layer_left_of_the_ridge():
    for values in states("roofline"):
        machine = square_machine(values["side"], dram_gb_per_s=values["bandwidth"])
        report = simulate(zoo_network(values["network"]), machine, batch=values["batch"])
        rows = [row for row in report.layers if row.macs]
        left = [row for row in rows if row.macs / once(row.layer, values["batch"]) < ridge(machine)]
        shown = tiles(explore("roofline", values))
        assert shown["Left of the ridge"] == len(left)
        assert shown["Their time"] == pytest.approx(sum(row.cycles for row in left) / sum(row.cycles for row in rows))


def once(layer, batch):
    """Compulsory words."""
    return layer.weight_words + batch * (layer.input_words + layer.output_words)


def test_the_time_chart_adds_up_to_the_report():
    for network in [entry[0] for entry in ZOO]:
        figure = explore("roofline", {"network": network})
        assert sum(figure["charts"][1]["marks"][-1]["x"]) == pytest.approx(tiles(figure)["Time"], rel=1e-6)


def test_squeezenext_on_the_squeezelerator():
    finding = explore("roofline", {"network": "squeezenext"})["finding"]
    assert finding.startswith("49 of SqueezeNext v5's 112 layers lie left of the ridge at 32 MACs per word and take 35.3")


# staircase


@pytest.mark.parametrize("dataflow", ["ws", "os", "is"])
def test_the_bars_equal_systolic_cost(dataflow):
    bars = explore("staircase", {"dataflow": dataflow})["charts"][0]["marks"][1]
    assert bars["y"] == [systolic_cost(196, n, 576, 8, 8, dataflow).cycles for n in range(1, 129)]


def test_57_filters_cost_as_much_as_64_and_56_do_not():
    figure = explore("staircase")
    assert figure["finding"] == "57 filters cost as many cycles as 64; 56 save 12.5\u202f%."
    cycles = {row[0]: row[2] for row in figure["table"]["rows"]}
    assert (cycles[56], cycles[57], cycles[64]) == (109872, 125568, 125568)


@pytest.mark.parametrize("dataflow", ["ws", "os", "is"])
@pytest.mark.parametrize("side", [4, 8, 16, 32])
def test_every_staircase_headline_is_true(dataflow, side):
    for size in (7, 56):
        cost = [systolic_cost(size**2, n, 576, side, side, dataflow).cycles for n in range(1, 129)]
        for filters in range(1, 129, 3):
            values = {"filters": filters, "side": side, "dataflow": dataflow, "size": size}
            check_staircase(explore("staircase", values), cost, filters)


def check_staircase(figure, cost, n):
    same = [width for width in range(1, 129) if cost[width - 1] == cost[n - 1]]
    cheaper = [width for width in range(1, 129) if cost[width - 1] < cost[n - 1]]
    assert tiles(figure)["Free up to"] == same[-1]
    assert tiles(figure)["Next cheaper"] == (cheaper[-1] if cheaper else None)
    assert f"as many cycles as {same[-1]};" in figure["finding"] or same[-1] == n
    assert figure["finding"].endswith(saving(cost, n, cheaper[-1]) if cheaper else "no width is cheaper.")
    assert numbers(figure["formula"])[-1] == cost[n - 1]


def saving(cost, n, cheaper):
    return f"; {cheaper} {'saves' if cheaper == 1 else 'save'} {careful_percent(1 - cost[cheaper - 1] / cost[n - 1])}."


# memory


def test_words_moved_once_and_again_add_up():
    for values in states("memory"):
        figure = explore("memory", values)
        shown = tiles(figure)
        machine = square_machine(16, buffer_bytes=1024 * values["buffer_kb"])
        report = simulate(zoo_network(values["network"]), machine, batch=values["batch"])
        assert shown["Must move once"] + shown["Fetched again"] == shown["DRAM words"] == report.dram_words
        assert sum(sum(mark["y"]) for mark in figure["charts"][0]["marks"]) == report.dram_words
        curve = figure["charts"][1]["marks"][1]
        assert curve["y"][curve["x"].index(values["buffer_kb"])] == report.dram_words
        machine = memory.machine_of(values["buffer_kb"], values["energy"])
        spent = simulate(zoo_network(values["network"]), machine, batch=values["batch"])
        in_macs = spent.energy / machine.energy.mac
        assert sum(figure["charts"][2]["marks"][0]["x"]) == pytest.approx(in_macs), "no level is left out"
        assert numbers(figure["formula"].split(" = ")[2].split("(")[0])[0] in [row[4] for row in figure["table"]["rows"]]


@pytest.mark.parametrize("network", [entry[0] for entry in ZOO])
@pytest.mark.parametrize("batch", [1, 4])
def test_the_buffer_named_is_enough_and_a_smaller_one_is_not(network, batch):
    enough = tiles(explore("memory", {"network": network, "batch": batch}))["Enough buffer"]
    net = zoo_network(network)
    least = sum(once(layer, batch) for layer in net.mac_layers)
    assert simulate(net, memory.machine_of(enough), batch=batch).dram_words == least
    assert simulate(net, memory.machine_of(enough - 1), batch=batch).dram_words > least


@pytest.mark.parametrize("network", [entry[0] for entry in ZOO])
def test_the_buffer_curve_is_the_rule_at_every_kb(network):
    """Read off the drawn line, between its points too, and not at powers of two only."""
    curve = explore("memory", {"network": network})["charts"][1]["marks"][1]
    sizes, words = curve["x"], curve["y"]
    nests = [loop_nest(layer) for layer in zoo_network(network).mac_layers]
    place = 0
    for kb in range(8, 4097):
        place += sizes[place + 1] <= kb if place + 1 < len(sizes) else 0
        rule = sum(memory.words_of(nest, 512 * kb) for nest in nests) if kb % 9 == 0 or kb in sizes else None
        if rule is not None and sizes[place] == kb:
            assert words[place] == rule, kb
        elif rule is not None:
            share = (kb - sizes[place]) / (sizes[place + 1] - sizes[place])
            assert words[place] + share * (words[place + 1] - words[place]) == pytest.approx(rule, rel=0.003), kb


def test_mobilenet_is_not_at_its_floor_below_392_kb():
    curve = explore("memory", {"network": "mobilenet"})["charts"][1]["marks"][1]
    at = dict(zip(curve["x"], curve["y"], strict=True))
    assert at[391] > at[392] == min(curve["y"])


def test_four_register_accesses_cost_a_register_energy_a_mac_more():
    three, four = (tiles(explore("memory", {"energy": name}))["Energy"] for name in ("eyeriss65", "eyeriss65_4"))
    assert four - three == zoo_network("mobilenet").macs


def test_the_named_layer_fetches_most_again():
    for values in states("memory"):
        figure = explore("memory", values)
        rows = figure["table"]["rows"]
        most = max(row[5] for row in rows)
        if most:
            first = [row[0] for row in rows if row[5] == most][0]
            assert f"most by {first}" in figure["finding"]
        else:
            assert "nothing twice" in figure["finding"]


def test_no_schedule_beats_the_lower_bound():
    for network, _, _, _ in ZOO:
        curve = memory.Curve(zoo_work(network, 1))
        nests = [loop_nest(layer) for layer in zoo_network(network).mac_layers]
        for at, buffer_kb in enumerate(memory.BUFFERS):
            machine = memory.machine_of(buffer_kb)
            assert curve.least[at] == pytest.approx(sum(least_dram_words(nest, machine.buffer_words) for nest in nests))
            assert curve.least[at] <= curve.words[at]


# kit


def test_close_to_all_is_not_all():
    assert careful_percent(0.99999) == "nearly 100\u202f%" and careful_percent(1.0) == "100\u202f%"
    assert careful_percent(0.00001) == "less than 0.1\u202f%" and careful_percent(0.0) == "0\u202f%"


@pytest.mark.parametrize("explorer", [layer_cost, roofline, staircase, memory])
def test_headlines_are_short(explorer):
    assert len(explorer.figure(**{control["name"]: control["value"] for control in explorer.CONTROLS})["finding"]) < 130
