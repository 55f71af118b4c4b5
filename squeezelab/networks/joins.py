"""What combines layers: sums, products, stacks. None of it has MACs or params."""

from .layers import Layer, check_channels
from .shapes import shape_text


class Elementwise(Layer):
    """Sum, difference or product of two layers. A side of 1 is repeated: (channels, 1, 1) and (1, height, width) are gates
    of a map; a vector as the second is one value per channel."""

    def __init__(self, name, sources, op):
        self.op = op
        a, b = sources
        shape = broadcast(a.shape, b.shape)
        if shape is None:
            raise ValueError(
                f"'{a.name}' is {shape_text(a.shape)}, but '{b.name}' is {shape_text(b.shape)}; both must have the same shape, "
                "or the second one value per channel, or sides that differ must be 1"
            )
        Layer.__init__(self, name, (a, b), shape)


def broadcast(a, b):
    """The shape of what combines two shapes, None if they do not fit.

    >>> broadcast((8, 4, 4), (1, 4, 4)), broadcast((8, 4, 4), (8,)), broadcast((8, 4, 4), (4,))
    ((8, 4, 4), (8, 4, 4), None)
    """
    if a == b:
        return a
    b = tuple(b) + (1,) * (len(a) - len(b))
    if len(a) < len(b) or [1 for one, other in zip(a, b) if one != other and one != 1 and other != 1]:
        return None
    return tuple([max(one, other) for one, other in zip(a, b)])


class Concat(Layer):
    """Maps of one size stacked along their channels."""

    op = "concat"

    def __init__(self, name, sources):
        if not isinstance(sources, (list, tuple)):
            raise ValueError(f"it needs a list of layers, not {sources!r}")
        sources = tuple(sources)
        if len(sources) < 2:
            raise ValueError(f"it needs at least two layers, not {len(sources)}")
        channels = 0
        for source in sources:
            check_channels(source)
            if source.shape[1:] != sources[0].shape[1:]:
                raise ValueError(
                    f"'{sources[0].name}' is {shape_text(sources[0].shape)}, but '{source.name}' is "
                    f"{shape_text(source.shape)}; all but the channels must agree"
                )
            channels += source.shape[0]
        Layer.__init__(self, name, sources, (channels,) + tuple(sources[0].shape[1:]))  # (sum of channels, height, width)
