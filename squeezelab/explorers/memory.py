"""Buffer size against DRAM traffic: what every layer must move once, and what it fetches again."""

from ..core.arith import ceil_div
from ..core.words import grouped, half_up, si
from ..hardware import ENERGY_TABLES
from ..hardware.memory import dram_traffic, least_traffic
from .kit.charts import line, stacked_columns
from .kit.controls import choice, stops
from .kit.figures import alike, axis, careful_percent, column, legend_entry, tile
from .kit.memo import Memo
from .kit.zoo import RECALLED, square_machine, zoo_control, zoo_label, zoo_work

TITLE = "What the buffer saves"
BUFFERS = [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]  # kB of 1024 bytes
FINE = 64  # kB: up to here the curve has a point at every kB, beyond it wherever an operand comes in a slice fewer
SLICES = 24  # of that many slices one more or less is not seen
TABLES = [("eyeriss65", "Eyeriss"), ("eyeriss65_4", "Eyeriss, 4 register accesses")]
TABLES += [("horowitz45", "Horowitz, 45 nm"), ("zigzag-tpu", "ZigZag's TPU")]
LEVELS = [("mac", "arithmetic", "compute"), ("rf", "registers", "rf"), ("buffer", "buffer", "buffer"), ("dram", "DRAM", "dram")]
CONTROLS = [
    zoo_control("mobilenet"),
    stops("buffer_kb", "Buffer", BUFFERS, 128, "kB"),
    stops("batch", "Images in a batch", [1, 2, 4, 8, 16, 32, 64], 1),
    choice("energy", "What an access costs", TABLES, "eyeriss65"),
]
AHEAD = ["network", "batch"]


def machine_of(buffer_kb, energy="eyeriss65"):
    """Our machine with another buffer and energy table; "…_4" is a table with four register accesses a MAC, not three."""
    four = energy.endswith("_4")
    table = ENERGY_TABLES[energy[:-2] if four else energy]
    return square_machine(16, buffer_bytes=1024 * buffer_kb, energy=table.with_register_accesses(4) if four else table)


class Curve:
    """DRAM words of a network against kB of buffer: in our schedule at `sizes`, and at least in any at `BUFFERS`."""

    def __init__(self, work):
        self.nests = list(zip(work.nests, work.counts))
        self.word = machine_of(1).buffer_words  # words in a kB
        self.enough_words = max([2 * min(nest.weights, nest.inputs) for nest, _ in self.nests])
        self.sizes = self.turns()
        self.words = self.falling()
        self.least = [self.summed(least_traffic, kb) for kb in BUFFERS]

    def turns(self):
        """Whole kB: all of them up to `FINE`, then those from which on a layer needs a slice fewer, and those just below.

        Lines through these points are the rule's own steps, but for those where one slice in more than `SLICES` goes.
        """
        sizes = set(BUFFERS)
        sizes.update(range(BUFFERS[0], FINE + 1))
        for nest, _ in self.nests:
            fits = ceil_div(2 * min(nest.weights, nest.inputs), self.word)  # beyond, this layer fetches nothing twice
            for operand in (nest.weights, nest.inputs):
                for slices in range(1, SLICES + 1):
                    kb = ceil_div(2 * operand, slices * self.word)
                    if FINE < kb <= fits:
                        sizes.update([kb - 1, kb])
        return sorted([kb for kb in sizes if kb <= BUFFERS[-1]])

    def falling(self):
        """The words at each size. A layer that fetches nothing twice is added once and for all."""
        words, settled, again = [], 0, self.nests
        for kb in self.sizes:
            size, still, amount = kb * self.word, [], 0
            for nest, count in again:
                if 2 * nest.weights <= size or 2 * nest.inputs <= size:
                    settled += count * (nest.weights + nest.inputs + nest.outputs)
                else:
                    still.append((nest, count))
                    amount += count * words_of(nest, size)
            again = still
            words.append(settled + amount)
        return words

    def summed(self, count_words, kb):
        amount = 0
        for nest, count in self.nests:
            amount += count * count_words(nest, kb * self.word)
        return amount


