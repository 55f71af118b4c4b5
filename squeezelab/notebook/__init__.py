"""What a cell ends with: a plot, a table, a drawing; and the line that says how far a long cell is."""

from .pictures import broadcast_arrays
from .plots import INK, ROLES, Plot, axes
from .progress import ProgressLine
from .tables import Table

__all__ = ["INK", "ROLES", "Plot", "ProgressLine", "Table", "axes", "broadcast_arrays"]
