"""Kernels to try the methods on where no trained network is at hand."""

import torch

from ..core.checks import whole
from .checks import seed_of

TAP_SCALES = [[1.0, 0.7, 0.5], [0.7, 0.5, 0.35], [0.5, 0.35, 0.25]]  # our choice: smooth taps stronger than rough ones


def trained_like_kernel(c_out: int, c_in: int, seed: int = 0) -> torch.Tensor:
    """A 3×3 kernel (T, S, 3, 3) whose strengths fall as in trained ones: a Gaussian core scaled by i^-½ along both channel
    modes and by `TAP_SCALES`, channels rotated at random, taps by (constant, slope, curvature); its norm is √T. Raises a
    ValueError for counts of channels and for a seed that are no whole numbers.

    >>> kernel = trained_like_kernel(16, 8)
    >>> tuple(kernel.shape), round(float(kernel.norm()), 3)
    ((16, 8, 3, 3), 4.0)
    """
    c_out, c_in = whole(c_out, "the number of output channels"), whole(c_in, "the number of input channels")
    generator = torch.Generator().manual_seed(seed_of(seed))
    core = torch.randn(c_out, c_in, 3, 3, generator=generator, dtype=torch.float64)
    core *= torch.arange(1.0, c_out + 1)[:, None, None, None] ** -0.5
    core *= torch.arange(1.0, c_in + 1)[:, None, None] ** -0.5
    core *= torch.tensor(TAP_SCALES)
    squares = [torch.randn(side, side, generator=generator, dtype=torch.float64) for side in (c_out, c_in)]
    outer, inner = [torch.linalg.qr(square).Q for square in squares]
    taps = torch.tensor([[1.0, 1, 1], [-1, 0, 1], [1, -2, 1]], dtype=torch.float64)
    taps /= taps.norm(dim=1, keepdim=True)
    turned = torch.einsum("abpq,ta,sb->tspq", core, outer, inner)
    kernel = torch.einsum("tspq,pk,ql->tskl", turned, taps, taps)
    return (kernel * c_out**0.5 / kernel.norm()).float()
