"""SqueezeNext on the squeezelerator: what width, version, zeros, array and dataflow cost, layer by layer."""

from ..hardware.systolic import SYSTOLIC_FLOWS
from ..networks import alexnet, squeezenet, squeezenext
from ..networks.squeezenext import VERSIONS
from .parts import axis, choice, column, kept, key, share, slider, square_machine, stops, tile
from .words import decimals, grouped, half_up, percent, short, si, times
from .workload import Workload, short_names

TITLE = "SqueezeNext on the array, layer by layer"


def version_label(version):
    return "v" + str(version) + " · [" + ",".join([str(depth) for depth in VERSIONS[version][0]]) + "]"


CONTROLS = [
    choice("version", "Version and blocks per stage", [(v, version_label(v)) for v in (1, 2, 3, 4, 5)], 5),
    stops("width", "Width", [0.5 + 0.125 * step for step in range(13)], 1.0, "× channels"),
    slider("sparsity", "Zero weights", 0, 0.9, 0.4, step=0.05) | {"format": "percent"},
    slider("array", "Array side", 4, 32, 16, "PEs"),
    choice("dataflow", "Dataflow", [("hybrid", "hybrid"), ("ws", "weight st."), ("os", "output st.")], "hybrid"),
]

# Time relative to 1.0-SqNxt-23v5, from the abstract of Gholami et al. (2018) [read]
ABSTRACT = [("SqueezeNet 1.0", 2.59), ("AlexNet", 8.26)]
PAPER_SETTINGS = (5, 1.0, 0.4, 16, "hybrid")
IDLE = 0.25  # below this share of busy MAC slots the array counts as idle
STARVED = 0.6  # above this share of time in DRAM-bound layers the array counts as starved
FLOW_NAMES = {"ws": "weight stationary", "os": "output stationary"}
MOST_WORKLOADS = 65  # as many as the controls offer; 12 kB each in MicroPython, since the network itself is not kept
_workloads = {}
_references = [None, None]  # the last (array, dataflow, sparsity) and what SqueezeNet and AlexNet took there


def workload(version, width):
    """The layers of one SqueezeNext, prepared once: building it takes as long as all the rest of a slider's answer."""
    if (version, width) not in _workloads:
        if len(_workloads) == MOST_WORKLOADS:
            _workloads.clear()
        _workloads[version, width] = Workload(squeezenext(width=width, version=version))
    return _workloads[version, width]


def prepare(version, width, sparsity, array, dataflow):
    """Builds one more network that a slider may ask for, first those one move away; True while any is missing."""
    versions = [option["value"] for option in CONTROLS[0]["options"]]
    ahead = [(version, other) for other in CONTROLS[1]["values"]] + [(other, width) for other in versions]
    ahead += [(one, other) for one in versions for other in CONTROLS[1]["values"]]
    for version, width in ahead:
        if (version, width) not in _workloads:
            workload(version, width)
            return True
    return False


def reference_cycles(machine, dataflow, sparsity):
    """Cycles of SqueezeNet and AlexNet on the machine; remembered, since width and version do not touch them."""
    settings = (machine.rows, dataflow, sparsity)
    if _references[0] != settings:
        rivals = kept("rivals", lambda: [Workload(squeezenet()), Workload(alexnet())])
        _references[1] = [rival.run(machine, dataflow, sparsity).cycles for rival in rivals]
        _references[0] = settings
    return _references[1]


def figure(version, width, sparsity, array, dataflow):
    work = workload(version, width)
    places = kept(("places", version), lambda: short_names(work.names))
    machine = square_machine(array)
    run = work.run(machine, dataflow, sparsity)
    rivals = reference_cycles(machine, dataflow, sparsity)
    at_paper = (version, width, half_up(100 * sparsity) / 100, array, dataflow) == PAPER_SETTINGS
    name = "v" + str(version) + ("" if width == 1 else " at width " + decimals(width, 3))
    return {
        "finding": finding_of(name, run, rivals),
        "problem": problem_of(run, machine),
        "charts": [
            cycles_chart(name, work, run, places),
            utilisation_chart(work, run, places, machine),
            totals_chart(name, run, rivals, at_paper),
        ],
        "readout": readout_of(work, run, rivals),
        "table": table_of(work, run, machine),
        "formula": formula_of(name, run, rivals),
        "note": note_of(version, width, at_paper),
    }


