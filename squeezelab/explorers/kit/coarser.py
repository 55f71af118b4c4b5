"""Weights of fewer bits out of weights of more."""

from ...compression.affine import Affine, code_of


def coarser(codes: list, grain: float, bits: int) -> list:
    """Symmetric codes as those of fewer bits, of which one is worth `grain` of the old: what `quantize` gives weights that are
    codes already.

    >>> coarser([-127, -20, 0, 32, 64, 127], 42.3, 3)
    [-3, 0, 0, 1, 2, 3]
    """
    most = 2 ** (bits - 1) - 1
    fewer = Affine(grain, 0, -most, most, bits)
    return [code_of(code, fewer) for code in codes]
