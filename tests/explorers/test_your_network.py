"""The reader's own network: what its program made is what `simulate` prices, and what it can't be made of is said by its line."""

import json
import re

import pytest
from support import ROOT
from support.figure_schema import check_figure, tiles
from support.own_network import DEEP, RIGHT, asked, told_here, told_in_a_thread
from support.whole_networks import check_layers, simulated

from squeezelab.compression import rescaled
from squeezelab.explorers import explore, your_network
from squeezelab.explorers.kit.controls import offered_values
from squeezelab.explorers.kit.own_network import OFFERED
from squeezelab.hardware import accelerator, simulate
from squeezelab.networks import NETWORKS, build, shufflenet

PROGRAMS = [program for program, _ in your_network.STARTS]


def made(program):
    """The network of a program, run as in a cell of a notebook: nothing is there but what it imports."""
    names = {}
    exec(program, names)
    return names["net"]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_start_runs_as_it_is_printed_in_a_notebook_and_costs_the_same(program):
    assert len(program.splitlines()) <= 10
    check_layers(explore("your_network", {"program": program}), simulate(made(program), "squeezelerator-16"))


@pytest.mark.parametrize("program", [*PROGRAMS, DEEP])
@pytest.mark.parametrize(
    ("machine", "dataflow", "kind", "share", "width"),
    [
        ("squeezelerator-16", "hybrid", "random", 0.4, 0.5),
        ("scalesim-16", "is", "nm", 0.5, 1.25),
        ("gpu-like", "os", "channels", 0.3, 2.0),
    ],
)
def test_the_sliders_show_what_simulate_says_of_the_rewritten_network(program, machine, dataflow, kind, share, width):
    values = {"accelerator": machine, "dataflow": dataflow, "zeros": kind, "sparsity": share, "width": width}
    figure = check_figure(explore("your_network", asked(program, **values)))
    network = made("from squeezelab.networks import Network\n" + program)
    check_layers(figure, simulated(rescaled(network, width), accelerator(machine), dataflow, kind, share))
    assert tiles(figure)["Layers with weights"] == len(network.mac_layers)


def test_the_other_dataflows_and_the_program_as_written_stand_beside_it():
    values = {"program": PROGRAMS[1], "width": 0.5, "accelerator": "scalesim-16", "dataflow": "ws"}
    (bars,) = explore("your_network", values)["charts"][3]["marks"]
    network = made(PROGRAMS[1])
    own = simulate(rescaled(network, 0.5), "scalesim-16", dataflow="ws").cycles
    others = [simulate(rescaled(network, 0.5), "scalesim-16", dataflow=flow).cycles for flow in ("hybrid", "os", "is")]
    written = simulate(network, "scalesim-16", dataflow="ws").cycles
    assert bars["x"] == pytest.approx([1, *[cycles / own for cycles in [written, *others]]])
    assert bars["y"] == ["this network", "the program as written", "the hybrid", "output stationary", "input stationary"]


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_every_network_of_the_zoo_can_be_drawn(name):
    network = build(name)
    figure = check_figure(your_network.drawn(network, 0.5, 0, "random", "squeezelerator-16", "hybrid"))
    assert "disabled" not in figure and tiles(figure)["MACs"] == rescaled(network, 0.5).macs


@pytest.mark.parametrize(("control", "values"), [("width", (0.5, 0)), ("sparsity", (1, 0.5))])
def test_where_channels_cannot_be_told_apart_the_slider_says_which_layer_is_in_the_way(control, values):
    network = shufflenet(version=2)
    figure = check_figure(your_network.drawn(network, *values, "channels", "squeezelerator-16", "hybrid"))
    assert list(figure["disabled"]) == [control] and "'s2.b1.shuffle'" in figure["disabled"][control]
    assert tiles(figure)["Parameters"] == network.params


