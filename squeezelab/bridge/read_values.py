"""Readers of what works value by value: activations, sums and products, and what costs nothing. See read.py."""

from ..core.checks import there_are
from ..networks.shapes import shape_text
from .views import REPEATED, View, layer_of

# slopes, shares and number formats, which a Network forgets
FORGOTTEN = ("inplace", "negative_slope", "alpha", "scale", "input_scale", "lower", "upper", "lambd", "beta", "threshold")
FORGOTTEN += ("approximate", "p", "training", "train", "generator")
# of what costs nothing: where a tensor goes, and in which format of numbers and of memory
PLACES = ("dtype", "device", "non_blocking", "copy", "memory_format", "requires_grad", "layout", "pin_memory", "tensor", "memo")


def check_known(settings, known):
    """Raises, naming it, for a setting that a reader does not know."""
    for name in settings:
        if name not in known:
            raise ValueError(f"it is given {name}, of which a Network knows nothing; {there_are(known)}")


def activation(op, at, x, *values, **settings):
    """Value by value, in whatever order they stand."""
    check_known(settings, FORGOTTEN)
    return View(at.net.activation(op, x.layer, name=at.name(op)), x.sides)


def silu(at, x, inplace=False):
    """x · sigmoid(x), which is how a Network counts it."""
    name = at.name("silu")
    gate = at.net.activation("sigmoid", x.layer, name=name + "_sigmoid")
    return View(at.net.multiply(x.layer, gate, name=name), x.sides)


def glu(at, x, dim=-1):
    """The first half of the channels times the sigmoid of the second."""
    if dim % (len(x.shape) + 1) != 1:
        raise ValueError(f"its dim is {dim}, but a Network halves the channels, dim=1")
    name, layer, half = at.name("glu"), layer_of(at, x), x.shape[0] // 2
    parts = [at.net.slice(layer, half * i, half * (i + 1), name=f"{name}_{'ab'[i]}") for i in (0, 1)]
    gate = at.net.activation("sigmoid", parts[1], name=name + "_sigmoid")
    return View(at.net.multiply(parts[0], gate, name=name))


def clamp(at, x, min=None, max=None):
    """The two of its kind that have names."""
    if min != 0 or max not in (None, 6):
        raise ValueError("a Network clamps to 0 and more (relu) or to 0 … 6 (relu6)")
    return activation("relu" if max is None else "relu6", at, x)


def clamp_min(at, x, min):
    return clamp(at, x, min)


def hardtanh(at, x, min_val=-1.0, max_val=1.0, inplace=False):
    if (min_val, max_val) == (-1, 1):
        return activation("hard_tanh", at, x)
    return clamp(at, x, min_val, max_val)


def threshold(at, x, threshold, value, inplace=False):
    """Only ReLU's, which gives 0 below 0."""
    if (threshold, value) != (0, 0):
        raise ValueError(f"it gives {value} up to {threshold}; a Network has a threshold of 0 with 0 below it only (relu)")
    return activation("relu", at, x)


def softmax(at, x, dim=None, _stacklevel=3, dtype=None):
    """Over the channels; log_softmax and softmin are counted as a softmax."""
    if dim is not None and dim % (len(x.shape) + 1) != 1:
        raise ValueError(f"its dim is {dim}, but the softmax of a Network goes over the channels, dim=1")
    return View(at.net.activation("softmax", layer_of(at, x), name=at.name("softmax")))


def local_response_norm(at, x, size, alpha=1e-4, beta=0.75, k=1.0):
    """Over neighbouring channels, however many."""
    return View(at.net.activation("lrn", layer_of(at, x), name=at.name("lrn")))


def unchanged(at, x, *formats, **settings):
    """Nothing that costs anything: contiguous, clone, another number format."""
    check_known(settings, PLACES)
    return x


def elementwise(op, at, a, b, alpha=1):
    """A constant is folded into its neighbours, as compilers do."""
    if not isinstance(a, View) or not isinstance(b, View):
        return a if isinstance(a, View) else b
    if alpha != 1:
        raise ValueError("its alpha is not 1, but a Network adds unscaled")
    a, b = without_repeats(a), without_repeats(b)
    if a.sides == b.sides and a.layer.shape == b.layer.shape and not a.plain:
        return View(getattr(at.net, op)(a.layer, b.layer, name=at.name(op)), a.sides)
    if op != "subtract" and at.shape == b.shape != a.shape:
        a, b = b, a
    first, second = layer_of(at, a), operand_layer(at, b, a)
    if len(first.shape) != len(second.shape) and b.shape[1:] != (1, 1):
        raise ValueError(
            f"it broadcasts {shape_text(b.shape)} over {shape_text(a.shape)}; "
            "a Network broadcasts one value per channel or one per pixel only"
        )
    return View(getattr(at.net, op)(first, second, name=at.name(op)))


def without_repeats(view):
    """A view without its repeated sides: what combines two layers repeats them by itself."""
    return View(view.layer, [[digit for digit in side if digit[0] is not REPEATED] for side in view.sides])


def operand_layer(at, view, other):
    """The layer of one of two operands; a vector seen as a map of 1×1 may stay a vector beside a map of its channels."""
    gate = view.in_order and len(view.layer.shape) == 1 and view.shape == tuple(view.layer.shape) + (1, 1)
    return view.layer if gate and other.plain and other.shape[:1] == view.shape[:1] else layer_of(at, view)


def quotient(at, a, b, rounding_mode=None):
    """By a constant only, which is folded as every constant."""
    if rounding_mode is not None:
        raise ValueError(f"it rounds ({rounding_mode!r}), which no layer of a Network does")
    if not isinstance(b, View):
        return a
    what = "one layer by another" if isinstance(a, View) else "by a layer"
    raise ValueError(f"it divides {what}, which no layer of a Network does")


def reciprocal(at, x, dividend=1):
    """A constant divided by a layer, which torch calls by the layer."""
    return quotient(at, None, x)