def words_of(nest, size):
    return dram_traffic(nest.weights, nest.inputs, nest.outputs, size)


class LayerTraffic:
    """A layer's DRAM words: those it must move once, and those it fetches again."""

    def __init__(self, name, nest, words):
        self.name = name
        self.weights, self.inputs, self.outputs = nest.weights, nest.inputs, nest.outputs
        self.once = self.weights + self.inputs + self.outputs
        self.words = half_up(words)
        self.again = self.words - self.once


class Traffic:
    """All layers of a workload, and the most that one of them fetches again."""

    def __init__(self, work, run):
        self.rows = []
        for name, place in zip(work.names, work.which):
            self.rows.append(LayerTraffic(name, work.nests[place], run.costs[place].dram_words))
        self.once = sum([row.once for row in self.rows])
        self.again = sum([row.again for row in self.rows])
        self.words = self.once + self.again
        self.most = max([row.again for row in self.rows])

    def worst(self):
        """The first of the layers that fetch most again and, without any, of those that need the largest buffer."""
        if self.most:
            return [row for row in self.rows if row.again == self.most][0]
        need = max([min(row.weights, row.inputs) for row in self.rows])
        return [row for row in self.rows if min(row.weights, row.inputs) == need][0]


def enough_kb(curve, machine):
    """The least buffer, in whole kB, from which on nothing is fetched twice."""
    return ceil_div(curve.enough_words * machine.word_bits, 8 * 1024)


def finding_of(label, traffic, enough, buffer_kb):
    if not traffic.again:
        return f"At {buffer_kb} kB {label} fetches nothing twice; {enough} kB would be enough."
    count = len([row for row in traffic.rows if row.again == traffic.most])
    name = traffic.worst().name + alike(count)
    again = f"{careful_percent(traffic.again / traffic.words)} of {label}'s DRAM words are fetched again"
    return f"At {buffer_kb} kB {again}, most by {name}; from {enough} kB on none are."


def problem_of(label, traffic, buffer_kb):
    """A buffer that makes re-fetching the rule, or None."""
    if traffic.again <= traffic.once:
        return None
    return f"A buffer of {buffer_kb} kB is too small for {label}: it fetches more words again than it has to fetch at all."


def layers_chart(traffic):
    """A stacked bar for each layer."""
    names = [row.name for row in traffic.rows]
    once = [row.once for row in traffic.rows]
    more = [row.again for row in traffic.rows]
    again = careful_percent(traffic.again / traffic.words)
    return {
        "title": f"{si(traffic.again)} words are fetched again" if traffic.again else "Every word moves once",
        "alt": f"DRAM words by layer: {si(traffic.once)} must move, {si(traffic.again)} are fetched again, {again} of all.",
        "x": axis("Layer", scale="band", domain=names),
        "y": axis("DRAM", "words", domain=[0, 1.05 * max([row.words for row in traffic.rows])], format="integer"),
        "height": 0.36,
        "wide": True,
        "legend": [legend_entry("idle", "must move once"), legend_entry("dram", "fetched again")],
        "marks": stacked_columns([("idle", once, "must move once"), ("dram", more, "fetched again")]),
    }


def curve_chart(curve, traffic, enough, buffer_kb):
    """The whole network's words for every buffer, over the least that any schedule needs."""
    here = {"type": "point", "x": [buffer_kb], "y": [traffic.words], "role": "dram", "size": [5], "emphasis": [True]}
    here["label"] = "this buffer"
    floor = [{"type": "rule", "x": enough, "role": "muted", "label": f"{enough} kB"}] if enough <= BUFFERS[-1] else []
    return {
        "title": f"From {enough} kB on, more buffer saves no word",
        "alt": f"{si(traffic.words)} DRAM words at {buffer_kb} kB, {si(curve.words[-1])} at {BUFFERS[-1]} kB.",
        "x": axis("Buffer", "kB", "log2", [BUFFERS[0], BUFFERS[-1]]),
        "y": axis("DRAM", "words", domain=[0, 1.08 * curve.words[0]], format="integer"),
        "height": 0.62,
        "legend": [legend_entry("dram", "as simulated"), legend_entry("reference", "lower bound of any schedule")],
        "marks": [
            line(BUFFERS, curve.least, "reference", tips="at least", dashed=True),
            line(curve.sizes, curve.words, "dram", tips="as simulated"),
        ]
        + floor
        + [here],
    }


