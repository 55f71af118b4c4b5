"""Weight sharing: the weights of a layer take few values, k-means of them, and each weight is stored as the place of its value.

Codes of one scale lie evenly; a codebook lies where the weights are, and the centres are trained on: a centre's gradient is the
sum of its weights' gradients. (Deep Compression, Han et al. 2016, arXiv 1510.00149 [recalled].)

>>> from squeezelab.training import reference
>>> shared = share_weights(reference("mini_vgg"), entries=16)
>>> shared.bytes < shared.float_bytes / 7, len(shared.model.conv4.weight.unique())
(True, 16)
"""

from collections import namedtuple

import numpy
import torch
from torch import nn

from ..bridge.independent import independent_copy
from ..compression.stored_codes import VALUE_BYTES, codebook_bytes, huffman_bytes
from ..core.checks import whole

STARTS = ("linear", "quantile")
SWEEPS = 100


def kmeans(values: numpy.ndarray, entries: int, start: str = "linear", sweeps: int = SWEEPS) -> tuple:
    """(centres, rising, (entries,); the place of each value's nearest centre, (n,)) of numbers on a line, by Lloyd's sweeps.

    start: centres evenly between the extremes ("linear", which Han et al. found best [recalled]), or at quantiles. Where values
    are fewer than entries, each is a centre. A centre whose values left stays where it is. Raises a ValueError for values that
    are not finite numbers, and for another start.

    >>> centres, places = kmeans(numpy.array([0.0, 0.1, 5.0, 5.1, 9.0]), 3)
    >>> centres.round(2).tolist(), places.tolist()
    ([0.05, 5.05, 9.0], [0, 0, 1, 1, 2])
    """
    values = numpy.asarray(values, dtype=float).ravel()
    entries = whole(entries, "the entries of a codebook")
    if not values.size or not numpy.isfinite(values).all():
        raise ValueError("k-means needs one finite number or more: there are none, or one is NaN or infinite")
    different = numpy.unique(values)
    if len(different) <= entries:
        return different, numpy.searchsorted(different, values)
    centres = start_of(values, entries, start)
    for _ in range(sweeps):
        places = nearest(centres, values)
        counts = numpy.bincount(places, minlength=entries)
        sums = numpy.bincount(places, values, minlength=entries)
        moved = numpy.where(counts > 0, sums / numpy.maximum(counts, 1), centres)
        if numpy.array_equal(moved, centres):
            break
        centres = numpy.sort(moved)
    return centres, nearest(centres, values)


def start_of(values, entries, start):
    """The centres before the first sweep, rising."""
    if start not in STARTS:
        raise ValueError(f"centres start {' or '.join(map(repr, STARTS))}, not {start!r}")
    if start == "linear":
        return numpy.linspace(values.min(), values.max(), entries)
    return numpy.quantile(values, (numpy.arange(entries) + 0.5) / entries)


def nearest(centres, values):
    """The place of the nearest centre, which on a line is found between their middles."""
    return numpy.searchsorted((centres[1:] + centres[:-1]) / 2, values)


class SharedLayer(namedtuple("SharedLayer", ("places", "entries"))):
    """A layer's indices: the place of each weight's value in its codebook, (weights,), and how many entries that has."""

    __slots__ = ()

    @property
    def counts(self):
        """{place: how many weights have this value}."""
        return {place: int(count) for place, count in enumerate(numpy.bincount(self.places)) if count}


class Shared:
    """What `share_weights` made: `model`, whose weights are shared, and `layers`, {path: SharedLayer}."""

    def __init__(self, model, layers):
        self.model, self.layers = model, layers

    def codebook(self, path: str) -> numpy.ndarray:
        """The values of a layer's weights as they are now, by place; an entry that no weight has is 0."""
        layer, book = self.layers[path], numpy.zeros(self.layers[path].entries, numpy.float32)
        book[layer.places] = self.model.get_submodule(path).weight.detach().cpu().numpy().ravel()
        return book

    @property
    def bytes(self):
        """Of the codebooks and the indices."""
        return sum(codebook_bytes(len(layer.places), layer.entries) for layer in self.layers.values())

    @property
    def huffman_bytes(self):
        """Of the codebooks and of the indices in Huffman's code, as Deep Compression stores them."""
        return sum(huffman_bytes(layer.counts) + VALUE_BYTES * layer.entries for layer in self.layers.values())

    @property
    def float_bytes(self):
        """Of the same weights in float32."""
        return sum(4 * len(layer.places) for layer in self.layers.values())

    def after_backward(self, training: object) -> None:
        """For `fit`: weights of one centre get the mean of their gradients, so that an optimizer that judges each weight by its
        own gradients (SGD, Adam) moves them alike, and they stay equal.

        The sum is what Han et al. take [recalled]; a mean is the same direction with a step that does not grow with the layer.
        """
        with torch.no_grad():
            for path, layer in self.layers.items():
                gradient = training.model.get_submodule(path).weight.grad
                places = torch.from_numpy(layer.places).to(gradient.device)
                sums = gradient.new_zeros(layer.entries).index_add_(0, places, gradient.flatten())
                counts = torch.bincount(places, minlength=layer.entries).clamp(min=1)
                gradient.copy_((sums / counts)[places].view_as(gradient))

    def __repr__(self):
        return f"{len(self.layers)} layers of shared weights: {self.bytes:,} bytes of {self.float_bytes:,}"


def share_weights(model: nn.Module, entries: int | dict = 16, start: str = "linear") -> Shared:
    """A copy of `model` in which the weights of each convolution and linear layer take `entries` values, the k-means of them.

    entries: of each codebook, or {path: entries} for the layers meant. Biases and norms stay. To train the centres, give `fit`
    the `model` and the `after_backward` of what is returned. Raises a ValueError for a model without such a layer, for a path
    that is none, for one entry or fewer, and for weights that are not finite.

    >>> layer = nn.Linear(8, 4, bias=False)
    >>> share_weights(layer, entries=4)
    1 layers of shared weights: 24 bytes of 128
    """
    made = independent_copy(model)
    kinds = (nn.Conv2d, nn.Linear)
    known = {path: module for path, module in made.named_modules() if isinstance(module, kinds)}
    if not isinstance(entries, dict):
        entries = dict.fromkeys(known, entries)
    missing = [path for path in entries if path not in known]
    if missing or not entries:
        raise ValueError(f"no convolution or linear layer {missing[0] if missing else 'at all'} whose weights could be shared")
    layers = {path: shared_layer(path, known[path], count, start) for path, count in entries.items()}
    return Shared(made, layers)


def shared_layer(path, module, entries, start):
    """The `SharedLayer` of a module, whose weights are set to it."""
    weight = module.weight
    try:
        centres, places = kmeans(weight.detach().cpu().numpy(), whole(entries, "the entries of a codebook", 2), start)
    except ValueError as error:
        raise ValueError(f"'{path}': {error}") from error
    with torch.no_grad():
        weight.copy_(torch.from_numpy(centres[places]).to(weight.dtype).view_as(weight))
    return SharedLayer(places, len(centres))
