"""A convolution replaced by the small convolutions of a factorised kernel: shapes, parameters and MACs, without weights.

A kernel of shape T×S×K×L (output channels, input channels, rows, columns) becomes, by method:

* ``svd``        K×L to R channels, 1×1 to T (output channels alone: Denton et al. 2014, Zhang et al. 2016); it takes
                 fully connected layers, too;
* ``separable``  K×1 to R, 1×L to T (Jaderberg et al. 2014, scheme 2);
* ``tucker2``    1×1 to r_in, K×L to r_out, 1×1 to T (Kim et al. 2016); its rank is the pair (r_out, r_in);
* ``cp``         1×1 to R, K×1 depthwise, 1×L depthwise, 1×1 to T (Lebedev et al. 2015);
* ``cp3``        1×1 to R, K×L depthwise, 1×1 to T (the same with the two spatial modes kept joint).

>>> from squeezelab.networks import Network
>>> net = Network("one layer", (64, 28, 28))
>>> x = net.conv(net.input, 64, 3, padding=1, bias=False, name="conv")
>>> small = factored(net, "conv", "cp", 16)
>>> small.params, small.macs, [layer.name for layer in small.layers]
(2144, 1680896, ['conv.reduce', 'conv.vertical', 'conv.horizontal', 'conv.expand'])
"""

from ..core.checks import check_choice, pair, whole
from ..networks.bits import bits_then
from ..networks.graph import Network

METHODS = ("svd", "separable", "tucker2", "cp", "cp3")


class Factor:
    """One convolution of a factored layer; it walks over the `rows` and the `columns` of the kernel, or over neither."""

    def __init__(self, name, channels, rows=False, columns=False, depthwise=False):
        self.name = name
        self.channels = channels
        self.rows = rows
        self.columns = columns
        self.depthwise = depthwise

    def along(self, values, absent):
        """Of (rows, columns), what this factor takes over: stride (1 where absent), padding (0), and so on."""
        return values[0] if self.rows else absent, values[1] if self.columns else absent

    @property
    def groups(self):
        """A depthwise factor keeps its channels apart."""
        return self.channels if self.depthwise else 1


def factors_of(method, rank, c_out):
    """The factors of a method in the order of execution, the last one with `c_out` channels."""
    last = Factor("expand", c_out)
    if method == "svd":
        return [Factor("reduce", rank, True, True), last]
    if method == "separable":
        return [Factor("vertical", rank, True, False), Factor("horizontal", c_out, False, True)]
    if method == "tucker2":
        return [Factor("reduce", rank[1]), Factor("core", rank[0], True, True), last]
    spatial = [Factor("vertical", rank, True, False, True), Factor("horizontal", rank, False, True, True)]
    if method == "cp3":
        spatial = [Factor("spatial", rank, True, True, True)]
    return [Factor("reduce", rank)] + spatial + [last]


def largest_rank(method: str, shape: tuple) -> int | tuple:
    """The rank at which a method reproduces every kernel of `shape` (T, S, K, L); a pair for ``tucker2``. Raises a ValueError,
    listing the methods, for an unknown one, and for a shape that is no kernel's.

    >>> largest_rank("svd", (64, 32, 3, 3)), largest_rank("tucker2", (64, 32, 3, 3))
    (64, (64, 32))
    """
    check_method(method)
    check_kernel(shape)
    return top_rank(method, shape)


def top_rank(method, shape):
    """The same, of a method and a kernel that were checked."""
    c_out, c_in, rows, columns = shape
    if method == "svd":
        return min(c_out, c_in * rows * columns)
    if method == "separable":
        return min(c_in * rows, c_out * columns)
    if method == "tucker2":
        return c_out, c_in
    return rows * columns * min(c_out, c_in)  # one SVD of the T×S slice at every tap is an exact CP


def check_kernel(shape):
    """Raises unless it is the shape of a convolution's kernel."""
    if not isinstance(shape, (tuple, list)) or len(shape) != 4:
        raise ValueError(f"a kernel has four sides (outputs, inputs, rows, columns), not {shape!r}")
    for side in shape:
        whole(side, "a side of a kernel")


def check_method(method):
    """Raises, listing the methods, for an unknown one."""
    check_choice("method", method, METHODS)


def check_rank(method, rank, shape):
    """`rank` as a whole number, or as (r_out, r_in) for ``tucker2``; raises if the kernel of `shape` cannot take it."""
    check_method(method)
    if method != "svd" and tuple(shape[2:]) == (1, 1):
        raise ValueError(f"a 1x1 kernel is a matrix and has no taps for {method!r} to factorise; use 'svd'")
    most = top_rank(method, shape)
    if method != "tucker2":
        return rank_up_to(rank, f"the rank of {method!r}", most, "at which it reproduces any kernel of this shape")
    r_out, r_in = pair(rank, "the rank of 'tucker2'")
    rank_up_to(r_out, "r_out of 'tucker2'", most[0], "the number of output channels")
    rank_up_to(r_in, "r_in of 'tucker2'", most[1], "the number of input channels")
    return r_out, r_in


