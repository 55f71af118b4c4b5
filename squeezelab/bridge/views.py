"""What a tensor is to a `Network`: a layer, its values perhaps looked at in another shape or order.

Torch code reshapes freely: a vector as a map of 1×1, channels as groups × channels per group, a map with its channels
last. All of it is told by *digits*. A digit (axis, step, count) counts along an axis of the layer in steps: 6 channels
are (0, 1, 6); in 2 groups they are (0, 3, 2) and (0, 1, 3). Reshaping cuts digits and joins them, a transposition puts
them into another order, and where the order is that of a layer (a shuffle, pixels made of channels), it becomes one.
"""

from math import prod

from ..networks.shapes import shape_text

REPEATED = None  # the axis of a digit that repeats the same values


class View:
    """The tensor of shape (batch, *shape) that holds the values of `layer`: for each of its sides a list of digits.

    call: the call that made it, by which a layer is named that has to be made of it.
    """

    def __init__(self, layer, sides=None):
        self.layer = layer
        self.call = None
        self.sides = plain_sides(layer.shape) if sides is None else [joined(side) for side in sides]

    @property
    def shape(self):
        return tuple(prod(count for _, _, count in side) for side in self.sides)

    @property
    def in_order(self):
        """Whether its values stand in the order of the layer."""
        return joined(sum(self.sides, [])) == joined(sum(plain_sides(self.layer.shape), []))

    @property
    def plain(self):
        """Whether it is the layer as it is."""
        return self.in_order and self.shape == tuple(self.layer.shape)

    @property
    def repeats(self):
        """Whether a side repeats the same values."""
        return any(digit[0] is REPEATED for side in self.sides for digit in side)

    @property
    def channels_last(self):
        """Whether its last side is the channels of a map, and nothing else is."""
        channels = plain_sides(self.layer.shape)[0] if len(self.layer.shape) == 3 else None
        return len(self.sides) > 1 and self.sides[-1] == channels and all(digit[0] for side in self.sides[:-1] for digit in side)

    def axis(self, side):
        """The axis of the layer that a side (0: the first behind the batch) is, all of it and nothing else; None otherwise."""
        digits = self.sides[side]
        return plain_sides(self.layer.shape).index(digits) if digits and digits in plain_sides(self.layer.shape) else None


def plain_sides(shape):
    return [[(axis, 1, size)] if size > 1 else [] for axis, size in enumerate(shape)]


def joined(digits):
    """Digits with neighbours that count on as one.

    >>> joined([(0, 3, 2), (0, 1, 3), (1, 1, 4)])
    [(0, 1, 6), (1, 1, 4)]
    """
    made = []
    for axis, step, count in digits:
        if made and made[-1][0] == axis and (made[-1][1] == step * count or axis is REPEATED):
            count *= made.pop()[2]
        made.append((axis, step, count))
    return made


