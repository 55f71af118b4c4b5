"""Make squeezelab/data/digits.npz out of the four files of MNIST: `python tools/make_digits.py FOLDER [TARGET]`.

FOLDER holds them as they are distributed, gzipped; `squeezelab.data.mnist(FOLDER)` fetches them. The same files give the
same bytes.
"""

import sys
from pathlib import Path

import numpy as np

from squeezelab.data.embedded import FILE
from squeezelab.data.formats import read_idx

PER_CLASS = 1200  # 12,000 in all: together with the test set they fit into 4 MB, and a small network reaches 98 %


def read(folder, part):
    """(images, labels) of one of MNIST's two parts, `train` or `t10k`."""
    return read_idx(folder / f"{part}-images-idx3-ubyte.gz", 3), read_idx(folder / f"{part}-labels-idx1-ubyte.gz", 1)


def balanced_rows(labels, per_class=PER_CLASS):
    """Rows of the first `per_class` of each class, one class after the other: 0, 1, ..., 9, 0, 1, ..."""
    rows = [np.flatnonzero(labels == digit)[:per_class] for digit in range(10)]
    short = min(map(len, rows))
    if short < per_class:
        raise ValueError(f"{per_class} digits of each class are needed, but one has only {short}")
    return np.stack(rows, axis=1).ravel()


def make(folder, target=FILE, per_class=PER_CLASS):
    """Write the file `target`."""
    images, labels = read(folder, "train")
    rows = balanced_rows(labels, per_class)
    test_images, test_labels = read(folder, "t10k")
    train = {"train_images": images[rows], "train_labels": labels[rows]}
    np.savez_compressed(target, **train, test_images=test_images, test_labels=test_labels)


if __name__ == "__main__":
    make(*map(Path, sys.argv[1:]))
    print(f"{(Path(sys.argv[2]) if len(sys.argv) > 2 else FILE).stat().st_size:,} bytes")
