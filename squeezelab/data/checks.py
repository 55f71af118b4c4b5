"""What a number or an interval that a data set is asked for must be; sizes are checked by `networks.shapes.whole`."""


def number(value, what, low, high):
    """`value` as a float in low..high."""
    try:
        found = None if isinstance(value, (bool, str)) else float(value)
    except (TypeError, ValueError):
        found = None
    if found is None or not low <= found <= high:
        raise ValueError(f"{what} must be a number in {low:g}..{high:g}, not {value!r}")
    return found


def interval(value, what, low, high):
    """`value` as a pair of floats in low..high, the smaller one first."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"{what} must be a pair (least, largest), not {value!r}")
    least, largest = (number(bound, f"each bound of {what}", low, high) for bound in value)
    if least > largest:
        raise ValueError(f"{what} must be a pair (least, largest), but {least:g} exceeds {largest:g}")
    return least, largest
