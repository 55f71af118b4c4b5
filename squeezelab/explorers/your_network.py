"""A network of the reader's own, as a program that records it: what it costs on any of the machines, layer by layer."""

from ..compression.thinned import rescaled, thinned
from ..core.words import decimals, half_up
from ..hardware import accelerator as preset
from ..hardware.cost import DATAFLOWS
from ..hardware.workload import Workload
from .kit.controls import program, stops
from .kit.figures import FLOW_NAMES, tile
from .kit.machines import MACHINE_CONTROLS, WIDTHS, flow_on, note_of, note_of_zeros
from .kit.memo import Memo
from .kit.own_network import check_size, network_of
from .kit.whole_network import Picture
from .kit.zeros import in_words, run_with_zeros, shares_of, why_nothing_moves

TITLE = "Your own network, layer by layer"
SQUEEZENEXT = """\
from squeezelab.networks import Network, squeezenext_block

net = Network("SqueezeNext's block", (3, 64, 64))
x = net.conv_norm_relu(net.input, 32, 3, stride=2)
for number in range(4):
    with net.scope(f"block{number}"):
        x = squeezenext_block(net, x, 128)
x = net.global_avg_pool(x)
net.linear(x, 10)
"""
RESNET = """\
from squeezelab.networks import Network, resnet_basic_block

net = Network("ResNet's block", (3, 64, 64))
x = net.conv_norm_relu(net.input, 32, 3, stride=2)
for number in range(4):
    with net.scope(f"block{number}"):
        x = resnet_basic_block(net, x, 128)
x = net.global_avg_pool(x)
net.linear(x, 10)
"""
EMPTY = """\
from squeezelab.networks import Network

net = Network("mine", (3, 64, 64))
x = net.conv(net.input, 32, 3, padding=1)
"""
STARTS = [(SQUEEZENEXT, "SqueezeNext's block"), (RESNET, "ResNet's block"), (EMPTY, "an empty image")]
WIDTH = stops("width", "Width", WIDTHS, 1.0, "× channels")
SHAPED = [WIDTH] + MACHINE_CONTROLS  # what a network is asked for, whoever made it
CONTROLS = [program("program", "Your program", STARTS)] + SHAPED
LONGEST_NAME = 40


def figure(program, width, sparsity, zeros, accelerator, dataflow):
    return drawn(network_of(program), width, sparsity, zeros, accelerator, dataflow)


def drawn(network, width, sparsity, zeros, accelerator, dataflow):
    """The figure of a `Network`; raises a ValueError where it has nothing to draw."""
    state = State(network, width, zeros, half_up(100 * sparsity) / 100)
    machine = preset(accelerator)
    flow, wrong = flow_on(machine, dataflow)

    def price(share, how=flow):
        return run_with_zeros(state.work(share), machine, how, zeros, share)

    run = price(state.share)
    hows = [how for how in DATAFLOWS[machine.style] if how != flow]
    others = [(FLOW_NAMES.get(how, "the hybrid"), price(state.share, how).cycles) for how in hows]
    if state.is_changed():
        others = [("the program as written", work_of(network, 1, 0)[0].run(machine, flow, 0).cycles)] + others
    picture = Picture(state.title(), "this network", in_words(zeros, state.share), run, others)
    sentence = why_nothing_moves(run, zeros, state.share, price) if state.share else None
    described = picture.figure(sentence, " ".join(wrong), note_of(machine) + note_of_zeros(zeros, state.share))
    described["readout"] = [tile("Layers with weights", len(run.work.names))] + picture.readout(beside=1)
    return described | {"disabled": state.disabled} if state.disabled else described


def work_without(network, width, gone):
    """(Workload, None), or (None, why not): a network at a width without the share `gone` of its channels."""
    try:
        return Workload(thinned(rescaled(network, width), gone)), None
    except ValueError as error:
        return None, str(error)


# work_of(network, width, gone): both answers are kept
work_of = Memo(work_without, most=64)


class State:
    """What is shown of what was asked for. disabled: {control: why it means nothing here}."""

    def __init__(self, network, width, zeros, share):
        self.network, self.zeros, self.disabled = network, zeros, {}
        check_size(network)
        self.width = self.possible("width", width, 1, lambda value: work_of(network, value, 0)[1])
        self.share = self.possible("sparsity", share, 0, lambda value: work_of(network, self.width, self.gone(value))[1])

    def possible(self, name, value, usual, wrong):
        """The value, or the usual one where it cannot be, which is said."""
        why = wrong(value)
        if not why:
            return value
        what = "change its width" if name == "width" else "lose channels"
        self.disabled[name] = f"This network cannot {what}: {why}."
        return usual

    def gone(self, share):
        """The share of the channels that are gone at a share of zeros."""
        return shares_of(self.zeros, share)[0]

    def work(self, share):
        return work_of(self.network, self.width, self.gone(share))[0]

    def is_changed(self):
        return self.share > 0 or self.width != 1

    def title(self):
        text = "the network " + self.network.name[:LONGEST_NAME]
        if self.width != 1:
            text += " at width " + decimals(self.width, 3)
        return text + (" " + in_words(self.zeros, self.share) if self.share else "")
