"""The digits in the package, and what holds them."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from make_digits import make  # noqa: E402
from support.small_sets import idx  # noqa: E402

from squeezelab.data import Examples, digits  # noqa: E402
from squeezelab.data.embedded import FILE  # noqa: E402

torch.set_num_threads(1)


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


def test_what_is_changed_in_place_stays_with_whoever_changed_it():
    train, _ = digits()
    train.take(5).images.fill_(0)
    assert train.images[:5].max() == 0 and digits()[0].images[:5].max() == 1


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
