"""The Ghost module beside the convolution it replaces: what it promises, what it saves, and on which machine it is faster."""

from ..core.arith import ceil_div
from ..core.words import decimals, grouped, half_up, short, si, times
from ..hardware import accelerator, loop_nest
from ..hardware.cost import nest_cost
from ..hardware.word_sizes import word_sizes
from ..networks import Network, ghost_module
from .kit.charts import line, time_chart, time_parts
from .kit.controls import choice, slider, stops
from .kit.figures import axis, careful_percent, column, tile
from .kit.memo import Memo

TITLE = "A Ghost module and the convolution it replaces"
SIZE = 28  # pixels a side of the map, as in the middle of GhostNet
RATIOS = list(range(2, 9))
MACHINES = [("cpu-like", "CPU-like"), ("gpu-like", "GPU-like")]
# (what is compared, its label, its colour); the cycles of a machine go by its name
MEASURES = [
    ("params", "parameters", "weights"),
    ("macs", "MACs", "reference"),
    ("words", "words moved", "dram"),
    ("cpu-like", "cycles, CPU-like", "compute"),
    ("gpu-like", "cycles, GPU-like", "is"),
]
MACHINE_NAMES = dict(MACHINES)
ROLES = {value: role for value, _, role in MEASURES}
CONTROLS = [
    slider("ratio", "Ratio s", RATIOS[0], RATIOS[-1], 2),
    stops("cheap", "Cheap kernel d", [1, 3, 5, 7], 3, "pixels"),
    stops("channels", "Channels in and out", [16, 32, 64, 128, 256, 512], 128),
    choice("kernel", "Convolution", [(1, "1×1"), (3, "3×3")], 1),
    choice("machine", "Machine", MACHINES, "cpu-like"),
]
AHEAD = ["cheap", "channels", "kernel"]  # other modules


def costs_on(name, net):
    """The cost of each layer with weights on a machine."""
    machine = accelerator(name)
    sizes = word_sizes(machine)
    return [nest_cost(loop_nest(layer), machine, "hybrid", 1, "skip", "dense", sizes) for layer in net.mac_layers]


class Option:
    """A convolution, or a Ghost module: the counts of `MEASURES`, and the cost of each of its layers on both machines."""

    def __init__(self, net):
        self.by_machine = {name: costs_on(name, net) for name, _ in MACHINES}
        self.counts = {"params": net.params, "macs": net.macs, "words": sum([layer.words for layer in net.mac_layers])}
        for name, _ in MACHINES:
            self.counts[name] = half_up(sum([cost.cycles for cost in self.by_machine[name]]))


class Comparison:
    """The plain convolution and, in its place, the Ghost modules of every ratio.

    savings: {measure: the plain convolution's count divided by the Ghost module's, for each ratio}.
    """

    def __init__(self, cheap, channels, kernel):
        net = Network("plain", (channels, SIZE, SIZE))
        net.conv_norm_relu(net.input, channels, kernel, name="plain")
        self.plain = Option(net)
        self.ghosts = []
        for ratio in RATIOS:
            net = Network("ghost", (channels, SIZE, SIZE))
            ghost_module(net, net.input, channels, ratio, kernel, cheap)
            self.ghosts.append(Option(net))
        counts = self.plain.counts
        self.savings = {name: [counts[name] / ghost.counts[name] for ghost in self.ghosts] for name in counts}

    def ghost(self, ratio):
        return self.ghosts[RATIOS.index(ratio)]

    def saving(self, measure, ratio):
        return self.savings[measure][RATIOS.index(ratio)]

    def bounds(self):
        """Of an axis with whole powers of two for ends that holds every ratio of this comparison, and the promised 8."""
        low = 0.5
        least = min([min(self.savings[name]) for name in self.savings])
        while least < low:
            low /= 2
        return [low, RATIOS[-1]]


comparison_of = Memo(Comparison, most=96)  # (cheap, channels, kernel): all 48 there are


# Words.


