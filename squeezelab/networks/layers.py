"""`Layer`: what every layer of a network makes, learns, computes and moves. The ops themselves are in weighted.py, norms.py,
activations.py, pools.py, joins.py, maps.py and rearranged.py.

Counting rules (the chapter "What we count" has the reasons):

* one MAC is one multiplication with its addition; only convolutions (transposed ones, too), linear layers and the products of
  capsules (votes, sums over votes, agreements) have MACs;
* ``params`` are the learnable values: weights, biases, scale and shift of a norm (running statistics are not);
* ``words`` is compulsory traffic: every input, weight and output value moved once, unpadded. Biases are left out of the
  traffic, as in the compute-to-IO ratio of the literature; they are at most one word per output channel.

Layers are made by the builder methods of `Network` and are read, never changed, afterwards.

A new op is its class (shape, params, MACs), recorded by a builder method or by `Network.record`; its loops in
`hardware.loops.NESTS` if it has MACs; for torch its module in `bridge.makers.MAKERS` and the reader of that module in
`bridge.reader_table.OURS`. Whatever else looks at layers has a default for it. `tests/bridge/test_new_op.py` adds one.
"""

from .shapes import shape_text, size_of

READS = "it reads layers, as net.input or what net.conv(...) returns"


class Layer:
    """One node of a network: its name, the layers it reads (`sources`), and the shape of what it makes."""

    op = "layer"
    rides = False  # norms and activations ride along with the layer they follow, in tables and pictures
    params = 0
    macs = 0
    line = ""  # where the code of a torch model calls it, if it was read from one

    def __init__(self, name, sources, shape):
        self.name = name
        self.sources = sources
        self.shape = shape

    @property
    def inputs(self):
        """Names of the layers it reads."""
        return tuple([source.name for source in self.sources])

    @property
    def in_shapes(self):
        """Shapes of all its inputs."""
        return tuple([source.shape for source in self.sources])

    @property
    def in_shape(self):
        """Shape of its first input."""
        return self.sources[0].shape

    @property
    def kind(self):
        """The name under which tables list the layer: its op, or the special form of a convolution."""
        return self.op

    @property
    def weight_words(self):
        """Learnt values read for one input; an op that reads other words than its params says so."""
        return self.params

    @property
    def input_words(self):
        """Values read from all inputs, each once."""
        words = 0
        for source in self.sources:
            words += size_of(source.shape)
        return words

    @property
    def output_words(self):
        """Values written."""
        return size_of(self.shape)

    @property
    def words_read(self):
        """Input and weight values, each read once."""
        return self.input_words + self.weight_words

    @property
    def words_written(self):
        """Output values, each written once."""
        return self.output_words

    @property
    def words(self):
        """Compulsory traffic: every value moved once."""
        return self.words_read + self.words_written

    @property
    def intensity(self):
        """The compute-to-IO ratio of the layer on its own: MACs per word moved."""
        return self.macs / self.words

    def __repr__(self):
        before = shape_text(self.in_shape) + " → " if self.sources else ""
        return f"{self.kind} {self.name!r}: {before}{shape_text(self.shape)}"


class Input(Layer):
    """Where the data comes in; it moves and computes nothing itself."""

    op = "input"
    in_shape = None
    words_read = 0
    words_written = 0
    words = 0
    intensity = 0.0


def check_reads(reads):
    """Raises unless what is to be read is a layer, or a list of them: an array has a shape, too."""
    if not isinstance(reads, Layer):
        for source in reads if isinstance(reads, (tuple, list)) else (reads,):
            if not isinstance(source, Layer):
                raise ValueError(f"{READS}, not {type(source).__name__}")


def check_map(x):
    """A map is needed, not a vector."""
    if len(x.shape) != 3:
        raise ValueError(f"it needs a map (channels, height, width), but '{x.name}' has the shape {shape_text(x.shape)}: no map")


def check_channels(x):
    """A map or a vector is needed, not a single number."""
    if not x.shape:
        raise ValueError(f"it needs a map or a vector, not the number '{x.name}'")


def check_groups(c_in, c_out, groups):
    """Groups must divide the channels on both sides."""
    for count, side in ((c_in, "input"), (c_out, "output")):
        if count % groups:
            raise ValueError(f"{groups} groups do not divide its {count} {side} channels")
