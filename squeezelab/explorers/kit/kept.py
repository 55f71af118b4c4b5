"""What follows from a network that is kept in few bytes: weights of fewer bits, and the codes of its input."""

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


def pixel_codes(given: dict) -> list:
    """The code of each pixel, 0 to 255, for an input with a scale, a zero and bits.

    >>> pixel_codes({"scale": 1 / 3, "zero": -2, "bits": 2})[::85]
    [-2, -1, 0, 1]
    """
    most = 2 ** (given["bits"] - 1)
    codes = Affine(given["scale"], given["zero"], -most, most - 1, given["bits"])
    return [code_of(pixel / 255, codes) for pixel in range(256)]
