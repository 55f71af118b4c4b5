"""What a pruning method is: a tuple of choices."""

from collections import namedtuple

from .schedules import once

FIELDS = "score allocate unit schedule gate fresh pull pull_epochs paper read memory driver"
Recipe = namedtuple("Recipe", FIELDS, defaults=("channel", once, None, False, 0.0, 0, "one's own", "own", "latest", None))
Recipe.__doc__ = """The choices of a pruning method.

score: function of (units, data, dice) → {group or layer: value of each unit}, higher is kept. allocate: function of (scores,
share, round_to, context) → what is kept. unit: "channel" or "weight". schedule: when, of `schedules`. gate: how what is masked
takes part in training, "soft", "hard" or "permanent"; None, for channels, cuts them out before. fresh: whether the weights
start anew. pull, pull_epochs: how far the scales of norms are pulled towards 0 in all, while the dense model is trained on for
so many epochs before it is scored. paper, read: where it comes from, and what of it was read. memory: which steps' scores a
choice in the middle of training goes by, those of the latest, an average since the last choice, or a momentum. driver: what
trains the masked model where that is more than one training behind masks that are chosen; see `tickets` and `drop_grow`.

>>> from squeezelab.prune.allocate import across_groups
>>> from squeezelab.prune.scores import filter_size
>>> mine = Recipe(filter_size, across_groups)
>>> mine.unit, mine.gate, mine.paper
('channel', None, "one's own")
"""


def of_weights(score, allocate, paper, read, **others):
    """A `Recipe` for single weights that, once they fell, stay zero."""
    return Recipe(score, allocate, "weight", gate="permanent", paper=paper, read=read, **others)
