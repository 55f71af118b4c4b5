"""A small systolic array, cycle by cycle: who loads, who multiplies what, and what has crossed the edge so far."""

from ..core.words import grouped, percent, plural
from ..hardware.wavefront import LOOPS, Wavefront
from .kit.controls import choice, slider
from .kit.figures import FLOWS, axis, column, legend_entry, tile
from .kit.memo import Memo

TITLE = "A systolic array, cycle by cycle"

TERMS = 4  # K, the products of one output: a 2x2 kernel over one channel
CONTROLS = [
    choice("dataflow", "Dataflow", FLOWS, "ws"),
    slider("outputs", "Outputs M", 1, 9, 6),
    slider("filters", "Filters N", 1, 9, 4),
    slider("side", "Array side", 2, 6, 4, "PEs"),
    slider("cycle", "Cycle", 1, 150, 7) | {"play": True},
]

IDLE = 0.25  # below this share of busy MAC slots over the run the array counts as idle
HOLDS = {"k": "terms k", "n": "filters n", "m": "outputs m"}
ROLES = {"unused": "idle", "waiting": "idle", "loading": "fill", "computing": "compute", "finished": "outputs"}
LEGEND = [
    legend_entry("fill", "loading"),
    legend_entry("compute", "multiplying"),
    legend_entry("outputs", "finished"),
    legend_entry("idle", "waiting or unused"),
]


def wave_and_activity(*design):
    """The array, stepped, and how many of its PEs multiply in each cycle."""
    wave = Wavefront(*design)
    return wave, [wave.active(cycle) for cycle in range(wave.cycles)]


# kept_wave(outputs, filters, terms, rows, columns, dataflow)
kept_wave = Memo(wave_and_activity, most=48)


def figure(dataflow, outputs, filters, side, cycle):
    wave, activity = kept_wave(outputs, filters, TERMS, side, side, dataflow)
    now = min(int(cycle), wave.cycles) - 1  # a shorter run ends earlier
    pes = [(row, col) + wave.state(row, col, now) for row in range(side) for col in range(side)]
    totals = [wave.counters(now), wave.counters(wave.cycles - 1)]
    busy = totals[1]["macs"] / (wave.cycles * side * side)
    return {
        "finding": finding_of(wave, now, activity[now], busy),
        "problem": problem_of(wave, busy),
        "charts": [array_chart(wave, now, pes, activity[now]), activity_chart(wave, now, activity)],
        "readout": readout_of(wave, now, totals, activity[now], busy),
        "table": table_of(wave, now, pes),
        "formula": formula_of(wave),
        "limits": {"cycle": [1, wave.cycles]},
        "note": "Counted as by SCALE-Sim 3.0.0, plus the one cycle it leaves out. K = 4 terms: a 2×2 kernel, one channel.",
    }


# Words.


def moment(wave, now):
    text = f"Cycle {now + 1} of {wave.cycles}"
    return text + (f", fold {now // wave.fold_cycles + 1} of {len(wave.folds)}" if len(wave.folds) > 1 else "")


def finding_of(wave, now, active, busy):
    if now == wave.cycles - 1:
        return f"After {plural(wave.cycles, 'cycle')} the product is done; the array was {percent(busy)} busy."
    pes = wave.rows * wave.cols
    if active:
        return f"{moment(wave, now)}: {active} of {pes} PEs multiply."
    if now % wave.fold_cycles < wave.load:
        held = "weights" if wave.dataflow == "ws" else "inputs"
        return f"{moment(wave, now)}: {held} move in and no PE multiplies."
    return f"{moment(wave, now)}: the last sums drain and no PE multiplies."


def problem_of(wave, busy):
    if busy >= IDLE:
        return None
    pes = wave.rows * wave.cols
    return (
        f"Over the whole run the {pes} PEs multiply in {percent(busy)} of their cycles: too little work for loading and draining."
    )


def formula_of(wave):
    """The closed form of `systolic_cost` with the numbers of this state."""
    down, across, stream = LOOPS[wave.dataflow]
    d, a, s = wave.sizes[down], wave.sizes[across], wave.sizes[stream]
    rows, cols = wave.rows, wave.cols
    head = f"⌈{down.upper()}/R⌉ · ⌈{across.upper()}/C⌉ · "
    twice = "" if wave.dataflow == "os" else "2"
    law = head + f"({twice}R + C + {stream.upper()} − 2) = "
    folds = f"⌈{d}/{rows}⌉ · ⌈{a}/{cols}⌉ · "
    return law + folds + f"({wave.load + rows} + {cols} + {s} − 2) = {wave.cycles} cycles"