# Words.


def compared(own, other, name):
    """How the own cycles stand to another network's."""
    ratio = other / own
    if short(ratio) == "1":
        return "as many as " + name
    if ratio > 1:
        return times(ratio) + " fewer than " + name
    return times(own / other) + " more than " + name


def finding_of(name, run, rivals):
    squeeze, alex = compared(run.cycles, rivals[0], "SqueezeNet"), compared(run.cycles, rivals[1], "AlexNet")
    return "SqueezeNext " + name + " needs " + si(run.cycles) + " cycles: " + squeeze + ", " + alex + "."


def problem_of(run, machine):
    """What is wrong with this machine for this network, or None."""
    lines = []
    if run.utilisation < IDLE:
        lines.append(f"The {machine.pes} PEs do a MAC in only {percent(run.utilisation)} of their cycles.")
    if run.dram_bound > STARVED:
        lines.append(f"Layers that wait for DRAM take {share(run.dram_bound)} of the time: more PEs cannot help them.")
    return " ".join(lines) or None


def formula_of(name, run, rivals):
    compute, fill = half_up(run.compute_cycles), half_up(run.fill_cycles)
    parts = [compute, fill, run.cycles - compute - fill]
    return (
        "cycles = compute + fill + stall = " + " + ".join([grouped(part) for part in parts]) + f" = {grouped(run.cycles)}\n"
        f"SqueezeNet / {name} = {grouped(rivals[0])} / {grouped(run.cycles)} = {short(rivals[0] / run.cycles)}"
    )


def note_of(version, width, at_paper):
    text = "Only the array's side scales; buffer (128 kB), registers (8 a PE) and DRAM (16 GB/s, 100 cycles) stay. "
    text += "The machine's values are recalled or inferred, not read. Zeros: every layer but the first, all three networks."
    if version in (2, 3, 4):
        text += f" v{version} was not released: depths recalled, projection inferred."
    if width not in (1, 2):
        text += " This width is inferred."
    if not at_paper:
        text += " The abstract's 2.59× and 8.26× belong to v5, width 1, 40 % zeros, 16 × 16, hybrid."
    return text


# Charts.


def cost_label(cost):
    """The parts of a layer's cycles, for its tip."""
    compute, fill, total = ends_of(cost)
    parts = f": {grouped(total)} cycles = {grouped(compute)} compute + {grouped(fill - compute)} fill"
    return parts + (f" + {grouped(total - fill)} DRAM" if total > fill else "")


def ends_of(cost):
    """Where the stacked parts of a layer's cycles end: compute, fill, wait for DRAM."""
    return half_up(cost[1]), half_up(cost[1] + cost[2]), half_up(cost[1] + cost[2] + cost[3])


def cycles_chart(name, work, run, places):
    """Three bars a layer, one before the other: all cycles, those without DRAM, those that compute."""
    ends = [ends_of(cost) for cost in run.costs]
    texts = [cost_label(cost) for cost in run.costs]
    first = ends[0][2]
    tallest = max([end[2] for end in ends[1:]])
    cut = first > 1.5 * tallest  # the first layer would flatten all others
    top = half_up((1.15 if cut else 1.05) * (tallest if cut else max(first, tallest)))
    ends = [(min(a, top), min(b, top), min(c, top)) for a, b, c in ends]
    marks = [
        {"type": "bar", "x": places, "y": [ends[i][2] for i in work.which], "role": "stall"},
        {"type": "bar", "x": places, "y": [ends[i][1] for i in work.which], "role": "fill", "label": "compute and fill"},
        {"type": "bar", "x": places, "y": [ends[i][0] for i in work.which], "role": "compute", "label": "compute"},
    ]
    marks[0]["label"] = [layer + texts[i] for layer, i in zip(work.names, work.which)]
    if cut:
        marks.append({"type": "text", "x": [places[22]], "y": [0.95 * top], "text": ["◂ conv1: " + si(first)], "role": "muted"})
    alt = f"In SqueezeNext {name} conv1 alone takes {percent(first / run.cycles)} of {si(run.cycles)} cycles"
    return {
        "title": f"Cycles of the {len(places)} layers" + (", conv1 cut off" if cut else ""),
        "alt": f"{alt}, DRAM-bound layers {share(run.dram_bound)}.",
        "x": axis("Layer, in order of execution", scale="band", domain=places),
        "y": axis("Cycles", domain=[0, top], format="si"),
        "marks": marks,
        "height": 0.34,
        "wide": True,
        "legend": [key("compute", "compute"), key("fill", "fill and drain"), key("stall", "waiting for DRAM")],
    }


