"""Factorised kernels against what they stand for: explicit sums, einsum, TensorLy, and the convolution they replace."""

import itertools
import math

import pytest

from squeezelab.compression.factored import largest_rank

torch = pytest.importorskip("torch")

from squeezelab import decompose as lab  # noqa: E402

torch.set_num_threads(1)

RANKS = {"svd": 3, "separable": 3, "tucker2": (4, 3), "cp": 5, "cp3": 5}


def seeded(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def trained_like(c_out, c_in, dtype=torch.float32):
    return lab.trained_like_kernel(c_out, c_in).to(dtype)


# Each method rebuilds what its equation says


def explicit_sum(result):
    """The kernel entry by entry, from the equation in the class's docstring."""
    kernel = torch.zeros(result.shape, dtype=torch.float64)
    f, weights = result.factors, result.weights
    for t, s, k, l in itertools.product(*map(range, result.shape)):  # noqa: E741 (the book's letter)
        if result.method == "tucker2":
            kernel[t, s, k, l] = f[0][t] @ f[2][:, :, k, l] @ f[1][s]
            continue
        terms = {
            "svd": lambda: f[0][t] * f[1][s, k, l],  # noqa: B023 (called at once)
            "separable": lambda: f[0][s, k] * f[1][t, l],  # noqa: B023
            "cp": lambda: f[0][t] * f[1][s] * f[2][k] * f[3][l],  # noqa: B023
            "cp3": lambda: f[0][t] * f[1][s] * f[2][k, l],  # noqa: B023
        }
        kernel[t, s, k, l] = (weights * terms[result.method]()).sum()
    return kernel


@pytest.mark.parametrize("method", lab.METHODS)
def test_rebuild_is_the_sum_that_the_equation_writes(method):
    result = lab.factorise(seeded(6, 5, 3, 2), method, RANKS[method])
    torch.testing.assert_close(result.rebuild(), explicit_sum(result))


@pytest.mark.parametrize("method", lab.METHODS)
def test_error_is_the_distance_to_the_kernel(method):
    kernel = trained_like(12, 8)
    result = lab.factorise(kernel, method, RANKS[method])
    assert result.error == pytest.approx(float((kernel - result.rebuild()).norm() / kernel.norm()), abs=1e-6)
    assert 0.05 < result.error < 1


@pytest.mark.parametrize("method", lab.METHODS)
def test_two_runs_give_the_same_bytes(method):
    first, second = (lab.factorise(trained_like(12, 8), method, RANKS[method]) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first.factors, second.factors))


# Matrix methods and Tucker


def test_svd_and_separable_leave_the_tail_of_the_singular_values():
    kernel = seeded(6, 5, 3, 3)
    for matrix, method in [(kernel.flatten(1), lab.svd), (kernel.permute(1, 2, 0, 3).reshape(15, 18), lab.separable)]:
        sigma = torch.linalg.svdvals(matrix)
        assert method(kernel, 4).error == pytest.approx(float(sigma[4:].norm() / sigma.norm()))


def test_a_separable_kernel_is_exact_at_rank_one():
    vertical, horizontal = seeded(5, 3), seeded(6, 3, seed=1)
    assert lab.separable(torch.einsum("sk,tl->tskl", vertical, horizontal), 1).error < 1e-12


@pytest.mark.parametrize("method", ["svd", "separable", "tucker2"])
def test_nothing_is_lost_at_the_largest_rank(method):
    shape = (6, 5, 3, 2)
    assert lab.factorise(seeded(*shape), method, largest_rank(method, shape)).error < 1e-12


def test_svd_takes_a_matrix_and_a_pointwise_kernel_alike():
    matrix = seeded(6, 5)
    assert lab.svd(matrix, 2).error == lab.svd(matrix[:, :, None, None], 2).error
    assert lab.svd(matrix, 2).params == 2 * (6 + 5)


def test_alternations_after_hosvd_do_not_raise_the_error_of_tucker():
    errors = [lab.tucker2(trained_like(24, 16), (6, 5), sweeps=sweeps).error for sweeps in range(4)]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > errors[-1]


# Degeneracy


@pytest.mark.parametrize(
    "t, error, ratio, cosine", [(0.3, 0.30447, 2.789, -0.87874), (0.1, 0.10017, 8.186, -0.98519), (0.01, 0.01, 81.652, -0.99985)]
)
def test_the_border_rank_tensor_is_neared_by_pairs_that_cancel(t, error, ratio, cosine):
    pair = lab.border_rank_pair(lab.orthonormal_parts(), t)
    assert pair.error == pytest.approx(error, abs=1e-5)
    assert pair.gauge.ratio == pytest.approx(ratio, abs=1e-3)
    assert pair.gauge.cosine == pytest.approx(cosine, abs=1e-5)
    assert sorted(pair.weights.tolist()) == pytest.approx([1 / t, (1 + t * t) ** 1.5 / t])