def recut(digits, shape):
    """The sides of a new shape over the same digits; None if a side would end inside of a digit.

    >>> recut([(0, 1, 6), (1, 1, 4)], (2, 3, 4))
    [[(0, 3, 2)], [(0, 1, 3)], [(1, 1, 4)]]
    """
    rest, sides = list(digits), []
    for size in shape:
        sides.append([])
        while size > 1:
            axis, step, count = rest.pop(0) if rest else (0, 0, 0)
            most = min(size, count)
            if not most or size % most or count % most:
                return None
            sides[-1].append((axis, step * (count // most), most))
            if count > most:
                rest.insert(0, (axis, step, count // most))
            size //= most
    return sides


def layer_of(at, view):
    """The layer that has the shape and the values of a view, made if need be; raises if no layer does."""
    if not isinstance(view, View):
        raise ValueError(f"it reads {type(view).__name__} where a Network needs the output of a layer")
    if not view.plain:
        made = widened(at, view) if view.repeats else reshaped(at, view)
        view.layer, view.sides = made, plain_sides(made.shape)  # made once for all that read it
    return view.layer


def reshaped(at, view):
    """A layer of a view that is in order: a vector as a map or the other way round."""
    layer, shape = view.layer, view.shape
    if view.in_order and len(shape) == 0:
        return at.net.squeeze(layer, name=at.name("squeeze", call=view.call))
    if view.in_order and len(shape) == 3 and len(layer.shape) == 1:
        return at.net.unflatten(layer, shape, name=at.name("unflatten", call=view.call))
    if view.in_order and len(shape) == 1:
        return at.net.flatten(layer, name=at.name("flatten", call=view.call))
    order = [view.axis(side) for side in range(len(shape))]
    if None not in order and sorted(order) == [0, 1, 2]:
        order = (0, *[axis + 1 for axis in order])
        raise ValueError(f"it puts the sides into the order {order}; a Network keeps (channels, height, width)")
    raise ValueError(
        f"it reads '{layer.name}' ({shape_text(layer.shape)}) reshaped to {shape_text(shape)}, "
        "which is neither a map nor a vector of a Network"
    )


def widened(at, view):
    """A layer of a view with repeated sides: channels by stacking, rows and columns by resampling."""
    narrow = View(view.layer, [[digit for digit in side if digit[0] is not REPEATED] for side in view.sides])
    narrow.call = view.call
    layer, shape = layer_of(at, narrow), view.shape
    if len(shape) == 3 and shape[1:] != layer.shape[1:] and tuple(layer.shape[1:]) == (1, 1):
        layer = at.net.interpolate(layer, shape[1:], name=at.name("expand", call=view.call))
    if len(shape) == 3 and shape[0] != layer.shape[0] == 1:
        layer = at.net.concat([layer] * shape[0], name=at.name("expand", call=view.call))
    if tuple(layer.shape) != shape:
        raise ValueError(f"it widens {shape_text(layer.shape)} to {shape_text(shape)}, which no layer of a Network does")
    return layer


def layer_or_view(at, view):
    """A view that has become what a layer makes, as that layer."""
    layer, shape = view.layer, view.shape
    if view.in_order:
        flat = len(shape) == 1 and len(layer.shape) == 3
        return View(at.net.flatten(layer, name=at.name("flatten"))) if flat else view
    if len(layer.shape) == len(shape) == 3:
        factor = shape[1] // layer.shape[1]
        if view.sides == grown(layer.shape, factor):
            return View(at.net.pixel_shuffle(layer, factor, name=at.name("pixel_shuffle")))
        factor = layer.shape[1] // shape[1]
        if view.sides == shrunk(layer.shape, factor):
            return View(at.net.pixel_unshuffle(layer, factor, name=at.name("pixel_unshuffle")))
    return shuffled(at, view)


def shuffled(at, view):
    """A view with the layer's shape whose channels, in groups, were transposed: a channel shuffle."""
    swapped = joined(sum(view.sides, []))[:2]
    if view.shape != tuple(view.layer.shape) or len(swapped) < 2 or not swapped[0][0] == swapped[1][0] == 0:
        return view
    groups = swapped[1][2]
    rest = joined(sum(view.sides, []))[2:]
    whole = swapped == [(0, 1, view.shape[0] // groups), (0, view.shape[0] // groups, groups)]
    if not whole or rest != joined(sum(plain_sides(view.shape)[1:], [])):
        return view
    return View(at.net.shuffle(view.layer, groups, name=at.name("shuffle")))


def grown(shape, factor):
    """The sides of pixels made of channels, (C r², H, W) → (C, r H, r W); nothing if the factor is 1."""
    channels, height, width = shape
    if factor < 2 or channels % factor**2:
        return None
    rows, columns = [(1, 1, height)], [(2, 1, width)]
    sides = [[(0, factor**2, channels // factor**2)], rows + [(0, factor, factor)], columns + [(0, 1, factor)]]
    return [[digit for digit in side if digit[2] > 1] for side in sides]


def shrunk(shape, factor):
    """The sides of channels made of pixels, (C, r H, r W) → (C r², H, W); nothing if the factor is 1."""
    channels, height, width = shape
    if factor < 2 or height % factor or width % factor:
        return None
    first = [(0, 1, channels), (1, 1, factor), (2, 1, factor)]
    sides = [first, [(1, factor, height // factor)], [(2, factor, width // factor)]]
    return [[digit for digit in side if digit[2] > 1] for side in sides]
