"""Answers to the exercises as students give them: right ones, and plausible wrong ones. They are texts of plain Python, which
CPython and MicroPython can both evaluate; `answer_of` turns a text into the answer."""

from .chapter_8 import FUNCTIONS as EIGHTH
from .chapter_9 import FUNCTIONS as NINTH
from .chapter_10 import FUNCTIONS as BUDGETS
from .chapter_11 import FUNCTIONS as SPARSE
from .chapter_12 import FUNCTIONS as ROUTES
from .chapter_13 import FUNCTIONS as BITS
from .chapter_14 import FUNCTIONS as CAPSULES
from .chapter_15 import FUNCTIONS as AFFORDED
from .chapters_1_to_3 import FUNCTIONS as EARLY
from .chapters_4_to_7 import FUNCTIONS as LATE
from .chapters_4_to_7 import TENSORS
from .values import NUMBERS, VECTORS, WORDS

__all__ = ["FUNCTIONS", "NUMBERS", "TENSORS", "VECTORS", "WORDS", "answer_of"]

FUNCTIONS = {**EARLY, **LATE, **EIGHTH, **NINTH, **BUDGETS, **SPARSE, **ROUTES, **BITS, **CAPSULES, **AFFORDED}


def answer_of(text, names):
    """The answer that a text stands for; a text of several lines defines `f`."""
    if not text.startswith("def "):
        return eval(text, names)
    scope = dict(names)
    exec(text, scope)
    return scope["f"]
