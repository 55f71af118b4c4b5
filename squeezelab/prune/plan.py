"""A `Plan`: which units stay, as plain data that can be stored, sent and applied to a fresh model.

A pruned network is stored as its plan, a JSON file, and the `state_dict` of the small model: no code is pickled.
"""

import json
import os
from pathlib import Path

import torch
from torch import nn

from ..compression.channel_groups import Channels, checked_choice, sliced
from ..core.checks import check_choice
from ..networks import Network
from .surgery import cut
from .units import Units, read
from .weight_units import WeightUnits

FORMAT = 1
UNITS = {"channel": Units, "weight": WeightUnits}
NOUNS = {"channel": "channels", "weight": "weights"}


class Plan:
    """`kept`: {group of channels, or layer: places of the units that stay}, a weight's place counted row by row; `sizes`:
    {group or layer: units of the dense network}; `unit`: "channel" or "weight". Raises a ValueError for another unit.

    >>> plan = Plan({"fc1": [0, 2]}, {"fc1": 300})
    >>> plan
    fc1: 2 of 300 channels
    >>> Plan.from_json(plan.to_json()) == plan
    True
    """

    def __init__(self, kept: dict, sizes: dict, unit: str = "channel"):
        check_choice("unit of a plan", unit, UNITS)
        self.kept = {name: list(places) for name, places in kept.items()}
        self.sizes, self.unit = dict(sizes), unit

    @classmethod
    def of(cls, units: object, kept: dict) -> "Plan":
        """The plan of a choice by a rule: places of channels, or masks of weights."""
        if units.unit == "weight":
            kept = {name: mask.flatten().nonzero().flatten().tolist() for name, mask in kept.items()}
        return cls(kept, units.sizes, units.unit)

    def apply(self, model: nn.Module, example: tuple | Network) -> nn.Module:
        """A copy of a dense `model`, which stays as it is, without the channels that are not kept, or with zeros for the weights.

        example: the shape of an input, (channels, height, width), or the model's `Network`. Raises a ValueError that names the
        first group or layer in which the model is not the one that was planned for.
        """
        made, network = read(model, example)
        if self.unit == "channel":
            channels = Channels(network)
            self.check({group.name: group.size for group in channels.groups})
            kept = checked_choice(channels, self.kept)
            return cut(made, channels, channels.alive(kept), sliced(channels, kept))
        units = WeightUnits(made, network)
        self.check(units.sizes)
        return units.masked(self.masks(units))

    def masks(self, units):
        """{layer: mask} of a plan of weights."""
        found = {}
        for name, places in self.kept.items():
            mask = torch.zeros(units.sizes[name], dtype=torch.bool)
            mask[torch.tensor(places, dtype=torch.long)] = True
            found[name] = mask.view_as(units.modules[name].weight)
        return found

    def check(self, found):
        """Raises unless these are the groups, or layers, of the plan, in size too."""
        noun = NOUNS[self.unit]
        for name, size in self.sizes.items():
            if found.get(name) != size:
                missing = "is no group of channels" if self.unit == "channel" else "is no layer with weights"
                now = f"has {found[name]} {noun}" if name in found else missing
                raise ValueError(f"the plan does not fit: '{name}' {now} in this model, and {size} in the plan")
        for name in found:
            if name not in self.sizes:
                raise ValueError(f"the plan does not fit: '{name}' of this model is not in it")
        for name, places in self.kept.items():
            if name not in self.sizes or not all(type(place) is int and 0 <= place < self.sizes[name] for place in places):
                raise ValueError(f"the plan does not fit: it keeps {noun} of '{name}' that are not there")

    def to_json(self) -> str:
        """The plan as JSON text."""
        indent = 1 if self.unit == "channel" else None  # a line for each of 100,000 weights helps nobody
        return json.dumps({"format": FORMAT, "unit": self.unit, "sizes": self.sizes, "kept": self.kept}, indent=indent)

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """The plan that `to_json` wrote; raises a ValueError for any other text."""
        try:
            given = json.loads(text)
        except (TypeError, ValueError) as error:
            raise ValueError(f"a plan is JSON as Plan.to_json() writes it: {error}") from error
        if not isinstance(given, dict) or given.get("format") != FORMAT or given.get("unit") not in UNITS:
            raise ValueError(f"a plan has the format {FORMAT} and the unit 'channel' or 'weight'; this text has not")
        if not isinstance(given.get("kept"), dict) or not isinstance(given.get("sizes"), dict):
            raise ValueError("a plan has what is kept and the sizes of all, each by name; this text has not")
        return cls(given["kept"], given["sizes"], given["unit"])

    def save(self, path: str | Path) -> None:
        """Writes the plan as a JSON file, whole or not at all."""
        beside = Path(f"{path}.part")
        beside.write_text(self.to_json(), "utf-8")
        os.replace(beside, path)

    @classmethod
    def load(cls, path: str | Path) -> "Plan":
        """The plan in a file; raises a ValueError for another file, an OSError where there is none."""
        return cls.from_json(Path(path).read_text("utf-8"))

    def __eq__(self, other):
        return isinstance(other, Plan) and (self.unit, self.kept, self.sizes) == (other.unit, other.kept, other.sizes)

    def __repr__(self):
        noun = NOUNS[self.unit]
        return "\n".join(f"{name}: {len(self.kept.get(name, range(size)))} of {size} {noun}" for name, size in self.sizes.items())
