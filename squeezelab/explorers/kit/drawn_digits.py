"""The test digits that a drawing may begin with, and what a network in whole numbers sees of a drawing."""

from ...core.words import plural
from .drawing import EMPTY, SEEN
from .figures import axis
from .measured import measured

DIGITS = measured("drawn_digits")["rows"]  # test digits, traced as somebody would draw them


def worded_digit(digit: int) -> str:
    """A digit with its article.

    >>> worded_digit(3), worded_digit(8)
    ('a 3', 'an 8')
    """
    return f"an {digit}" if digit == 8 else f"a {digit}"


STARTS = [(row["drawing"], f"test digit {row['place']}, {worded_digit(row['label'])}") for row in DIGITS]
STARTS.append((EMPTY, "an empty field"))


def levels(made: dict) -> int:
    """How many codes a step, or the input, can have.

    >>> levels({"bits": 3})
    8
    """
    return 2 ** made["bits"]


def seen_chart(pixels: list, given: dict) -> dict:
    """A drawing as the network gets it. pixels: those of `as_mnist`; given: `table`, `zero` and `bits` of a program's input."""
    names = [str(place) for place in range(SEEN)]
    table, zero = given["table"], given["zero"]
    xs, ys, values, tips = [], [], [], []
    for place, pixel in enumerate(pixels):
        if table[pixel] != zero:
            row, column = place // SEEN, place % SEEN
            xs.append(names[column])
            ys.append(names[row])
            values.append(table[pixel] - zero)
            tips.append(f"row {row}, column {column}, pixel {pixel} of 255, code {table[pixel]}, steps above zero")
    inked, greys = len(xs), len(set([table[pixel] for pixel in pixels]))
    if not xs:
        xs, ys, values, tips = ["0"], ["0"], [0], ["an empty pixel"]
    return {
        "title": f"The network sees {SEEN} × {SEEN} pixels in {plural(levels(given), 'grey')}",
        "alt": f"The drawing, centred and scaled as MNIST's digits are: {plural(inked, 'pixel')} of {SEEN * SEEN} with "
        f"ink, in {plural(greys, 'code')}.",
        "x": axis("Pixel, column", scale="band", domain=names),
        "y": axis("Pixel, row", scale="band", domain=names),
        "marks": [{"type": "heat", "x": xs, "y": ys, "value": values, "most": max(table) - zero, "label": tips}],
        "height": 1,
        "wide": False,
    }
