"""Sizes: how a window walks over a map, and the checks that every size must pass.

A shape is a tuple: ``(channels, height, width)`` for a map, ``(features,)`` for a vector. Batch is not part of it.
"""


def same_padding(kernel, dilation=(1, 1)):
    """(padding before, padding after) that keep the map's size at stride 1; an even reach has one more after, as torch's.

    >>> same_padding((3, 4))
    ((1, 1), (1, 2))
    """
    reach = (dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1))
    before = (reach[0] // 2, reach[1] // 2)
    return before, (reach[0] - before[0], reach[1] - before[1])


def window_steps(size, kernel, stride, padding, dilation=1, ceil=False, end=None):
    """How many positions a window takes along one side, padded by `padding` before and by `end` (the same) after it.

    Floor is what PyTorch's and Caffe's convolutions do; `ceil` is Caffe's pooling, whose last window may hang over the
    edge, but must still begin inside the map or its padding before. 0 if there is none.

    >>> window_steps(112, 3, 2, 0), window_steps(112, 3, 2, 0, ceil=True), window_steps(2, 3, 2, 0, ceil=True)
    (55, 56, 1)
    """
    room = size + padding + (padding if end is None else end) - dilation * (kernel - 1) - 1
    if not ceil:
        return room // stride + 1 if room >= 0 else 0
    steps = -(-room // stride) + 1
    if (steps - 1) * stride >= size + padding:
        steps -= 1
    return max(steps, 0)


def transposed_size(size, kernel, stride, padding, output_padding, dilation):
    """One side of what a transposed convolution makes; raises where torch does.

    >>> transposed_size(8, 2, 2, 0, 0, 1), transposed_size(8, 3, 2, 1, 1, 1)
    (16, 16)
    """
    if output_padding >= max(stride, dilation):
        raise ValueError(f"an output padding of {output_padding} must be less than its stride {stride} or dilation {dilation}")
    made = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1
    if made < 1:
        raise ValueError(f"a padding of {padding} leaves nothing of {made + 2 * padding} rows or columns")
    return made


def map_size(in_shape, kernel, stride, padding, dilation=(1, 1), ceil=False, end=None):
    """(height, width) of the map that a window yields over `in_shape`; raises if the window does not fit."""
    if len(in_shape) != 3:
        raise ValueError(f"it needs a map (channels, height, width), not a vector of {size_of(in_shape)} features")
    end = padding if end is None else end
    height = window_steps(in_shape[1], kernel[0], stride[0], padding[0], dilation[0], ceil, end[0])
    width = window_steps(in_shape[2], kernel[1], stride[1], padding[1], dilation[1], ceil, end[1])
    if height and width:
        return height, width
    axis = 1 if height else 0
    raise ValueError(
        f"the kernel reaches over {dilation[axis] * (kernel[axis] - 1) + 1} {('rows', 'columns')[axis]}, "
        f"but its padded input has only {in_shape[1 + axis] + padding[axis] + end[axis]}"
    )


def size_of(shape):
    """How many values a shape holds.

    >>> size_of((64, 55, 55))
    193600
    """
    size = 1
    for side in shape:
        size *= side
    return size


def shape_text(shape):
    """A shape as the book writes it; a single number has the shape ().

    >>> shape_text((64, 55, 55)), shape_text(())
    ('64×55×55', 'number')
    """
    return "×".join([str(side) for side in shape]) or "number"
