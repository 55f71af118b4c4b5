"""CP: a kernel as a sum of rank-one terms, one vector per mode (Lebedev et al. 2015).

>>> import torch
>>> kernel = torch.randn(8, 6, 3, 3, generator=torch.Generator().manual_seed(0))
>>> term = cp(kernel, 4, sweeps=20)
>>> [tuple(factor.shape) for factor in term.factors], term.params
([(8, 4), (6, 4), (3, 4), (3, 4)], 80)
"""

import torch

from ..compression.factored import check_rank
from ..core.checks import number, whole
from .als import als
from .checks import seed_of, switch
from .gauge import Gauge
from .result import Factorisation, as_kernel, in_double
from .start import starting_factors


class CP(Factorisation):
    """Ŵ[t,s,k,l] = Σ_r λ[r] · A[t,r] · B[s,r] · H[k,r] · V[l,r]; `factors` are (A, B, H, V) with columns of length one,
    `weights` is λ ≥ 0. `errors` and `objectives` (‖W − Ŵ‖² + ρ·Σλ²) tell the sweeps."""

    method = "cp"

    def __init__(self, kernel, rank, factors, weights, errors=(), objectives=()):
        super().__init__(kernel, rank, factors, weights)
        self.errors = tuple(errors)
        self.objectives = tuple(objectives)

    @property
    def taps(self):
        """Spatial part of every term, (K, L, R)."""
        return self.factors[2][:, None] * self.factors[3]

    @property
    def gauge(self):
        """How far the terms cancel each other."""
        taps = self.taps.flatten(0, 1)  # (K·L, R)
        return Gauge([*self.factors[:2], taps], self.weights)

    def total(self):
        """A product of two thin matrices per tap; the Khatri-Rao product of three modes never exists."""
        outer, inner = self.factors[0] * self.weights, self.factors[1]  # (T, R), (S, R)
        taps = self.taps.flatten(0, 1)[:, None]  # (K·L, 1, R)
        slices = (taps * outer) @ inner.T  # (K·L, T, S)
        return slices.permute(1, 2, 0).reshape(self.shape)  # (T, S, K, L)

    def layer_weights(self):
        root = self.weights**0.25  # evenly: one huge factor would be all that fine-tuning moves
        outer, inner, rows, columns = [(factor * root).T for factor in self.factors]  # (R, T), (R, S), (R, K), (R, L)
        down, across = rows[:, None, :, None], columns[:, None, None, :]  # (R, 1, K, 1) and (R, 1, 1, L), depthwise
        return [inner[:, :, None, None], down, across, outer.T[:, :, None, None]]


class JointCP(CP):
    """The same with the two spatial modes kept joint: Ŵ[t,s,k,l] = Σ_r λ[r] · A[t,r] · B[s,r] · Q[k,l,r]."""

    method = "cp3"

    @property
    def taps(self):
        return self.factors[2]

    def layer_weights(self):
        root = self.weights ** (1 / 3)
        outer, inner, taps = [factor * root for factor in self.factors]  # (T, R), (S, R), (K, L, R)
        spatial = taps.permute(2, 0, 1)[:, None]  # (R, 1, K, L), depthwise
        return [inner.T[:, :, None, None], spatial, outer[:, :, None, None]]


def cp(
    kernel: torch.Tensor,
    rank: int,
    sweeps: int = 50,
    init: str | list = "slices",
    ridge: float = 1e-3,
    accelerate: bool = True,
    joint: bool = False,
    seed: int = 0,
    tolerance: float = 0.0,
) -> CP:
    """CP of a kernel (T, S, K, L) by alternating least squares; `joint` keeps the two spatial modes together.

    `init` is "slices" (closed form; best for few sweeps and high ranks), "hosvd" (often a little better after 30 sweeps),
    "random", or four factors, of which only the directions matter. `ridge` ρ keeps terms from growing against each other, and
    is no gift: the same sweeps with 1e-3 end up to 0.003 higher in error than with 0, or up to 0.03 lower, as it happens, but
    with a `gauge.ratio` of 3.2 at most instead of up to 14,000 (84 pairs of fits: conv2 to conv4 of `mini_vgg`, ranks 4 to 64,
    slices and hosvd, 60 and 200 sweeps; higher in 35). A kernel that R terms could give exactly is then left off by about
    1e-3. With ρ = 0 and no acceleration the error itself never rises, with any ρ the penalised objective does not. All
    `sweeps` are made, unless one changes the error by less than `tolerance`. Raises a ValueError for what is no kernel, for a
    rank above K·L·min(T, S), for a start that is none, and for options that are not of their kind.

    >>> one = torch.einsum("t,s,k,l->tskl", *[torch.arange(1.0, side + 1) for side in (4, 3, 3, 3)])
    >>> cp(one, 1, ridge=0).error < 1e-6  # a kernel of one term
    True
    """
    kernel, joint = as_kernel(kernel), switch(joint, "joint")
    rank = check_rank("cp3" if joint else "cp", rank, kernel.shape)
    ridge = number(ridge, "the ridge", least=0)
    accelerate, tolerance = switch(accelerate, "accelerate"), number(tolerance, "the tolerance", least=0)
    tensor, scale = in_double(kernel)
    tensor = tensor.reshape(*tensor.shape[:2], -1, 1) if joint else tensor  # (T, S, K·L, 1)
    factors, weights = starting_factors(init, tensor, scale, rank, seed_of(seed))
    history = []
    if not whole(sweeps, "sweeps", 0) and not weights.isfinite().all():
        raise ValueError("the terms of the start are too long for a double, and without sweeps nothing shortens them")
    if sweeps:
        factors, weights, *history = als(tensor, factors, sweeps, ridge, accelerate, tolerance)
        weights, history[1] = weights * scale, [value * scale * scale for value in history[1]]
    if not joint:
        return CP(kernel, rank, factors, weights, *history)
    outer, inner, taps, sign = factors  # the fourth mode has one entry per term, ±1
    return JointCP(kernel, rank, (outer, inner, (taps * sign).view(*kernel.shape[2:], rank)), weights, *history)