def energy_chart(by_level, whole):
    """Energy by level, in energies of one MAC of the table."""
    names = [name for _, name, _ in LEVELS]
    spent = [by_level[level] for level, _, _ in LEVELS]
    shares = [careful_percent(energy / whole) for energy in spent]
    first = spent.index(max(spent))
    verb = "take" if names[first] == "registers" else "takes"
    tips = [f"{name}: {si(energy)}, {part}" for name, energy, part in zip(names, spent, shares)]
    listed = ", ".join([f"{name} {part}" for name, part in zip(names, shares)])
    return {
        "title": f"{names[first]} {verb} the largest share of the energy, {shares[first]}",
        "alt": f"Energy by level: {listed}.",
        "x": axis("Energy", "MAC energies", format="si"),
        "y": axis("", scale="band", domain=names),
        "height": 0.62,
        "marks": [{"type": "hbar", "y": names, "x": spent, "role": [role for _, _, role in LEVELS], "label": tips}],
    }


def table_of(traffic):
    rows = [[row.name, row.weights, row.inputs, row.outputs, row.words, row.again] for row in traffic.rows]
    columns = [column("Layer")]
    columns += [column(head, "integer") for head in ("Weights", "Inputs", "Outputs", "DRAM words", "Again")]
    return {"caption": "Words of each layer, and what goes through DRAM", "columns": columns, "rows": rows}


def formula_of(row, machine):
    """The traffic model with the numbers of one layer; h is half the buffer."""
    half = half_up(machine.buffer_words / 2)
    w, i, o = grouped(row.weights), grouped(row.inputs), grouped(row.outputs)
    slices = ceil_div(row.weights, half), ceil_div(row.inputs, half)
    form = "min(I·⌈W/h⌉ + W, I + W·⌈I/h⌉) + O"
    numbers = f"min({i}·{slices[0]} + {w}, {i} + {w}·{slices[1]}) + {o}"
    return f"{row.name}: {form} = {numbers} = {grouped(row.words)}    (h = {grouped(half)} words)"


# curve_of(network, batch)
curve_of = Memo(lambda network, batch: Curve(zoo_work(network, batch)), most=48)


def figure(network, buffer_kb, batch, energy):
    label, machine = zoo_label(network), machine_of(buffer_kb, energy)
    work = zoo_work(network, batch)
    run = work.run(machine, "hybrid", 0)
    traffic = Traffic(work, run)
    curve = curve_of(network, batch)
    by_level = run.energy_by_level()
    by_level = {level: by_level[level] / machine.energy.mac for level in by_level}
    spent = sum(by_level.values())
    enough = enough_kb(curve, machine)
    return {
        "finding": finding_of(label, traffic, enough, buffer_kb),
        "problem": problem_of(label, traffic, buffer_kb),
        "charts": [layers_chart(traffic), curve_chart(curve, traffic, enough, buffer_kb), energy_chart(by_level, spent)],
        "readout": [
            tile("DRAM words", traffic.words, "si", role="dram"),
            tile("Must move once", traffic.once, "si", role="idle"),
            tile("Fetched again", traffic.again, "si", role="dram"),
            tile("Enough buffer", enough, unit="kB", role="buffer"),
            tile("Time", run.cycles, "si", "cycles", "compute"),
            tile("Energy", spent, "si", "MAC energies"),
        ],
        "table": table_of(traffic),
        "formula": formula_of(traffic.worst(), machine),
        "note": f"[Recalled]: lower bound (Chen et al. 2020). Energies: {machine.energy.source}. Otherwise as in the {RECALLED}",
    }
