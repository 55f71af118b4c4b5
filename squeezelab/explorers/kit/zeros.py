"""Zeros in a whole network: of which kind, what the machine makes of them, and why nothing moves when nothing moves.

* random: single weights anywhere; a broadcast array skips them while outputs stay, a systolic one only saves their energy;
* nm: N of every four weights stay, which either array turns into N/4 of its compute cycles;
* channels: whole output channels go, and with them what reads them: a smaller network, without zeros.
"""

from ...core.arith import ceil_div
from ...core.words import THIN, half_up, percent
from ...hardware.sparsity import kept_of_four

ZERO_KINDS = [("random", "random"), ("nm", "N of 4"), ("channels", "channels")]
STEP = 0.05  # of the slider
MOST = 0.9


def shares_of(kind, share):
    """(share of the channels removed, share of zeros among the weights left)."""
    return (share, 0) if kind == "channels" else (0, share)


def mode_of(kind, machine):
    """What the machine does with zeros of this kind."""
    return "nm" if kind == "nm" else "skip" if machine.style == "broadcast" else "gate"


def run_with_zeros(work, machine, dataflow, kind, share):
    """A workload on a machine; removed channels are gone from it already."""
    return work.run(machine, dataflow, shares_of(kind, share)[1], mode_of(kind, machine))


def in_words(kind, share):
    """What a network is like with these zeros, after its name: 'with 40 % random zeros'."""
    if not share:
        return "without zeros"
    if kind == "channels":
        return f"without {percent(share)} of its channels"
    if kind == "nm":
        return f"with {kept_of_four(1 - share)} of 4 weights, {percent(share)} zeros"
    return f"with {percent(share)} random zeros"


def neighbours(share):
    """The slider's positions one step away."""
    place = int(share / STEP + 0.5)
    return [step / 20 for step in (place - 1, place + 1) if 0 <= step <= 18]


def why_nothing_moves(run, kind, share, price):
    """A sentence if one step of the slider, up or down, leaves the cycles as they are; otherwise None.

    `price(share)` is the `Run` at another share of zeros.
    """
    others = [price(other) for other in neighbours(share)]
    if [other for other in others if other.cycles != run.cycles]:
        return None
    if kind == "channels":
        return tile_reason(run, others)
    if kind == "nm" and {kept_of_four(1 - other) for other in neighbours(share)} == {kept_of_four(1 - share)}:
        return pattern_reason(share)
    if run.mode == "gate":
        return "A step of zeros moves nothing: a systolic array works in lock step, where a zero saves energy and no time."
    return "A step of zeros moves nothing: " + in_parts(time_by_reason(run, others)) + "."


def tile_reason(run, others):
    """Channels run in tiles of the array's side: a few less need as many tiles, or their time is waited for at DRAM."""
    rows, cols = run.machine.rows, run.machine.cols
    if [other for other in others if tiles(other.work, rows, cols) != tiles(run.work, rows, cols)]:
        return "A step of channels moves nothing: what the array saves, it waits for DRAM."
    return f"A step of channels moves nothing: the array takes them {rows} × {cols} at a time, and no layer needs a tile fewer."


def tiles(work, rows, cols):
    count = 0
    for nest, alike in zip(work.nests, work.counts):
        count += alike * nest.groups * ceil_div(nest.ci, rows) * ceil_div(nest.co, cols)
    return count


def pattern_reason(share):
    """Between two patterns nothing moves, since a hardware for N of 4 knows four patterns."""
    stays = kept_of_four(1 - share)
    if stays == 4:
        return "A step of zeros moves nothing: below " + percent(0.25) + " all 4 of 4 weights stay."
    ends = percent(1 - stays / 4) + (" on" if stays == 1 else " to just below " + percent(1 - (stays - 1) / 4))
    return f"A step of zeros moves nothing: from {ends} the pattern is the same, {stays} of 4."


def time_by_reason(run, others):
    """[(share of the time, where it passes and why a zero changes nothing there)], the longest first."""
    cycles = {}
    for place, (cost, count) in enumerate(zip(run.costs, run.work.counts)):
        reason = reason_of(place, run, others)
        cycles[reason] = cycles.get(reason, 0) + count * cost.cycles
    return sorted([(-cycles[reason] / run.cycles, reason) for reason in cycles])


def reason_of(place, run, others):
    """Where a layer's time passes, such that a zero more does not shorten it."""
    if place == 0:
        return f"in {run.work.firsts[0]}, which keeps all weights"
    if run.mode == "skip" and run.costs[place].dataflow == "ws":
        return "in broadcast WS layers, which cannot skip"
    array = run.costs[place].array_cycles
    if max([abs(other.costs[place].array_cycles - array) for other in others]) <= 1e-9 * array:
        return "in broadcast OS layers that wait for their input planes"
    return "in layers that wait for DRAM"


def in_parts(parts):
    """'79 % of the time is in …, 12 % in …'."""
    texts = []
    for size, reason in parts:
        whole = half_up(-100 * size)
        amount = f"{whole}{THIN}%" if whole else f"less than 1{THIN}%"
        texts.append(amount + ("" if texts else " of the time is") + " " + reason)
    return ", ".join(texts)
