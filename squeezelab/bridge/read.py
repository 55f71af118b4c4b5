"""Readers: the layer of a `Network` that a torch call is. Which reader reads which call stands in readers.py.

A reader gets the place it reads at (`at.net`, `at.name(op)`, `at.shape`: that of the result), then what the call gets.
"""

from math import prod

from ..networks.shapes import shape_text
from .lines import call_text
from .views import View, layer_of


def conv(at, module, x):
    if module.padding_mode != "zeros":
        raise ValueError(f"its padding_mode is {module.padding_mode!r}, but a Network pads with zeros")
    kernel, dilation, padding = module.kernel_size, module.dilation, module.padding
    if padding == "same" and any(reach * (side - 1) % 2 for reach, side in zip(dilation, kernel)):
        raise ValueError(f"padding='same' with the even kernel {kernel} pads one side more, but a Network pads both alike")
    padding = 0 if padding == "valid" else padding
    sides = (kernel, module.stride, padding, dilation, module.groups, module.bias is not None)
    return View(at.net.conv(layer_of(x), module.out_channels, *sides, name=at.name("conv")))


def linear(at, module, x):
    return View(at.net.linear(layer_of(x), module.out_features, module.bias is not None, name=at.name("fc")))


def norm(at, module, x):
    if not module.affine:
        raise ValueError("its affine is False, but the norm of a Network has a scale and a shift")
    if module.num_features != x.shape[0]:
        raise ValueError(f"it has {module.num_features} channels, but reads {x.shape[0]}")
    return View(at.net.norm(layer_of(x), name=at.name("norm")))


def activation(op, at, x, *_, **__):
    """Value by value, so that a gate of 1×1 stays one."""
    layer = x.layer if x.shape == tuple(x.layer.shape) + (1, 1) else layer_of(x)
    return View(at.net.activation(op, layer, name=at.name(op)), x.shape)


def silu(at, x, *_, **__):
    """x · sigmoid(x), which is how a Network counts it."""
    name = at.name("silu")
    gate = at.net.activation("sigmoid", layer_of(x), name=name + "_sigmoid")
    return View(at.net.multiply(layer_of(x), gate, name=name))


def clamp(at, x, min=None, max=None):
    """The two of its kind that have names."""
    if min != 0 or max not in (None, 6):
        raise ValueError("a Network clamps to 0 and more (relu) or to 0 … 6 (relu6)")
    return activation("relu" if max is None else "relu6", at, x)


def softmax(at, x, dim=None, *_, **__):
    """Over the channels; log_softmax is counted as a softmax."""
    if dim is not None and dim % (len(x.shape) + 1) != 1:
        raise ValueError(f"its dim is {dim}, but the softmax of a Network goes over the channels, dim=1")
    return activation("softmax", at, x)


def same(at, x, *_, **__):
    """Nothing that costs anything: identity, contiguous, expand."""
    return x


def max_pool(at, x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    if dilation not in (1, (1, 1)) or return_indices:
        raise ValueError("a Network pools without dilation and without indices")
    return View(at.net.max_pool(layer_of(x), kernel_size, stride or None, padding, ceil_mode, name=at.name("max_pool")))


def avg_pool(at, x, kernel_size, stride=None, padding=0, ceil_mode=False, *_, **__):
    return View(at.net.avg_pool(layer_of(x), kernel_size, stride or None, padding, ceil_mode, name=at.name("avg_pool")))


def adaptive_pool(op, at, x, *_, **__):
    """Windows of one size, or none at all where the map has the size already."""
    (height, width), (rows, columns) = layer_of(x).shape[1:], at.shape[1:]
    if (height, width) == (rows, columns):
        return x
    if height % rows or width % columns:
        raise ValueError(f"{height}×{width} does not divide into {rows}×{columns} windows of one size")
    if op == "avg_pool" and rows == columns == 1:
        return global_pool(at, layer_of(x))
    pool = at.net.max_pool if op == "max_pool" else at.net.avg_pool
    return View(pool(layer_of(x), (height // rows, width // columns), name=at.name(op)))


def global_pool(at, layer):
    """A map of 1×1; where all that follows is its flattening, the two are one global_avg_pool."""
    if len(at.shape) == 1 or only_flattened(at.node):
        return View(at.net.global_avg_pool(layer, name=at.name("global_avg_pool")), at.shape)
    return View(at.net.avg_pool(layer, layer.shape[1:], name=at.name("avg_pool")), at.shape)


def only_flattened(node):
    """Whether all users of a node make vectors of its maps, perhaps one side at a time."""
    ranks = [(len(getattr(user.meta["value"], "shape", "map?")), user) for user in node.users]
    return bool(ranks) and all(rank == 2 or rank == 3 and only_flattened(user) for rank, user in ranks)


def mean(at, x, dim=None, keepdim=False):
    """Over height and width together, or over one after the other: the first mean then leaves the map to the second."""
    sides = {side % (len(x.shape) + 1) for side in ([dim] if isinstance(dim, int) else dim or ())}
    whole = prod([size for side, size in enumerate(x.shape[1:], 2) if side not in sides]) == 1
    if x.split or not sides or sides & {0, 1} or not (whole or at.node.users and all(map(is_mean, at.node.users))):
        raise ValueError("a Network has the mean over height and width only, as x.mean((2, 3))")
    return global_pool(at, x.layer) if whole else View(x.layer, at.shape)


def is_mean(node):
    return call_text(node) == "mean"


def elementwise(op, at, a, b, **options):
    """A constant is folded into its neighbours, as compilers do; the smaller operand is one value per channel."""
    if not isinstance(a, View) or not isinstance(b, View):
        return a if isinstance(a, View) else b
    if options.get("alpha", 1) != 1:
        raise ValueError("its alpha is not 1, but a Network adds unscaled")
    if op != "subtract" and a.shape != b.shape and at.shape == b.shape:
        a, b = b, a
    if b.shape not in (a.shape, a.shape[:1] + (1, 1)):
        raise ValueError(
            f"it broadcasts {shape_text(b.shape)} over {shape_text(a.shape)}; a Network broadcasts one value per channel only"
        )
    second = b.layer if b.shape == tuple(b.layer.shape) + (1, 1) else layer_of(b)
    return View(getattr(at.net, op)(layer_of(a), second, name=at.name(op)))


def quotient(at, a, b, **_):
    """By a constant only, which is folded as every constant."""
    if isinstance(a, View) and isinstance(b, View):
        raise ValueError("it divides one layer by another, which no layer of a Network does")
    return elementwise("multiply", at, a, b)


def concat(at, maps, dim=0):
    if dim % (len(maps[0].shape) + 1) != 1:
        raise ValueError(f"it stacks along dim={dim}, but a Network along the channels, dim=1")
    if len(maps) == 1:
        return maps[0]
    return View(at.net.concat([layer_of(x) for x in maps], name=at.name("concat")))


def channel_shuffle(at, x, groups):
    return View(at.net.shuffle(layer_of(x), groups, name=at.name("shuffle")))


def constant(at, *_, **__):
    """Zeros, ones or noise in the shape of a layer."""
    return at.node.meta["value"]
