"""Reading answers: whatever holds a number is one, and an answer is compared only after it was turned into plain Python.

An answer may come from numpy, torch, `fractions` or `decimal`; this module imports none of them, so that the page can check
exercises, too. Nothing of an answer but its conversions is ever called, no comparison of its own among them.
"""

from math import inf

NOT_NUMBERS = ("str", "bytes", "bytearray", "bool", "bool_", "dict", "set", "frozenset", "complex")
ROUNDING = 1e-12  # what floats lose in a few operations, relative
LARGEST = 10**300  # larger whole numbers have no float beside them


def type_name(answer):
    """The name of an answer's type, as messages say it."""
    return type(answer).__name__


def single(answer):
    """The one item of a list, tuple, array or tensor of one; anything else as it is."""
    while isinstance(answer, (list, tuple)) and len(answer) == 1:
        answer = answer[0]
    if hasattr(answer, "item") and not isinstance(answer, type):
        try:
            return answer.item()  # numpy and torch: numbers, and arrays of one
        except (TypeError, ValueError, RuntimeError):
            return answer  # an array of several
    return answer


def number_in(answer):
    """The number that an answer holds, an int or a float (infinite if too large for one), or None.

    >>> number_in([25]), number_in("25"), number_in(True)
    (25, None, None)
    """
    answer = single(answer)
    if type(answer) is int:
        return answer if abs(answer) < LARGEST else inf if answer > 0 else -inf
    if answer is None or isinstance(answer, type) or type_name(answer) in NOT_NUMBERS:
        return None
    try:
        value = float(answer)
    except OverflowError:
        return inf
    except (TypeError, ValueError):
        return None
    return value if value == value else None  # nan is no number


def numbers_in(answer):
    """The numbers of a list, tuple, range, array or tensor, in their order; None where there are none, or not only numbers."""
    if hasattr(answer, "tolist") and not isinstance(answer, type):
        answer = answer.tolist()
    if not isinstance(answer, (list, tuple, range)):
        return None
    values = [number_in(each) for each in answer]
    return None if None in values else values


def found_in(answer):
    """What an answer is, when several numbers are asked for and it is something else."""
    if hasattr(answer, "tolist") and not isinstance(answer, type):
        answer = answer.tolist()
    if not isinstance(answer, (list, tuple, range)):
        return type_name(answer)
    for each in answer:
        if number_in(each) is None:
            return f"a {type_name(answer)} with {type_name(each)} in it"
    return str(len(answer))


def whole_in(value):
    """A number that is whole but for rounding, as an int; else None."""
    if value is None or value in (inf, -inf):
        return None
    nearest = int(value + 0.5) if value >= 0 else -int(0.5 - value)
    return nearest if same_number(value, nearest) else None


def word_in(answer):
    """A word as it is compared: capitals, spaces and quotes do not count, × is x; None for what is not text.

    >>> word_in(' "5 × 5" Kernel')
    '5x5kernel'
    """
    if not isinstance(answer, str):
        return None
    text = str(answer).lower().replace("×", "x")
    for ignored in " \t\n_-'\"`´’“”":
        text = text.replace(ignored, "")
    return text


def same_number(value, expected, tolerance=None):
    """Whether a number is the expected one: whole ones exactly, others within a relative 1e-6, as single precision needs."""
    if tolerance is None:
        if type(value) is int and type(expected) is int:
            return value == expected
        tolerance = ROUNDING if type(expected) is int else 1e-6
    return abs(value - expected) <= tolerance * (abs(expected) or ROUNDING)


def value_text(value, beside=None, least=4):
    """A number to `least` digits, or as many as it needs to differ from the one beside it.

    >>> value_text(0.06000000000000005), value_text(1234567.0), value_text(2.0000001, beside=2)
    ('0.06', '1234567', '2.0000001')
    """
    if isinstance(value, (list, tuple)):
        texts = ", ".join([value_text(each, least=least) for each in value])
        return f"[{texts}]" if isinstance(value, list) else f"({texts})"
    if isinstance(value, str):
        return repr(value)
    if value in (inf, -inf):
        return "infinity" if value > 0 else "-infinity"
    digits = min(max(least, len(str(int(abs(value)))) + 2), 17)
    while digits < 17 and beside is not None and value != beside and digits_of(value, digits) == digits_of(beside, digits):
        digits += 1
    return digits_of(value, digits)


def digits_of(value, digits):
    """A number to so many digits, a whole one to all of them."""
    if type(value) is int or (abs(value) < 2**53 and value == int(value)):
        return str(int(value))
    if digits < 15:
        value *= 1 + 1e-15  # halves go up, as not every Python rounds them alike
    return f"{value:.{digits}g}"
