"""Names: what a layer, a scope and a network may be called."""

_known = set()  # names seen to be right; blocks repeat, and a slider builds the same network again


def checked_name(name: str, what: str) -> str:
    """`name`, which must be text; raises a ValueError that names `what` otherwise.

    >>> checked_name("conv1", "a layer's name")
    'conv1'
    """
    if not isinstance(name, str) or not name:
        raise ValueError(f"{what} must be text, not {name!r}")
    return name


def checked_path(name: str, what: str) -> str:
    """`name`, which must be words of letters, digits and _ joined by dots, as torch names its modules.

    Raises a ValueError that names `what` otherwise.

    >>> checked_path("features.0.conv", "a layer's name")
    'features.0.conv'
    """
    if isinstance(name, str) and name in _known:
        return name
    for word in checked_name(name, what).split("."):
        if not word or [letter for letter in word if not (letter.isalpha() or letter in "0123456789_")]:
            raise ValueError(f"{what} must be words of letters, digits and _ joined by dots, as 's1.b2.conv1', not {name!r}")
    _known.add(name)
    return name
