"""Networks and accelerators chosen together: sweeps over both, as a table.

>>> from squeezelab.codesign import sweep
>>> from squeezelab.networks import squeezenext
>>> len(sweep(squeezenext(version=5), "squeezelerator-16", rows=[8, 16], buffer_kb=[32, 64, 128]))
6
"""

from .axes import variants
from .device_sweep import device_sweep
from .fronts import times_on_front
from .sweep import sweep
from .table import DesignTable

__all__ = ["DesignTable", "device_sweep", "sweep", "times_on_front", "variants"]