@pytest.mark.parametrize("t", [1.0, 0.2, 0.05, 0.003])
def test_the_gauge_of_a_border_rank_pair_follows_its_closed_form(t):
    parts = lab.orthonormal_parts((5, 4, 3))
    pair = lab.border_rank_pair(parts, t)
    kernel = lab.border_rank_tensor(parts)
    assert float(kernel.norm()) == pytest.approx(math.sqrt(3))
    assert lab.relative_error(kernel, pair.rebuild()) == pytest.approx(t * math.sqrt(1 + t * t / 3))
    assert pair.gauge.cosine == pytest.approx(-((1 + t * t) ** -1.5))
    norm = math.sqrt(3 + 3 * t**2 + t**4)  # of ((a+tb)∘(c+td)∘(h+tv) − a∘c∘h)/t
    assert pair.gauge.ratio == pytest.approx(math.sqrt(((1 + t * t) ** 3 + 1) / t**2) / norm)


def test_the_border_rank_tensor_has_rank_three():
    assert lab.cp(lab.border_rank_tensor(lab.gaussian_parts()), 3, 800, "random", 0.0, accelerate=False, seed=3).error < 0.02


def test_sweeps_degenerate_on_the_border_rank_tensor_and_the_ridge_tames_them():
    kernel = lab.border_rank_tensor(lab.gaussian_parts())
    runs = [(30, 0.0), (300, 0.0), (300, 1e-3), (600, 1e-3)]
    short, long, tame, longer = (lab.cp(kernel, 2, sweeps, "random", ridge, accelerate=False) for sweeps, ridge in runs)
    assert long.error < short.error / 2 and long.gauge.ratio > 1.5 * short.gauge.ratio  # better and worse at once
    assert long.gauge.cosine < -0.8
    assert tame.error < 0.05 and tame.gauge.ratio < 1.5 and tame.gauge.verdict == "sound"
    assert longer.gauge.ratio == pytest.approx(tame.gauge.ratio, rel=0.05)  # the drift has stopped


def test_the_gauge_is_the_norm_of_the_terms_over_the_norm_of_their_sum():
    result = lab.cp(trained_like(12, 8, dtype=torch.float64), 6)
    terms = [lab.CP(result.rebuild(), 1, [f[:, r : r + 1] for f in result.factors], result.weights[r : r + 1]) for r in range(6)]
    norms = torch.stack([term.rebuild().norm() for term in terms])
    assert result.gauge.ratio == pytest.approx(float(norms.norm() / result.rebuild().norm()))


# Ranks by EVBMF


@pytest.mark.parametrize("shape, rank", [((64, 576), 10), ((128, 576), 20), ((32, 288), 5)])
def test_evbmf_recovers_a_planted_rank(shape, rank):
    planted = seeded(shape[0], rank) @ seeded(rank, shape[1], seed=1) + seeded(*shape, seed=2)
    assert lab.evbmf_rank(planted) == lab.evbmf_rank(planted.T) == rank
    assert lab.evbmf_rank(seeded(*shape)) == 0


def test_an_untrained_kernel_gets_rank_one_with_a_warning():
    with pytest.warns(UserWarning, match="trained"):
        assert lab.tucker2_ranks(seeded(32, 16, 3, 3)) == (1, 1)


def test_ranks_of_a_trained_like_kernel_are_between_nothing_and_all():
    r_out, r_in = lab.tucker2_ranks(trained_like(32, 24))
    assert 4 < r_out < 32 and 4 < r_in < 24


@pytest.mark.parametrize("method", lab.METHODS)
@pytest.mark.parametrize("scale", [1e-30, 1e-15, 1e15, 1e30])
def test_the_error_does_not_depend_on_the_scale(method, scale):
    kernel = trained_like(12, 8)
    expected = lab.factorise(kernel, method, RANKS[method]).error
    assert lab.factorise(kernel * scale, method, RANKS[method]).error == pytest.approx(expected, rel=1e-3)


def test_one_bad_value_is_enough_and_large_ones_are_not_bad():
    kernel = trained_like(6, 5)
    error = lab.svd(kernel, 3).error
    assert lab.svd(kernel * 1e30, 3).error == pytest.approx(error, rel=1e-4)  # its squares do not fit into a float32
    kernel[1, 2, 0, 1] = float("nan")
    with pytest.raises(ValueError, match="NaN"):
        lab.svd(kernel, 3)


@pytest.mark.parametrize("method", lab.METHODS)
@pytest.mark.parametrize("init", ["slices", "hosvd", "random"])
def test_a_constant_kernel_is_exact_at_any_rank(method, init):
    options = {"init": init} if "cp" in method else {"sweeps": 1} if method == "tucker2" else {}
    result = lab.factorise(torch.full((6, 5, 3, 3), 0.1), method, RANKS[method], **options)
    assert result.error < 3e-3  # the ridge's own price
    assert torch.isfinite(result.rebuild()).all()
