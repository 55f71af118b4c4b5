"""The digits in the package, what is composed of them, and what holds them."""

import gzip

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from make_digits import make  # noqa: E402

from squeezelab.data import Examples, affine_digits, cluttered_digits, digits, overlapping_digits  # noqa: E402
from squeezelab.data.affine import linear_maps, warp  # noqa: E402
from squeezelab.data.embedded import FILE  # noqa: E402

torch.set_num_threads(1)

COMPOSED = [overlapping_digits, affine_digits, cluttered_digits]


def some(n=10, classes=3):
    return Examples(torch.rand(n, 1, 4, 4), torch.arange(n) % classes, "abc"[:classes])


# The digits


def test_the_digits_are_small_on_disk():
    assert FILE.stat().st_size <= 4_000_000


def test_digits_are_images_in_0_to_1_with_their_classes():
    for examples, n in zip(digits(), (12_000, 10_000)):
        assert examples.images.shape == (n, 1, 28, 28) and examples.images.dtype == torch.float32
        assert examples.labels.shape == (n,) and examples.labels.dtype == torch.int64
        assert (examples.images.min(), examples.images.max()) == (0, 1)
        assert examples.classes == tuple("0123456789")


@pytest.mark.parametrize("n", [10, 1000, 2570, 12_000])
def test_every_prefix_of_whole_tens_is_balanced(n):
    assert digits()[0].take(n).labels.bincount().tolist() == [n // 10] * 10


def test_the_test_digits_are_those_of_mnist():
    labels = digits()[1].labels
    assert labels.bincount().tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]  # LeCun's counts
    assert labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_no_training_digit_is_a_test_digit():
    train, test = ({image.numpy().tobytes() for image in part.images} for part in digits())
    assert len(train) == 12_000 and not train & test


def test_nearest_class_means_read_most_test_digits():
    train, test = digits()
    means = torch.stack([train.images[train.labels == digit].mean(0) for digit in range(10)])
    guesses = torch.cdist(test.images.flatten(1), means.flatten(1)).argmin(1)
    assert (guesses == test.labels).float().mean() > 0.8  # 82 % on all of MNIST: images and labels belong together


def idx(array):
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return gzip.compress(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes(), mtime=0)


def write_mnist(folder, n=60):
    rng = np.random.default_rng(0)
    arrays = {}
    for part in ("train", "t10k"):
        arrays[part] = rng.integers(256, size=(n, 28, 28), dtype=np.uint8), np.arange(n, dtype=np.uint8)[::-1] % 10
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(idx(arrays[part][0]))
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(idx(arrays[part][1]))
    return arrays


def test_the_script_takes_the_first_of_each_class_and_makes_the_same_bytes_twice(tmp_path):
    arrays = write_mnist(tmp_path)
    targets = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for target in targets:
        make(tmp_path, target, per_class=2)
    made = np.load(targets[0])
    images, labels = arrays["train"]
    firsts = [np.flatnonzero(labels == digit)[turn] for turn in range(2) for digit in range(10)]
    assert (made["train_images"] == images[firsts]).all() and made["train_labels"].tolist() == [*range(10)] * 2
    assert (made["test_images"] == arrays["t10k"][0]).all() and (made["test_labels"] == arrays["t10k"][1]).all()
    assert targets[0].read_bytes() == targets[1].read_bytes()


def test_the_script_says_when_a_class_is_short_of_digits(tmp_path):
    write_mnist(tmp_path)
    with pytest.raises(ValueError, match="7 digits of each class are needed, but one has only 6"):
        make(tmp_path, tmp_path / "digits.npz", per_class=7)


# Examples


def test_a_data_loader_takes_examples():
    examples = some()
    images, labels = next(iter(torch.utils.data.DataLoader(examples, batch_size=4)))
    assert torch.equal(images, examples.images[:4]) and torch.equal(labels, examples.labels[:4])


def test_batches_hold_every_example_once():
    examples = some(10)
    batches = list(examples.batches(4, seed=3))
    assert len(examples.batches(4)) == len(batches) == 3
    images = torch.cat([images for images, _ in batches])
    assert not torch.equal(images, examples.images)
    assert sorted(images.flatten(1)[:, 0].tolist()) == sorted(examples.images.flatten(1)[:, 0].tolist())


def test_an_image_keeps_its_label_in_a_batch():
    images = torch.linspace(0, 1, 12).reshape(12, 1, 1, 1)
    for batch, labels in Examples(images, range(12), range(12)).batches(5, seed=1):
        assert torch.equal((batch.flatten() * 11).round().long(), labels)


def test_the_seed_alone_decides_the_order():
    def order(seed):
        return torch.cat([labels for _, labels in Examples(torch.rand(50, 1, 2, 2), range(50), range(50)).batches(7, seed)])

    assert torch.equal(order(0), order(0)) and not torch.equal(order(0), order(1))
    batches = some().batches(3)
    assert all(torch.equal(one[0], two[0]) for one, two in zip(batches, batches))


def test_unshuffled_batches_keep_the_order_and_drop_last_leaves_out_the_rest():
    examples = some(10)
    batches = examples.batches(4, shuffle=False, drop_last=True)
    assert len(batches) == 2
    assert torch.equal(torch.cat([images for images, _ in batches]), examples.images[:8])


GOOD = torch.rand(4, 1, 2, 2)


