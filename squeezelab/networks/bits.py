"""How wide the values of a network are: bits of its weights, of what its layers make, and of their partial sums.

A value is made once and read as it was made: `activation_bits` of a layer is the width of its output, and what it reads is as
wide as the layer before made it. The network's input goes by the name "input".

>>> from squeezelab.networks import mini_vgg
>>> net = mini_vgg().with_bits(weight_bits={"conv1": 8}, activation_bits={"input": 8, "conv1": 4})
>>> made_bits(net, net.activation_bits)["pool1"]  # nobody names it: as wide as what it reads
4
"""

from ..core.checks import there_are, whole

BITS = ("weight_bits", "activation_bits", "sum_bits")
MOST_BITS = 64


class OperandBits:
    """What a `Network` says of its widths: one for all layers, {layer: bits}, or None, the words of whatever machine it is on.

    weight_bits: of a weight, by layers with MACs; activation_bits: of a value that a layer makes, by any layer and "input";
    sum_bits: of a partial sum that leaves the array, by layers with MACs.
    """

    weight_bits = activation_bits = sum_bits = None

    @property
    def weight_layers(self):
        """The layers with MACs that have weights; the others, as the sum over votes, multiply activations only."""
        return [layer for layer in self.mac_layers if layer.weight_words]

    @property
    def bits(self):
        """(weight_bits, activation_bits, sum_bits), as `Network` takes them."""
        return tuple([getattr(self, what) for what in BITS])

    def _set_bits(self, bits):
        for what, widths in zip(BITS, bits):
            setattr(self, what, checked_widths(widths, what))

    def with_bits(self, weight_bits=None, activation_bits=None, sum_bits=None):
        """The same layers with these widths and no others; what is left out is None again. Raises a ValueError for bits that are
        no whole numbers from 1 to 64, and for a layer that is not there."""
        twin = type(self)(self.name, self.input_shape, weight_bits, activation_bits, sum_bits)
        for what, widths in zip(BITS, twin.bits):
            check_named(widths, what, self)
        for field in ("input", "_params", "_macs"):
            setattr(twin, field, getattr(self, field))
        for field in ("layers", "_mac_layers"):
            setattr(twin, field, list(getattr(self, field)))
        for field in ("_by_name", "_counts"):
            setattr(twin, field, dict(getattr(self, field)))
        return twin


def checked_widths(bits, what):
    """One width or {layer: width}, checked; the layers' names are looked at when they are needed."""
    if isinstance(bits, dict):
        return {name: operand_width(bits[name], f"the {what} of '{name}'") for name in bits}
    return operand_width(bits, what)


def operand_width(bits, what):
    """Bits of a value: a whole number from 1 to 64, or None for the machine's own words."""
    if bits is not None and whole(bits, what) > MOST_BITS:
        raise ValueError(f"{what} must be a whole number from 1 to {MOST_BITS}, not {bits!r}")
    return None if bits is None else whole(bits, what)


def check_named(widths, what, network):
    """Raises, listing those that there are, unless the layers of {layer: …} are layers of the network: with weights, for
    `sum_bits` with MACs, or for `activation_bits` of any kind."""
    if not isinstance(widths, dict):
        return
    every = what == "activation_bits"
    counted = network.mac_layers if what == "sum_bits" else network.weight_layers
    names = [layer.name for layer in (network.layers if every else counted)]
    names = ["input"] + names if every else names
    for name in widths:
        if name not in names:
            raise ValueError(f"no layer {name!r}{'' if every else ' with weights'} in {network.name}; {there_are(names)}")


def check_own_bits(network):
    """`check_named` for what a network says of its own widths."""
    for what, widths in zip(BITS, network.bits):
        check_named(widths, what, network)


def made_bits(network, widths):
    """{layer: bits of a value that it makes} for {layer: bits}; None is the machine's words.

    A layer that is not named makes words of the machine if it has MACs. Others, from ReLUs to sums, pass on what they read, the
    widest where that differs.
    """
    made = {"input": widths.get("input")}
    for layer in network.layers:
        own = None if layer.macs else read_bits(layer, made)
        made[layer.name] = widths.get(layer.name, own)
    return made


def read_bits(layer, made):
    """Bits of the widest value that a layer reads; the machine's words, None, count as the widest."""
    found = [made[source.name] for source in layer.sources]
    return None if None in found or not found else max(found)


def operand_bits(network, bits):
    """{layer with MACs: bits of its weights, of a value that it reads, of one that it makes, of its partial sums}, of
    (weight_bits, activation_bits, sum_bits). Where activations are multiplied with one another, the first that is read stands for
    the weights."""
    weights, activations, sums = bits
    made = made_bits(network, activations) if isinstance(activations, dict) else None
    found = {}
    for layer in network.mac_layers:
        values = (activations, activations) if made is None else (read_bits(layer, made), made[layer.name])
        own = own_bits(weights, layer.name)
        if not layer.weight_words:
            own, values = product_bits(layer, values, made)
        found[layer.name] = (own,) + values + (own_bits(sums, layer.name),)
    return found


def product_bits(layer, values, made):
    """(bits of the first operand, (bits of the other one, of what is made)) of a product of activations."""
    if made is None:
        return values[0], values
    first, other = made[layer.sources[0].name], made[layer.sources[-1].name]
    return first, (other, values[1])


def own_bits(bits, name):
    """The bits of one layer's operand; a dict leaves those that it does not name to the machine."""
    return bits.get(name) if isinstance(bits, dict) else bits


def bits_then(bits, layer, names):
    """Widths of a network in which the layers `names` took the place of `layer`: each as wide as that was."""
    if not isinstance(bits, dict) or layer not in bits:
        return bits
    then = {name: bits[name] for name in bits if name != layer}
    then.update({name: bits[layer] for name in names})
    return then
