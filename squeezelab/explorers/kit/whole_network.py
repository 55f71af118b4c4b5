"""A whole network on a machine, drawn layer by layer: cycles, utilisation, MACs per DRAM word, and others beside it.

`squeezenext_cost` and `network_cost` are this picture with different controls.
"""

from ...core.words import grouped, half_up, percent, plural, short, si, times
from ...hardware import ridge
from ...hardware.systolic import SYSTOLIC_FLOWS
from .parts import alike, axis, column, key, share, tile

IDLE = 0.25  # below this share of busy MAC slots the array counts as idle
STARVED = 0.6  # above this share of time in layers that wait for DRAM the array counts as starved
PARTS = [("compute", "compute"), ("fill", "fill and drain"), ("stall", "waiting for DRAM")]
FLOW_NAMES = {"ws": "weight stationary", "os": "output stationary", "is": "input stationary"}


class Picture:
    """What is drawn: `title` names the network in full, `name` where there is little room; `run` is a `Run` of its work.

    zeros: what it is like, 'with 40 % random zeros'; others: [(name, cycles)] of the networks beside it;
    published: {name: the ratio of times that a paper gives}.
    """

    def __init__(self, title, name, zeros, run, others, published=None):
        self.title, self.name, self.zeros = title, name, zeros
        self.run, self.work, self.machine = run, run.work, run.machine
        self.others = others
        self.published = published or {}
        self.ridge = ridge(run.machine)
        self.parts = [rounded_parts(cost) for cost in run.costs]
        self.busy = [utilisation(cost, run.machine) for cost in run.costs]
        self.intensities = run.intensities()

    def figure(self, sentence=None, problem=None, note=None):
        """The description that the front end draws; `sentence` is added to the finding, `problem` to what is wrong."""
        problems = [text for text in (problem, self.problem()) if text]
        return {
            "finding": " ".join([text for text in (self.finding(), sentence) if text]),
            "problem": " ".join(problems) or None,
            "charts": [cycles_chart(self), utilisation_chart(self), intensity_chart(self), totals_chart(self)],
            "readout": self.readout(),
            "table": table_of(self),
            "formula": self.formula(),
            "note": note,
        }

    # Words.

    def finding(self):
        ratios = [times(cycles / self.run.cycles) for _, cycles in self.others]
        taken = [f"{name} {ratio}" for (name, _), ratio in zip(self.others, ratios)]
        taken[0] = f"{self.others[0][0]} takes {ratios[0]}"
        listed = ", ".join(taken[:-1]) + " and " + taken[-1] if len(taken) > 1 else taken[0]
        return f"{self.title} needs {si(self.run.cycles)} cycles; {listed} as many."

    def problem(self):
        """What is wrong with this machine for this network, or None."""
        run, lines = self.run, []
        if run.utilisation < IDLE:
            busy = percent(run.utilisation)
            lines.append(f"The {plural(self.machine.pes, 'PE')} do a MAC in only {busy} of their cycles.")
        if run.dram_bound > STARVED:
            lines.append(f"Layers that wait for DRAM take {share(run.dram_bound)} of the time: more PEs cannot help them.")
        return " ".join(lines) or None

    def formula(self):
        run = self.run
        compute, fill = half_up(run.compute_cycles), half_up(run.fill_cycles)
        parts = " + ".join([grouped(part) for part in (compute, fill, run.cycles - compute - fill)])
        name, cycles = self.others[0]
        return (
            f"cycles = compute + fill + stall = {parts} = {grouped(run.cycles)}\n"
            f"{name} / {self.name} = {grouped(cycles)} / {grouped(run.cycles)} = {short(cycles / run.cycles)}"
        )

    def readout(self):
        run, work = self.run, self.work
        return (
            [tile("Cycles", run.cycles, "integer", role="compute")]
            + [tile(f"{name} takes", cycles / run.cycles, "ratio", role="reference") for name, cycles in self.others[:2]]
            + [
                tile("MAC slots in use", run.utilisation, "percent", role="compute"),
                tile("Time in layers that wait", run.dram_bound, "percent", role="stall"),
                tile("MACs per DRAM word", work.macs / run.dram_words, "fixed1", role="dram"),
                tile("Parameters", work.params, "si", role="weights"),
                tile("MACs", work.macs, "si"),
            ]
        )