@pytest.mark.parametrize(
    "images, labels, message",
    [
        (GOOD, [0, 1, 0], "4 images cannot have 3 labels"),
        (GOOD, [0, 1, 2, 0], r"label 2 is outside the 2 classes, which are numbered 0\.\.1"),
        (GOOD, [0, -1, 0, 0], "label -1 is outside"),
        (GOOD, [0.5, 0, 0, 0], "labels must be whole numbers"),
        (GOOD, [[[0]]] * 4, r"labels must have the shape \(n,\) or \(n, k\), not \(4, 1, 1\)"),
        (GOOD[0], [0], r"images must have the shape \(n, channels, height, width\), not \(1, 2, 2\)"),
        (GOOD[:0], [], r"there are no images: their shape is \(0, 1, 2, 2\)"),
        (GOOD * 255, [0] * 4, r"images must lie in 0\.\.1, not in .*; divide bytes by 255"),
        (GOOD, None, "labels must be a tensor, an array or lists of numbers"),
        (GOOD, ["a", "b", "a", "b"], "labels must be a tensor, an array or lists of numbers"),
        (GOOD, [0, 1, 0, 10**12], "label 1000000000000 is outside"),
        ("digits.png", [0] * 4, "images must be a tensor, an array or lists of numbers"),
        (GOOD.to(torch.complex64), [0] * 4, "images must be real numbers"),
        (GOOD * torch.nan, [0] * 4, r"images must lie in 0\.\.1, not in nan\.\.nan"),
    ],
)
def test_examples_that_do_not_fit_together(images, labels, message):
    with pytest.raises(ValueError, match=message):
        Examples(images, labels, ["a", "b"])


@pytest.mark.parametrize("classes", [2, [], None])
def test_classes_are_names(classes):
    with pytest.raises(ValueError, match="classes are the names of one class or more"):
        Examples(GOOD, [0] * 4, classes)


def test_a_seed_beyond_64_bits_is_named():
    with pytest.raises(ValueError, match="the seed must be less than"):
        overlapping_digits(2, seed=2**70)


@pytest.mark.parametrize(
    "ask, message",
    [
        (lambda: some().take(0), "the number of examples to take must be a whole number of at least 1, not 0"),
        (lambda: some().take(11), "cannot take 11 examples out of 10"),
        (lambda: some().batches(0), "the size of a batch must be a whole number of at least 1, not 0"),
        (lambda: some().batches(2.5), "not 2.5"),
        (lambda: some().batches(2, seed="0"), "the seed must be a whole number of at least 0, not '0'"),
        (lambda: some().batches(11, drop_last=True), "no batch of 11 can be filled from 10 examples"),
    ],
)
def test_requests_that_cannot_be_met(ask, message):
    with pytest.raises(ValueError, match=message):
        ask()


# Composed sets


@pytest.mark.parametrize("compose", COMPOSED)
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


WHOLE = "must be a whole number of at least"


@pytest.mark.parametrize("compose", COMPOSED)
@pytest.mark.parametrize(
    "options, message",
    [
        ({"n": 0}, f"the number of images {WHOLE} 1, not 0"),
        ({"n": -3}, f"{WHOLE} 1, not -3"),
        ({"n": 2.5}, f"{WHOLE} 1, not 2.5"),
        ({"n": True}, f"{WHOLE} 1, not True"),
        ({"seed": 0.5}, f"the seed {WHOLE} 0, not 0.5"),
        ({"seed": None}, f"the seed {WHOLE} 0, not None"),
        ({"split": "validation"}, "split must be 'train' or 'test', not 'validation'"),
    ],
)
def test_requests_for_composed_sets(compose, options, message):
    with pytest.raises(ValueError, match=message):
        compose(**{"n": 4, "seed": 0, **options})


@pytest.mark.parametrize(
    "ask, message",
    [
        (lambda: overlapping_digits(4, 0, shift=-1), f"the shift {WHOLE} 0, not -1"),
        (lambda: affine_digits(4, 0, canvas=27), "a canvas of 27 pixels is smaller than a digit, which has 28"),
        (lambda: cluttered_digits(4, 0, canvas=20), "a canvas of 20 pixels is smaller than a digit"),
        (lambda: cluttered_digits(4, 0, canvas=40.0), f"the side of the canvas {WHOLE} 1, not 40.0"),
        (lambda: cluttered_digits(4, 0, fragments=-1), f"the number of fragments {WHOLE} 0, not -1"),
        (lambda: cluttered_digits(4, 0, fragment_size=29), "a fragment of 29 pixels cannot be cut out of a digit of 28"),
        (lambda: affine_digits(4, 0, rotation=-5), r"the rotation must be a number in 0\.\.180, not -5"),
        (lambda: affine_digits(4, 0, shear="much"), r"the shear must be a number in 0\.\.1, not 'much'"),
        (lambda: affine_digits(4, 0, scale=1), r"the scale must be a pair \(least, largest\), not 1"),
        (lambda: affine_digits(4, 0, scale=(1.2, 0.8)), "but 1.2 exceeds 0.8"),
        (lambda: affine_digits(4, 0, scale=(0, 1)), r"each bound of the scale must be a number in 0\.1\.\.10, not 0"),
    ],
)
def test_options_of_composed_sets(ask, message):
    with pytest.raises(ValueError, match=message):
        ask()


def test_what_is_changed_in_place_stays_with_whoever_changed_it():
    train, _ = digits()
    train.take(5).images.fill_(0)
    assert train.images[:5].max() == 0 and digits()[0].images[:5].max() == 1
