"""A network as an SVG picture: a box for each block or single layer, a row for each size of map.

The strip at the foot of a box shares its width among the layers by their MACs, coloured by kind. A curve above a box is
its shortcut, dashed where a convolution lies on it. Colours are the palette's, light or
dark as the page is; text has the page's text colour.
"""

from ..core.palette import KINDS, OTHER_KIND, kind_role, themes, variable
from ..core.sizes import in_two_sizes
from ..core.words import grouped, si
from .capsule_layers import ROUTING
from .shapes import shape_text

BOX, HEIGHT, GAP = 83, 65, 8
ARC = 16  # room for shortcuts above a line


class Frame:
    """How wide a drawing is, at most in a page, and the column that tells each row's size and counts; 0: a line above it."""

    def __init__(self, width, label, most):
        self.width = width
        self.most = most
        self.label = label
        self.per_line = (width - label + GAP) // (BOX + GAP)


PAGE = Frame(740, 98, "740px")
PHONE = Frame(276, 0, "400px")  # its 10-pixel text is 11 pixels on the 312 that a telephone leaves


class Box:
    """What is drawn as one: the layers of a block, or one layer with the norm and activation that ride along."""

    def __init__(self, scope, first):
        self.scope = scope
        self.name = scope or first.name
        self.layers = []

    @property
    def shape(self):
        return self.layers[-1].shape

    @property
    def params(self):
        return sum([layer.params for layer in self.layers])

    @property
    def macs(self):
        return sum([layer.macs for layer in self.layers])

    @property
    def shortcut(self):
        """None, "identity" (the sum takes what came into the block) or "convolution"; an offset per channel is no shortcut. What
        routing adds up are logits, and none either."""
        names = [layer.name for layer in self.layers]
        if [layer for layer in self.layers if layer.op in ROUTING]:
            return None
        for layer in self.layers:
            if layer.op == "add" and len(self.layers) > 2 and layer.in_shapes[0] == layer.in_shapes[1]:
                outside = [name for name in layer.inputs if name not in names]
                return "identity" if outside else "convolution"
        return None


def boxes(network):
    """The network's layers put into boxes, in order. A scope is a block."""
    found = []
    for layer in network.layers:
        scope = layer.name.rsplit(".", 1)[0] if "." in layer.name else ""
        rides = not scope and (
            layer.rides or layer.op in ("flatten", "unflatten", "squeeze")
        )  # at the top, they are no box of their own
        if not found or not (rides or scope and scope == found[-1].scope):
            found.append(Box(scope, layer))
        found[-1].layers.append(layer)
    return found


def rows_by_size(found):
    """Neighbours whose maps have one size → [(size as text, boxes)]."""
    rows = []
    for box in found:
        size = f"{box.shape[1]}×{box.shape[2]}" if len(box.shape) == 3 else ("vector", "capsules")[len(box.shape) == 2]
        if not rows or rows[-1][0] != size:
            rows.append((size, []))
        rows[-1][1].append(box)
    return rows


def escaped(words):
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def text(x, y, words, size=11, extra=""):
    return f'<text x="{x}" y="{y}" font-size="{size}"{extra}>{escaped(words)}</text>'


def tenths(count):
    """A length given in tenths of a pixel, by whole numbers only.

    >>> tenths(415)
    '41.5'
    """
    return f"{count // 10}.{count % 10}"


def strip(box, x, y):
    """The MACs of a box, shared out among its layers."""
    parts, done, left = [], 0, 0
    for layer in box.layers:
        if layer.macs:
            done += layer.macs
            right = 10 * BOX * done // box.macs
            tip = f"{layer.name}, {layer.kind}: {grouped(layer.macs)} MACs, {grouped(layer.params)} params"
            parts.append(
                f'<rect x="{tenths(10 * x + left)}" y="{y}" width="{tenths(right - left)}" height="7" '
                f'style="fill:{variable(kind_role(layer.kind))}"><title>{escaped(tip)}</title></rect>'
            )
            left = right
    return parts


def what(box):
    """The lines of a box below its shape: its counts, or what it is."""
    if box.macs:
        return [si(box.macs) + " MACs", si(box.params) + " params"]
    layer = box.layers[0]
    if layer.op == "max_pool" or layer.op == "avg_pool":
        return [f"{layer.op[:3]} {layer.kernel[0]}×{layer.kernel[1]} / {layer.stride[0]}"]
    if layer.op.startswith("adaptive"):
        return [f"{layer.op[9:12]} to {layer.size[0]}×{layer.size[1]}"]
    return {"global_avg_pool": ["mean of map"], "add": ["sum"]}.get(layer.op, [layer.op.replace("_", " ")])


