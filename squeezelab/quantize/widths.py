"""How many bits every weight and every map of a model gets, from what a caller asks."""

from ..compression.affine import checked_width
from .steps import SAME_CODES

BINARY_MAPS = 8  # bits of maps beside weights of one bit: after a ReLU there is no sign to take


def widths_of(steps: list, bits, weight_bits=None, activation_bits=None, ends=None) -> tuple:
    """({place: bits of the weights}, {place: bits of what is written}), the image at −1.

    bits: of all; 1 stands for binary weights beside maps of 8 bits. weight_bits, activation_bits: in its place, a number or
    {layer: bits}, where the image is called "input"; layers that are not named keep `bits`. ends: of the first and the last
    layer with weights, and of what they read.

    Raises a ValueError for bits outside 1 to 8, and for a name that is no layer with weights (or, of maps, no layer).
    """
    usual = checked_width(bits, "bits")
    for_maps = BINARY_MAPS if usual == 1 else usual
    weighted = [place for place, step in enumerate(steps) if step.has_weights]
    weights = spread_out(steps, weighted, weight_bits, usual, "weight_bits")
    maps = spread_out(steps, [-1, *range(len(steps))], activation_bits, for_maps, "activation_bits")
    if ends is not None:
        checked_width(ends, "ends")
        for place in (weighted[0], weighted[-1]):
            weights[place] = ends
            maps[maker_of(steps, steps[place].sources[0])] = ends
    return weights, maps


def spread_out(steps, places, asked, usual, what):
    """{place: bits}."""
    if not isinstance(asked, dict):
        return dict.fromkeys(places, usual if asked is None else checked_width(asked, what))
    names = {}
    for place in places:
        names |= {"input": -1} if place < 0 else {steps[place].layer: place, steps[place].name: place}
    found = dict.fromkeys(places, usual)
    for name, bits in asked.items():
        if name not in names:
            listed = ", ".join(dict.fromkeys("input" if place < 0 else steps[place].layer for place in places))
            raise ValueError(f"{what} names '{name}', which is no layer of the model with such values; there are {listed}")
        found[names[name]] = checked_width(bits, f"the {what} of '{name}'")
    return found


def maker_of(steps, place):
    """Where the codes of a map were made: behind pools, clips and flattenings, which pass them on."""
    while place >= 0 and steps[place].op in SAME_CODES:
        place = steps[place].sources[0]
    return place
