"""A budget for capsules: types, values, iterations and bits, what they take in weights, words and time, and what was read."""

from ..core.words import formatted, grouped, percent, plural, short, si
from .capsule_budget_charts import accuracy_chart, latency_chart, memory_chart, milliseconds, shares_chart
from .capsule_budget_measured import points_at, protocol_of, read_here
from .capsule_budget_model import DIMS, MACHINE, MOST_ITERATIONS, PARTS, PRESETS, PRIMARY_DIMS, TYPES, budget_of
from .kit.controls import choice, follow, grouped_as, slider, stops
from .kit.figures import column, tile

TITLE = "What capsules cost, and where"
SIZES = [("tiny", "tiny"), ("mcu", "microcontroller"), ("paper", "as in the paper")]
SIZE_NAMES = dict([("tiny", "The tiny CapsNet"), ("mcu", "Q7-CapsNets's network"), ("paper", "The paper's CapsNet")])
DEVICES = [("microcontroller", "Cortex-M7"), ("gap-8", "GAP-8")]


def of_preset(place):
    """For each size the value that its preset has there."""
    return [(size, {"value": PRESETS[size][place]}) for size, _ in SIZES]


CONTROLS = [
    choice("size", "Network", SIZES, "mcu"),
    follow(stops("types", "Types of primary capsules", TYPES, PRESETS["mcu"][0]), "size", of_preset(0)),
    slider("iterations", "Iterations", 1, MOST_ITERATIONS, 3),
    stops("bits", "Bits of weights and values", [4, 5, 6, 7, 8, 16, 32], 8),
    choice("device", "Device", DEVICES, "microcontroller"),
] + grouped_as(
    "Values of a capsule",
    [
        follow(stops("primary_dim", "Values of a primary capsule", PRIMARY_DIMS, PRESETS["mcu"][1]), "size", of_preset(1)),
        follow(stops("dim", "Values of a digit's capsule", DIMS, PRESETS["mcu"][2]), "size", of_preset(2)),
    ],
)
AHEAD = ["types", "iterations", "bits", "device", "size"]
NOTE = (
    "Without a decoder. Cycles and words: {machine} as simulated, sums of {sum_bits} bits. Time: a model, not a measurement; its "
    "rates for routing are Q7-CapsNets's published times over the MACs of that paper's own network, since the shapes of the "
    "layers that were timed are not known [inferred], so they cannot be tested by those times. Squash and softmax have no MACs "
    "and are in these rates. Values lie in RAM as whole bytes, weights in flash packed."
)


def figure(size, types, iterations, bits, device, primary_dim, dim):
    now = budget_of(size, types, primary_dim, dim, iterations, bits, device)
    every = [budget_of(size, types, primary_dim, dim, number, bits, device) for number in range(1, MOST_ITERATIONS + 1)]
    charts = [shares_chart(now), latency_chart(now), memory_chart(now), accuracy_chart(now)]
    return {
        "finding": finding_of(now),
        "problem": problem_of(now),
        "charts": [chart for chart in charts if chart],
        "readout": readout_of(now),
        "table": table_of(now),
        "formula": formula_of(now, every),
        "note": f"{NOTE.format(machine=MACHINE, sum_bits=32)} {protocol_of(size)}",
    }


# Words.


def finding_of(now):
    macs = now.share(now.part_macs, "votes", "routing")
    low, high = now.share(now.ends(0), "votes", "routing"), now.share(now.ends(1), "votes", "routing")
    time = percent(low) if percent(low) == percent(high) else f"{percent(min(low, high))} to {percent(max(low, high))}"
    head = f"{SIZE_NAMES[now.size]}, {plural(now.capsules, 'primary capsule')}: votes and routing are {percent(macs)} of the MACs"
    ends = f"{milliseconds(now.cost.seconds[0])} to {milliseconds(now.cost.seconds[1])} ms"
    words = percent(now.share(now.words, "votes", "routing"))
    costs = f"{head} and {time} of the time. They fetch {words} of the words from DRAM; an image takes {ends} in all."
    return f"{costs} Digits right: {read_here(now)}{', measured' if points_at(now) else ''}."


def problem_of(now):
    """What the device has no room for; or None."""
    walls = []
    if now.cost.weight_bytes > now.device.flash_bytes:
        walls.append(f"its weights are {si(now.cost.weight_bytes)}B, the flash {si(now.device.flash_bytes)}B")
    if now.cost.peak_bytes > now.device.ram_bytes:
        share = percent(now.vote_bytes / now.cost.peak_bytes)
        walls.append(f"its live maps are {si(now.cost.peak_bytes)}B, {share} of them votes, the RAM {si(now.device.ram_bytes)}B")
    return f"The network does not fit the {now.device.name}: {'; '.join(walls)}." if walls else None


def formula_of(now, every):
    """The counts, and the time along the iterations: of each of `every` Budget."""
    j, n, d = now.classes, now.capsules, now.dim
    din = now.network["digits.votes"].sources[0].shape[1]
    steps = 2 * now.iterations - 1
    middles = [milliseconds(sum(each.cost.seconds) / 2) for each in every]
    return (
        f"votes = N · J · Din · D = {n} · {j} · {din} · {d} = {grouped(now.part_macs[2])} MACs, and as many weights\n"
        f"routing = (2r − 1) · N · J · D = {steps} · {grouped(n * j * d)} = {grouped(now.part_macs[3])} MACs\n"
        f"votes of an image: N · J · D = {grouped(n * j * d)} values, {formatted(now.vote_bytes, 'integer')} B in RAM\n"
        f"r = 1 … {len(every)}: {' · '.join(middles)} ms, the middle of the band"
    )


# Numbers.


def readout_of(now):
    return [
        tile("Weights and biases", now.all_params, role="weights"),
        tile("MACs of an image", now.macs, role="compute"),
        tile("Words from DRAM", sum(now.words), role="dram"),
        tile(f"Cycles, {MACHINE}", now.all_cycles),
        tile("Time, quick end", 1000 * now.cost.seconds[0], "plain", "ms", role="accent"),
        tile("Time, slow end", 1000 * now.cost.seconds[1], "plain", "ms", role="accent"),
        tile("Live maps in RAM, at their peak", now.cost.peak_bytes, "integer", "B", role="outputs"),
        tile("Digits right, measured", read_here(now)),
    ]


def table_of(now):
    columns = [column("Part"), column("Weights", "integer"), column("MACs", "integer"), column("Words from DRAM", "integer")]
    columns += [column(f"Cycles, {MACHINE}", "integer"), column("Time, quick end", None, "ms")]
    columns.append(column("Time, slow end", None, "ms"))
    rows = []
    for place, (_, _, words) in enumerate(PARTS):
        low, high = now.seconds[place]
        values = [now.params[place], now.part_macs[place], now.words[place], now.cycles[place], 1000 * low, 1000 * high]
        rows.append([words] + values)
    return {"caption": f"{SIZE_NAMES[now.size]} in {short(now.bits)} bits, by its parts", "columns": columns, "rows": rows}