def rank_up_to(rank, what, most, why):
    """`rank` as a whole number from 1 to `most`."""
    rank = whole(rank, what)
    if rank > most:
        raise ValueError(f"{what} is {rank}, which exceeds {most}, {why}")
    return rank


def obstacle(layer, method):
    """Why `method` cannot take a layer, in words that follow the layer's name; None if it can."""
    if layer.op not in ("conv", "linear"):
        return f"is a layer of kind {layer.kind!r}; only convolutions and fully connected layers are factorised"
    if layer.op == "conv" and layer.groups != 1:
        return f"has {layer.groups} groups; only dense convolutions (groups = 1) are factorised"
    what = "fully connected" if layer.op == "linear" else "a 1x1 convolution"
    if method != "svd" and (layer.op == "linear" or layer.kernel == (1, 1)):
        return f"is {what}, a matrix without taps for {method!r} to factorise; use 'svd'"
    return None


def kernel_shape(layer):
    """(T, S, K, L) of a convolution without groups or of a fully connected layer."""
    return (layer.shape[0], layer.in_shape[0]) + (layer.kernel if layer.op == "conv" else (1, 1))


def record_matrices(net, x, linear, rank):
    """Records the two matrices of a fully connected layer, in → R → out, and returns the second."""
    x = net.linear(x, rank, False, linear.name + ".reduce")
    return net.linear(x, linear.shape[0], linear.bias, linear.name + ".expand")


def record_factors(net, x, conv, method, rank):
    """Records the factors of `conv` over `x` and returns the last: strides, paddings and dilations go where their axis
    goes, and the bias comes last (zero padding and an inner bias would not commute)."""
    factors = factors_of(method, rank, conv.shape[0])
    for factor in factors:
        kernel, stride = factor.along(conv.kernel, 1), factor.along(conv.stride, 1)
        padding = factor.along(conv.padding, 0) if conv.padding == conv.padding_end else "same"
        dilation = factor.along(conv.dilation, 1)
        bias = conv.bias and factor is factors[-1]
        x = net.conv(x, factor.channels, kernel, stride, padding, dilation, factor.groups, bias, conv.name + "." + factor.name)
    return x


def reading(layer, sources):
    """The same layer, reading other sources of the same shapes."""
    twin = object.__new__(type(layer))
    for field in layer.__dict__:
        setattr(twin, field, layer.__dict__[field])
    twin.sources = tuple(sources)
    return twin


def alone(layer):
    """The network that is this layer and nothing else."""
    net = Network(layer.name, layer.in_shape)
    net._add(reading(layer, [net.input]))
    return net


def factored(network: Network, layer: str, method: str, rank: int | tuple) -> Network:
    """A copy of `network` in which the layer named `layer` is replaced by the factors of `method` at `rank`.

    The factors are named after it, 'conv3' becomes 'conv3.reduce', 'conv3.core', 'conv3.expand', and have its bits. Raises a
    KeyError that lists the layers for an unknown one, and a ValueError for a layer or a rank that the method cannot take.

    >>> from squeezelab.networks import mini_vgg
    >>> [layer.shape for layer in factored(mini_vgg(), "conv2", "separable", 8).layers if layer.name.startswith("conv2.")]
    [(8, 14, 14), (32, 14, 14)]
    """
    if not isinstance(network, Network):
        raise ValueError(f"layers are factored in a Network (as build('mini_vgg') makes one), not in {network!r}")
    rank = rank_for(network[layer], method, rank)
    copy = Network(network.name, network.input_shape, *network.bits)
    copy._counts = dict(network._counts)  # what is recorded later gets names of its own
    place = {"input": copy.input}
    for old in network.layers:
        sources = [place[source.name] for source in old.sources]
        if old.name != layer:
            place[old.name] = copy._add(reading(old, sources))
        elif old.op == "linear":
            place[old.name] = record_matrices(copy, sources[0], old, rank)
        else:
            place[old.name] = record_factors(copy, sources[0], old, method, rank)
    factors = [new.name for new in copy.layers if new.name not in network._by_name]
    return copy.with_bits(*[bits_then(bits, layer, factors) for bits in network.bits])


def rank_for(layer, method, rank):
    """The rank, checked; raises, naming the layer, if the layer cannot take it or the method."""
    check_method(method)
    reason = obstacle(layer, method)
    if reason:
        raise ValueError(f"'{layer.name}' {reason}")
    try:
        return check_rank(method, rank, kernel_shape(layer))
    except ValueError as error:
        raise ValueError(f"'{layer.name}': {error}")  # noqa: B904 (MicroPython cannot chain)
