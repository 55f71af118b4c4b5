"""Slices of a trained kernel: what is kept and what is left over are the kernel."""

import itertools

import pytest
from support.figure_schema import tiles

from squeezelab.compression.factored import METHODS as ALL_METHODS
from squeezelab.explorers import explore, kernel_slices

PICTURES = list(itertools.product(ALL_METHODS, (3, 5, 7), kernel_slices.SHARES))


def pictures(method, kernel, share):
    figure = explore("kernel_slices", {"method": method, "kernel": kernel, "share": share})
    return figure, [chart["marks"][0]["value"] for chart in figure["charts"]]


@pytest.mark.parametrize(("method", "kernel", "share"), PICTURES)
def test_what_is_kept_and_what_is_left_over_are_the_kernel(method, kernel, share):
    figure, (dense, rebuilt, residual) = pictures(method, kernel, share)
    assert len(dense) == 4 * kernel * kernel
    assert [a + b for a, b in zip(rebuilt, residual, strict=True)] == pytest.approx(dense, abs=1e-9)
    kept = 1 - sum(value**2 for value in residual) / sum(value**2 for value in dense)
    assert tiles(figure)["Energy kept, these slices"] == pytest.approx(kept)
    assert [row[1:] for row in figure["table"]["rows"]] == [list(row) for row in zip(dense, rebuilt, residual, strict=True)]


def test_each_tap_has_a_place_of_its_own():
    for kernel in (3, 5, 7):
        mark = explore("kernel_slices", {"kernel": kernel})["charts"][0]["marks"][0]
        assert len(set(zip(mark["x"], mark["y"], strict=True))) == 4 * kernel * kernel == len(set(mark["label"]))


def test_strong_slices_come_first():
    """From an eighth of the weights on every method keeps more of the strongest slices than of the whole kernel."""
    for method, kernel, share in PICTURES:
        shown = tiles(pictures(method, kernel, share)[0])
        if share >= 1 / 8:
            assert shown["Energy kept, these slices"] > shown["Energy kept, whole kernel"] + 0.05
