"""What a smaller network takes of memory: the bytes in which it is stored, indices included, and its live maps at their peak.

>>> stored_bytes(266200, 5324, "bitmap"), stored_bytes(266200, 5324, "dense")
(54571, 1064800)
>>> from squeezelab.networks import mini_vgg
>>> peak_words(mini_vgg())  # the first map, 16×28×28, while the pool writes the next one, a quarter of it
15680
"""

from ..core.arith import ceil_div
from ..core.checks import check_choice, whole
from ..networks.graph import Network
from ..networks.shapes import size_of

WORD = 4  # bytes of a value, as of an index
FORMS = ("dense", "bitmap", "csr")
VIEWS = ("flatten", "unflatten", "squeeze")  # the same values under another shape


def stored_bytes(weights: int, nonzero: int, form: str, rows: int = 0) -> int:
    """Bytes of so many weights of 4 bytes, of which `nonzero` are not 0.

    form: "dense"; "bitmap", a bit a weight beside the values; "csr", a column of 4 bytes beside each value and an end for every
    one of `rows` (compressed sparse rows).

    Raises a ValueError for another form, for what is no count, and for more values than weights.

    >>> stored_bytes(1000, 100, "csr", rows=10)
    844
    """
    check_choice("form", form, FORMS)
    weights, nonzero, rows = whole(weights, "weights", 0), whole(nonzero, "nonzero", 0), whole(rows, "rows", 0)
    if nonzero > weights:
        raise ValueError(f"of {weights} weights {nonzero} cannot be other than 0")
    if form == "dense":
        return WORD * weights
    if form == "bitmap":
        return WORD * nonzero + ceil_div(weights, 8)
    return 2 * WORD * nonzero + (WORD * (rows + 1) if rows else 0)


def stored_least(weights, nonzero, rows):
    """Bytes of so many weights in the form that takes least."""
    return min([stored_bytes(weights, nonzero, form, rows) for form in FORMS])


def peak_words(network: Network) -> int:
    """The most words of maps that are live at once when the layers run one after another.

    A layer's inputs and its output are live while it runs, and every map until its last reader has run. Norms and activations
    work in place where nobody else reads what they read; what only names values anew takes nothing.

    Raises a ValueError for what is no `Network`.

    >>> from squeezelab.networks import mini_resnet
    >>> peak_words(mini_resnet())  # as in mini_vgg, the stem's map beside that of its pool
    15680
    """
    if not isinstance(network, Network):
        raise ValueError(f"live maps are those of a Network (as build('mini_vgg') makes one), not of {network!r}")
    home = homes(network)
    last = {}
    for place, layer in enumerate(network.layers):
        for source in layer.sources:
            last[home[source.name]] = place
    last[home[network.output.name]] = len(network.layers)
    live, peak = {home["input"]: size_of(network.input.shape)}, 0
    for place, layer in enumerate(network.layers):
        live[home[layer.name]] = max(live.get(home[layer.name], 0), size_of(layer.shape))
        peak = max(peak, sum(live.values()))
        for name in [name for name in live if last.get(name, place) <= place]:
            live.pop(name)
    return peak


def homes(network):
    """{layer: the layer whose memory holds its values}."""
    readers = {}
    for layer in network.layers:
        for source in layer.sources:
            readers[source.name] = readers.get(source.name, 0) + 1
    home = {"input": "input"}
    for layer in network.layers:
        own = not (layer.op in VIEWS or (layer.rides and readers[layer.inputs[0]] == 1 and layer.inputs[0] != "input"))
        home[layer.name] = layer.name if own else home[layer.inputs[0]]
    return home
