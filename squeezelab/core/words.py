"""Numbers as words: `FORMATS` is the one table of how the book writes a number, in a page, a notebook and a printed line.

Every number is rounded half up to an integer first, then set with integer arithmetic only: CPython, MicroPython (whose float
formats differ in ties) and the page's JavaScript, which reads the same table, write the same letters. Whole numbers up to 2^53
are exact.
"""

import math

from .checks import check_choice, is_number, plain

THIN = "\u202f"  # a narrow space at which no line breaks
MINUS = "−"
NONE = "–"  # in place of a number that is not there
PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
BEFORE = 0.9995  # of a prefix: from here on a number rounds to 1 of it

# (from this size on, at most so many decimals), the largest first: chosen after rounding, so that 9.995 is 10 and not 10.00
SHORT = ((99.95, 0), (9.995, 1), (0.1, 2), (0.00095, 3), (0.000095, 5), (0, 7))  # three digits; two below 0.1
FOUR = ((999.95, 0), (99.995, 1), (9.9995, 2), (0.99995, 3), (0.099995, 4), (0.0099995, 5), (0.00099995, 6), (0, 7))


def rule(
    places: tuple,
    factor: float = 1,
    unit: str = "",
    prefixed: bool = False,
    padded: bool = False,
    mark: str = THIN,
    minus: str = MINUS,
) -> dict:
    """A row of `FORMATS`. places: as in `SHORT`; padded: trailing zeros stay; mark: between groups of three digits.

    >>> rule(((0, 1),), unit="×")["unit"]
    '×'
    """
    return {
        "places": places,
        "factor": factor,
        "unit": unit,
        "prefixed": prefixed,
        "padded": padded,
        "mark": mark,
        "minus": minus,
    }


def printed(places: tuple, factor: float = 1, unit: str = "", padded: bool = True) -> dict:
    """A row of `FORMATS` for lines of equally wide letters: in a terminal, and to be copied from there.

    >>> printed(((0, 0),))["mark"]
    ','
    """
    return rule(places, factor, unit, False, padded, ",", "-")


FORMATS = {
    "integer": rule(((0, 0),)),
    "plain": rule(SHORT),
    "four": rule(FOUR),
    "si": rule(SHORT, prefixed=True),
    "percent": rule(((99.5, 0), (0, 1)), 100, THIN + "%"),
    "ratio": rule(SHORT, unit="×"),
    "fixed1": rule(((0, 1),), padded=True),
    "fixed2": rule(((0, 2),), padded=True),
    "printed": printed(((0, 0),)),
    "printed1": printed(((0, 1),)),
    "printed2": printed(((0, 2),)),
    "printed4": printed(FOUR, padded=False),
    "printed_percent": printed(((0, 1),), 100, " %"),
}


def half_up(x: float) -> int:
    """The nearest integer; a half goes up, as readers expect.

    >>> half_up(2.5)
    3
    """
    if isinstance(x, int):
        return x
    return int(x + 0.5) if x >= 0 else -int(-x + 0.5)


def set_out(x: float, places: int, padded: bool = False, mark: str = "", minus: str = MINUS) -> str:
    """A number with at most so many decimals, or exactly so many when `padded`.

    >>> set_out(-1234.5, 2, True, ",", "-")
    '-1,234.50'
    """
    size, scale = abs(x), 10**places
    units = int(size) * scale if int(size) == size else int(size * scale + 0.5)  # half up; a whole number stays exact
    whole = str(units // scale) if units < 1000 * scale else f"{units // scale:,}".replace(",", mark)
    rest = str(scale + units % scale)[1:] if places else ""  # with its leading zeros
    rest = rest if padded else rest.rstrip("0")
    return (minus if x < 0 and units else "") + whole + ("." + rest if rest else "")


def written(x: float, form: dict) -> str:
    """A number by a row of `FORMATS`.

    >>> written(0.5, FORMATS["printed_percent"])
    '50.0 %'
    """
    x, prefix = form["factor"] * x, ""
    for scale, letter in PREFIXES if form["prefixed"] else ():
        if abs(x) >= BEFORE * scale:
            x, prefix = x / scale, THIN + letter
            break
    for least, places in form["places"]:
        if abs(x) >= least:
            return set_out(x, places, form["padded"], form["mark"], form["minus"]) + prefix + form["unit"]


def formatted(value: object, kind: str = None) -> str:
    """Whatever a cell or a tile holds, in words: numbers by a name in `FORMATS`, anything else as it is.

    Without a kind it is "plain". Raises a ValueError that lists the kinds for an unknown one.

    >>> formatted(1169173).replace(THIN, " "), formatted(1169173, "printed"), formatted(-0.03125, "four")
    ('1 169 173', '1,169,173', '−0.03125')
    >>> formatted(None), formatted("ws")
    ('–', 'ws')
    """
    kind = kind or "plain"
    if kind not in FORMATS:
        check_choice("format", kind, FORMATS)
    if value is None:
        return NONE
    if type(value) is not float and type(value) is not int:  # most are: a figure has hundreds
        if not is_number(value):
            return str(value)
        value = plain(value)
    if not math.isfinite(value):
        return NONE if math.isnan(value) else "∞" if value > 0 else MINUS + "∞"
    return written(value, FORMATS[kind])


def grouped(n: float) -> str:
    """A whole number in groups of three digits, set apart by thin spaces.

    >>> grouped(1169173).replace(THIN, " ")
    '1 169 173'
    """
    return written(n, FORMATS["integer"])


def decimals(x: float, places: int) -> str:
    """A number with at most so many decimals, without trailing zeros.

    >>> decimals(2.50, 2), decimals(3.0, 1), decimals(0.125, 2)
    ('2.5', '3', '0.13')
    """
    return set_out(x, places, mark=THIN)


def short(x: float) -> str:
    """Three significant digits for a number below a thousand: 4.52, 45.2, 452; smaller ones keep two.

    >>> short(4.5217), short(45.217), short(0.03125)
    ('4.52', '45.2', '0.031')
    """
    return written(x, FORMATS["plain"])


def si(x: float) -> str:
    """A number with its SI prefix.

    >>> si(224916480).replace(THIN, " ")
    '225 M'
    """
    return written(x, FORMATS["si"])


def percent(x: float) -> str:
    """A fraction in percent.

    >>> percent(0.375).replace(THIN, " ")
    '37.5 %'
    """
    return written(x, FORMATS["percent"])


def times(x: float) -> str:
    """A ratio.

    >>> times(2.8941)
    '2.89×'
    """
    return written(x, FORMATS["ratio"])


def plural(n: int, word: str, words: str = None) -> str:
    """A count with its noun; words: its plural where it does not end in s.

    >>> plural(1, "cycle"), plural(3, "cycle"), plural(2, "entry", "entries")
    ('1 cycle', '3 cycles', '2 entries')
    """
    return grouped(n) + " " + (word if n == 1 else words or word + "s")
