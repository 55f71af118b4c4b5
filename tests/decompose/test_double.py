"""Fits are made in double precision at any scale, and options that are none are named."""

from fractions import Fraction

import numpy
import pytest

torch = pytest.importorskip("torch")

from squeezelab import decompose as lab  # noqa: E402
from squeezelab.training import reference  # noqa: E402

torch.set_num_threads(1)

RANKS = {"svd": 3, "separable": 3, "tucker2": (4, 3), "cp": 5, "cp3": 5}
SHAPE = (8, 6, 3, 3)


def seeded(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.fixture(scope="module")
def trained():
    return reference("mini_vgg").conv3.weight.detach()


# In double precision, whatever the kernel's


@pytest.mark.parametrize("method", lab.METHODS)
@pytest.mark.parametrize("number_format", [torch.float32, torch.float16, torch.bfloat16])
def test_a_kernel_and_its_double_have_one_solution(method, number_format):
    kernel = seeded(*SHAPE).to(number_format)
    single, double = (lab.factorise(one, method, RANKS[method]) for one in (kernel, kernel.double()))
    assert single.error == double.error
    assert all(torch.equal(one, other) for one, other in zip(single.factors, double.factors))
    assert single.rebuild().dtype == number_format and double.rebuild().dtype == torch.float64
    torch.testing.assert_close(single.rebuild(), double.rebuild().to(number_format))


def test_terms_cancel_in_a_trained_kernel_as_far_as_double_precision_lets_them(trained):
    free, tamed = (lab.cp(trained, 50, 200, ridge=ridge) for ridge in (0.0, 1e-3))
    assert free.gauge.ratio > 1000 > 3 > tamed.gauge.ratio  # fits in single precision stop at 37
    assert lab.cp(trained.double(), 50, 200, ridge=0.0).gauge.ratio == free.gauge.ratio


@pytest.mark.parametrize("method", lab.METHODS)
@pytest.mark.parametrize("scale", [1e160, 1e300, 1e-160, 1e-300, 1e-310])
def test_scales_at_the_ends_of_a_double_change_no_error(method, scale):
    kernel = seeded(*SHAPE)
    plain, scaled = (lab.factorise(one, method, RANKS[method]) for one in (kernel, kernel * scale))
    assert scaled.error == pytest.approx(plain.error, rel=1e-9)
    back = scaled.rebuild() / scale
    assert float((back - plain.rebuild()).norm() / plain.rebuild().norm()) < 1e-6
    if method in ("cp", "cp3"):
        assert scaled.gauge.ratio == pytest.approx(plain.gauge.ratio, rel=1e-6)


def test_values_below_the_normal_ones_of_a_single_are_factorised_too():
    kernel = (seeded(*SHAPE) * 1e-40).float()
    assert lab.cp(kernel, 5).error == pytest.approx(lab.cp(kernel.double() * 1e40, 5).error, rel=1e-9)


@pytest.mark.parametrize("options", [{}, {"ridge": 0}, {"ridge": 0, "init": "random"}, {"ridge": 0, "accelerate": False}])
@pytest.mark.parametrize("scale", [1.0, 1e-20])
def test_a_kernel_of_rank_one_is_found_at_any_rank(options, scale):
    kernel = torch.einsum("t,s,k,l->tskl", *[seeded(side, seed=side) for side in SHAPE]) * scale
    for rank in (1, 2, 7):
        result = lab.cp(kernel.float(), rank, **options)
        assert result.error < (1.1e-3 if "ridge" not in options else 1e-5)


# Starts


@pytest.mark.parametrize("number_format", [torch.float32, torch.float64])
@pytest.mark.parametrize("scale", [1e30, 1e-30, -1.0])
@pytest.mark.parametrize("joint", [False, True])
def test_only_the_directions_of_a_start_matter(number_format, scale, joint):
    kernel = seeded(*SHAPE)
    sides = (8, 6, 9, 1) if joint else SHAPE
    start = [torch.rand(side, 4, generator=torch.Generator().manual_seed(side)) + 0.1 for side in sides]
    expected = lab.cp(kernel, 4, init=start, joint=joint)
    scaled = lab.cp(kernel, 4, init=[(factor * scale).to(number_format) for factor in start], joint=joint)
    assert scaled.error == pytest.approx(expected.error, rel=1e-5)
    assert [tuple(factor.shape) for factor in scaled.factors][:2] == [(8, 4), (6, 4)]


def test_a_start_in_lists_or_arrays_is_one():
    start = [seeded(side, 4, seed=side) for side in SHAPE]
    expected = lab.cp(seeded(*SHAPE), 4, init=start).error
    for given in ([factor.tolist() for factor in start], tuple(factor.numpy() for factor in start)):
        assert lab.cp(seeded(*SHAPE), 4, init=given).error == expected


def test_without_sweeps_a_start_is_taken_as_it_is():
    start = [seeded(side, 4, seed=side) for side in SHAPE]
    result = lab.cp(torch.einsum("tr,sr,kr,lr->tskl", *start), 4, sweeps=0, init=start)
    assert result.error < 1e-12 and result.errors == ()
    assert lab.cp(seeded(*SHAPE), 4, sweeps=0, init=[factor * 1e-200 for factor in start]).error == 1
    with pytest.raises(ValueError, match="too long for a double, and without sweeps nothing shortens them"):
        lab.cp(seeded(*SHAPE), 4, sweeps=0, init=[factor * 1e200 for factor in start])
    with pytest.raises(ValueError, match="all terms are zero"):
        lab.cp(seeded(*SHAPE), 4, sweeps=0, init=[factor * 1e-200 for factor in start]).gauge  # noqa: B018 (raises)


def test_a_column_that_comes_twice_is_no_obstacle():
    start = [seeded(side, 4, seed=side)[:, [0, 0, 1, 2]] for side in SHAPE]
    for ridge in (0.0, 1e-3):
        assert lab.cp(seeded(*SHAPE), 4, init=start, ridge=ridge).error < 0.9


# Options and kernels


@pytest.mark.parametrize("kind", [numpy.float32, numpy.float64, torch.tensor, Fraction, float])
def test_scalars_of_all_kinds_are_numbers(kind):
    kernel = seeded(*SHAPE)
    expected = lab.cp(kernel, 4, ridge=0.25, tolerance=0.125)
    assert lab.cp(kernel, 4, ridge=kind(0.25), tolerance=kind(0.125)).errors == expected.errors
    whole = torch.tensor if kind is torch.tensor else numpy.int64
    again = lab.cp(kernel, whole(4), sweeps=whole(9), seed=whole(3), init="random")
    assert again.error == lab.cp(kernel, 4, sweeps=9, seed=3, init="random").error


def test_whole_numbers_and_lists_are_kernels():
    kernel = torch.arange(8 * 6 * 9).reshape(SHAPE) % 7
    for given in (kernel, kernel.tolist(), kernel.numpy(), kernel.to(torch.uint8)):
        assert lab.svd(given, 3).error == pytest.approx(lab.svd(kernel.double(), 3).error)


@pytest.mark.parametrize("scale", [1.0, 1e-200, 1e200])
def test_evbmf_takes_lists_zeros_and_any_scale(scale):
    planted = (seeded(64, 10) @ seeded(10, 576, seed=1) + seeded(64, 576, seed=2)) * scale
    assert lab.evbmf_rank(planted) == lab.evbmf_rank(planted.tolist()) == 10
    assert lab.evbmf_rank(torch.zeros(3, 4)) == 0
