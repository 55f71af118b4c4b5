"""SqueezeNext on the squeezelerator: what width, version, zeros, array and dataflow cost, layer by layer."""

from ..hardware.systolic import SYSTOLIC_FLOWS
from ..networks import alexnet, squeezenet, squeezenext
from ..networks.squeezenext import VERSIONS
from .parts import alike, axis, choice, column, kept, key, share, slider, square_machine, stops, tile
from .words import decimals, grouped, half_up, percent, short, si, times
from .workload import Workload

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
PARTS = [("compute", "compute"), ("fill", "fill and drain"), ("stall", "waiting for DRAM")]
FLOW_NAMES = {"ws": "weight stationary", "os": "output stationary"}
MOST_WORKLOADS = 65  # as many as the controls offer; 12 kB each in MicroPython, since the network itself is not kept
_workloads = {}
_references = {}  # (array, dataflow, sparsity) → what SqueezeNet and AlexNet take there: at most some 1,700 pairs


def workload(version, width):
    """The layers of one SqueezeNext, prepared once: building it takes as long as all the rest of a slider's answer."""
    if (version, width) not in _workloads:
        if len(_workloads) == MOST_WORKLOADS:
            _workloads.clear()
        _workloads[version, width] = Workload(squeezenext(width=width, version=version))
    return _workloads[version, width]


def prepare(version, width, sparsity, array, dataflow):
    """One piece of what a slider may ask for next, first what is one move away; True while there is more."""
    versions, widths = [option["value"] for option in CONTROLS[0]["options"]], CONTROLS[1]["values"]
    near = [(version, other) for other in widths] + [(other, width) for other in versions]
    every = [(one, other) for one in versions for other in widths]
    return prepare_workloads(near) or prepare_references(sparsity, array, dataflow) or prepare_workloads(every)


def prepare_references(sparsity, array, dataflow):
    """The two rivals at one more setting that differs in one control; True while any is missing."""
    ahead = [(step / 20, array, dataflow) for step in range(19)] + [(sparsity, side, dataflow) for side in range(4, 33)]
    ahead += [(sparsity, array, option["value"]) for option in CONTROLS[4]["options"]]
    for zeros, side, flow in ahead:
        if (side, flow, zeros) not in _references:
            reference_cycles(square_machine(side), flow, zeros)
            return True
    return False


def prepare_workloads(pairs):
    """One more network among these (version, width); True while any is missing."""
    for pair in pairs:
        if pair not in _workloads:
            workload(*pair)
            return True
    return False


def reference_cycles(machine, dataflow, sparsity):
    """Cycles of SqueezeNet and AlexNet on the machine; remembered, since width and version do not touch them."""
    settings = machine.rows, dataflow, sparsity
    if settings not in _references:
        rivals = kept("rivals", lambda: [Workload(squeezenet()), Workload(alexnet())])
        _references[settings] = [rival.run(machine, dataflow, sparsity).cycles for rival in rivals]
    return _references[settings]


def figure(version, width, sparsity, array, dataflow):
    work = workload(version, width)
    machine = square_machine(array)
    run = work.run(machine, dataflow, sparsity)
    rivals = reference_cycles(machine, dataflow, sparsity)
    at_paper = (version, width, half_up(100 * sparsity) / 100, array, dataflow) == PAPER_SETTINGS
    parts, busy = [rounded_parts(cost) for cost in run.costs], [utilisation(cost, machine) for cost in run.costs]
    name = "v" + str(version) + ("" if width == 1 else " at width " + decimals(width, 3))
    return {
        "finding": finding_of(name, run, rivals),
        "problem": problem_of(run, machine),
        "charts": [
            cycles_chart(name, work, run, parts),
            utilisation_chart(work, run, busy, machine),
            totals_chart(name, run, rivals, at_paper),
        ],
        "readout": readout_of(work, run, rivals),
        "table": table_of(work, run, parts, busy),
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


def rounded_parts(cost):
    """A layer's cycles in the order of `PARTS`, rounded so that they add up to the rounded whole."""
    ends = half_up(cost[1]), half_up(cost[1] + cost[2]), half_up(cost[1] + cost[2] + cost[3])
    return ends[0], ends[1] - ends[0], ends[2] - ends[1]


def cycles_chart(name, work, run, parts):
    """A stacked bar for each layer."""
    first = sum(parts[0])
    tallest = max([sum(cycles) for cycles in parts[1:]])
    cut = first > 1.5 * tallest  # the first layer would flatten all others
    top = half_up((1.15 if cut else 1.05) * (tallest if cut else max(first, tallest)))
    marks = []
    for part, (role, label) in enumerate(PARTS):
        marks.append({"type": "bar", "stack": True, "y": [parts[i][part] for i in work.which], "role": role, "label": label})
    if cut:
        text = {"type": "text", "x": [work.names[1]], "y": [0.97 * top], "text": ["◂ conv1: " + si(first)], "role": "muted"}
        marks.append(text | {"anchor": "start"})
    alt = f"In SqueezeNext {name} conv1 alone takes {percent(first / run.cycles)} of {si(run.cycles)} cycles"
    return {
        "title": f"Cycles of the {len(work.names)} layers" + (", conv1 cut off" if cut else ""),
        "alt": f"{alt}, DRAM-bound layers {share(run.dram_bound)}.",
        "x": axis("Layer, in order of execution", scale="band", domain=work.names),
        "y": axis("Time", "cycles", domain=[0, top], format="integer"),
        "marks": marks,
        "height": 0.34,
        "wide": True,
        "legend": [key(role, label) for role, label in PARTS],
    }


def utilisation_chart(work, run, busy, machine):
    """A bar for each layer in the colour of its dataflow."""
    flows = [SYSTOLIC_FLOWS[cost[0]] for cost in run.costs]
    bars = {"type": "bar", "y": [busy[i] for i in work.which], "role": [flows[i] for i in work.which]}
    return {
        "title": f"Share of the array's MAC slots in use: {percent(run.utilisation)} over all",
        "alt": f"Over the whole network {percent(run.utilisation)} of the slots of {machine.pes} PEs are used.",
        "x": axis("Layer, in order of execution", scale="band", domain=work.names),
        "y": axis("Utilisation", domain=[0, 1], format="percent"),
        "marks": [bars, {"type": "rule", "y": run.utilisation, "role": "text"}],
        "height": 0.24,
        "wide": True,
        "legend": [key(flow, FLOW_NAMES[flow]) for flow in ("ws", "os") if flow in flows],
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


def table_of(work, run, parts, busy):
    """A row for each group of equal layers."""
    rows = []
    for place, cost in enumerate(run.costs):
        name = work.firsts[place] + alike(work.counts[place])
        rows.append([name, SYSTOLIC_FLOWS[cost[0]], sum(parts[place]), parts[place][2], busy[place]])
    return {
        "caption": "Layers with weights, in order of execution; those that cost the same share a row",
        "columns": [
            column("Layers"),
            column("Dataflow"),
            column("Cycles each", "integer"),
            column("of them waiting", "integer"),
            column("Utilisation", "percent"),
        ],
        "rows": rows,
    }
