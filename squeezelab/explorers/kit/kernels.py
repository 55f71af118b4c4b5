"""Who runs a figure's network of whole numbers: Python, or faster kernels that somebody lends; the codes are the same.

In a page it is a small module of JavaScript, `web/src/integer`, that is lent when the figures start: the only computation of a
page that is not Python's.
"""

import json

from ...compression.integer_run import run_program
from .memo import Memo

_lent = []  # one function at most


def lend(codes_of: object) -> None:
    """From now on codes come from this function of texts, JSON each: a program, pixels, the places of the wanted steps → the
    codes of these steps. None takes it back.

    >>> lend(lambda program, pixels, wanted: "[[7]]")
    >>> step_codes("{}", "[]", [0])
    [[7]]
    >>> lend(None)
    """
    _lent[:] = [codes_of] if codes_of else []


_programs = Memo(json.loads, most=16)


def step_codes(program: str, pixels: str, wanted: list) -> list:
    """The codes of the wanted steps, a list each, of a program for pixels from 0 to 255, both as JSON."""
    if _lent:
        return json.loads(_lent[0](program, pixels, json.dumps(wanted)))
    made = run_program(_programs(program), json.loads(pixels))
    return [made[place] for place in wanted]
