"""Readers of what looks at a tensor in another shape or order, or at a part of it. See read.py."""

from math import prod

from ..networks.shapes import shape_text
from .read_values import check_known
from .views import REPEATED, View, layer_of, layer_or_view, recut

# of what is known by the shapes that come out
SHAPES = ("shape", "size", "dim", "dim0", "start_dim", "end_dim", "sizes", "implicit", "repeats", "dims", "chunks")
SHAPES += ("split_size", "split_size_or_sections", "split_sizes", "indices_or_sections", "sections", "indices")


def reshape(at, x, *sizes, **settings):
    """view, reshape, flatten, squeeze, unsqueeze: known by the shape that comes out."""
    check_known(settings, SHAPES)
    if at.shape == x.shape:
        return x
    sides = recut([digit for side in x.sides for digit in side], at.shape)
    if sides is None:
        raise ValueError(
            f"it reshapes {shape_text(x.shape)} to {shape_text(at.shape)}; a Network knows flattening, gates of 1×1, "
            "groups of channels and their shuffles"
        )
    return layer_or_view(at, View(x.layer, sides))


def transpose(at, x, dim0, dim1):
    """Two sides change places."""
    rank = len(x.shape) + 1
    order = list(range(rank))
    order[dim0 % rank], order[dim1 % rank] = order[dim1 % rank], order[dim0 % rank]
    if x.plain and {dim0 % rank, dim1 % rank} == {2, 3}:
        raise ValueError(f"it swaps the sides {dim0} and {dim1}; a Network keeps (channels, height, width) in this order")
    return permute(at, x, order)


def permute(at, x, *order, dims=None):
    """The sides in a new order; the batch stays first."""
    order = dims or (order[0] if isinstance(order[0], (tuple, list)) else order)
    order = [side % len(order) for side in order]
    if order[0] != 0:
        raise ValueError(f"it puts the sides into the order {tuple(order)}, but the inputs of a batch stay apart: the first one")
    return layer_or_view(at, View(x.layer, [x.sides[side - 1] for side in order[1:]]))


def movedim(at, x, source, destination):
    rank = len(x.shape) + 1
    order = [side for side in range(rank) if side != source % rank]
    order.insert(destination % rank, source % rank)
    return permute(at, x, order)


def expand(at, x, *sizes, **settings):
    """Sides of 1 that are repeated; new ones may come first."""
    check_known(settings, SHAPES)
    old, new = x.shape, at.shape
    if len(old) != len(new):
        raise ValueError(f"it widens {shape_text(old)} to {shape_text(new)}, which has other sides than a Network can tell")
    sides = [digits if before == after else [(REPEATED, 0, after)] for digits, before, after in zip(x.sides, old, new)]
    return View(x.layer, sides)


def repeat(at, x, *sizes, **settings):
    """Copies stacked along the channels."""
    check_known(settings, SHAPES)
    copies = at.shape[0] // x.shape[0]
    if len(at.shape) != len(x.shape) or at.shape[1:] != x.shape[1:]:
        raise ValueError(
            f"it repeats {shape_text(x.shape)} as {shape_text(at.shape)}; a Network stacks copies along the channels"
        )
    return x if copies == 1 else View(at.net.concat([layer_of(at, x)] * copies, name=at.name("repeat")))


def repeat_interleave(at, x, repeats, dim=None, output_size=None):
    """Each channel several times in a row: copies stacked and shuffled."""
    if dim is None or dim % (len(x.shape) + 1) != 1 or not isinstance(repeats, int):
        raise ValueError("a Network repeats channels only, as x.repeat_interleave(2, dim=1)")
    copies = repeat(at, x)
    return copies if copies is x else View(at.net.shuffle(copies.layer, repeats, name=at.name("shuffle")))


def index(at, x, key):
    """``x[:, 8:16]``, ``x[..., 1:-1, ::2]``, and what keeps all values: ``x[:, :, None, None]``, ``x[:, :, 0, 0]``."""
    key = list(key) if isinstance(key, tuple) else [key]
    plain = all(isinstance(side, slice) or type(side) is int or side is None or side is Ellipsis for side in key)
    if not plain or [side for side in key[:1] if side not in (slice(None), Ellipsis)]:
        raise ValueError("a Network slices a range of channels only, as x[:, 8:16], or of rows and columns")
    if Ellipsis in key:
        place, named = key.index(Ellipsis), len([side for side in key if side is not None]) - 1
        key[place : place + 1] = [slice(None)] * (len(x.shape) + 1 - named)
    if prod(at.shape) == prod(x.shape):
        return reshape(at, x)
    ranges = [side for side in key if side is not None][1:]
    if any(type(side) is int and size > 1 for side, size in zip(ranges, x.shape)):
        raise ValueError("a Network slices a range of channels only, as x[:, 8:16], or of rows and columns")
    ranges = [side.indices(size) if isinstance(side, slice) else (0, 1, 1) for side, size in zip(ranges, x.shape)]
    made = cut_out(at, x, [*ranges, *[(0, size, 1) for size in x.shape[len(ranges) :]]])
    return View(made.layer, recut([digit for side in made.sides for digit in side], at.shape))


def cut_out(at, x, ranges):
    """(start, stop, step) of each side."""
    if all(part == (0, size, 1) for part, size in zip(ranges, x.shape)):
        return x
    layer = layer_of(at, x)
    if ranges[0] != (0, x.shape[0], 1):
        layer = at.net.slice(layer, *ranges[0], name=at.name("slice"))
    if any(part != (0, size, 1) for part, size in zip(ranges[1:], x.shape[1:])):
        layer = at.net.crop(layer, *ranges[1:], name=at.name("crop"))
    return View(layer)


def narrow(at, x, dim, start, length):
    return one_side(at, x, dim, start, start + length)


def one_side(at, x, dim, start, stop):
    """A range of one side."""
    side = dim % (len(x.shape) + 1) - 1
    return cut_out(at, x, [(start, stop, 1) if place == side else (0, size, 1) for place, size in enumerate(x.shape)])


def split(at, x, *sizes, **settings):
    """chunk, split: the channels of one of the parts."""
    check_known(settings, SHAPES)
    shapes = [shape[1:] for shape in at.call.shapes]
    if any(shape[1:] != x.shape[1:] for shape in shapes) or sum(shape[0] for shape in shapes) != x.shape[0]:
        raise ValueError("a Network splits maps along their channels only, as x.chunk(2, dim=1)")
    start = sum(shape[0] for shape in shapes[: at.call.number])
    return one_side(at, x, 1, start, start + at.shape[0])
