"""squeezelab: the helper package of an interactive textbook on hardware-aware efficient neural networks."""

import sys

__version__ = "0.2.0.dev0"  # a release has no .dev0

if hasattr(sys, "meta_path"):  # MicroPython, in the page, has no import hooks, and no notebooks from before
    from . import moved

    sys.meta_path.append(moved)
