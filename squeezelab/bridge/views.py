"""What a tensor is to a `Network`: a layer, perhaps looked at in another shape.

Torch code reshapes freely. Four kinds of looking are understood: a vector as a map of 1×1 (a gate), a map as a vector
(which is a layer, flatten), a map as channels × positions, whose mean is a global pooling, and channels as groups ×
channels per group, whose transposition is a channel shuffle.
"""

from math import prod

from ..networks.shapes import shape_text


class View:
    """The tensor of shape (batch, *shape) that holds the values of `layer`.

    split: None, or the number of groups into which the first two sides of `shape` divide the channels.
    swapped: whether those two sides stand the other way round.
    """

    def __init__(self, layer, shape=None, split=None, swapped=False):
        self.layer = layer
        self.shape = tuple(layer.shape if shape is None else shape)
        self.split = split
        self.swapped = swapped


def layer_of(view):
    """The layer that a view shows; raises unless the tensor has the layer's own shape."""
    if not isinstance(view, View):
        raise ValueError(f"it reads {type(view).__name__} where a Network needs the output of a layer")
    if view.split or view.shape != tuple(view.layer.shape):
        raise ValueError(
            f"it reads '{view.layer.name}' ({shape_text(view.layer.shape)}) reshaped to {shape_text(view.shape)}, "
            "which is neither a map nor a vector of a Network"
        )
    return view.layer


def reshape(at, x, *_, **__):
    """view, reshape, flatten, squeeze, unsqueeze: known by the shape that comes out."""
    shape, layer = at.shape, x.layer
    if shape == x.shape:
        return x
    if x.swapped and shape == tuple(layer.shape):
        return View(at.net.shuffle(layer, x.split, name=at.name("shuffle")))
    if not x.swapped and shape in (tuple(layer.shape), layer.shape + (1,), layer.shape + (1, 1)):
        return View(layer, shape)
    if not x.split and shape == (prod(layer.shape),):
        return View(at.net.flatten(layer, name=at.name("flatten")))
    rest = prod(layer.shape[1:])  # height and width may stay two sides or become one
    if not x.split and shape == (layer.shape[0], rest):
        return View(layer, shape)
    if not x.split and len(shape) in (3, 4) and (shape[0] * shape[1], prod(shape[2:])) == (layer.shape[0], rest):
        return View(layer, shape, split=shape[0])
    raise ValueError(
        f"it reshapes {shape_text(x.shape)} to {shape_text(shape)}; a Network knows flattening, gates of 1×1 and channel shuffles"
    )


def transpose(at, x, dim0, dim1):
    """Only the two sides of split channels may change places."""
    rank = len(x.shape) + 1
    if {dim0 % rank, dim1 % rank} != {1, 2} or not x.split:
        raise ValueError(f"it swaps the sides {dim0} and {dim1}; a Network keeps (channels, height, width) in this order")
    return View(x.layer, at.shape, x.split, not x.swapped)


def permute(at, x, *order, dims=None):
    """A transposition written as the whole order of the sides."""
    order = dims or (order[0] if isinstance(order[0], (tuple, list)) else order)
    if list(order) == list(range(len(order))):
        return x
    if list(order) == [0, 2, 1, *range(3, len(order))]:
        return transpose(at, x, 1, 2)
    raise ValueError(f"it puts the sides into the order {tuple(order)}; a Network keeps (channels, height, width)")


def index(at, x, key):
    """``parts[0]`` of a split, ``x[:, 8:16]``, and what keeps all values: ``x[:, :, None, None]``, ``x[:, :, 0, 0]``."""
    if isinstance(x, (tuple, list)):
        return x[key]
    key = key if isinstance(key, tuple) else (key,)
    plain = all(isinstance(side, (int, slice)) or side in (None, Ellipsis) for side in key)
    if plain and prod(at.shape) == prod(x.shape):
        return reshape(at, x)
    key = key[:-1] if key[-1] is Ellipsis else key
    batch, channels, *map_sides = *key, None, None
    ranges = isinstance(channels, slice) and channels.step in (None, 1) and batch == slice(None)
    if not ranges or any(side not in (None, slice(None)) for side in map_sides) or None in key:
        raise ValueError("a Network slices a range of channels only, as x[:, 8:16]")
    return part(at, x, *channels.indices(x.shape[0])[:2])


def part(at, x, start, stop):
    """Channels `start` to `stop`; all of them are x itself."""
    if (start, stop) == (0, x.shape[0]):
        return x
    return View(at.net.slice(layer_of(x), start, stop, name=at.name("slice")))


def split(at, x, *_, **__):
    """chunk, split: one slice of channels for each part that is read."""
    shapes = [tuple(value.shape[1:]) for value in at.node.meta["value"]]
    if any(shape[1:] != x.shape[1:] for shape in shapes) or sum(shape[0] for shape in shapes) != x.shape[0]:
        raise ValueError("a Network splits maps along their channels only, as x.chunk(2, dim=1)")
    places = [user.args[1] for user in at.node.users if isinstance(user.args[1:2] and user.args[1], int)]
    read = {place % len(shapes) for place in places} if len(places) == len(at.node.users) else range(len(shapes))
    stops = [sum(shape[0] for shape in shapes[: place + 1]) for place in range(len(shapes))]
    return [part(at, x, stop - shapes[i][0], stop) if i in read else None for i, stop in enumerate(stops)]
