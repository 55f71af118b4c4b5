"""A digit that a reader draws, as text, and what a network that learned MNIST is shown of it.

A drawing is black and white, `SIDE` × `SIDE`, as the forms were from which MNIST was made; its text has four points a letter, row
by row. MNIST's makers scaled each digit, its proportions kept, into a box of 20 × 20 grey pixels, and laid that so into 28 × 28
that the centre of its ink is in the middle (LeCun, Cortes, Burges); the digits of this package have it at row and column 14.
All of it is in whole numbers, so that every reader's network sees the same pixels.

>>> dot = text_of([[row in (3, 4) and column in (8, 9, 10) for column in range(SIDE)] for row in range(SIDE)])
>>> pixels = as_mnist(dot)
>>> [sum([pixel > 0 for pixel in pixels[28 * row : 28 * row + 28]]) for row in (7, 8, 20, 21)]
[0, 20, 20, 0]
"""

SIDE = 56  # points of a drawing in each direction: two for each pixel that the network sees
SEEN, BOX, MIDDLE = 28, 20, 14  # pixels of what is seen, of the box in it, and where the centre of the ink comes to lie
LETTERS_A_ROW = SIDE // 4
LENGTH = SIDE * LETTERS_A_ROW
EMPTY = "0" * LENGTH
DIGITS = "0123456789abcdef"
POINTS = {letter: [value >> 3, value >> 2 & 1, value >> 1 & 1, value & 1] for value, letter in enumerate(DIGITS)}


def text_of(rows: list) -> str:
    """The text of a drawing from its rows of points, true where there is ink."""
    letters = []
    for row in rows:
        for at in range(0, SIDE, 4):
            letters.append(DIGITS[sum([bool(point) << (3 - place) for place, point in enumerate(row[at : at + 4])])])
    return "".join(letters)


def rows_of(text: str) -> list:
    """The rows of a drawing, lists of 0 and 1; raises a ValueError for what is the text of none.

    >>> sum([sum(row) for row in rows_of("f" + EMPTY[1:])])
    4
    """
    if not isinstance(text, str) or len(text) != LENGTH:
        raise ValueError(f"a drawing is a text of {LENGTH} letters from 0 to f, four points each, {SIDE} × {SIDE} of them")
    rows = []
    try:
        for at in range(0, LENGTH, LETTERS_A_ROW):
            row = []
            for letter in text[at : at + LETTERS_A_ROW]:
                row += POINTS[letter]
            rows.append(row)
    except KeyError:
        raise ValueError("the letters of a drawing are 0 to 9 and a to f, four points each") from None
    return rows


def extent(flags: list) -> tuple:
    """(first, how many) from the first to the last of the flags that are set; (0, 0) where none is.

    >>> extent([0, 1, 0, 1, 0])
    (1, 3)
    """
    places = [place for place, flag in enumerate(flags) if flag]
    return (places[0], places[-1] - places[0] + 1) if places else (0, 0)


def shares(size: int, parts: int) -> list:
    """For each of `parts` equal parts of a length of `size`, [(place, share)] of the points that it covers, in 1/parts points.

    >>> shares(3, 2)
    [[(0, 2), (1, 1)], [(1, 1), (2, 2)]]
    """
    covered = []
    for part in range(parts):
        first, end = part * size, (part + 1) * size
        places = range(first // parts, (end + parts - 1) // parts)
        covered.append([(at, min(end, (at + 1) * parts) - max(first, at * parts)) for at in places])
    return covered


def boxed(rows: list, box: int = BOX) -> list:
    """The ink of a drawing as rows of grey pixels from 0 to 255, its longer side `box` of them; [] where there is none."""
    top, high = extent([any(row) for row in rows])
    left, wide = extent([any([row[column] for row in rows]) for column in range(len(rows[0]))])
    if not high:
        return []
    longest = max(high, wide)
    tall, broad = [max(1, (2 * box * size + longest) // (2 * longest)) for size in (high, wide)]
    across, area = shares(wide, broad), high * wide
    lines = [[sum([row[left + at] * share for at, share in part]) for part in across] for row in rows[top : top + high]]
    pixels = []
    for part in shares(high, tall):
        inks = [sum([lines[at][column] * share for at, share in part]) for column in range(broad)]
        pixels.append([(510 * ink + area) // (2 * area) for ink in inks])
    return pixels


def first_place(weights: list) -> int:
    """Where a row of pixels with these sums of ink begins, so that its centre comes to lie at `MIDDLE`.

    >>> first_place([1, 1, 1]), first_place([0, 0, 9])
    (13, 12)
    """
    ink, moment = sum(weights), sum([place * weight for place, weight in enumerate(weights)])
    return min(max((2 * (MIDDLE * ink - moment) + ink) // (2 * ink), 0), SEEN - len(weights))


def as_mnist(text: str) -> list:
    """The 784 pixels, 0 to 255, that a network is shown of a drawing; of an empty one all are 0."""
    box, pixels = boxed(rows_of(text)), [0] * (SEEN * SEEN)
    if box:
        top = first_place([sum(row) for row in box])
        left = first_place([sum([row[column] for row in box]) for column in range(len(box[0]))])
        for line, row in enumerate(box):
            start = (top + line) * SEEN + left
            pixels[start : start + len(row)] = row
    return pixels
