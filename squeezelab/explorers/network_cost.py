"""Any network of the zoo on any of the machines: what width, depth, resolution, zeros and dataflow cost, layer by layer."""

from ..core.words import half_up
from ..hardware import accelerator as preset
from .kit.controls import choice, follow, stops
from .kit.machines import MACHINE_CONTROLS, WIDTHS, flow_on, note_of, note_of_zeros
from .kit.memo import Memo
from .kit.whole_network import Picture
from .kit.zeros import in_words, run_with_zeros, shares_of, why_nothing_moves
from .network_model import DIGITS, FAMILIES, FAMILY, PHOTOS, work_of

TITLE = "Any network on any array, layer by layer"
START = "squeezenext"
DEPTHS = [16, 18, 19, 23, 34, 44, 50]


def of_family(control, changes_of):
    """The control with what differs from family to family."""
    return follow(control, "family", [(family.value, changes_of(family)) for family in FAMILIES])


def offer(values, usual):
    """The values of a family that has a choice, and its usual one."""
    return {} if isinstance(values, str) else {"values": values, "value": usual}


CONTROLS = [
    choice("family", "Family", [(family.value, family.label) for family in FAMILIES], START),
    of_family(stops("width", "Width", WIDTHS, 1.0, "× channels"), lambda family: offer(family.widths, 1.0)),
    of_family(stops("depth", "Depth", DEPTHS, 23), lambda family: offer(family.depths, family.usual[1])),
    of_family(
        stops("resolution", "Resolution", sorted(set(DIGITS + PHOTOS)), 227, "pixels"),
        lambda family: offer(family.resolutions, family.resolution),
    ),
] + MACHINE_CONTROLS
AHEAD = [control["name"] for control in CONTROLS]
RIVALS = [("SqueezeNet 1.0", "squeezenet"), ("AlexNet", "alexnet")]


def figure(family, width, depth, resolution, sparsity, zeros, accelerator, dataflow):
    share = half_up(100 * sparsity) / 100
    state = State(family, width, depth, resolution, zeros, share)
    machine = preset(accelerator)
    flow, wrong = flow_on(machine, dataflow)

    def price(some):
        return kept_run(family, state.options, state.gone(some), accelerator, flow, zeros, some)

    run = price(state.share)
    others = [(name, usual_cycles(value, accelerator, flow)) for name, value in RIVALS if value != family]
    if state.is_changed():
        others = [("the usual " + state.family.title(*state.family.usual), usual_cycles(family, accelerator, flow))] + others
    picture = Picture(state.title(), "this network", in_words(zeros, state.share), run, others)
    sentence = why_nothing_moves(run, zeros, state.share, price)
    note = f"{note_of(machine)} The other networks have no zeros." + note_of_zeros(zeros, state.share)
    described = picture.figure(sentence, " ".join(state.problems + wrong), note)
    return described | {"disabled": state.disabled} if state.disabled else described


class State:
    """What is shown of what was asked for. disabled: {control: why it means nothing here}; problems: what cannot be."""

    def __init__(self, value, width, depth, resolution, zeros, share):
        self.family, self.zeros, self.share = FAMILY[value], zeros, share
        self.disabled, self.problems = {}, []
        family = self.family
        self.options = (self.asked("width", family.widths, width), self.asked("depth", family.depths, depth), resolution)
        self.refuses = zeros == "channels" and share and self.wrong(share) and not self.wrong(0)
        if self.refuses:
            self.disabled["sparsity"] = f"{family.label} cannot lose channels: {self.wrong(share)}."
            self.share = 0
        wrong = self.wrong(self.share)
        if wrong:
            self.problems.append(f"{self.title()} cannot be built: {wrong}. Shown is the usual one.")
            self.options = family.usual

    def wrong(self, share):
        """Why the network as it was asked for cannot be, or None."""
        return work_of(self.family.value, *self.options, shares_of(self.zeros, share)[0])[1]

    def gone(self, share):
        """The share of the channels that are gone at a share of zeros; none where the network cannot lose them."""
        return 0 if self.refuses else shares_of(self.zeros, share)[0]

    def asked(self, name, offered, value):
        """The value, or None where the family has no choice, which is said."""
        if not isinstance(offered, str):
            return value
        self.disabled[name] = offered
        return None

    def is_changed(self):
        return self.share > 0 or self.options != self.family.usual

    def title(self):
        zeros = " " + in_words(self.zeros, self.share) if self.share else ""
        return self.family.title(*self.options) + zeros


def run_of(value, options, gone, machine, dataflow, zeros, share):
    """A network on a preset; `options` are its width, depth and resolution."""
    return run_with_zeros(work_of(value, *options, gone)[0], preset(machine), dataflow, zeros, share)


# kept_run(family, options, gone, name of the machine, dataflow, kind of zeros, their share): one move away are some 250
kept_run = Memo(run_of, most=600)


def cycles_of_usual(value, machine, dataflow):
    """What the usual network of a family takes on a preset, without zeros."""
    return work_of(value, *FAMILY[value].usual, 0)[0].run(preset(machine), dataflow, 0).cycles


# usual_cycles(family, name of the machine, dataflow): all 476 there are
usual_cycles = Memo(cycles_of_usual, most=952)