def against(ratio, more, less, same):
    """`2× fewer` or `1.5× more` for a saving, with the words for its two sides, or the words for neither."""
    amount = times(ratio if ratio >= 1 else 1 / ratio)
    return same if amount == "1×" else f"{amount} {more if ratio >= 1 else less}"


def finding_of(comparison, ratio, machine):
    saved = comparison.saving("macs", ratio)
    work = f"With s = {ratio} the Ghost module does {against(saved, 'fewer', 'more', 'as many')} MACs"
    promise = "" if times(saved) == f"{ratio}×" else f", not {ratio}× fewer"
    speed = against(comparison.saving(machine, ratio), "faster", "slower", "as fast as the plain convolution")
    return f"{work}{promise}; on the {MACHINE_NAMES[machine]} machine it is {speed}."


def problem_of(comparison, ratio, machine):
    """The module does more work than what it replaces, or is slower on the chosen machine, or None."""
    if comparison.saving("macs", ratio) < 1:
        return "The cheap part is the dear one: it takes more MACs than the convolution saves."
    if comparison.saving(machine, ratio) >= 1:
        return None
    primary, cheap = comparison.ghost(ratio).by_machine[machine]
    before = f"Instead of {si(comparison.plain.counts[machine])} cycles the convolution takes {si(primary.cycles)}"
    pes = accelerator(machine).pes
    lanes = f"{careful_percent(cheap.utilisation(pes))} of the {pes} lanes work"
    waits = primary.stall_cycles + cheap.stall_cycles
    waiting = f" The module waits {si(waits)} cycles for DRAM." if waits >= 1 else ""
    return f"{before}, but the cheap part another {si(cheap.cycles)}, in which {lanes}.{waiting}"


def formula_of(ratio, cheap, channels, kernel):
    """The weights of both, and the saving in closed form, for as many channels out as in."""
    kept_channels = ceil_div(channels, ratio)
    ghost = channels * kept_channels * kernel**2 + kept_channels * (ratio - 1) * cheap**2
    plain = channels * channels * kernel**2
    saving = ratio * channels * kernel**2 / (channels * kernel**2 + (ratio - 1) * cheap**2)
    return (
        f"weights: S T k² = {grouped(plain)}; Ghost, m = ⌈T/s⌉ = {kept_channels}: S m k² + m (s − 1) d² = {grouped(ghost)}\n"
        f"saving = s S k² / (S k² + (s − 1) d²) = {decimals(saving, 2)}, where s divides T"
    )


# Charts.


def savings_chart(comparison, ratio):
    """A bar for each measure, from 1, where nothing changes, to what is saved or lost."""
    labels = [label for _, label, _ in MEASURES]
    ratios = [comparison.saving(measure, ratio) for measure, _, _ in MEASURES]
    plain, ghost = comparison.plain.counts, comparison.ghost(ratio).counts
    tips = [f"{label}: {grouped(ghost[name])} instead of {grouped(plain[name])}" for name, label, _ in MEASURES]
    roles = [role for _, _, role in MEASURES]
    best = max(ratios)
    return {
        "title": f"Most is saved in {labels[ratios.index(best)]}: {times(best)}" if best > 1 else "Nothing is saved",
        "alt": f"Plain convolution divided by Ghost module, from {times(min(ratios))} to {times(best)}; s is {ratio}.",
        "x": axis("Plain ÷ Ghost", "", "log2", comparison.bounds(), "ratio"),
        "y": axis("", scale="band", domain=labels),
        "marks": [
            {"type": "hbar", "y": labels, "x0": [1] * len(labels), "x": ratios, "role": roles, "label": tips},
            {"type": "rule", "x": 1, "role": "reference"},
            {"type": "rule", "x": ratio, "role": "muted", "label": f"s = {ratio}"},
        ],
        "height": 0.7,
    }


