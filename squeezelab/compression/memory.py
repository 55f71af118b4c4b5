"""The bytes in which sparse weights are stored, indices included. What live maps take is in `networks.stored`.

>>> stored_bytes(266200, 5324, "bitmap"), stored_bytes(266200, 5324, "dense")
(54571, 1064800)
"""

from ..core.arith import ceil_div
from ..core.checks import check_choice, whole

WORD = 4  # bytes of a value, as of an index
FORMS = ("dense", "bitmap", "csr")


def stored_bytes(weights: int, nonzero: int, form: str, rows: int = 0, bits: int = 8 * WORD) -> int:
    """Bytes of so many weights of `bits` each, 4 bytes unless said, of which `nonzero` are not 0.

    form: "dense"; "bitmap", a bit a weight beside the values; "csr", a column of 4 bytes beside each value and an end for every
    one of `rows` (compressed sparse rows).

    Raises a ValueError for another form, for what is no count, and for more values than weights.

    >>> stored_bytes(1000, 100, "csr", rows=10), stored_bytes(1000, 100, "bitmap", bits=4)
    (844, 175)
    """
    check_choice("form", form, FORMS)
    weights, nonzero, rows = whole(weights, "weights", 0), whole(nonzero, "nonzero", 0), whole(rows, "rows", 0)
    bits = whole(bits, "bits")
    if nonzero > weights:
        raise ValueError(f"of {weights} weights {nonzero} cannot be other than 0")
    if form == "dense":
        return ceil_div(bits * weights, 8)
    if form == "bitmap":
        return ceil_div(bits * nonzero, 8) + ceil_div(weights, 8)
    return ceil_div(bits * nonzero, 8) + WORD * nonzero + (WORD * (rows + 1) if rows else 0)


def stored_least(weights, nonzero, rows):
    """Bytes of so many weights in the form that takes least."""
    return min([stored_bytes(weights, nonzero, form, rows) for form in FORMS])
