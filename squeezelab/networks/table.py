"""A network as a readable table. Norms and activations ride along with their convolution and are not listed."""

from ..core.words import formatted
from .bits import made_bits, operand_bits
from .shapes import shape_text

LONGEST = 48  # rows; a longer table shows its first and last layers


def commas(count):
    """1234567 as '1,234,567'."""
    return formatted(count, "printed")


def aligned(rows):
    """Rows of strings as lines: first two columns flush left, the others flush right."""
    widths = [max([len(row[i]) for row in rows]) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for i, cell in enumerate(row):
            gap = " " * (widths[i] - len(cell))
            cells.append(cell + gap if i < 2 else gap + cell)
        lines.append("  ".join(cells))
    return lines


def layer_row(layer):
    return [
        layer.name,
        layer.kind,
        shape_text(layer.in_shape) if layer.sources else "",
        shape_text(layer.shape),
        commas(layer.params),
        commas(layer.macs),
        commas(layer.words_read),
        commas(layer.words_written),
    ]


def bit_columns(network):
    """[(head, {layer: bits})] of the widths of which the network says something."""
    weights, activations, sums = network.bits
    found = operand_bits(network, network.bits)
    columns = [] if weights is None else [("weight bits", {layer.name: found[layer.name][0] for layer in network.weight_layers})]
    if activations is not None:
        every = dict.fromkeys([layer.name for layer in network.layers], activations)
        columns.append(("output bits", made_bits(network, activations if isinstance(activations, dict) else every)))
    return columns if sums is None else columns + [("sum bits", {name: found[name][3] for name in found})]


def network_table(network):
    """Name, kind, shapes, params, MACs and words of the layers, and bits if the network has its own; totals in the first line."""
    listed = [layer for layer in network.layers if not layer.rides]
    riding = len(network.layers) - len(listed)
    title = f"{network.name}: {commas(network.params)} params, {commas(network.macs)} MACs, {len(network.layers)} layers"
    head = ["layer", "kind", "input", "output", "params", "MACs", "words read", "written"]
    bits = bit_columns(network)
    rows = [head + [title for title, _ in bits]]
    for layer in listed:
        rows.append(layer_row(layer) + [str(column.get(layer.name) or "") for _, column in bits])
    lines = aligned(rows)
    if len(listed) > LONGEST:
        cut = len(listed) - LONGEST
        lines = lines[: 1 + LONGEST // 2] + [f"… {cut} more rows, all in .layers …"] + lines[-LONGEST // 2 :]
    if riding:
        lines.append(f"and {riding} norms and activations, whose params are in the total")
    return "\n".join([title] + lines)
