"""A whole network on a machine, drawn layer by layer: cycles, utilisation, MACs per DRAM word, and others beside it.

`squeezenext_cost`, `network_cost` and `your_network` are this picture with different controls.
"""

from ...core.words import grouped, half_up, percent, plural, short, si, times
from ...hardware import ridge
from .figures import capital, careful_percent, tile
from .layer_charts import cycles_chart, intensity_chart, rounded, table_of, totals_chart, utilisation_chart

IDLE = 0.25  # below this share of busy MAC slots the array counts as idle
STARVED = 0.6  # above this share of time in layers that wait for DRAM the array counts as starved


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
        layers = [rounded(cost, run.machine.pes) for cost in run.costs]
        self.parts, self.busy = [parts for parts, _ in layers], [busy for _, busy in layers]
        self.intensities = run.intensities()
        self.flows = [cost.dataflow for cost in run.costs]

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
        return f"{capital(self.title)} needs {si(self.run.cycles)} cycles; {listed} as many."

    def problem(self):
        """What is wrong with this machine for this network, or None."""
        run, lines = self.run, []
        if run.utilisation < IDLE:
            busy = percent(run.utilisation)
            lines.append(f"The {plural(self.machine.pes, 'PE')} do a MAC in only {busy} of their cycles.")
        if run.dram_bound > STARVED:
            lines.append(
                f"Layers that wait for DRAM take {careful_percent(run.dram_bound)} of the time: more PEs cannot help them."
            )
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

    def readout(self, beside=2):
        """The tiles, with those of so many of the networks beside it."""
        run, work = self.run, self.work
        return (
            [tile("Cycles", run.cycles, "integer", role="compute")]
            + [tile(f"{name} takes", cycles / run.cycles, "ratio", role="reference") for name, cycles in self.others[:beside]]
            + [
                tile("MAC slots in use", run.utilisation, "percent", role="compute"),
                tile("Time in layers that wait", run.dram_bound, "percent", role="stall"),
                tile("MACs per DRAM word", work.macs / run.dram_words, "fixed1", role="dram"),
                tile("Parameters", work.params, "si", role="weights"),
                tile("MACs", work.macs, "si"),
            ]
        )
