"""Checks: is it a whole number, a share, one of these? An error names what is wrong and what would be right."""

TOO_LARGE = 10**15  # no size of a network or machine; far larger ones would leave the range of floats
USUAL = 10**9  # below it numbers are compared at once, also in a page, and nothing else is asked of them


def plain(value: object) -> object:
    """A number of another kind (numpy's scalars, fractions) as Python's own; anything else as it is.

    >>> plain(3), plain("3"), plain(True)
    (3, '3', True)
    """
    if isinstance(value, (int, float, str, bytes)) or type(value).__name__ in ("bool", "bool_"):
        return value
    if str(getattr(value, "dtype", "")) == "torch.bool":  # which would pass for 0 or 1
        return value
    for method in ("__index__", "__float__"):
        try:
            return getattr(value, method)()
        except (AttributeError, TypeError, ValueError):  # arrays of several numbers have the methods, too
            pass
    return value


def whole(value: object, what: str, least: int = 1) -> int:
    """`value` as an int of at least `least`; raises a ValueError that names `what` otherwise.

    >>> whole(3, "stride")
    3
    >>> whole(2.5, "stride")
    Traceback (most recent call last):
    ValueError: stride must be a whole number of at least 1, not 2.5
    """
    if type(value) is int and least <= value < USUAL:
        return value
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{what} must be a whole number of at least {least}, not {value!r}")
    if value >= TOO_LARGE:
        raise ValueError(f"{what} must be less than 10^15, not {value!r}")
    return value


def pair(value: object, what: str, least: int = 1) -> tuple:
    """`value` as (rows, columns): one number stands for both. Raises a ValueError unless they are whole and at least `least`.

    >>> pair(3, "kernel"), pair((1, 3), "kernel")
    ((3, 3), (1, 3))
    """
    if type(value) is int and least <= value < USUAL:
        return value, value
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ValueError(f"{what} must be one number or a pair (rows, columns), not {value!r}")
        return whole(value[0], what, least), whole(value[1], what, least)
    value = whole(value, what, least)
    return value, value


def is_number(value: object) -> bool:
    """Whether `value` is an int or a float, Python's or numpy's. True and False are not.

    >>> is_number(0.5), is_number(True), is_number("1")
    (True, False, False)
    """
    value = plain(value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number(
    value: object,
    what: str,
    least: float = None,
    above: float = None,
    most: float = None,
    below: float = None,
    asked: str = None,
) -> float:
    """`value` as a plain number within the bounds given; raises a ValueError that names `what` and the bounds.

    Without an upper bound it must stay below 10^15. asked: words for what would be right, in place of the bounds.

    >>> number(0.5, "the rate", above=0)
    0.5
    >>> number(2, "the share", least=0, most=1)
    Traceback (most recent call last):
    ValueError: the share must be a number of at least 0 and at most 1, not 2
    """
    plainly = plain(value)
    if is_number(plainly):
        high_enough = (least is None or plainly >= least) and (above is None or plainly > above)
        low_enough = plainly <= most if most is not None else plainly < (TOO_LARGE if below is None else below)
        if high_enough and low_enough and plainly > -TOO_LARGE:
            return plainly if type(plainly) is int else float(plainly)
    raise ValueError(f"{what} must be {asked or number_asked(least, above, most, below)}, not {value!r}")


def number_asked(least: object, above: object, most: object, below: object) -> str:
    """The bounds of `number` in words.

    >>> number_asked(0, None, None, 1)
    'a number of at least 0 and below 1'
    """
    bounds = []
    for word, bound in (("of at least", least), ("above", above), ("at most", most), ("below", below)):
        if bound is not None:
            bounds.append(f"{word} {bound}")
    return " ".join(["a number", " and ".join(bounds)]) if bounds else "a number"


def share(value: object, what: str, asked: str = "a share from 0 up to, not including, 1") -> float:
    """`value` as a share of a whole that leaves something: from 0 up to, not including, 1. Raises a ValueError otherwise.

    >>> share(0.4, "sparsity")
    0.4
    """
    return number(value, what, least=0, below=1, asked=asked)


def check_sparsity(value: object, what: str = "sparsity") -> float:
    """The share of zero weights, from 0 (dense) up to but not including 1. Raises a ValueError otherwise.

    >>> check_sparsity(1)
    Traceback (most recent call last):
    ValueError: sparsity must be a share of zeros from 0 up to, not including, 1, not 1
    """
    return share(value, what, "a share of zeros from 0 up to, not including, 1")


def there_are(choices: list) -> str:
    """The end of an error about a name that is not known: "there are a, b, c".

    >>> there_are(["ws", "os"])
    'there are ws, os'
    """
    listed = ", ".join([str(choice) for choice in choices])
    return f"there are {listed}" if listed else "there are none"


def check_choice(what: str, choice: object, choices: list) -> None:
    """Raises a ValueError that lists the choices, unless `choice` is one of them.

    >>> check_choice("dataflow", "rs", ("ws", "os"))
    Traceback (most recent call last):
    ValueError: unknown dataflow 'rs'; there are ws, os
    """
    if choice not in choices:
        raise ValueError(f"unknown {what} {choice!r}; {there_are(choices)}")


def choose(what: str, choice: object, choices: dict) -> object:
    """`choices[choice]`, of the very type of the key; raises a ValueError that lists the choices for an unknown one.

    >>> choose("depth", 18, {18: (2, 2, 2, 2)})
    (2, 2, 2, 2)
    """
    choice = plain(choice)
    for key in choices:
        if key == choice and type(key) is type(choice):
            return choices[key]
    exact = str if isinstance(choice, str) else repr  # 1.0 is not '1.0'
    raise ValueError(f"unknown {what} {choice!r}; {there_are(sorted([exact(key) for key in choices]))}")


def in_one_line(error: Exception) -> str:
    """What an error is and says, in one line.

    >>> in_one_line(ValueError("two", "parts")), in_one_line(KeyError())
    ("ValueError: ('two', 'parts')", 'KeyError: ')
    """
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
