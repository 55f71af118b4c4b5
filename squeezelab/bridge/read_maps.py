"""Readers of what pools, stacks, cuts and rearranges maps. See read.py."""

from math import prod

from ..networks.shapes import shape_text
from .calls import Constant
from .read_values import check_known
from .views import REPEATED, View, layer_of, layer_or_view, recut

# What makes a map again of one whose side went missing, or averages the other side, too
PUT_BACK = ("mean", "sum", "amax", "max", "unsqueeze", "view", "reshape", "__getitem__")


def max_pool(at, x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    if dilation not in (1, (1, 1), [1, 1]) or return_indices:
        raise ValueError("a Network pools without dilation and without indices")
    return View(at.net.max_pool(layer_of(at, x), kernel_size, stride or None, padding, ceil_mode, name=at.name("max_pool")))


def avg_pool(at, x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
    return View(at.net.avg_pool(layer_of(at, x), kernel_size, stride or None, padding, ceil_mode, name=at.name("avg_pool")))


def adaptive_pool(op, at, x, output_size, return_indices=False):
    """Windows of one size where they divide the map; nothing at all where the map has the size already."""
    if return_indices:
        raise ValueError("a Network pools without indices")
    layer, (rows, columns) = layer_of(at, x), at.shape[1:]
    height, width = layer.shape[1:]
    if (height, width) == (rows, columns):
        return x
    if op == "avg_pool" and rows == columns == 1:
        return global_pool(at, layer)
    if height % rows or width % columns:
        pool = at.net.adaptive_max_pool if op == "max_pool" else at.net.adaptive_avg_pool
        return View(pool(layer, (rows, columns), name=at.name(op)))
    pool = at.net.max_pool if op == "max_pool" else at.net.avg_pool
    return View(pool(layer, (height // rows, width // columns), name=at.name(op)))


def global_pool(at, layer):
    """A map of 1×1; where all that follows is its flattening, the two are one global_avg_pool."""
    if len(at.shape) == 1 or only_flattened(at.call):
        made = at.net.global_avg_pool(layer, name=at.name("global_avg_pool"))
        return View(made, recut(View(made).sides[0], at.shape))
    return View(at.net.avg_pool(layer, layer.shape[1:], name=at.name("avg_pool")))


def only_flattened(call):
    """Whether all users of a call make vectors of its maps, perhaps one side at a time."""
    ranks = [(len(user.shape), user) for user in call.users]
    return bool(ranks) and all(rank == 2 or rank == 3 and only_flattened(user) for rank, user in ranks)


def reduce(op, at, x, dim=None, keepdim=False, dtype=None):
    """Mean, maximum or sum over whole axes; the mean over height and width is the global pool."""
    if isinstance(dim, View) or at.call.number:
        raise ValueError(f"a Network takes the {op} over sides of one layer, and not its place")
    sides = {side % (len(x.shape) + 1) - 1 for side in ([dim] if isinstance(dim, int) else dim)}
    axes = {digit[0] for side in sides for digit in x.sides[side]}
    kept = [[] if side in sides else digits for side, digits in enumerate(x.sides) if keepdim or side not in sides]
    if REPEATED in axes or axes & {digit[0] for digits in kept for digit in digits}:
        raise ValueError(f"it takes the {op} over a part of the {shape_text(x.layer.shape)}, which no layer of a Network does")
    if not keepdim and len(kept) > 1 and not (at.call.users and all(user.name in PUT_BACK for user in at.call.users)):
        raise ValueError(f"a Network has the {op} over height and width only, as x.{op}((2, 3)), or with keepdim=True")
    if not axes:
        return View(x.layer, kept)
    if op == "mean" and len(x.layer.shape) == 3 and axes == {axis for axis in (1, 2) if x.layer.shape[axis] > 1}:
        return View(global_pool(at, x.layer).layer, kept)
    return View(at.net.reduce(op, x.layer, sorted(axes), name=at.name(op)), kept)


def interpolate(
    at, x, size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None, antialias=False
):
    if antialias:
        raise ValueError("it smooths before it resamples (antialias), which no layer of a Network does")
    return View(at.net.interpolate(layer_of(at, x), at.shape[1:], None, mode, bool(align_corners), name=at.name("interpolate")))


def pad(at, x, pad, mode="constant", value=None):
    """Sides from the last backwards: (left, right, top, bottom, channels before, channels after, 0, 0)."""
    sides = (list(pad) + [0] * 8)[:8]
    if any(sides[6:]) or len(x.shape) != 3:
        raise ValueError(f"it pads {shape_text(x.shape)} by {tuple(pad)}; a Network pads maps, and no batch")
    if not any(sides):
        return x
    sides = sides[:6] if any(sides[4:]) else sides[:4]
    return View(at.net.pad(layer_of(at, x), sides, mode, value or 0, name=at.name("pad")))


def concat(at, maps, dim=0):
    """Along the channels; stacked zeros are a padding with channels."""
    views = [x for x in maps if isinstance(x, View)]
    if dim % (len(views[0].shape) + 1) != 1:
        raise ValueError(f"it stacks along dim={dim}, but a Network along the channels, dim=1")
    if len(maps) == 1:
        return maps[0]
    if any(isinstance(x, Constant) and not x.zero for x in maps):
        raise ValueError("it stacks a constant beside a layer, which a Network can do with zeros only")
    layers, before = [], 0
    for x in maps:
        if isinstance(x, View):
            layers.append(layer_of(at, x))
        elif layers:
            layers, before = [at.net.pad(stacked(at, layers), (0, 0, 0, 0, before, x.shape[1]), name=at.name("pad"))], 0
        else:
            before += x.shape[1]
    made = stacked(at, layers)
    return View(at.net.pad(made, (0, 0, 0, 0, before, 0), name=at.name("pad")) if before else made)


def stacked(at, layers):
    return layers[0] if len(layers) == 1 else at.net.concat(layers, name=at.name("concat"))


def channel_shuffle(at, x, groups):
    return View(at.net.shuffle(layer_of(at, x), groups, name=at.name("shuffle")))


def pixel_shuffle(op, at, x, factor):
    return View(getattr(at.net, op)(layer_of(at, x), factor, name=at.name(op)))


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
