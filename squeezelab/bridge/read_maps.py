"""Readers of what pools, resamples, pads, stacks and shuffles maps. See read.py."""

from ..networks.shapes import shape_text
from .calls import Constant
from .views import REPEATED, View, layer_of, recut

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
