"""Bits for the weights of each layer, within a budget of bytes: the layers that mind least get the fewest.

What a layer minds is measured with it alone at few bits; the choice takes these rises as if they added up, which is to be
measured as well. Of the choices the knapsack finds the one of the least sum (one offer a layer: its rise, and its bytes).

>>> sizes, rises = [100, 4000], [{8: 0.0, 4: 0.2, 2: 0.9}, {8: 0.0, 4: 0.1, 2: 0.5}]
>>> bits_within(sizes, rises, 2100), uniform_bits(sizes, rises, 2100)
([8, 4], [4, 4])
"""

from ..core.arith import ceil_div
from ..core.checks import check_choice
from .knapsack import greedy, knapsack

RULES = {"knapsack": knapsack, "greedy": greedy}


def bytes_of_codes(weights: int, bits: int) -> int:
    """Bytes of so many codes, packed; the last byte may be part empty.

    >>> bytes_of_codes(9, 3)
    4
    """
    return ceil_div(weights * bits, 8)


def bits_within(sizes: list, rises: list, budget: float, rule: str = "knapsack") -> list:
    """Bits of each layer with the least sum of rises within so many bytes of codes.

    sizes: weights of each layer; rises: {bits: rise of the loss} of each, with the same layers in the same order; rule:
    "knapsack", or "greedy", from the fewest bits up by the step of the largest fall a byte.

    Raises a ValueError for another rule, for lists that do not match, and as `knapsack` does.

    >>> bits_within([8, 8], [{1: 3, 2: 0}, {1: 1, 2: 0}], 3)
    [2, 1]
    """
    check_choice("rule", rule, RULES)
    if len(sizes) != len(rises):
        raise ValueError(f"each layer has its weights and its rises, but there are {len(sizes)} and {len(rises)}")
    widths = [sorted(rise) for rise in rises]
    offers = []
    for size, rise, offered in zip(sizes, rises, widths):
        offers.append([(-rise[bits], bytes_of_codes(size, bits)) for bits in offered])
    places = RULES[rule](offers, budget)[2]
    return [offered[place] for offered, place in zip(widths, places)]


def uniform_bits(sizes: list, rises: list, budget: float) -> list:
    """The most bits, the same in all layers, that fit; those that every layer has a rise for. None where the fewest do not fit.

    >>> uniform_bits([8, 8], [{1: 3, 2: 0}, {1: 1, 2: 0}], 1)
    """
    fitting = [bits for bits in rises[0] if sum([bytes_of_codes(size, bits) for size in sizes]) <= budget]
    return [max(fitting)] * len(sizes) if fitting else None


def summed_rise(rises: list, bits: list) -> float:
    """The rise of the loss if those of the layers add up.

    >>> summed_rise([{1: 3, 2: 0}, {1: 1, 2: 0}], [2, 1])
    1
    """
    return sum([rise[each] for rise, each in zip(rises, bits)])
