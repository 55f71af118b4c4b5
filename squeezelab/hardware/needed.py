"""What no schedule of a loop nest can leave out: the words and MACs that meet one another."""

from collections import namedtuple

from ..core.arith import gcd

_met = {}  # `met_along` of the windows seen so far: a network has few

# Of a nest, what no schedule can leave out: words, MACs, and in how many windows a pixel lies that lies in any
Needed = namedtuple("Needed", ("weights", "inputs", "macs", "overlap"))


def needed_words(nest):
    """What no schedule can leave out of a nest, as `Needed`.

    A stride can step over inputs, and taps and windows that only meet padding are of no use. (Of those that meet some of
    the map all MACs are counted.) The overlap is K / S along an axis, but not below 1; of taps `dilation` apart gcd(S,
    dilation) times as many meet the same pixels; and with more padding than keeps the map's size it is more.
    """
    down, across = [met_along(window) for window in nest.windows]
    taps, steps, pixels = [one * other for one, other in zip(down, across)]
    overlap, kernel = 1, 1
    for _, _, side, stride, _, dilation in nest.windows:
        overlap *= max(side * gcd(stride, dilation) / stride, 1)
        kernel *= side
    weights = nest.weights * taps // kernel
    inputs = nest.batch * nest.c_in * (steps if nest.scatters else pixels)
    return Needed(
        weights=weights,
        inputs=inputs,
        macs=weights * nest.batch * steps,
        overlap=max(overlap, taps * steps / max(pixels, 1)),
    )


def met_along(window):
    """How many taps, steps and pixels meet one another along one axis; the others lie in padding or between.

    window: (pixels, steps, kernel, stride, padding, dilation).

    >>> met_along((8, 3, 2, 3, 0, 1)), met_along((1, 1, 3, 1, 1, 1))
    ((2, 3, 6), (1, 1, 1))
    """
    if window not in _met:
        pixels, steps, kernel, stride, padding, dilation = window
        taps, stepped, met = set(), set(), set()
        for tap in range(kernel):
            for step in range(steps):
                pixel = step * stride + tap * dilation - padding
                if 0 <= pixel < pixels:
                    taps.add(tap)
                    stepped.add(step)
                    met.add(pixel)
        _met[window] = len(taps), len(stepped), len(met)
    return _met[window]
