"""Degeneracy: terms of a CP that grow against each other, so that the error falls while the parts diverge.

Whoever asks a kernel for fewer terms than it has may find no best answer, only ever larger terms that cancel ever better
(De Silva and Lim 2008; Phan et al. 2020 show it in convolution kernels). The gauge tells how far that has gone.

>>> two = [torch.tensor([[1.0, 1.0], [0.0, 0.1]])] * 2  # two columns, nearly the same direction
>>> Gauge(two, torch.tensor([1.0, 1.0])).verdict
'sound'
"""

import torch

AMBER, RED = 3, 10  # ratios at which the book warns; our own choice, no paper's


class Gauge:
    """`ratio` √Σλ²/‖Ŵ‖: 1 for orthogonal terms, large when they cancel. `cosine`: the smallest between two terms, −1 when
    they are opposite. `condition`: of the matrix of all cosines. All follow from the small Gram matrices.

    factors: one a mode, with R columns of length one; weights: the R lengths λ. Raises a ValueError when all are zero."""

    def __init__(self, factors: list, weights: torch.Tensor):
        alive = weights > 0
        if not alive.any():
            raise ValueError("all terms are zero, so that none can cancel another: sweeps give them a length")
        weights = weights[alive].double() / weights.max().double()  # whose squares fit into a double
        grams = [factor[:, alive].double().T @ factor[:, alive].double() for factor in factors]  # (R, R) each
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
