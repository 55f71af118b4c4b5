"""The charts of a `Picture` of a whole network, layer by layer, and the totals of the networks beside it."""

from ...core.words import half_up, percent, plural, short, si, times
from ...hardware.systolic import SYSTOLIC_FLOWS
from .charts import SHORT_TIME_LEGEND, TIME, stacked_columns
from .figures import alike, axis, capital, careful_percent, column, legend_entry


def rounded(cost, pes):
    """(cycles in the order of `TIME`, share of the MAC slots issued) of a layer: whole cycles that add up to the rounded
    whole, and the utilisation to a thousandth, in one division, so that a half stays a half."""
    compute = cost.compute_cycles
    array = compute + cost.fill_cycles
    cycles = array + cost.stall_cycles
    ends = half_up(compute), half_up(array), half_up(cycles)
    busy = half_up(1000 * cost.issued_macs / (cycles * pes)) / 1000
    return (ends[0], ends[1] - ends[0], ends[2] - ends[1]), busy


def layer_axis(picture):
    return axis("Layer, in order of execution", scale="band", domain=picture.work.names)


def cycles_chart(picture):
    """A stacked bar for each layer."""
    work, run, parts = picture.work, picture.run, picture.parts
    longest, tallest = two_largest([sum(parts[place]) for place in work.which])
    cut = longest[0] > 1.5 * tallest[0] > 0  # one layer would flatten all others
    marks = stacked_columns([(role, [parts[i][part] for i in work.which], brief) for part, (role, _, brief) in enumerate(TIME)])
    top = half_up((1.15 if cut else 1.05) * (tallest if cut else longest)[0])
    who = work.names[longest[1]]
    if cut:
        marks.append(cut_label(work.names, longest, who, 0.97 * top))
    return {
        "title": f"Cycles of the {plural(len(work.names), 'layer')}" + (f", {who} cut off" if cut else ""),
        "alt": f"In {picture.title} {who} alone takes {percent(longest[0] / run.cycles)} of {si(run.cycles)} cycles, "
        f"layers that wait for DRAM {careful_percent(run.dram_bound)}.",
        "x": layer_axis(picture),
        "y": axis("Time", "cycles", domain=[0, max(top, 1)], format="integer"),
        "marks": marks,
        "height": 0.3,
        "wide": True,
        "legend": SHORT_TIME_LEGEND,
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
    flows = picture.flows
    bars = {"type": "bar", "y": [picture.busy[i] for i in work.which], "role": [flows[i] for i in work.which]}
    return {
        "title": f"Share of the array's MAC slots in use: {percent(run.utilisation)} over all",
        "alt": f"Over the whole network {percent(run.utilisation)} of the slots of {plural(picture.machine.pes, 'PE')} are used.",
        "x": layer_axis(picture),
        "y": axis("Utilisation", domain=[0, 1], format="percent"),
        "marks": [bars, {"type": "rule", "y": run.utilisation, "role": "text"}],
        "height": 0.2,
        "wide": True,
        "legend": [legend_entry(flow, picture.machine.style + " " + flow.upper()) for flow in SYSTOLIC_FLOWS if flow in flows],
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
        legend = [legend_entry(role, label) for role, label in sides if role in points["role"]]
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
        legend = [legend_entry("compute", "ours"), legend_entry("failure", "the paper's abstract")]
        most = max(ratios + places["x"])
    taken = [f"{name} takes {times(ratio)}" for (name, _), ratio in list(zip(rows, ratios))[1:]]
    return {
        "title": f"Time of the whole network on the same machine: {picture.name} {picture.zeros}",
        "alt": capital(f"{', '.join(taken)} the time of {picture.title}."),
        "x": axis(f"Time relative to {picture.name}", domain=[0, 1.08 * most], format="ratio"),
        "y": axis("", scale="band", domain=[name for name, _ in rows]),
        "marks": marks,
        "height": 0.2,
        "wide": True,
        "legend": legend,
    }


def table_of(picture):
    """A row for each group of equal layers."""
    work, rows = picture.work, []
    for place, flow in enumerate(picture.flows):
        name = work.firsts[place] + alike(work.counts[place])
        parts = picture.parts[place]
        rows.append([name, flow, sum(parts), parts[2], picture.busy[place], picture.intensities[place]])
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