def drawn_box(box, x, y):
    """A box at its place, with its shortcut."""
    dashes = "" if box.macs else ' stroke-dasharray="3 3"'
    parts = [
        f'<rect x="{x}" y="{y}" width="{BOX}" height="{HEIGHT}" rx="4" fill="none" stroke="currentColor" '
        f'stroke-opacity="0.45"{dashes}/>',
        text(x + 6, y + 14, box.name if len(box.name) < 13 else box.name[:11] + "…", 11, ' font-weight="600"'),
    ]
    below = y + 27
    for words in [shape_text(box.shape)] + what(box):
        parts.append(text(x + 6, below, words, 10))
        below += 13
    if box.shortcut:
        dashes = "" if box.shortcut == "identity" else ' stroke-dasharray="4 3"'
        left, right, top = x + 8, x + BOX - 8, y - ARC
        parts.append(
            f'<path d="M{left} {y}C{left} {top} {right} {top} {right} {y}" fill="none" stroke="currentColor" '
            f'stroke-opacity="0.7"{dashes}><title>shortcut ({box.shortcut})</title></path>'
        )
    return parts + strip(box, x, y + HEIGHT - 7)


def row_head(size, found, y, frame):
    """What a row has in sum → (parts, the y at which its boxes begin)."""
    params, macs = sum([box.params for box in found]), sum([box.macs for box in found])
    counts = [si(macs) + " MACs", si(params) + " params"]
    if not frame.label:
        parts = [text(0, y + ARC, size, 12, ' font-weight="600"')]
        return parts + [text(62, y + ARC, ", ".join(counts), 10, ' fill-opacity="0.8"')], y + ARC
    parts = [text(0, y + ARC + 14, size, 12, ' font-weight="600"')]
    return parts + [text(0, y + ARC + 28 + 13 * n, counts[n], 10, ' fill-opacity="0.8"') for n in (0, 1)], y


def drawn_row(size, found, y, frame):
    """A row of boxes in as many lines as it takes → (parts, the y below it)."""
    parts, y = row_head(size, found, y, frame)
    for place in range(len(found)):
        line, column = place // frame.per_line, place % frame.per_line
        top = y + ARC + line * (HEIGHT + ARC + GAP)
        left = frame.label + column * (BOX + GAP)
        if column:
            parts.append(f'<path d="M{left - GAP} {top + HEIGHT // 2}h{GAP}" stroke="currentColor" stroke-opacity="0.6"/>')
        parts.extend(drawn_box(found[place], left, top))
    lines = (len(found) + frame.per_line - 1) // frame.per_line
    return parts, y + lines * (HEIGHT + ARC + GAP)


def keys(found):
    """(role or dashes, words) of each kind that occurs, then of the shortcuts."""
    kinds = [layer.kind for box in found for layer in box.layers]
    shortcuts = [box.shortcut for box in found]
    shown = [(role, words) for name, words, role in KINDS if name in kinds]
    known = (("identity", "shortcut", ""), ("convolution", "… through a 1×1", ' stroke-dasharray="4 3"'))
    capsules = [(OTHER_KIND, "routing")] if [kind for kind in kinds if kind in ROUTING] else []
    return shown + capsules + [(dashes, words) for kind, words, dashes in known if kind in shortcuts]


def legend(found, y, frame):
    """The keys in as many lines as they take → (parts, the y of the last)."""
    parts, x = [], frame.label
    for look, words in keys(found):
        width = 40 + 6 * len(words)
        if x + width > frame.width:
            x, y = frame.label, y + 16
        if look in [role for _, _, role in KINDS] + [OTHER_KIND]:
            parts.append(f'<rect x="{x}" y="{y - 8}" width="18" height="7" style="fill:{variable(look)}"/>')
        else:
            parts.append(f'<path d="M{x} {y - 4}h18" stroke="currentColor" stroke-opacity="0.7"{look}/>')
        parts.append(text(x + 23, y, words, 10))
        x += width
    return parts, y


def heading(network, frame):
    """What the network is and counts → (parts, the y below them)."""
    counts = f"{grouped(network.params)} params, {grouped(network.macs)} MACs"
    lines = [f"{network.name}: {counts}"] if frame.label else [network.name, counts]
    parts = [text(0, 14 + 16 * n, lines[n], 13 - 2 * n, ' font-weight="600"') for n in range(len(lines))]
    y = 14 + 16 * len(lines)
    read = f"input {shape_text(network.input_shape)}; in order of execution"
    return parts + [text(0, y, read, 10, ' fill-opacity="0.8"')], y + 4


def network_svg(network, frame=PAGE):
    """The picture as SVG text, as wide as its frame."""
    found = boxes(network)
    title = f"{network.name}: {grouped(network.params)} params, {grouped(network.macs)} MACs"
    parts, y = heading(network, frame)
    for size, row in rows_by_size(found):
        drawn, y = drawn_row(size, row, y, frame)
        parts.extend(drawn)
    below, y = legend(found, y + 16, frame)
    style = themes(".sqz-network", [role for _, _, role in KINDS] + [OTHER_KIND])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sqz-network" role="img" viewBox="-2 0 {frame.width + 4} {y + 24}" '
        f'width="{frame.width}" style="width:100%;max-width:{frame.most};height:auto;font-family:system-ui,sans-serif" '
        f'fill="currentColor">'
        f"<title>{escaped(title)}</title>\n<style>{style}</style>\n" + "\n".join(parts + below) + "\n</svg>"
    )


def network_html(network):
    """The picture as a part of a page, so that it takes the page's colours, in a size for its width."""
    return f'<figure class="sqz-figure">{in_two_sizes(network_svg(network), network_svg(network, PHONE))}</figure>'
