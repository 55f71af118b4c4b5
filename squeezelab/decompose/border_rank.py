"""A tensor without a best CP: of rank 3, yet as near as one likes to tensors of rank 2 (De Silva and Lim 2008).

Whoever asks for rank 2 finds only ever larger terms that cancel ever better, as the gauge shows.

>>> pair = border_rank_pair(orthonormal_parts(), 0.1)
>>> round(float(pair.gauge.ratio), 3), round(pair.gauge.cosine, 5)
(8.186, -0.98519)
"""

import torch

from ..core.checks import number, whole
from .als import normalise
from .checks import seed_of
from .cp import CP


def checked_shape(shape):
    """Three sides of at least 2: a mode needs two directions."""
    if not isinstance(shape, (tuple, list)) or len(shape) != 3:
        raise ValueError(f"the parts belong to three modes, as (16, 16, 3), not to {shape!r}")
    return [whole(side, "a side of the tensor", 2) for side in shape]


def orthonormal_parts(shape: tuple = (16, 16, 3)) -> list:
    """Two unit vectors for each of three modes, at right angles: [(a, b), (c, d), (h, v)]. Raises a ValueError for a mode of
    fewer than two.

    >>> [len(vector) for pair in orthonormal_parts((4, 5, 3)) for vector in pair]
    [4, 4, 5, 5, 3, 3]
    """
    return [tuple(torch.eye(side, dtype=torch.float64)[:2]) for side in checked_shape(shape)]


def gaussian_parts(shape: tuple = (16, 16, 3), seed: int = 0) -> list:
    """Two Gaussian vectors for each of three modes; raises as `orthonormal_parts`.

    >>> [len(vector) for pair in gaussian_parts((4, 5, 3), seed=1) for vector in pair]
    [4, 4, 5, 5, 3, 3]
    """
    generator = torch.Generator().manual_seed(seed_of(seed))
    return [tuple(torch.randn(2, side, generator=generator, dtype=torch.float64)) for side in checked_shape(shape)]


def border_rank_tensor(parts: list) -> torch.Tensor:
    """b∘c∘h + a∘d∘h + a∘c∘v as a kernel (T, S, K, 1): rank 3, yet a limit of rank 2.

    >>> border_rank_tensor(orthonormal_parts()).square().sum()  # three orthogonal terms of length one
    tensor(3., dtype=torch.float64)
    """
    (a, b), (c, d), (h, v) = parts
    terms = [(b, c, h), (a, d, h), (a, c, v)]
    return sum(torch.einsum("t,s,k->tsk", *term) for term in terms)[..., None]  # (T, S, K, 1)


def border_rank_pair(parts: list, t: float) -> CP:
    """The rank-2 tensor [(a+tb)∘(c+td)∘(h+tv) − a∘c∘h]/t, which nears the border-rank tensor as t falls, as a `CP`. Raises a
    ValueError unless t is above 0.

    >>> [round(border_rank_pair(orthonormal_parts(), t).error, 4) for t in (0.1, 0.01)]
    [0.1002, 0.01]
    """
    t = number(t, "t", above=0)
    ends = [torch.stack([one + t * other, one], dim=1) for one, other in parts]  # (T, 2), (S, 2), (K, 2)
    factors, lengths = zip(*[normalise(end) for end in ends])
    sign = torch.tensor([[1.0, -1.0]], dtype=torch.float64)  # (1, 2): the fourth mode carries the minus
    return CP(border_rank_tensor(parts), 2, (*factors, sign), torch.stack(lengths).prod(dim=0) / t)