WRONG = {
    "": 'nothing is there; a network begins with net = Network("mine", (3, 32, 32))',
    "  \n\n": 'nothing is there; a network begins with net = Network("mine", (3, 32, 32))',
    "x = 1": 'the program makes no network; one begins with net = Network("mine", (3, 32, 32))',
    "net = 5": 'the program makes no network; one begins with net = Network("mine", (3, 32, 32))',
    'a = Network("a", (3, 8, 8))\nb = Network("b", (3, 8, 8))': "the program makes 2 networks, a and b: call"
    " the one to be costed net",
    'net = Network("a", (3, 8, 8))': "the network has no layer with weights yet, such as net.conv(net.input, 16, 3)",
    'net = Network("a", (3, 8, 8))\nfor i in range(301):\n    net.conv(net.input, 4, 1)': "the network has 301 layers with"
    " weights; at most 300 are drawn",
    'net = Network("a", (3, 8, 8))\nfor i in range(3001):\n    net.relu(net.input)': "the network has 3\u202f001 layers; at most"
    " 3\u202f000 are counted here",
    'net = Network("a", (3, 8, 8))\nnet.conv(net.input, 10**14, 3)': "the network has 10^15 MACs or more, which is beyond all"
    " that is counted here",
    'net = Network("a", (3, 8, 8))\n\nnet.conv(net.input, 16, 0)': "line 3: conv 'conv1': the kernel must be a whole number of at"
    " least 1, not 0",
    "net = Network((3, 8, 8))": "line 1: it stopped with TypeError: it is called with more or fewer arguments than it takes",
    'net = Network("a", (3, 8, 8))\nnet.conf(net.input, 16, 3)': "line 2: it stopped with AttributeError: there is no attribute"
    " 'conf'",
    'net = Network("a", (3, 8, 8))\nx = net.conv(net.input, 16, 3)\nnet.conv(y, 16, 3)': "line 3: it stopped with NameError: name"
    " 'y' is not defined",
    'def stem(net):\n    return net.conv(net.input, 0, 3)\n\nnet = Network("a", (3, 8, 8))\nstem(net)': "line 2: conv 'conv1':"
    " the number of output channels must be a whole number of at least 1, not 0",
    'net = Network("a", (3, 8, 8))\nnet.conv(net.input 16, 3)': "line 2 is not Python",
    'net = Network("a", (3, 8, 8))\nnet["fc"]': "line 2: it stopped with KeyError: no layer 'fc' in a; it has ",
    "def f():\n    return f()\nf()": "line 2: it stopped with RecursionError: it calls itself without end",
    'net = Network("a", (3, 8, 8), weight_bits={"d": 4})\nnet.conv(net.input, 4, 1, name="c")': "no layer 'd' with weights in a;"
    " there are c",
    'net = Network("a", (3, 8, 8), sum_bits=65)': "line 1: sum_bits must be a whole number from 1 to 64, not 65",
    "raise SystemExit": "line 1: it stopped with SystemExit",
    "import nothing_of_that_name": "line 1: it stopped with ImportError: no module named 'nothing_of_that_name'",
    "x" * 20_001: "the program is longer than 20,000 characters",
}
ONLY_HERE = ("; it is not in this page's Python",)


def test_what_cannot_be_drawn_is_one_sentence_and_the_next_right_program_is_drawn_in_both_pythons():
    states = [asked(text) for wrong in WRONG for text in (wrong, RIGHT)]
    here, there = told_here(states), told_in_a_thread(states)
    assert [answer.get("error") for answer in here[::2]] == list(WRONG.values())
    assert [answer.get("error", "").replace(ONLY_HERE[0], "") for answer in there[::2]] == list(WRONG.values())
    for answer in here[1::2] + there[1::2]:
        assert answer["figure"]["finding"] == here[1]["figure"]["finding"]


def test_net_is_the_one_that_counts_and_a_second_name_is_no_second_network():
    two = RIGHT + 'other = Network("other", (3, 8, 8))\nagain = net\n'
    alone = 'mine = Network("mine", (3, 8, 8))\nagain = mine\nmine.conv(mine.input, 4, 3)\n'
    assert explore("your_network", {"program": two})["finding"].startswith("The network right needs")
    assert explore("your_network", {"program": alone})["finding"].startswith("The network mine needs")


def test_a_page_lists_what_a_program_finds():
    notebook = json.loads((ROOT / "book/your_network.ipynb").read_text("utf-8"))
    (cell,) = [cell for cell in notebook["cells"] if cell["id"] == "names"]
    listed = re.findall(r"`(\w+_\w*(?:block|unit|module|bottleneck|excitation))`", "".join(cell["source"]))
    assert sorted(listed) == sorted(set(OFFERED) - {"Network"})
    for name in OFFERED:
        assert explore("your_network", {"program": f"{name}\n{RIGHT}"})


def test_the_starts_are_the_values_that_the_control_offers():
    control = your_network.CONTROLS[0]
    assert offered_values(control) == PROGRAMS and control["value"] == PROGRAMS[0]
