"""CP by alternating least squares: each step by its textbook form, errors that fall, starts that keep their bound."""

import itertools

import pytest

from squeezelab.compression.factored import largest_rank

torch = pytest.importorskip("torch")

from squeezelab import decompose as lab  # noqa: E402
from squeezelab.decompose.als import Tree, over_taps, residual, solve  # noqa: E402

torch.set_num_threads(1)


def seeded(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def trained_like(c_out, c_in, dtype=torch.float32):
    return lab.trained_like_kernel(c_out, c_in).to(dtype)


def test_the_tree_gives_the_mttkrp_of_every_mode():
    kernel = seeded(6, 5, 3, 2)
    a, b, h, v = (seeded(side, 4, seed=side) for side in kernel.shape)
    tree = Tree(kernel)
    torch.testing.assert_close(over_taps(tree.without_in(b), h, v), torch.einsum("tskl,sr,kr,lr->tr", kernel, b, h, v))
    torch.testing.assert_close(over_taps(tree.without_out(a), h, v), torch.einsum("tskl,tr,kr,lr->sr", kernel, a, h, v))
    core = torch.einsum("sqr,sr->qr", tree.without_out(a), b).view(3, 2, 4)
    torch.testing.assert_close(torch.einsum("klr,lr->kr", core, v), torch.einsum("tskl,tr,sr,lr->kr", kernel, a, b, v))


def test_solve_is_ridge_regression_and_survives_a_singular_gram():
    factor, product = seeded(9, 4), seeded(7, 4, seed=1)
    gram = factor.T @ factor
    expected = product @ torch.linalg.inv(gram + 0.1 * gram.diagonal().mean() * torch.eye(4))
    torch.testing.assert_close(solve([gram], product, 0.1), expected)
    assert torch.isfinite(solve([torch.ones(4, 4)], torch.ones(7, 4), 0.0)).all()


@pytest.mark.parametrize("joint", [False, True])
@pytest.mark.parametrize("accelerate", [False, True])
def test_the_free_error_is_the_true_error(joint, accelerate):
    result = lab.cp(seeded(8, 6, 3, 3), 7, sweeps=12, joint=joint, accelerate=accelerate)
    assert result.errors[-1] == pytest.approx(result.error, abs=1e-9)


def test_the_free_error_does_not_go_below_zero():
    zeros = [torch.zeros(2, 2)] * 4
    assert residual(Tree(seeded(2, 2, 1, 1)), zeros, torch.ones(2), torch.ones(1, 2) * 1e9, torch.ones(1, 2)) == 0.0


@pytest.mark.parametrize("init", ["slices", "hosvd", "random"])
@pytest.mark.parametrize("ridge", [0.0, 1e-7, 1e-3, 1e-1])
@pytest.mark.parametrize("shape, joint", [((12, 8), False), ((12, 8), True), ((6, 16), False), ((16, 1), True)])
def test_the_penalised_objective_never_rises_without_acceleration(init, ridge, shape, joint):
    result = lab.cp(trained_like(*shape, dtype=torch.float64), 6, 30, init, ridge, accelerate=False, joint=joint)
    assert all(after <= before * (1 + 1e-10) for before, after in itertools.pairwise(result.objectives))


@pytest.mark.parametrize("init", ["slices", "hosvd", "random"])
@pytest.mark.parametrize("rank", [1, 6, 24])
def test_the_error_never_rises_without_ridge_and_acceleration(init, rank):
    errors = lab.cp(trained_like(12, 8, dtype=torch.float64), rank, 30, init, 0.0, accelerate=False).errors
    assert all(after <= before + 1e-10 for before, after in itertools.pairwise(errors))


def test_sweeps_end_once_they_change_too_little():
    errors = lab.cp(trained_like(12, 8), 6, 500, accelerate=False, tolerance=1e-4).errors
    assert 2 < len(errors) < 100
    assert errors[-2] - errors[-1] < 1e-4 < errors[-3] - errors[-2]


def test_acceleration_with_the_ridge_is_ahead_of_plain_sweeps():
    kernel = trained_like(32, 32)
    assert lab.cp(kernel, 16, 30).error < lab.cp(kernel, 16, 30, accelerate=False).error


def test_a_tensor_of_low_rank_is_found():
    parts = [seeded(side, 3, seed=side) for side in (8, 7, 3, 4)]
    kernel = torch.einsum("tr,sr,kr,lr->tskl", *parts)
    assert lab.cp(kernel, 3, 200, ridge=0.0).error < 1e-6


@pytest.mark.parametrize("shape", [(8, 5, 3, 3), (5, 8, 3, 3), (6, 6, 1, 5)])
def test_the_slice_start_has_exactly_the_error_of_its_bound(shape):
    kernel = seeded(*shape)
    bound = lab.slice_bound(kernel)
    most = largest_rank("cp", shape)
    assert len(bound) == most
    for rank in (1, 4, most - 1):
        start = lab.cp(kernel, rank, sweeps=0)
        assert start.error == pytest.approx(float(bound[rank - 1]), abs=1e-9)
        assert start.gauge.ratio == pytest.approx(1)
    assert lab.cp(kernel, most, sweeps=0).error < 1e-7


def test_joint_taps_do_not_do_worse_than_separate_ones():
    kernel = trained_like(16, 12, dtype=torch.float64)
    assert lab.cp(kernel, 8, 100, joint=True).error < lab.cp(kernel, 8, 100).error


@pytest.mark.parametrize("shape, rank", [((12, 8, 3, 3), 6), ((16, 16, 3, 3), 20), ((7, 9, 5, 1), 4)])
def test_sweeps_equal_those_of_tensorly(shape, rank):
    tensorly = pytest.importorskip("tensorly")
    from tensorly.decomposition import parafac

    tensorly.set_backend("pytorch")
    kernel = seeded(*shape, dtype=torch.float32)
    start = [torch.rand(side, rank, generator=torch.Generator().manual_seed(side)) for side in shape]
    copies = [factor.clone() for factor in start]
    theirs = parafac(kernel, rank, n_iter_max=6, init=tensorly.cp_tensor.CPTensor((None, copies)), tol=0)
    ours = lab.cp(kernel, rank, 6, init=start, ridge=1e-7, accelerate=False)
    assert ours.error == pytest.approx(lab.relative_error(kernel, tensorly.cp_to_tensor(theirs)), abs=1e-4)


@pytest.mark.parametrize("joint", [False, True])
def test_sweeps_equal_the_textbook_with_its_khatri_rao_matrices(joint):
    kernel = seeded(7, 5, 3, 2)
    tensor = kernel.reshape(7, 5, 6, 1) if joint else kernel
    factors = start = [seeded(side, 4, seed=side) for side in tensor.shape]
    for _ in range(3):
        for mode in range(4):
            others = [factor for place, factor in enumerate(factors) if place != mode]
            khatri_rao = torch.einsum("ar,br,cr->abcr", *others).flatten(0, 2)
            factors = list(factors)
            factors[mode] = torch.linalg.lstsq(khatri_rao, tensor.movedim(mode, 0).flatten(1).T).solution.T
    textbook = torch.einsum("tr,sr,kr,lr->tskl", *factors).reshape(kernel.shape)
    ours = lab.cp(kernel, 4, 3, init=start, ridge=0.0, accelerate=False, joint=joint)
    torch.testing.assert_close(ours.rebuild(), textbook, rtol=1e-6, atol=1e-8)


def test_momentum_does_not_keep_the_error_from_falling():
    errors = lab.cp(trained_like(24, 16, dtype=torch.float64), 12, 60).errors
    rises = [after - before for before, after in itertools.pairwise(errors) if after > before]
    assert all(rise < 1e-3 for rise in rises) and errors[-1] < errors[2]
