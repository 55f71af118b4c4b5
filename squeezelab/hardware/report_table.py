"""A report as a readable table: the layers that were charged with time, and a first line of totals."""

from ..core.words import formatted
from ..networks.table import LONGEST, aligned, commas


def report_row(row):
    return [
        row.name,
        row.dataflow or row.kind,
        commas(row.macs),
        commas(row.cycles),
        formatted(row.utilisation, "printed_percent"),
        commas(row.dram_words),
        formatted(row.intensity, "printed1"),
        formatted(row.energy / 1e6, "printed2"),
        row.bound,
    ]


def report_table(report, longest=LONGEST):
    """Cycles, utilisation, DRAM words, compute-to-IO ratio and energy of each layer; at most `longest` rows of them."""
    shown = [row for row in report.layers if row.bound != "hidden"]
    machine = report.accelerator
    title = (
        f"{report.network} on {machine.name} ({machine.rows}x{machine.cols}, {report.settings['dataflow']}): "
        f"{commas(report.cycles)} cycles, {formatted(report.utilisation, 'printed_percent')} of the MAC slots, "
        f"{commas(report.dram_words)} DRAM words, {formatted(report.energy / 1e6, 'printed1')} M {machine.energy.unit}"
    )
    head = ["layer", "flow", "MACs", "cycles", "utilisation", "DRAM words", "MAC/word", "energy (M)", "bound"]
    lines = aligned([head] + [report_row(row) for row in shown])
    if longest and len(shown) > longest:
        cut = len(shown) - longest
        lines = lines[: 1 + longest // 2] + [f"… {cut} more rows, all in .layers …"] + lines[-longest // 2 :]
    hidden = len(report.layers) - len(shown)
    if hidden:
        lines.append(f"and {hidden} layers (norm, activation, pooling, sum, …) that hide behind the array")
    return "\n".join([title] + lines)
