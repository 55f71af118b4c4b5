"""What is swept: networks and the fields of an accelerator, each a list of choices; a design is one choice of each."""

import itertools
import math

import numpy as np

from ..hardware.accelerator import positive
from ..hardware.simulate import by_layer, check_network
from ..networks import build

FIELDS = ("rows", "cols", "registers", "buffer_bytes", "word_bits", "dram_gb_per_s", "clock_ghz", "latency_cycles")
AXES = FIELDS + ("buffer_kb",)


def variants(name: str, **options: object) -> list:
    """Networks of the zoo for every combination of options; a list of values is an axis. Raises a ValueError for an unknown name
    or option.

    >>> [network.name for _, network in variants("squeezenext", width=[0.5, 1], version=5)]
    ['0.5-SqNxt-23v5', '1.0-SqNxt-23v5']
    """
    choices = [as_list(values) for values in options.values()]
    chosen = [dict(zip(options, values)) for values in itertools.product(*choices)]
    return [(given, build(name, **given)) for given in chosen]


def as_list(values):
    """A list of choices; a lone value (a tuple, as in depths=(2, 4, 14, 1), is one) stands alone."""
    if isinstance(values, (list, range, np.ndarray)):
        listed = np.atleast_1d(values).tolist() if isinstance(values, np.ndarray) else list(values)
        if not listed:
            raise ValueError("an axis of a sweep needs at least one value")
        return listed
    return [values]


def as_pairs(networks):
    """[(options, network)]: networks without options of their own go by their names."""
    pairs = []
    for item in networks if isinstance(networks, (list, tuple)) else [networks]:
        pair = item if isinstance(item, tuple) and len(item) == 2 else ({}, item)
        check_network(pair[1])
        pairs.append(pair)
    if not pairs:
        raise ValueError("a sweep needs at least one network")
    return pairs


def checked_axes(machine, axes):
    """{field: values}, each value checked as the field of an `Accelerator`."""
    for name in axes:
        if name not in AXES:
            raise ValueError(f"nothing to sweep is called {name!r}; axes are {', '.join(AXES)}, sparsity and batch")
    if "buffer_kb" in axes and "buffer_bytes" in axes:
        raise ValueError("give buffer_kb or buffer_bytes, not both")
    fields = {}
    for name, values in axes.items():
        values = as_list(values)
        if name == "buffer_kb":
            name, values = "buffer_bytes", [1024 * positive(value, f"accelerator {machine.name!r}: {name}") for value in values]
        if name != "cols" or values != [None]:
            fields[name] = [getattr(machine.with_(**{name: value}), name) for value in values]
    return fields


def checked_choices(check, values, what, pairs):
    """The choices of a setting that may go by layer: numbers, or one dict for all designs."""
    values = as_list(values)
    if len(values) > 1 and any(isinstance(value, dict) for value in values):
        raise ValueError(f"an axis of {what} takes numbers; a dict by layer can only be the same for all")
    for _, network in pairs:
        values = [by_layer(check, value, what, network) for value in values]
    return values


def points(axes, start, stop):
    """{field: values} of the designs from `start` to `stop`, numbered with the last axis running fastest."""
    places = np.unravel_index(np.arange(start, stop), [len(values) for values in axes.values()])
    chosen = {}
    for place, (name, values) in zip(places, axes.items(), strict=True):
        values = [math.inf if value is None else value for value in values]
        chosen[name] = values[0] if len(values) == 1 else np.array(values, dtype=float)[place]
    if "rows" in chosen:
        chosen.setdefault("cols", chosen["rows"])  # square
    return chosen
