"""A drawing as text, and what a network sees of it: scaled, centred, grey, as MNIST's digits are."""

import pytest
import torch
from support.micropython import printed

from squeezelab.data import digits
from squeezelab.explorers.kit.controls import drawing
from squeezelab.explorers.kit.drawing import BOX, EMPTY, MIDDLE, SEEN, SIDE, as_mnist, rows_of, shares, text_of
from squeezelab.explorers.kit.values import complete_values


def block(top, left, high, wide):
    """A drawing with one rectangle of ink."""
    inside = lambda row, column: top <= row < top + high and left <= column < left + wide  # noqa: E731
    return text_of([[inside(row, column) for column in range(SIDE)] for row in range(SIDE)])


def seen(text):
    return torch.tensor(as_mnist(text)).reshape(SEEN, SEEN)


def box_of(pixels):
    """(rows, columns) that have ink."""
    return [int(pixels.any(axis).sum()) for axis in (1, 0)]


def centre_of(pixels):
    places, ink = torch.arange(SEEN), pixels.sum()
    return [float((pixels.sum(axis) * places).sum() / ink) for axis in (1, 0)]


def test_a_drawing_and_its_text_say_the_same():
    rows = [[(row * column) % 5 == 1 for column in range(SIDE)] for row in range(SIDE)]
    assert rows_of(text_of(rows)) == [[int(point) for point in row] for row in rows]
    assert text_of(rows_of(EMPTY)) == EMPTY


@pytest.mark.parametrize("text", ["", EMPTY[1:], EMPTY + "0", "g" + EMPTY[1:], "F" + EMPTY[1:], None, 7, ["0"] * 784])
def test_what_is_no_drawing_is_refused_here_and_at_the_door(text):
    with pytest.raises(ValueError, match="four points each"):
        rows_of(text)
    control = drawing("digit", "Your digit", [(EMPTY, "empty")], EMPTY)
    with pytest.raises(ValueError, match="explorer 'toy': digit is a text of 784 letters from 0 to f, four points each, not "):
        complete_values("toy", [control], {"digit": text})


@pytest.mark.parametrize(
    ("ink", "size"),
    [
        ((8, 8, 40, 40), [BOX, BOX]),
        ((3, 30, 50, 10), [BOX, 4]),
        ((50, 1, 2, 54), [1, BOX]),
        ((0, 0, 7, 3), [BOX, 9]),
        ((55, 55, 1, 1), [BOX, BOX]),
        ((0, 0, SIDE, SIDE), [BOX, BOX]),
    ],
)
def test_the_longer_side_fills_the_box_and_the_proportions_stay(ink, size):
    assert box_of(seen(block(*ink)) > 0) == size


@pytest.mark.parametrize("ink", [(8, 8, 40, 40), (3, 30, 50, 10), (0, 0, 7, 3), (20, 5, 9, 31)])
def test_where_it_was_drawn_does_not_matter_and_the_centre_of_ink_is_in_the_middle(ink):
    assert all(abs(place - MIDDLE) <= 0.5 for place in centre_of(seen(block(*ink))))
    assert as_mnist(block(*ink)) == as_mnist(block(0, 0, *ink[2:]))


def test_ink_is_kept_as_grey():
    pixels = seen(block(0, 0, 30, 30))  # 1.5 points a pixel, each of them full
    assert set(pixels.flatten().tolist()) == {0, 255}
    rows = [[(row + column) % 2 for column in range(SIDE)] for row in range(SIDE)]
    grey = seen(text_of(rows)).float()
    assert grey.sum() / 255 == pytest.approx(BOX * BOX / 2, rel=0.01)


def test_parts_of_a_length_cover_it_exactly():
    for size in range(1, 20):
        for parts in range(1, 20):
            covered = shares(size, parts)
            assert all(sum(share for _, share in part) == size for part in covered)
            points = [0] * size
            for part in covered:
                for at, share in part:
                    points[at] += share
            assert points == [parts] * size


def test_an_empty_drawing_shows_nothing():
    assert as_mnist(EMPTY) == [0] * (SEEN * SEEN)


def test_a_test_digit_that_is_traced_comes_back():
    images = digits()[1].images[:50]
    larger = torch.nn.functional.interpolate(images, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
    again = torch.stack([seen(text_of(rows)) for rows in (larger[:, 0] >= 0.5).int().tolist()]) / 255
    pairs = [torch.stack([before.flatten(), after.flatten()]) for before, after in zip(images[:, 0], again)]
    alike = torch.stack([torch.corrcoef(pair)[0, 1] for pair in pairs])
    assert alike.mean() > 0.9 and alike.min() > 0.6  # the least where rounding moved it by a pixel


def test_micropython_sees_the_same_pixels():
    texts = [block(3, 30, 50, 10), block(0, 0, 7, 3), EMPTY]
    program = f"from squeezelab.explorers.kit.drawing import as_mnist\nprint([as_mnist(text) for text in {texts}])"
    assert printed(program).strip() == str([as_mnist(text) for text in texts])