def rounded_parts(cost):
    """A layer's cycles in the order of `PARTS`, rounded so that they add up to the rounded whole."""
    ends = half_up(cost[1]), half_up(cost[1] + cost[2]), half_up(cost[1] + cost[2] + cost[3])
    return ends[0], ends[1] - ends[0], ends[2] - ends[1]


def utilisation(cost, machine):
    """Issued MACs per MAC slot of one layer, to a thousandth."""
    return half_up(1000 * cost[4] / ((cost[1] + cost[2] + cost[3]) * machine.pes)) / 1000


# Charts.


def layer_axis(picture):
    return axis("Layer, in order of execution", scale="band", domain=picture.work.names)


def cycles_chart(picture):
    """A stacked bar for each layer."""
    work, run, parts = picture.work, picture.run, picture.parts
    longest, tallest = two_largest([sum(parts[place]) for place in work.which])
    cut = longest[0] > 1.5 * tallest[0] > 0  # one layer would flatten all others
    top = half_up((1.15 if cut else 1.05) * (tallest if cut else longest)[0])
    marks = []
    for part, (role, label) in enumerate(PARTS):
        marks.append({"type": "bar", "stack": True, "y": [parts[i][part] for i in work.which], "role": role, "label": label})
    who = work.names[longest[1]]
    if cut:
        marks.append(cut_label(work.names, longest, who, 0.97 * top))
    return {
        "title": f"Cycles of the {plural(len(work.names), 'layer')}" + (f", {who} cut off" if cut else ""),
        "alt": f"In {picture.title} {who} alone takes {percent(longest[0] / run.cycles)} of {si(run.cycles)} cycles, "
        f"layers that wait for DRAM {share(run.dram_bound)}.",
        "x": layer_axis(picture),
        "y": axis("Time", "cycles", domain=[0, max(top, 1)], format="integer"),
        "marks": marks,
        "height": 0.3,
        "wide": True,
        "legend": [key(role, label) for role, label in PARTS],
    }


def two_largest(values):
    """The two largest as (value, place), the first of equals first; the second is (0, 0) where there is but one."""
    best, second = (0, 0), (0, 0)
    for place, value in enumerate(values):
        if value > best[0]:
            best, second = (value, place), best
        elif value > second[0]:
            second = (value, place)
    return best, second


def cut_label(names, longest, who, height):
    """What the bar that is cut off would reach, beside it on the side with more room."""
    cycles, place = longest
    late = 2 * place >= len(names)
    beside = names[max(place - 1, 0)] if late else names[min(place + 1, len(names) - 1)]
    text = f"{who}: {si(cycles)} ▸" if late else f"◂ {who}: {si(cycles)}"
    return {"type": "text", "x": [beside], "y": [height], "text": [text], "role": "muted", "anchor": "end" if late else "start"}


def utilisation_chart(picture):
    """A bar for each layer in the colour of its dataflow."""
    work, run = picture.work, picture.run
    flows = [SYSTOLIC_FLOWS[cost[0]] for cost in run.costs]
    bars = {"type": "bar", "y": [picture.busy[i] for i in work.which], "role": [flows[i] for i in work.which]}
    return {
        "title": f"Share of the array's MAC slots in use: {percent(run.utilisation)} over all",
        "alt": f"Over the whole network {percent(run.utilisation)} of the slots of {plural(picture.machine.pes, 'PE')} are used.",
        "x": layer_axis(picture),
        "y": axis("Utilisation", domain=[0, 1], format="percent"),
        "marks": [bars, {"type": "rule", "y": run.utilisation, "role": "text"}],
        "height": 0.2,
        "wide": True,
        "legend": [key(flow, picture.machine.style + " " + flow.upper()) for flow in SYSTOLIC_FLOWS if flow in flows],
    }


