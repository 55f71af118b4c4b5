"""Calibration on a histogram: the error is that of the values themselves, and each rule finds what it promises."""

import contextlib
import io
import math

import numpy as np
import pytest
from support.micropython import printed

from squeezelab.compression import CLIP_RULES, Histogram, clip_of, histogram_of, sqnr_db, squared_errors
from squeezelab.compression.affine import Affine, affine_of
from squeezelab.compression.calibration import GRID, divergence
from squeezelab.compression.histogram import coded_values

MOST = 4.71  # largest of the 10^6 normal samples in the table of shared facts
TABLE = {8: (39.40, 40.70, 3.90, 37.73), 6: (27.16, 29.82, 3.25, 29.80), 4: (14.23, 19.25, 2.35, 17.28)}
TABLE |= {3: (6.87, 13.90, 1.80, 9.94), 2: (0.26, 8.25, 1.05, 1.37)}  # bits: dB by min-max, best clip, where it is, 99.9 %


@pytest.fixture(scope="module")
def samples():
    """A million normal samples whose largest is 4.71."""
    drawn = np.random.default_rng(0).standard_normal(10**6)
    drawn = drawn[abs(drawn) < MOST]
    return np.append(drawn, [MOST, -MOST])


@pytest.fixture(scope="module")
def normal(samples):
    return counted(samples)


def counted(values, bins=2048):
    """Their histogram by numpy, symmetric about 0, zeros apart."""
    most = float(abs(values).max())
    counts, _ = np.histogram(values[values != 0], bins, (-most, most))
    return Histogram(-most, 2 * most / bins, counts.tolist(), int((values == 0).sum()))


def direct_db(values, affine):
    """SQNR of the values themselves: each becomes the nearest of those that have a code."""
    levels = np.array(coded_values(affine))
    nearest = levels[np.searchsorted((levels[1:] + levels[:-1]) / 2, values)]
    return 10 * math.log10((values**2).sum() / ((values - nearest) ** 2).sum())


def with_one_more(high, bits):
    """The symmetric codes, and −2^(bits−1), which the columns of clipped ranges in the table have, too."""
    return affine_of(-high, high, bits, symmetric=True)._replace(low=-(2 ** (bits - 1)))


@pytest.mark.parametrize("bits", TABLE)
def test_normal_values_lose_what_the_table_says(normal, bits):
    minmax, best, clip, percentile = TABLE[bits]
    whole = affine_of(*clip_of(normal, bits, "minmax", symmetric=True), bits, symmetric=True)
    assert sqnr_db(normal, whole) == pytest.approx(minmax, abs=0.1)
    assert sqnr_db(normal, with_one_more(clip, bits)) == pytest.approx(best, abs=0.15)  # a few of the outermost samples decide
    high = clip_of(normal, bits, "percentile", symmetric=True)[1]
    assert high == pytest.approx(3.2905, abs=0.02)  # of the normal distribution
    assert sqnr_db(normal, with_one_more(high, bits)) == pytest.approx(
        percentile, abs=0.4
    )  # a thousandth of the samples makes the error


@pytest.mark.parametrize("bits", range(1, 9))
@pytest.mark.parametrize("rule", CLIP_RULES)
@pytest.mark.parametrize("relu", [False, True])
def test_the_error_of_the_histogram_is_that_of_its_values(samples, rule, bits, relu):
    values = np.maximum(samples[::10], 0) if relu else samples[::10]
    seen = histogram_of(values.tolist(), 2048)
    codes = affine_of(*clip_of(seen, bits, rule, symmetric=not relu), bits, symmetric=not relu)
    assert sqnr_db(seen, codes) == pytest.approx(direct_db(values, codes), abs=0.03)


@pytest.mark.parametrize("bits", range(2, 9))
@pytest.mark.parametrize("symmetric", [False, True])
def test_mse_is_the_best_of_its_grid_and_no_worse_than_any_rule_that_lies_on_it(normal, bits, symmetric):
    high = clip_of(normal, bits, "mse", symmetric)[1]
    errors = {k: sum(squared_errors(normal, affine_of(-k * MOST, k * MOST, bits, symmetric))) for k in GRID}
    assert high == pytest.approx(min(errors, key=errors.get) * MOST)
    assert errors[high / MOST] <= errors[1.0]


def test_the_best_clip_of_normal_values_is_max_s_quantiser():
    """Max 1960, table of uniform quantisers [recalled]: of 7 levels 0.6508 apart the error is 0.0469 of the variance."""
    unclipped = np.random.default_rng(1).standard_normal(10**6)
    seen = counted(unclipped)
    high = clip_of(seen, 3, "mse", symmetric=True)[1]
    errors = squared_errors(seen, affine_of(-high, high, 3, symmetric=True))
    assert high / 3 == pytest.approx(0.6508, abs=0.01) and sum(errors) == pytest.approx(0.0469, abs=0.0003)


