"""Exercises with instant checks: ``check("01.2", answer)`` says at once whether it is right, and if not, what differs.

>>> from squeezelab.course import check
>>> check("01.1", None)
… 01.1: not answered yet
"""

from .checks import check, exercises_of, verdict

__all__ = ["check", "exercises_of", "verdict"]
