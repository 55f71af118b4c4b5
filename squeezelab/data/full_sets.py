"""The whole sets, fetched once and kept: MNIST, Fashion-MNIST, CIFAR-10, CIFAR-100, SVHN.

Each function returns (train, test). `folder` is where the files are kept (default: squeezelab's folder in the user's
cache), `sources` where they come from. The checksums are those that the makers of the sets publish, or torchvision where
they don't; addresses, sizes and checksums are [recalled]. The images become float32 when they are loaded: MNIST takes
0.2 GB, CIFAR 0.7 GB, SVHN 1.2 GB.
"""

from pathlib import Path

import numpy as np

from .embedded import CLASSES, as_images
from .examples import Examples
from .fetch import Source, fetch
from .formats import DataFileError, cifar_records, read_idx, read_svhn, read_tar

SPLITS = ("train", "test")  # in the order in which every set is returned
CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")

MNIST_MIRRORS = ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"]
FASHION_MIRRORS = [
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
]
TORONTO = "https://www.cs.toronto.edu/~kriz/"
STANFORD = "http://ufldl.stanford.edu/housenumbers/"


def on_mirrors(mirrors, name, md5, size, prefix=""):
    """A file that has one name on all mirrors."""
    return Source(prefix + name, [mirror + name for mirror in mirrors], md5, size)


MNIST = [  # training images and labels, test images and labels
    on_mirrors(MNIST_MIRRORS, "train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
    on_mirrors(MNIST_MIRRORS, "train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432", 28_881),
    on_mirrors(MNIST_MIRRORS, "t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3", 1_648_877),
    on_mirrors(MNIST_MIRRORS, "t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c", 4_542),
]
FASHION = [  # the same names as MNIST's, so a prefix keeps them apart in one folder
    on_mirrors(FASHION_MIRRORS, "train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880, "fashion-"),
    on_mirrors(FASHION_MIRRORS, "train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe", 29_515, "fashion-"),
    on_mirrors(FASHION_MIRRORS, "t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79", 4_422_102, "fashion-"),
    on_mirrors(FASHION_MIRRORS, "t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310", 5_148, "fashion-"),
]
CIFAR10 = on_mirrors([TORONTO], "cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530", 170_052_171)
CIFAR100 = on_mirrors([TORONTO], "cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8", 168_513_733)
SVHN = [  # training, test
    on_mirrors([STANFORD], "train_32x32.mat", "e26dedcc434d2e4c54c9b2d4a06d8373", 182_040_794, "svhn-"),
    on_mirrors([STANFORD], "test_32x32.mat", "eb5a983be6a315427106f1b164d9cef3", 64_275_384, "svhn-"),
]


def mnist(folder: str | Path | None = None, sources: list = MNIST) -> tuple:
    """60,000 training and 10,000 test digits, 1×28×28. Source: LeCun, Bottou, Bengio, Haffner 1998; 12 MB.

    Raises a DownloadError where a file cannot be had or kept, a DataFileError where it is damaged.

    >>> sum(source.size for source in MNIST)  # bytes that mnist() fetches the first time
    11594722
    """
    return idx_set(folder, sources, CLASSES)


def fashion_mnist(folder: str | Path | None = None, sources: list = FASHION) -> tuple:
    """60,000 training and 10,000 test pieces of clothing, 1×28×28. Source: Xiao, Rasul, Vollgraf 2017; 31 MB.

    Raises what `mnist` raises.

    >>> CLOTHES[9], sum(source.size for source in FASHION)
    ('Ankle boot', 30878645)
    """
    return idx_set(folder, sources, CLOTHES)


def cifar10(folder: str | Path | None = None, source: Source = CIFAR10) -> tuple:
    """50,000 training and 10,000 test photographs, 3×32×32. Source: Krizhevsky 2009; 170 MB. Raises what `mnist` raises.

    >>> CIFAR10.name, CIFAR10.size
    ('cifar-10-binary.tar.gz', 170052171)
    """
    train = [f"data_batch_{number}.bin" for number in range(1, 6)]
    return cifar_set(folder, source, train, "test_batch.bin", "batches.meta.txt", label_bytes=1)


def cifar100(folder: str | Path | None = None, source: Source = CIFAR100) -> tuple:
    """50,000 training and 10,000 test photographs in 100 classes, 3×32×32. Source: Krizhevsky 2009; 169 MB. Raises what `mnist`
    raises.

    >>> CIFAR100.name, CIFAR100.size
    ('cifar-100-binary.tar.gz', 168513733)
    """
    return cifar_set(folder, source, ["train.bin"], "test.bin", "fine_label_names.txt", label_bytes=2)


def svhn(folder: str | Path | None = None, sources: list = SVHN) -> tuple:
    """73,257 training and 26,032 test house numbers, 3×32×32. Needs scipy. Source: Netzer et al. 2011; 246 MB.

    Raises an ImportError without scipy, and what `mnist` raises.

    >>> [source.name for source in SVHN]
    ['svhn-train_32x32.mat', 'svhn-test_32x32.mat']
    """
    paths = fetch_all(sources, folder, ("training", "test"))
    return tuple(examples_of(*read_svhn(path), CLASSES, path, split) for path, split in zip(paths, SPLITS))


def fetch_all(sources, folder, parts):
    """The path of each source; raises a ValueError unless there is one for each of the parts."""
    if not isinstance(sources, (list, tuple)) or len(sources) != len(parts):
        raise ValueError(f"sources must be {len(parts)}, of {', '.join(parts)}, not {sources!r}")
    return [fetch(source, folder) for source in sources]


def idx_set(folder, sources, classes):
    """(train, test) out of four idx files."""
    parts = ("training images", "training labels", "test images", "test labels")
    train, train_labels, test, test_labels = fetch_all(sources, folder, parts)
    pairs = [(train, train_labels), (test, test_labels)]
    read = [(read_idx(images, 3), read_idx(labels, 1), classes, labels) for images, labels in pairs]
    return tuple(examples_of(*each, split) for each, split in zip(read, SPLITS))


def cifar_set(folder, source, train, test, names, label_bytes):
    """(train, test) out of one tar.gz; the last label byte of a record counts, and `names` lists the classes."""
    path = fetch(source, folder)
    content = read_tar(path, [*train, test, names])
    classes = content[names].decode("ascii", "replace").split()
    parts = b"".join(content[name] for name in train), content[test]
    read = [(*cifar_records(part, label_bytes, path), classes, path) for part in parts]
    return tuple(examples_of(*each, split) for each, split in zip(read, SPLITS))


def examples_of(images, labels, classes, path, split):
    """Examples out of bytes; what is wrong with them is said with the name of the file."""
    try:
        return Examples(as_images(images), labels.astype(np.int64), classes, split)
    except ValueError as error:
        raise DataFileError(f"{path}: {error}") from error
