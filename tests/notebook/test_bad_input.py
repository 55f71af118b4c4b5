"""What a table, a plot and a progress line say about what they cannot show."""

import pytest

from squeezelab.notebook import Plot, ProgressLine, Table, axes

FIGURE = axes("", "", "")[0]


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: Table("ab", []), "columns of a table must be a list, not 'ab'"),
        (lambda: Table(["a"], 3), "rows of a table must be a list, not 3"),
        (lambda: Table(["a"], [3]), "a row of a table must be a list, not 3"),
        (lambda: Table(["a", "b"], [[1, 2], [3]]), r"a row has 1 cells, the table 2 columns: \[3\]"),
        (lambda: Plot(None, "what it shows"), "a Plot shows a figure of matplotlib, .* not None"),
        (lambda: Plot("a figure", "what it shows"), "the first of what axes.* returns, not 'a figure'"),
        (lambda: Plot(FIGURE, ""), "alt is the sentence that a Plot says to readers who cannot see it, not ''"),
        (lambda: axes("title", "x", "y", width=0), "the width in inches must be a number above 0, not 0"),
        (lambda: axes("title", "x", "y", height="tall"), "the height in inches must be a number above 0, not 'tall'"),
        (lambda: ProgressLine(7), "what a progress line counts is a word such as 'designs', not 7"),
    ],
)
def test_what_cannot_be_shown_is_named(ask, words):
    with pytest.raises(ValueError, match=words):
        ask()
