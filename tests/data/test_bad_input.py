"""What the data sets say about what they cannot hold, draw or fetch; damaged files are in test_full_sets."""

import pytest

torch = pytest.importorskip("torch")

from squeezelab.data import (  # noqa: E402
    Examples,
    Source,
    affine_digits,
    cifar10,
    cifar100,
    cluttered_digits,
    fashion_mnist,
    mnist,
    overlapping_digits,
    svhn,
)

COMPOSED = [overlapping_digits, affine_digits, cluttered_digits]
WHOLE = "must be a whole number of at least"
GOOD = torch.rand(4, 1, 2, 2)


def some(n=10, classes=3):
    return Examples(torch.rand(n, 1, 4, 4), torch.arange(n) % classes, "abc"[:classes])


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
        ({"split": "validation"}, "unknown split 'validation'; there are train, test"),
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


@pytest.mark.parametrize(
    "options, message",
    [
        ({"name": "folder/file.bin"}, "the name of a file must be text without a folder, not 'folder/file.bin'"),
        ({"name": ""}, "must be text without a folder, not ''"),
        ({"name": 7}, "must be text without a folder, not 7"),
        ({"urls": []}, r"file.bin needs one address or more, not \[\]"),
        ({"urls": ""}, "file.bin needs one address or more, not ''"),
        ({"urls": 7}, "file.bin needs one address or more, not 7"),
        ({"urls": [None]}, r"file.bin needs one address or more, not \[None\]"),
        ({"md5": "sha"}, "the md5 of file.bin must be 32 hexadecimal digits, not 'sha'"),
        ({"size": -1}, f"the size of file.bin in bytes {WHOLE} 0, not -1"),
    ],
)
def test_a_source_says_what_it_needs(options, message):
    with pytest.raises(ValueError, match=message):
        Source(**{"name": "file.bin", "urls": ["http://localhost/file.bin"], "md5": "0" * 32, "size": 7, **options})


@pytest.mark.parametrize("load", [mnist, fashion_mnist])
@pytest.mark.parametrize("sources", [[], ["a.gz"] * 3, "abcd", None])
def test_idx_sets_are_made_of_four_files(load, sources, tmp_path):
    with pytest.raises(ValueError, match="sources must be 4, of training images, training labels, test images, test labels, not"):
        load(tmp_path, sources)


def test_svhn_is_made_of_two_files(tmp_path):
    with pytest.raises(ValueError, match=r"sources must be 2, of training, test, not \[\]"):
        svhn(tmp_path, [])


@pytest.mark.parametrize("load", [cifar10, cifar100])
def test_a_file_is_fetched_from_a_source(load, tmp_path):
    with pytest.raises(ValueError, match=r"a file is fetched from a Source\(name, urls, md5, size\), not from 'cifar.tar.gz'"):
        load(tmp_path, "cifar.tar.gz")
    with pytest.raises(ValueError, match="a folder is a path, not 7"):
        load(7)