def operand(letter, row, col):
    """x[3,1]: counted from 1, as the chapter writes them."""
    return f"{letter}[{row + 1},{col + 1}]"


def pe_words(wave, state, at):
    """(text in the square, words in its tip) of a PE; x is M x K, w is K x N, y is M x N."""
    if not at:
        return "", "unused in this fold" if state == "unused" else "waits"
    flow = wave.dataflow
    held = {"ws": ("w", "k", "n"), "is": ("x", "m", "k"), "os": ("y", "m", "n")}[flow]
    own = operand(held[0], at[held[1]], at[held[2]])
    brief = held[0] + str(at[held[1]] + 1) + str(at[held[2]] + 1)
    if state == "computing":
        x, w, y = operand("x", at["m"], at["k"]), operand("w", at["k"], at["n"]), operand("y", at["m"], at["n"])
        brief = f"x{at['m'] + 1}{at['k'] + 1}·w{at['k'] + 1}{at['n'] + 1}"
        return brief, f"input {x} × weight {w} → sum {y}"
    words = {
        "loading": f"{own} passes or stays",
        "waiting": f"waits for its first operands, for {own}" if flow == "os" else f"holds {own}, waits",
        "finished": f"sum {own} is complete" if flow == "os" else f"{own} has met all its operands",
    }
    return ("" if flow == "os" and state == "waiting" else brief), words[state]


# Charts.


def array_chart(wave, now, pes, active):
    texts = [pe_words(wave, state, at) for _, _, state, at in pes]
    down, across, _ = LOOPS[wave.dataflow]
    return {
        "title": "What each PE does now",
        "alt": f"{moment(wave, now)}: {active} of {len(pes)} PEs multiply.",
        "x": axis("Columns: " + HOLDS[across], scale="band", domain=list(range(1, wave.cols + 1))),
        "y": axis("Rows: " + HOLDS[down], scale="band", domain=list(range(1, wave.rows + 1))),
        "marks": [
            {
                "type": "cell",
                "x": [col + 1 for _, col, _, _ in pes],
                "y": [row + 1 for row, _, _, _ in pes],
                "role": [ROLES[state] for _, _, state, _ in pes],
                "text": [text for text, _ in texts],
                "label": [f"PE ({pe[0] + 1},{pe[1] + 1}): {words}" for pe, (_, words) in zip(pes, texts)],
            }
        ],
        "legend": LEGEND,
    }


def activity_chart(wave, now, activity):
    cycles = list(range(1, wave.cycles + 1))
    marks = [{"type": "bar", "x": cycles, "y": activity, "role": "compute", "label": "PEs at work in cycle"}]
    if 1 < len(wave.folds) <= 12:
        marks += [{"type": "rule", "x": n * wave.fold_cycles + 0.5, "role": "muted"} for n in range(1, len(wave.folds))]
    marks.append({"type": "rule", "x": now + 1, "role": "failure", "label": "now"})
    pes = wave.rows * wave.cols
    return {
        "title": "PEs that multiply in each cycle",
        "alt": f"At most {max(activity)} of {pes} PEs multiply at once, over {plural(wave.cycles, 'cycle')}.",
        "x": axis("Cycle", domain=[0, wave.cycles + 1]),
        "y": axis("PEs", domain=[0, pes]),
        "marks": marks,
    }


# Numbers.


def readout_of(wave, now, totals, active, busy):
    sofar, final = totals
    words = [
        ("Inputs read", "inputs", "inputs"),
        ("Weights read", "weights", "weights"),
        ("Sums written", "written", "outputs"),
        ("Sums read back", "read_back", "outputs"),
        ("MACs", "macs", "compute"),
    ]
    return (
        [tile("Cycle", now + 1, unit=f"of {wave.cycles}")]
        + [tile(label, sofar[name], unit=f"of {grouped(final[name])}", role=role) for label, name, role in words]
        + [tile("Multiplying now", active, unit=f"of {wave.rows * wave.cols} PEs", role="compute")]
        + [tile("Busy over the run", busy, "percent", role="compute")]
    )


def table_of(wave, now, pes):
    return {
        "caption": f"Every processing element. {moment(wave, now)}",
        "columns": [column("PE"), column("State"), column("Operands")],
        "rows": [[f"({row + 1},{col + 1})", state, pe_words(wave, state, at)[1]] for row, col, state, at in pes],
    }
