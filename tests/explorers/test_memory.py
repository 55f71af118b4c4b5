"""What the buffer saves: words add up, the curve is the rule, and the buffer named is enough."""

import re

import pytest
from support import control_schema
from support.figure_schema import tiles

from squeezelab.explorers import explore, memory, module
from squeezelab.explorers.kit.zoo import ZOO, square_machine, zoo_network, zoo_work
from squeezelab.hardware import least_dram_words, simulate
from squeezelab.hardware.loops import loop_nest


def states(name):
    """Control values worth testing."""
    return control_schema.states(module(name).CONTROLS)


def numbers(sentence):
    """The numbers of a sentence, its thin spaces taken out."""
    plain = re.sub("(?<=\\d)\u202f(?=\\d)", "", sentence)
    return [float(text) for text in re.findall(r"\d+\.?\d*", plain)]


def once(layer, batch):
    """Compulsory words."""
    return layer.weight_words + batch * (layer.input_words + layer.output_words)


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
