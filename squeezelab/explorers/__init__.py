"""One pure function per live figure: control values in, a description of the figure out.

An explorer is a module of this package with `TITLE`, `CONTROLS` and `figure(**values)`; add its name to `NAMES`.
It is portable: the same file answers a slider in a notebook (CPython) and in a page of the book (MicroPython).

What controls and figures are made of, part by part, is written in `figure_contract.json`: the tests and the front end read
it, and `book/reference/figures.md` is made from it. `kit.controls`, `kit.figures` and `kit.charts` make the parts.

Where a move makes an explorer build something large, such as a network, it keeps that in a `kit.memo.Memo` and names the
controls whose moves do so in `AHEAD`; `ahead` then computes what is one move away before the reader asks.
"""

from ..core.checks import there_are
from .kit.ahead import look_ahead
from .kit.values import complete_values

__all__ = ["NAMES", "ahead", "checked_values", "explore", "module", "names", "start_values"]

NAMES = [
    "layer_cost",
    "roofline",
    "dataflow",
    "staircase",
    "memory",
    "sparse_hardware",
    "rank",
    "degeneracy",
    "kernel_slices",
    "block_composer",
    "width_scaling",
    "ghost",
    "squeezenext_cost",
    "masks_and_surgery",
    "slice_cost",
    "network_cost",
    "gamma_histogram",
    "layer_budgets",
    "knapsack",
    "soft_gate",
    "pruning_families",
    "density_budget",
    "rigl_timeline",
    "ticket_overlap",
    "dynamic_routes",
    "equilibrium",
    "draw_a_digit",
    "bits",
    "mixed_precision",
    "board",
    "fixed_point",
    "squash",
    "routing",
    "overlap",
    "reversible_memory",
    "capsule_budget",
    "drawn_capsules",
    "your_network",
]


def names() -> list:
    """The explorers there are, in the order of the book.

    >>> names()[0]
    'layer_cost'
    """
    return list(NAMES)


def module(name: str) -> object:
    """The module of an explorer; raises a ValueError that lists those there are for another name.

    >>> module("layer_cost").TITLE
    'What a layer costs'
    """
    if name not in NAMES:
        raise ValueError(f"there is no explorer {name!r}; {there_are(NAMES)}")
    return __import__("squeezelab.explorers." + name, None, None, ["figure"])


def start_values(name: str) -> dict:
    """The values that the controls of an explorer start with.

    >>> start_values("layer_cost")["channels"]
    64
    """
    return {control["name"]: control["value"] for control in module(name).CONTROLS}


def checked_values(name: str, values: dict) -> dict:
    """`values`, each one allowed by its control and in Python's own types; those not given have their start values.

    Raises a ValueError that names the control and what it can be.

    >>> checked_values("layer_cost", {"kernel": 5})["kernel"]
    5
    """
    return complete_values(name, module(name).CONTROLS, values)


def explore(name: str, values: dict = None) -> dict:
    """The figure of an explorer for these control values; the others have their start values.

    Raises a ValueError for an explorer, a control or a value that is not there, with those that are.

    >>> explore("layer_cost", {"kind": "depthwise"})["name"]
    'layer_cost'
    """
    complete = checked_values(name, {} if values is None else values)
    figure = module(name).figure(**complete)
    figure["name"] = name
    figure["title"] = module(name).TITLE
    return figure


def ahead(name: str, values: dict = None) -> bool:
    """Computes one figure that is one move away from these values, so that what it needs is known when the reader moves
    there; True while any may be left, at once False where the explorer has no `AHEAD`. The page calls it in its pauses.

    Raises what `explore` raises.

    >>> ahead("layer_cost")
    False
    """
    explorer = module(name)
    moved = getattr(explorer, "AHEAD", ())
    complete = checked_values(name, {} if values is None else values)
    return len(moved) > 0 and look_ahead(name, explorer.CONTROLS, moved, explorer.figure, complete)
