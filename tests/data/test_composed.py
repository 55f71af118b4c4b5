"""Sets made of digits: overlapping, turned and moved, among fragments of others."""

import pytest

torch = pytest.importorskip("torch")

from squeezelab.data import affine_digits, cluttered_digits, digits, overlapping_digits  # noqa: E402
from squeezelab.data.affine import linear_maps, warp  # noqa: E402

torch.set_num_threads(1)


@pytest.mark.parametrize("compose", [overlapping_digits, affine_digits, cluttered_digits])
def test_the_seed_alone_decides_what_is_composed(compose):
    one, same, other = compose(20, seed=5), compose(20, seed=5), compose(20, seed=6)
    assert torch.equal(one.images, same.images) and torch.equal(one.labels, same.labels)
    assert not torch.equal(one.images, other.images)


@pytest.mark.parametrize("compose", [affine_digits, cluttered_digits])
def test_each_digit_is_used_once_before_one_is_used_again(compose):
    assert compose(12_000, seed=0).labels.bincount().tolist() == [1200] * 10


def ways_to_place(image, shift):
    """The image at each place of a canvas that is 2·shift larger: (places, side, side)."""
    pad = torch.nn.functional.pad
    steps = range(2 * shift + 1)
    return torch.stack([pad(image, (x, 2 * shift - x, y, 2 * shift - y)) for y in steps for x in steps])


@pytest.mark.parametrize("split", [0, 1], ids=["train", "test"])
def test_an_overlapping_pair_is_the_clipped_sum_of_two_digits_of_its_split(split):
    made = overlapping_digits(3, seed=1, split=["train", "test"][split], shift=1)
    source = digits()[split]
    for image, labels in zip(made.images[:, 0], made.labels.tolist()):
        assert labels[0] != labels[1]
        parts = []
        for label in labels:  # a digit that was laid on the canvas is nowhere brighter than the canvas
            images = source.images[source.labels == label][:, 0]
            placed = [placed for digit in images for placed in ways_to_place(digit, 1)]
            parts.append([part for part in placed if (part <= image).all()])
        assert any(torch.equal((a + b).clamp(max=1), image) for a in parts[0] for b in parts[1])


def test_the_two_classes_of_a_pair_differ_and_shifts_reach_the_edge():
    made = overlapping_digits(3000, seed=0)
    assert made.images.shape[1:] == (1, 36, 36) and made.labels.shape == (3000, 2)
    assert (made.labels[:, 0] != made.labels[:, 1]).all()
    inked = made.images.amax((0, 1)) > 0
    assert inked[0:6].any() and inked[-6:].any()  # 4 pixels of margin in a digit of MNIST, moved by up to 4 of 36


def test_an_unturned_digit_keeps_all_of_its_ink_wherever_it_goes():
    made = affine_digits(2000, seed=0, rotation=0, shear=0, scale=(1, 1))
    ink = made.images.sum((1, 2, 3)).sort().values
    order = torch.randperm(12_000, generator=torch.Generator().manual_seed(0))[:2000]
    torch.testing.assert_close(ink, digits()[0].images[order].sum((1, 2, 3)).sort().values, rtol=1e-4, atol=1e-3)
    centre = (made.images * torch.arange(40)).sum((1, 2, 3)) / made.images.sum((1, 2, 3))
    assert centre.min() < 10 and centre.max() > 30


def test_a_warp_moves_points_as_its_equation_says():
    images = torch.zeros(1, 1, 28, 28)
    images[0, 0, 10:12, 20:22] = 1  # centre (x, y) = (20.5, 10.5), which is (7, -3) from the middle
    linear, shift = torch.tensor([[[0.0, -1.0], [1.0, 0.0]]]), torch.tensor([[2.0, -4.0]])  # (7, -3) goes to (5, 3)
    expected = torch.zeros(40, 40)
    expected[22:24, 24:26] = 1  # (5, 3) from the middle (19.5, 19.5) of the canvas
    torch.testing.assert_close(warp(images, linear, shift, 40)[0, 0], expected, atol=1e-4, rtol=0)


def test_a_map_turns_shears_and_stretches_as_far_as_it_may():
    generator = torch.Generator().manual_seed(0)
    turns = linear_maps(1000, 0.5, 0, (1, 1), generator)
    torch.testing.assert_close(turns @ turns.mT, torch.eye(2).expand(1000, 2, 2))
    angles = torch.atan2(turns[:, 1, 0], turns[:, 0, 0])
    assert -0.5 <= angles.min() < -0.49 and 0.49 < angles.max() <= 0.5
    slants = linear_maps(1000, 0, 0.2, (1, 1), generator)  # (x, y) goes to (x + slant · y, y)
    assert torch.equal(slants[:, :, 0], torch.eye(2)[0].expand(1000, 2)) and (slants[:, 1, 1] == 1).all()
    assert -0.2 <= slants[:, 0, 1].min() < -0.19 and 0.19 < slants[:, 0, 1].max() <= 0.2
    areas = torch.linalg.det(linear_maps(1000, 0.5, 0.2, (0.8, 1.2), generator))  # the product of the two factors
    assert 0.64 <= areas.min() < 0.7 and 1.35 < areas.max() <= 1.44


def test_stretched_digits_have_their_factor_in_ink():
    plain, wide = (affine_digits(500, seed=0, rotation=0, shear=0, scale=(s, s)).images.sum() for s in (1, 1.2))
    assert float(wide / plain) == pytest.approx(1.44, rel=0.01)


def test_affine_digits_leave_no_ink_outside_the_canvas():
    whole, inner = (affine_digits(2000, seed=0, canvas=side, scale=(1, 1.2)).images.sum() for side in (80, 40))
    assert float(inner / whole) == pytest.approx(1, abs=0.002)  # the same shapes, only in other places


def test_a_cluttered_digit_is_on_its_canvas_and_fragments_add_ink():
    clear, cluttered = (cluttered_digits(300, seed=0, canvas=50, fragments=k) for k in (0, 6))
    assert clear.images.shape[1:] == (1, 50, 50)
    assert torch.equal(clear.labels, cluttered.labels)
    more = cluttered.images - clear.images
    assert more.min() >= 0 and (more.amax((1, 2, 3)) > 0).float().mean() > 0.9
    order = torch.randperm(12_000, generator=torch.Generator().manual_seed(0))[:300]
    ink = digits()[0].images[order].sum((1, 2, 3))
    torch.testing.assert_close(clear.images.sum((1, 2, 3)), ink)


def test_fragments_are_no_larger_than_they_are_said_to_be():
    more = (cluttered_digits(300, 0, fragments=1, fragment_size=5).images - cluttered_digits(300, 0, fragments=0).images) > 0
    for axis in (2, 3):
        where = more.any(dim=axis)[:, 0].float()
        extent = where.shape[1] - where.argmax(1) - where.flip(1).argmax(1)
        assert (extent[where.any(1)] <= 5).all()