def ratios_chart(comparison, ratio, machine):
    """The savings over the ratio s: the promise, the MACs, the cycles of both machines."""
    marks = [{"type": "rule", "x": ratio, "role": "muted"}, {"type": "rule", "y": 1, "role": "reference"}]
    marks.append(saving_line(RATIOS, "text", "s, the promise") | {"dashed": True})
    for measure, label, role in MEASURES:
        if measure in ("macs", "cpu-like", "gpu-like"):
            marks.append(saving_line(comparison.savings[measure], role, label))
    return {
        "title": fastest_title(comparison, machine),
        "alt": f"Savings for s from {RATIOS[0]} to {RATIOS[-1]}. {finding_of(comparison, ratio, machine)}",
        "x": axis("Ratio s", domain=[RATIOS[0], RATIOS[-1]], format="integer"),
        "y": axis("Plain ÷ Ghost", "", "log2", comparison.bounds(), "ratio"),
        "marks": marks,
        "height": 0.7,
    }


def fastest_title(comparison, machine):
    best = max(comparison.savings[machine])
    if best < 1:
        return f"No ratio pays on the {MACHINE_NAMES[machine]} machine"
    return f"{MACHINE_NAMES[machine]}: fastest at s = {RATIOS[comparison.savings[machine].index(best)]}, {times(best)}"


def saving_line(values, role, name):
    tips = [f"s = {ratio}, {name}: {times(value)}" for ratio, value in zip(RATIOS, values)]
    return line(RATIOS, values, role, name, tips)


def cycles_chart(comparison, ratio, machine):
    """Cycles on the chosen machine: the plain convolution, and the two layers of the Ghost module."""
    names = ["plain convolution", "Ghost: convolution", "Ghost: cheap part"]
    costs = comparison.plain.by_machine[machine] + comparison.ghost(ratio).by_machine[machine]
    cheap = costs[2].cycles / (costs[1].cycles + costs[2].cycles)
    title = f"{MACHINE_NAMES[machine]}: the cheap part takes {careful_percent(cheap)} of the Ghost module's time"
    ends = ", ".join([si(cost.cycles) for cost in costs])
    alt = f"Cycles of the plain convolution and of both parts of the Ghost module: {ends}."

    def tip(place, cycles, doing):
        return f"{names[place]}: {si(cycles)} cycles {doing}"

    return time_chart(title, alt, names, time_parts(costs), tip, 0.25) | {"wide": True}


def table_of(comparison):
    """Counts of the plain convolution and of the Ghost module of each ratio."""
    columns = [column("Layer")] + [column(label, "integer") for _, label, _ in MEASURES]
    options = [("plain", comparison.plain)] + [(f"s = {ratio}", comparison.ghost(ratio)) for ratio in RATIOS]
    rows = [[name] + [option.counts[measure] for measure, _, _ in MEASURES] for name, option in options]
    return {"caption": f"The plain convolution and Ghost modules, {SIZE}×{SIZE} pixels", "columns": columns, "rows": rows}


def figure(ratio, cheap, channels, kernel, machine):
    comparison = comparison_of(cheap, channels, kernel)
    busy = comparison.ghost(ratio).by_machine[machine][1].utilisation(accelerator(machine).pes)
    readout = [
        tile(f"{label[0].upper()}{label[1:]}, plain ÷ Ghost", comparison.saving(measure, ratio), "ratio", role=role)
        for measure, label, role in MEASURES
    ]
    return {
        "finding": finding_of(comparison, ratio, machine),
        "problem": problem_of(comparison, ratio, machine),
        "charts": [
            savings_chart(comparison, ratio),
            ratios_chart(comparison, ratio, machine),
            cycles_chart(comparison, ratio, machine),
        ],
        "readout": readout + [tile("Lanes busy in the cheap part", busy, "percent", role=ROLES[machine])],
        "table": table_of(comparison),
        "formula": formula_of(ratio, cheap, channels, kernel),
        "note": f"A map of {SIZE}×{SIZE} pixels; words: of both layers, each once. cpu-like: 16 lanes, "
        f"{short(accelerator('cpu-like').words_per_cycle)} words a cycle; gpu-like: 4096 lanes in lock step, "
        f"{short(accelerator('gpu-like').words_per_cycle)} words a cycle. Both are assumed stand-ins, not products.",
    }
