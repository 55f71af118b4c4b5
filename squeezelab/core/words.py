"""Numbers as words in a sentence, the same under CPython and MicroPython (whose float formats differ in ties).

Everything is rounded half up to an integer first, then set with integer arithmetic only.
"""

THIN = "\u202f"
PREFIXES = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))


def half_up(x):
    """The nearest integer; a half goes up, as readers expect.

    >>> half_up(2.5)
    3
    """
    return int(x + 0.5) if x >= 0 else -int(-x + 0.5)


def grouped(n):
    """A whole number in groups of three digits, set apart by thin spaces.

    >>> grouped(1169173).replace(THIN, " ")
    '1 169 173'
    """
    return f"{half_up(n):,}".replace(",", THIN).replace("-", "−")


def decimals(x, places):
    """A number with at most so many decimals, without trailing zeros.

    >>> decimals(2.50, 2), decimals(3.0, 1), decimals(0.125, 2)
    ('2.5', '3', '0.13')
    """
    scale = 10**places
    units = half_up(abs(x) * scale)
    text = str(units // scale)
    rest = str(units % scale)
    rest = "0" * (places - len(rest)) + rest if places else ""
    while rest.endswith("0"):
        rest = rest[:-1]
    return ("−" if x < 0 and units else "") + text + ("." + rest if rest else "")


def short(x):
    """Three significant digits for a number below a thousand: 4.52, 45.2, 452; smaller ones keep two.

    >>> short(4.5217), short(45.217), short(0.03125)
    ('4.52', '45.2', '0.031')
    """
    size = abs(x)
    if size >= 99.95:
        return decimals(x, 0)
    if size >= 9.995:
        return decimals(x, 1)
    return decimals(x, 2 if size >= 0.1 or size == 0 else 3)


def si(x):
    """A number with its SI prefix.

    >>> si(224916480).replace(THIN, " ")
    '225 M'
    """
    for scale, prefix in PREFIXES:
        if abs(x) >= 0.9995 * scale:
            return short(x / scale) + THIN + prefix
    return short(x)


def percent(x):
    """A fraction in percent.

    >>> percent(0.375).replace(THIN, " ")
    '37.5 %'
    """
    return decimals(100 * x, 1 if abs(x) < 0.995 else 0) + THIN + "%"


def times(x):
    """A ratio.

    >>> times(2.8941)
    '2.89×'
    """
    return short(x) + "×"


def plural(n, word, words=None):
    """A count with its noun.

    >>> plural(1, "cycle"), plural(3, "cycle"), plural(2, "entry", "entries")
    ('1 cycle', '3 cycles', '2 entries')
    """
    return grouped(n) + " " + (word if n == 1 else words or word + "s")
