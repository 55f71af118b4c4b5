"""Comparisons of which claims are made: differences over training seeds, and the words that follow from them.

>>> word_of(Difference(0.02, 0.01, 5)), no_worse(Difference(-0.001, 0.004, 5))
('as claimed', 'as claimed')
"""

import math
from collections import namedtuple

from .differences import Difference, paired_difference, told_apart
from .results import difference, pairs_by_seed, recorded, rows_by, scores

AS_CLAIMED, OTHER_WAY, UNDECIDED = "as claimed", "the other way", "cannot tell them apart"
ALIKE = 0.01  # accuracies whose interval keeps within this are alike

Claim = namedtuple("Claim", "paper statement comparisons verdict")
Claim.__doc__ = "A claim: whose, what it says, the `Comparison`s that it stands on, and what they say in all, in words."
Comparison = namedtuple("Comparison", "where first second difference word")
Comparison.__doc__ = """One comparison. where: {column: value} of the rows; first, second: (side, `Score`); difference: the
`Difference`, positive where the first is better; word: whether that is as claimed, the other way, or cannot be told."""


def in_all(words):
    """What comparisons say together: the verdict, and how many of them go which way.

    >>> in_all(["as claimed", "as claimed", "cannot tell them apart"])
    'holds in part: 2 of 3 comparisons as claimed, 0 the other way, 1 cannot be told apart'
    """
    held, against = words.count(AS_CLAIMED), words.count(OTHER_WAY)
    verdict = "holds" if words and held == len(words) else "holds in part" if held else "does not show" if against else UNDECIDED
    rest = len(words) - held - against
    return f"{verdict}: {held} of {len(words)} comparisons as claimed, {against} the other way, {rest} cannot be told apart"


def word_of(gap, margin=None):
    """Whether a `Difference` is as claimed: the first is better or, with a margin, the interval keeps within it."""
    if margin is not None and abs(gap.mean) + gap.half <= margin:
        return AS_CLAIMED
    if not told_apart(gap):
        return UNDECIDED
    return AS_CLAIMED if margin is None and gap.mean > 0 else OTHER_WAY


def no_worse(gap: Difference, margin: float = ALIKE) -> str:
    """Whether a `Difference` is as claimed where the first is to lose nothing: its interval ends above −margin."""
    if gap.mean - gap.half >= -margin:
        return AS_CLAIMED
    return OTHER_WAY if told_apart(gap) and gap.mean < 0 else UNDECIDED


def accuracies_compared(record, by, first, second, where, margin=None, word=word_of):
    """The `Comparison` of the accuracies of two values of a column, or of several."""
    both = scores(record, by, where=where)
    gap = difference(record, by, first, second, where=where)
    return Comparison(where, (first, both[first]), (second, both[second]), gap, word(gap, margin))


def loses_nothing(record, by, first, second, where):
    """The `Comparison` in which the first is to be as accurate as the second."""
    return accuracies_compared(record, by, first, second, where, word=lambda gap, _: no_worse(gap))


def over_seeds(record, by, first, second, field, where):
    """The `Difference` of a field that is no accuracy: over the seeds alone."""
    groups = rows_by(recorded(record)["rows"], by, where)
    pairs = pairs_by_seed(groups[first], groups[second])
    return paired_difference(*[[row[field] for row in side] for side in zip(*pairs)], math.inf)


def values_of(record, columns):
    """[{column: value}] for every combination that a record has, in its order."""
    return [dict(zip(columns, key)) for key in rows_by(recorded(record)["rows"], tuple(columns))]
