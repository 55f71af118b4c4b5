"""A `Plan`: which units of each group stay, as plain data that can be stored, sent and applied to a fresh model.

A pruned network is stored as its plan, a JSON file, and the `state_dict` of the small model: no code is pickled.
"""

import json
import os
from pathlib import Path

from torch import nn

from ..compression.channel_groups import Channels, checked_choice, sliced
from ..networks import Network
from .surgery import cut
from .units import read

FORMAT = 1


class Plan:
    """`kept`: {group of channels: places of the units that stay}; `sizes`: {group: units of the dense network}.

    >>> plan = Plan({"fc1": [0, 2]}, {"fc1": 300})
    >>> plan
    fc1: 2 of 300
    >>> Plan.from_json(plan.to_json()) == plan
    True
    """

    def __init__(self, kept: dict, sizes: dict):
        self.kept = {name: list(places) for name, places in kept.items()}
        self.sizes = dict(sizes)

    def apply(self, model: nn.Module, example: tuple | Network) -> nn.Module:
        """A smaller copy of a dense `model`, which stays as it is.

        example: the shape of an input, (channels, height, width), or the model's `Network`. Raises a ValueError that names the
        first group in which the model is not the one that was planned for.
        """
        made, network = read(model, example)
        channels = Channels(network)
        self.check(channels)
        kept = checked_choice(channels, self.kept)
        return cut(made, channels, channels.alive(kept), sliced(channels, kept))

    def check(self, channels):
        """Raises unless the groups of a network are those of the plan."""
        found = {group.name: group.size for group in channels.groups}
        for name, size in self.sizes.items():
            if found.get(name) != size:
                now = f"has {found[name]} channels" if name in found else "is no group of channels"
                raise ValueError(f"the plan does not fit: '{name}' {now} in this model, and {size} in the plan")
        for name in found:
            if name not in self.sizes:
                raise ValueError(f"the plan does not fit: '{name}' of this model is not in it")

    def to_json(self) -> str:
        """The plan as JSON text."""
        return json.dumps({"format": FORMAT, "unit": "channel", "sizes": self.sizes, "kept": self.kept}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """The plan that `to_json` wrote; raises a ValueError for any other text."""
        try:
            given = json.loads(text)
        except (TypeError, ValueError) as error:
            raise ValueError(f"a plan is JSON as Plan.to_json() writes it: {error}") from error
        if not isinstance(given, dict) or given.get("format") != FORMAT or given.get("unit") != "channel":
            raise ValueError(f"a plan has the format {FORMAT} and the unit 'channel'; this text has not")
        return cls(given["kept"], given["sizes"])

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
        return isinstance(other, Plan) and (self.kept, self.sizes) == (other.kept, other.sizes)

    def __repr__(self):
        return "\n".join(f"{name}: {len(self.kept.get(name, range(size)))} of {size}" for name, size in self.sizes.items())
