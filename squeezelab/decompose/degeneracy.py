"""Degeneracy: terms of a CP that grow against each other, so that the error falls while the parts diverge.

A tensor of rank 3 can be a limit of tensors of rank 2 (De Silva and Lim 2008); whoever asks for rank 2 then finds no best
answer, only ever larger terms that cancel ever better. Phan et al. 2020 show it in convolution kernels.

>>> pair = border_rank_pair(orthonormal_parts(), 0.1)
>>> round(float(pair.gauge.ratio), 3), round(pair.gauge.cosine, 5)
(8.186, -0.98519)
"""

import torch

AMBER, RED = 3, 10  # ratios at which the book warns; our own choice, no paper's


class Gauge:
    """`ratio` √Σλ²/‖Ŵ‖: 1 for orthogonal terms, large when they cancel. `cosine`: the smallest between two terms, −1 when
    they are opposite. `condition`: of the matrix of all cosines. All follow from the small Gram matrices."""

    def __init__(self, factors, weights):
        alive = weights > 0
        if not alive.any():
            raise ValueError("all terms are zero, so that none can cancel another: sweeps give them a length")
        weights = weights[alive].double() / weights.max().double()  # whose squares fit into a double
        grams = [factor[:, alive].double().T @ factor[:, alive].double() for factor in factors]
        cosines = torch.stack(grams).prod(dim=0)  # (R, R)
        self.ratio = float(weights.norm() / (weights @ cosines @ weights).clamp_min(0).sqrt())
        self.cosine = float((cosines - torch.diag(cosines.diagonal() - 1)).min())
        self.condition = float(torch.linalg.cond(cosines))

    @property
    def verdict(self):
        """'sound', 'strained' (ratio above 3) or 'degenerate' (above 10)."""
        return "degenerate" if self.ratio > RED else "strained" if self.ratio > AMBER else "sound"

    def __repr__(self):
        return f"{self.verdict}: √Σλ²/‖Ŵ‖ = {self.ratio:.2f}, smallest cosine {self.cosine:.3f}"


def orthonormal_parts(shape=(16, 16, 3)):
    """Two unit vectors for each of three modes, at right angles: [(a, b), (c, d), (h, v)]."""
    return [tuple(torch.eye(side, dtype=torch.float64)[:2]) for side in shape]


def gaussian_parts(shape=(16, 16, 3), seed=0):
    """Two Gaussian vectors for each of three modes."""
    generator = torch.Generator().manual_seed(seed)
    return [tuple(torch.randn(2, side, generator=generator, dtype=torch.float64)) for side in shape]


def border_rank_tensor(parts):
    """b∘c∘h + a∘d∘h + a∘c∘v as a kernel (T, S, K, 1): rank 3, yet a limit of rank 2."""
    (a, b), (c, d), (h, v) = parts
    terms = [(b, c, h), (a, d, h), (a, c, v)]
    return sum(torch.einsum("t,s,k->tsk", *term) for term in terms)[..., None]


def border_rank_pair(parts, t):
    """The rank-2 tensor [(a+tb)∘(c+td)∘(h+tv) − a∘c∘h]/t, which nears the border-rank tensor as t falls, as a `CP`."""
    from .als import normalise
    from .cp import CP  # which reads this file for its gauge

    ends = [torch.stack([one + t * other, one], dim=1) for one, other in parts]  # (T, 2), (S, 2), (K, 2)
    factors, lengths = zip(*[normalise(end) for end in ends])
    sign = torch.tensor([[1.0, -1.0]], dtype=torch.float64)  # the fourth mode carries the minus
    return CP(border_rank_tensor(parts), 2, (*factors, sign), torch.stack(lengths).prod(dim=0) / t)