def intensity_chart(picture):
    """A point for each layer on a logarithmic axis, and the machine's ridge, where it has a DRAM to wait for."""
    work, limit = picture.work, picture.ridge
    values = picture.intensities
    below = [value < limit for value in values]
    points = {
        "type": "point",
        "x": work.names,
        "y": [values[i] for i in work.which],
        "role": ["dram" if below[i] else "compute" for i in work.which],
        "size": 2.5 if len(work.names) > 40 else 4,
    }
    ends = values + ([limit] if limit else [])
    title, marks, legend = f"MACs per DRAM word: {short(work.macs / picture.run.dram_words)} over all", [points], []
    if limit:
        count = sum([1 for i in work.which if below[i]])
        title += f"; {count} of {plural(len(work.names), 'layer')} below the ridge of {short(limit)}"
        marks.append({"type": "rule", "y": limit, "role": "reference", "label": f"ridge: {short(limit)}"})
        sides = [("dram", "below the ridge: DRAM sets the pace"), ("compute", "above: the array sets it")]
        legend = [key(role, label) for role, label in sides if role in points["role"]]
    return {
        "title": title,
        "alt": f"{title}; from {short(min(values))} to {short(max(values))} MACs per word.",
        "x": layer_axis(picture),
        "y": axis("Compute-to-IO ratio", "MACs per DRAM word", "log10", domain=[min(ends) / 1.5, max(ends) * 1.5]),
        "marks": marks,
        "height": 0.26,
        "wide": True,
        "legend": legend,
    }


def totals_chart(picture):
    own = picture.run.cycles
    rows = [(picture.name, own)] + picture.others
    ratios = [cycles / own for _, cycles in rows]
    labels = [f"{name}: {plural(cycles, 'cycle')}, {times(cycles / own)}" for name, cycles in rows]
    roles = ["compute"] + ["reference"] * len(picture.others)
    marks = [{"type": "hbar", "y": [name for name, _ in rows], "x": ratios, "role": roles, "label": labels}]
    legend, most = [], max(ratios)
    told = [(name, picture.published[name]) for name, _ in picture.others if name in picture.published]
    if told:
        places = {"y": [name for name, _ in told], "x": [ratio for _, ratio in told]}
        words = [f"{name}: {times(ratio)} in the paper's abstract" for name, ratio in told]
        marks.append({"type": "point", "role": "failure", "size": 5, "label": words} | places)
        legend = [key("compute", "ours"), key("failure", "the paper's abstract")]
        most = max(ratios + places["x"])
    taken = [f"{name} takes {times(ratio)}" for (name, _), ratio in list(zip(rows, ratios))[1:]]
    return {
        "title": f"Time of the whole network on the same machine: {picture.name} {picture.zeros}",
        "alt": f"{', '.join(taken)} the time of {picture.title}.".replace("the usual", "The usual", 1),
        "x": axis(f"Time relative to {picture.name}", domain=[0, 1.08 * most], format="ratio"),
        "y": axis("", scale="band", domain=[name for name, _ in rows]),
        "marks": marks,
        "height": 0.2,
        "wide": True,
        "legend": legend,
    }


def table_of(picture):
    """A row for each group of equal layers."""
    work, run = picture.work, picture.run
    rows = []
    for place, cost in enumerate(run.costs):
        name = work.firsts[place] + alike(work.counts[place])
        parts = picture.parts[place]
        rows.append([name, SYSTOLIC_FLOWS[cost[0]], sum(parts), parts[2], picture.busy[place], picture.intensities[place]])
    return {
        "caption": "Layers with weights, in order of execution; those that cost the same share a row",
        "columns": [
            column("Layers"),
            column("Dataflow"),
            column("Cycles each", "integer"),
            column("of them waiting", "integer"),
            column("Utilisation", "percent"),
            column("MACs per DRAM word", "fixed1"),
        ],
        "rows": rows,
    }
