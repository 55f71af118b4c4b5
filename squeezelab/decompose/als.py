"""CP by alternating least squares, as a dimension tree: two matrix products per sweep serve all four modes.

W[t,s,k,l] ≈ Σ_r λ[r] · A[t,r] · B[s,r] · H[k,r] · V[l,r], with one mode solved at a time: X = M·G⁻¹, where G is the
elementwise product of the other modes' Grams and M the MTTKRP, the kernel multiplied by the other modes' factors (Kolda
and Bader 2009, Sec. 3.4). The textbook forms a Khatri-Rao matrix of SKL × R values for M. Here the kernel is first
multiplied by one channel factor (a plain matrix product); what is left is as small as R feature maps, and A, or B, H and
V together, follow from it (Phan, Tichavský and Cichocki 2013). The ridge makes each step minimise ‖W − Ŵ‖² + ρ·Σλ².
"""

import math

import torch

from .result import frobenius_norm

RESCUE = 1e-5  # added to the ridge when a Gram matrix is singular in double precision: far above its 1e-16, far below 1e-3
MOMENTUM = 0.9  # largest extrapolation; beyond it sweeps overshoot more often than they gain
FIRST_FAST_SWEEP = 2  # extrapolation needs two earlier results


def normalise(factor):
    """`factor` with columns of length one → (factor, lengths); a column of zeros stays one, of length zero. Each is first divided
    by its largest value, so that squares stay in the range of a double."""
    peaks = factor.abs().amax(dim=0)
    scaled = factor / torch.where(peaks > 0, peaks, 1.0)
    lengths = scaled.norm(dim=0)
    return scaled / lengths.clamp_min(1.0), lengths * peaks


def gram(factor):
    return factor.T @ factor  # (R, R)


def solve(grams, product, ridge):
    """The least-squares factor M·(G + ρ·I)⁻¹ by Cholesky, G being the elementwise product of `grams`; ρ is relative to
    the mean of G's diagonal."""
    matrix = math.prod(grams)  # (R, R)
    diagonal, scale = matrix.diagonal(), matrix.diagonal().mean()
    for rho in (ridge, RESCUE):
        diagonal += rho * scale
        lower, failed = torch.linalg.cholesky_ex(matrix)
        if not failed:
            half = torch.linalg.solve_triangular(lower.T, product, upper=True, left=False)  # (side, R)
            return torch.linalg.solve_triangular(lower, half, upper=False, left=False)
    return torch.linalg.lstsq(matrix, product.T, driver="gelsd").solution.T


class Tree:
    """The kernel in the two layouts that the two products of a sweep read, and the squared norm of its values."""

    def __init__(self, kernel):
        self.shape = kernel.shape
        self.by_out = kernel.flatten(1).contiguous()  # (T, S·K·L)
        self.by_in = kernel.transpose(0, 1).flatten(1).contiguous()  # (S, T·K·L)
        self.square = frobenius_norm(kernel) ** 2

    def without_in(self, factor):
        """W times B: (T, K·L, R)."""
        return (self.by_in.T @ factor).view(self.shape[0], -1, factor.shape[1])

    def without_out(self, factor):
        """W times A: (S, K·L, R)."""
        return (self.by_out.T @ factor).view(self.shape[1], -1, factor.shape[1])


def over_taps(partial, rows, columns):
    """Σ_kl partial[:, kl, :] · H[k] · V[l]: the MTTKRP of a channel mode."""
    taps = (rows[:, None] * columns).flatten(0, 1)  # (K·L, R), the only Khatri-Rao product there is
    return (partial * taps).sum(1)  # (T or S, R)


def als_sweep(tree, factors, grams, ridge):
    """Solves A, B, H and V once each → (factors with columns of length one, grams, λ, ‖W − Ŵ‖²)."""
    _, inner, rows, columns = factors
    _, g_in, g_rows, g_columns = grams
    product = over_taps(tree.without_in(inner), rows, columns)  # (T, R)
    outer, _ = normalise(solve([g_in, g_rows, g_columns], product, ridge))  # (T, R)
    g_out = gram(outer)
    partial = tree.without_out(outer)  # (S, K·L, R), for B, H and V
    inner, _ = normalise(solve([g_out, g_rows, g_columns], over_taps(partial, rows, columns), ridge))  # (S, R)
    g_in = gram(inner)
    core = partial.mul_(inner[:, None]).sum(0).view(*tree.shape[2:], -1)  # (K, L, R), for H and V
    rows, _ = normalise(solve([g_out, g_in, g_columns], (core * columns).sum(1), ridge))  # (K, R)
    g_rows = gram(rows)
    product = (core * rows[:, None]).sum(0)  # (L, R)
    scaled = solve([g_out, g_in, g_rows], product, ridge)  # (L, R), λ still in its columns
    columns, weights = normalise(scaled)
    grams = [g_out, g_in, g_rows, gram(columns)]
    return [outer, inner, rows, columns], grams, weights, residual(tree, grams, weights, product, scaled)


def residual(tree, grams, weights, product, scaled):
    """‖W − Ŵ‖² = ‖W‖² + ‖Ŵ‖² − 2⟨W, Ŵ⟩ from what the last step leaves, so that Ŵ is never formed. In double precision:
    the three terms nearly cancel."""
    cosines = math.prod(grams).double()  # (R, R)
    rebuilt = weights.double() @ cosines @ weights.double()
    shared = (product.double() * scaled.double()).sum()
    return max(0.0, tree.square + float(rebuilt - 2 * shared))


def extrapolated_factors(factors, before, grams, beta):
    """B, H and V moved on along their last step (A is solved first, so its place does not matter), with their Grams."""
    moved = [factors[0]] + [new + beta * (new - old) for new, old in zip(factors[1:], before[1:])]
    return moved, [grams[0]] + [gram(factor) for factor in moved[1:]]


def als(kernel, start, sweeps, ridge, accelerate, tolerance):
    """At most `sweeps` sweeps from the factors `start`, fewer once one changes the error by less than `tolerance` →
    (factors, λ, relative error per sweep, penalised objective per sweep).

    With `accelerate`, Nesterov's momentum, restarted whenever the error has risen (Mitchell, Ye and De Sterck 2020)."""
    tree = Tree(kernel)
    factors, before, pace = list(start), list(start), 1.0
    grams = [gram(factor) for factor in factors]
    errors, objectives = [], []
    for count in range(sweeps):
        trial, trial_grams = factors, grams
        if accelerate and count >= FIRST_FAST_SWEEP:
            quicker = (1 + (1 + 4 * pace**2) ** 0.5) / 2  # Nesterov's sequence: 1, 1.62, 2.19, …
            trial, trial_grams = extrapolated_factors(factors, before, grams, min((pace - 1) / quicker, MOMENTUM))
            pace = quicker
        before = factors
        factors, grams, weights, square = als_sweep(tree, trial, trial_grams, ridge)
        errors.append((square / tree.square) ** 0.5)
        objectives.append(square + ridge * float(weights.double().square().sum()))
        if count and abs(errors[-1] - errors[-2]) < tolerance:
            break
        if count > FIRST_FAST_SWEEP + 1 and errors[-1] > errors[-2]:
            pace = 1.0  # the error rose: start slowly again
    return factors, weights, errors, objectives
