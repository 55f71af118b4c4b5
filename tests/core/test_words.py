"""Numbers as words: what a reader sees is the number, rounded half up, and never more than asked."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squeezelab.core.words import FORMATS, MINUS, THIN, decimals, formatted, grouped, half_up, plural, si

SIZES = st.floats(min_value=-1e9, max_value=1e9)


def read(words):
    """The number that a reader takes from the words."""
    return float(words.replace(THIN, "").replace(MINUS, "-"))


@given(SIZES, st.integers(0, 6))
def test_decimals_are_off_by_half_a_unit_at_most(x, places):
    assert abs(read(decimals(x, places)) - x) <= 0.5 * 10**-places + abs(x) * 2**-51


@given(st.integers(-(10**18), 10**18))
def test_whole_numbers_are_written_exactly(n):
    assert int(grouped(n).replace(THIN, "").replace(MINUS, "-")) == n
    assert formatted(n, "printed") == f"{n:,}"


@given(st.integers(0, 2**50))
def test_ties_go_up(count):
    tie = count + 0.5
    assert half_up(tie) == int(Decimal(tie).quantize(Decimal(1), ROUND_HALF_UP)) == count + 1 and half_up(-tie) == -count - 1


@given(SIZES)
def test_what_has_no_format_is_right_to_half_a_percent_or_half_a_hundredth(x):
    assert abs(read(formatted(x)) - x) <= 0.00501 * max(1, abs(x))


@given(st.floats(min_value=1, max_value=9e14))
def test_a_prefix_leaves_a_number_below_a_thousand(x):
    words = si(x)
    assert read(words.split(THIN)[0]) < 1000 and words.count(THIN) <= 1


@pytest.mark.parametrize("kind", FORMATS)
def test_zero_has_no_sign_and_nothing_is_a_dash(kind):
    assert formatted(-0.0, kind)[0] == formatted(-1e-12, kind)[0] == "0" and formatted(None, kind) == "–"


def test_one_has_the_noun_in_the_singular():
    assert [plural(n, "cycle") for n in (0, 1, 2)] == ["0 cycles", "1 cycle", "2 cycles"]


def test_an_unknown_format_lists_the_formats():
    with pytest.raises(ValueError, match="unknown format 'euro'; there are integer, plain, four, si, percent"):
        formatted(1, "euro")