def utilisation_chart(work, run, places, machine):
    shares = [utilisation(cost, machine) for cost in run.costs]
    marks = []
    for number in (0, 1):
        own = [place for place, i in zip(places, work.which) if run.costs[i][0] == number]
        if own:
            flow = SYSTOLIC_FLOWS[number]
            busy = [shares[i] for i in work.which if run.costs[i][0] == number]
            marks.append({"type": "bar", "x": own, "y": busy, "role": flow, "label": FLOW_NAMES[flow]})
    legend = [key(mark["role"], mark["label"]) for mark in marks]
    marks.append({"type": "rule", "y": run.utilisation, "role": "text"})
    return {
        "title": f"Share of the array's MAC slots in use: {percent(run.utilisation)} over all",
        "alt": f"Over the whole network {percent(run.utilisation)} of the slots of {machine.pes} PEs are used.",
        "x": axis("Layer, in order of execution", scale="band", domain=places),
        "y": axis("Utilisation", domain=[0, 1], format="percent"),
        "marks": marks,
        "height": 0.24,
        "wide": True,
        "legend": legend,
    }


def utilisation(cost, machine):
    """Issued MACs per MAC slot of one layer, to a thousandth."""
    return half_up(1000 * cost[4] / ((cost[1] + cost[2] + cost[3]) * machine.pes)) / 1000


def totals_chart(name, run, rivals, at_paper):
    names = [name] + [rival for rival, _ in ABSTRACT]
    cycles = [run.cycles] + rivals
    ratios = [count / run.cycles for count in cycles]
    labels = [f"{network}: {grouped(count)} cycles, {times(count / run.cycles)}" for network, count in zip(names, cycles)]
    roles = ["compute", "reference", "reference"]
    marks = [{"type": "hbar", "y": names, "x": ratios, "role": roles, "label": labels}]
    legend = []
    if at_paper:
        marks.append(
            {
                "type": "point",
                "y": [rival for rival, _ in ABSTRACT],
                "x": [ratio for _, ratio in ABSTRACT],
                "role": "failure",
                "size": 5,
                "label": [f"{rival}: {times(ratio)} in the paper's abstract" for rival, ratio in ABSTRACT],
            }
        )
        legend = [key("compute", "ours"), key("failure", "the paper's abstract")]
    return {
        "title": "Time of the whole network on the same machine",
        "alt": f"SqueezeNet takes {times(ratios[1])} and AlexNet {times(ratios[2])} the time of SqueezeNext {name}.",
        "x": axis(f"Time relative to {name}", domain=[0, 1.08 * max(ratios + [8.26 if at_paper else 1])], format="ratio"),
        "y": axis("", scale="band", domain=names),
        "marks": marks,
        "height": 0.2,
        "wide": True,
        "legend": legend,
    }


# Numbers.


def readout_of(work, run, rivals):
    return [
        tile("Cycles", run.cycles, "integer", role="compute"),
        tile("SqueezeNet 1.0 takes", rivals[0] / run.cycles, "ratio", role="reference"),
        tile("AlexNet takes", rivals[1] / run.cycles, "ratio", role="reference"),
        tile("MAC slots in use", run.utilisation, "percent", role="compute"),
        tile("Time in DRAM-bound layers", run.dram_bound, "percent", role="stall"),
        tile("Parameters", work.params, "si", role="weights"),
        tile("MACs", work.macs, "si"),
    ]


def table_of(work, run, machine):
    cells = []
    for cost in run.costs:
        cycles = cost[1] + cost[2] + cost[3]
        cells.append([SYSTOLIC_FLOWS[cost[0]], half_up(cycles), half_up(cost[3]), utilisation(cost, machine)])
    return {
        "caption": "Layers with weights, in order of execution",
        "columns": [
            column("Layer"),
            column("Dataflow"),
            column("Cycles", "integer"),
            column("of them waiting", "integer"),
            column("Utilisation", "percent"),
        ],
        "rows": [[layer] + cells[i] for layer, i in zip(work.names, work.which)],
    }
