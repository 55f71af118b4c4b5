"""Fusing the layers of a block: what still passes the DRAM, and what must then stay on the chip.

A fused block runs row by row: as soon as enough rows of a map are there, the layer that reads it makes one more row of the
next. Inner maps never leave the chip, and nothing is computed twice (a block cut into bands, each on its own, would compute
the rows at their edges again: the halos).

* DRAM: the block's input, its weights and its output, each once.
* On the chip: all the weights, since every row needs them; of each map the rows still needed, k of them for a kernel k rows
  high, and of a map that a shortcut adds later those that wait for it; one row more of the input, which arrives meanwhile, and
  one more of the output, which leaves.
"""

from ..networks.shapes import size_of

IN_PLACE = ("norm", "relu", "relu6", "add")  # what writes its result over the row that it reads


class Fused:
    """A block of stride 1, fused, in words: `dram_words` pass the DRAM; `chip_words`, the `weight_words` and the `line_words`,
    lie on the chip; `rows` are the rows held of each map, by the name of the layer that makes it. Raises a ValueError for a
    block with other layers than convolutions that keep the map's size, norms, ReLUs, sums and concatenations.
    """

    def __init__(self, net):
        self.weight_words = 0
        for layer in net.mac_layers:
            self.weight_words += layer.weight_words
        self.dram_words = net.input.output_words + self.weight_words + net.output.output_words
        self.rows = rows_held(net)
        self.line_words = 0
        for name, rows in self.rows.items():
            self.line_words += rows * row_words(net.input if name == "input" else net[name])
        self.chip_words = self.weight_words + self.line_words

    def fits(self, machine):
        """Whether it fits into the machine's buffer, the whole of it: nothing is fetched ahead but the next row."""
        return self.chip_words <= buffer_words(machine)


def buffer_words(machine):
    """Words that the whole buffer holds."""
    return machine.buffer_bytes * 8 // machine.word_bits


def row_words(layer):
    """Words of one row of the map (channels, height, width) that a layer makes."""
    return size_of(layer.shape) // layer.shape[1]


def rows_held(net):
    """{layer that makes a map: rows of it on the chip}, while row after row of the block's output is made.

    Counted from the row of the output that is being made, a map is there down to row `newest`, and `oldest` is the last that
    somebody still reads: a kernel of k rows reads (k − 1) / 2 to either side of the row that it makes.
    """
    outputs = makers(net.output)
    newest, oldest = dict.fromkeys(outputs, 0), dict.fromkeys(outputs, 0)
    for layer in reversed(net.layers):
        for source, reach in reads(layer):
            ahead = newest[makers(layer)[0]]
            for maker in makers(source):
                newest[maker] = max(newest.get(maker, ahead + reach), ahead + reach)
                oldest[maker] = min(oldest.get(maker, ahead - reach), ahead - reach)
    held = {}
    for maker in newest:
        held[maker] = newest[maker] - oldest[maker] + 1 + (maker in outputs or maker == "input")
    return held


def reads(layer):
    """[(layer that is read, rows to either side)] of what a layer does not do in place."""
    if layer.op == "conv" and layer.shape[1:] == layer.in_shape[1:]:
        return [(layer.sources[0], (layer.kernel[0] - 1) * layer.dilation[0] // 2)]
    if layer.op in IN_PLACE or layer.op == "concat":
        return [(source, 0) for source in layer.sources[1:]] if layer.op == "add" else []
    raise ValueError(
        f"{layer.op} '{layer.name}': what is fused row by row has convolutions that keep the map's size, and what follows them"
    )


def makers(layer):
    """Names of the layers that make the rows of a map: its own, or those that it works on in place."""
    if layer.op == "concat":
        names = []
        for source in layer.sources:
            names += makers(source)
        return names
    return makers(layer.sources[0]) if layer.op in IN_PLACE else [layer.name]