def test_one_bit_has_the_mean_size_as_its_scale_whatever_the_rule(samples, normal):
    alpha = float(abs(samples).mean())
    for rule in CLIP_RULES:
        low, high = clip_of(normal, 1, rule, symmetric=True)
        assert -low == high == pytest.approx(alpha, rel=1e-4)
    residual = sum(squared_errors(normal, affine_of(-alpha, alpha, 1, symmetric=True)))
    assert residual == pytest.approx(float((samples**2).mean()) - alpha**2, rel=1e-4)


def test_a_wider_clip_rounds_more_and_clips_less(normal):
    found = [squared_errors(normal, affine_of(-high, high, 4, symmetric=True)) for high in (1, 2, 3, 4, MOST)]
    assert [errors.rounding for errors in found] == sorted(errors.rounding for errors in found)
    assert [errors.clipping for errors in found] == sorted((errors.clipping for errors in found), reverse=True)
    assert found[-1].clipping == 0 < found[-2].clipping


def test_zeros_cost_nothing_and_count_as_values():
    with_zeros, without = Histogram(0, 0.1, [5] * 40, zeros=200), Histogram(0, 0.1, [5] * 40)
    codes = affine_of(0, 4, 3)
    assert sum(squared_errors(with_zeros, codes)) == pytest.approx(sum(squared_errors(without, codes)) / 2)
    assert clip_of(with_zeros, 3, "percentile", share=0.75)[1] == pytest.approx(2)
    assert clip_of(without, 3, "percentile", share=0.75)[1] == pytest.approx(3)


def test_few_bits_do_not_let_an_outlier_set_the_step():
    heap = [round(90 * math.exp(-((place / 40) ** 2))) for place in range(-100, 100)]
    seen = Histogram(-8, 1 / 64, [0] * 412 + heap + [0] * 411 + [1])
    highs = {rule: clip_of(seen, 4, rule, symmetric=True)[1] for rule in CLIP_RULES}
    assert highs["minmax"] == 8 and all(highs[rule] < 4 for rule in ("percentile", "mse", "kl"))


def kl_by_hand(counts, clip, levels):
    """The divergence with its two distributions written out; bins are shared evenly among the levels."""
    true = np.array(counts[:clip], float)
    kept = true.reshape(levels, -1)
    filled = (kept > 0).sum(1, keepdims=True)
    spread = np.where(kept > 0, kept.sum(1, keepdims=True) / np.maximum(filled, 1), 0).ravel()
    true[-1] += sum(counts[clip:])
    p, q = true / true.sum(), spread / spread.sum()
    return float(sum(a * math.log(a / b) for a, b in zip(p, q) if a))


@pytest.mark.parametrize(("clip", "levels"), [(64, 16), (48, 16), (32, 8), (16, 16)])
def test_divergence_is_that_of_the_two_distributions(clip, levels):
    counts = np.random.default_rng(2).poisson(np.linspace(30, 2, 64)).tolist()
    counts[clip - 1] += 1  # not empty
    assert divergence(Histogram(0, 1, counts), clip, levels) == pytest.approx(kl_by_hand(counts, clip, levels))


def test_no_clip_seems_best_because_levels_are_as_fine_as_bins():
    """Where 256 levels share 266 bins nothing is merged, and a spike in the last bin hides what lies beyond."""
    counts = [round(400 * math.exp(-place / 500)) for place in range(2048)]
    for place in (43, 84, 125, 265):
        counts[place] += 40_000
    assert clip_of(Histogram(0, 0.01, counts), 8, "kl")[1] >= 10.24  # four bins a level


def test_both_signs_of_asymmetric_codes_shrink_alike():
    seen = Histogram(-1, 0.25, [1, 2, 5, 9, 9, 9, 5, 3, 2, 1, 1, 1])
    low, high = clip_of(seen, 2, "mse")
    assert low / -1 == pytest.approx(high / 2) and low < 0 < high


def test_the_error_of_codes_with_an_offset_is_that_of_their_values():
    values = np.random.default_rng(3).uniform(-0.5, 3.5, 10**5)
    codes = affine_of(-0.5, 3.0, 3)
    assert isinstance(codes, Affine) and codes.zero != 0
    assert sqnr_db(histogram_of(values.tolist()), codes) == pytest.approx(direct_db(values, codes), abs=0.02)


def test_micropython_finds_the_same():
    program = """
from squeezelab.compression.affine import affine_of
from squeezelab.compression.calibration import CLIP_RULES, clip_of
from squeezelab.compression.histogram import histogram_of, squared_errors
values = [(number * 7919 % 1009 - 504) ** 3 / 5e7 for number in range(1009)]
for rule in CLIP_RULES:
    for bits in (1, 2, 3, 8):
        for signed, seen in ((True, histogram_of(values, 256)), (False, histogram_of([abs(value) for value in values], 256))):
            ends = clip_of(seen, bits, rule, signed)
            errors = squared_errors(seen, affine_of(ends[0], ends[1], bits, signed))
            print(rule, bits, signed, ["%.9g" % number for number in ends + tuple(errors)])
"""
    assert printed(program) == by_cpython(program)


def by_cpython(program):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(program, {})
    return out.getvalue()
