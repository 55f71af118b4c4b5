"""What routing costs in its two orders of loops, as closed forms; the layers of a `Network` count the first.

N input capsules of Din values, J output capsules of D values, r iterations:

    votes:      MACs  N · J · D · (Din + 2 r − 1)                      widest tensor  N · J · D
    vote-free:  MACs  N · J · Din · ((2 r − 1) · D + 2 (r − 1))        widest tensor  N · J · Din

A loop with votes makes them once, and goes over them 2 r − 1 times: r sums, r − 1 agreements. Without votes each of these is a
product with the matrices, and couplings are multiplied with the inputs instead (`squeezelab.bridge.routing` has both).
"""

from collections import namedtuple

from ..core.checks import check_choice, whole

ROUTING_FORMS = ("votes", "vote_free")


class RoutingCost(namedtuple("RoutingCost", ("macs", "widest_words"))):
    """macs: multiply-accumulates for one image; widest_words: values of the widest tensor that it makes for one image."""

    __slots__ = ()


def routing_cost(inputs: int, capsules: int, dim_in: int, dim: int, iterations: int = 3, form: str = "votes") -> RoutingCost:
    """What routing from `inputs` capsules of `dim_in` values to `capsules` of `dim` costs, votes included.

    form: "votes" or "vote_free". In one iteration the latter makes nothing wider than what goes in and what comes out.

    Raises a ValueError for counts that are no whole numbers of at least 1, and for another form.

    >>> routing_cost(1152, 10, 8, 16)
    RoutingCost(macs=2396160, widest_words=184320)
    >>> routing_cost(1152, 10, 8, 16, form="vote_free")
    RoutingCost(macs=7741440, widest_words=92160)
    """
    inputs, capsules = whole(inputs, "the number of input capsules"), whole(capsules, "the number of output capsules")
    dim_in, dim = whole(dim_in, "the values of an input capsule"), whole(dim, "the values of an output capsule")
    iterations = whole(iterations, "the number of routing iterations")
    check_choice("form of routing", form, ROUTING_FORMS)
    pairs, passes = inputs * capsules, 2 * iterations - 1
    if form == "votes":
        return RoutingCost(pairs * dim * (dim_in + passes), pairs * dim)
    widest = pairs * dim_in if iterations > 1 else max(inputs * dim_in, capsules * dim)
    return RoutingCost(pairs * dim_in * (passes * dim + 2 * (iterations - 1)), widest)
