"""squeezelab: the helper package of an interactive textbook on hardware-aware efficient neural networks."""

__version__ = "0.1.0"
