"""Whole data sets, from tiny files of the same formats that a server on this machine hands out, whole or broken."""

import gzip
import itertools
import re
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from support.small_sets import (  # noqa: E402
    NAMES10,
    cifar10_members,
    idx,
    idx_files,
    idx_sources,
    labels,
    mat,
    pixels,
    records,
    same,
    serve,
    tar,
)

from squeezelab.data import DataFileError, cifar10, cifar100, fashion_mnist, mnist, svhn  # noqa: E402
from squeezelab.data import full_sets as sets  # noqa: E402

# What is read is what was written


@pytest.mark.parametrize("load, name", [(mnist, "5"), (fashion_mnist, "Sandal")])
def test_idx_sets(server, cache, load, name):
    contents, (train_images, train_labels, test_images, test_labels) = idx_files()
    train, test = load(cache, idx_sources(server, contents))
    assert same(train, train_images[:, None], train_labels) and same(test, test_images[:, None], test_labels)
    assert train.classes[5] == name


def test_cifar10(server, cache):
    members, parts = cifar10_members()
    train, test = cifar10(cache, serve(server, "cifar.tar.gz", tar(members)))
    assert same(train, np.concatenate([part[0] for part in parts[:5]]), np.concatenate([part[1] for part in parts[:5]]))
    assert same(test, *parts[5]) and train.classes == tuple(NAMES10)


def test_cifar100_takes_the_fine_labels(server, cache):
    fine, coarse, images = labels(12, 100), labels(12, 20)[::-1], pixels(12, 3, 32, 32)
    members = {"train.bin": records(images, coarse, fine), "test.bin": records(images[:3], coarse[:3], fine[:3])}
    members["fine_label_names.txt"] = "\n".join(f"thing_{number}" for number in range(100)).encode()
    train, test = cifar100(cache, serve(server, "cifar.tar.gz", tar(members)))
    assert same(train, images, fine) and same(test, images[:3], fine[:3])
    assert train.classes[7] == "thing_7" and len(train.classes) == 100


def test_svhn_calls_its_tenth_class_0(server, cache):
    images, digits = pixels(12, 3, 32, 32), labels(12)
    sources = [serve(server, "train.mat", mat(images, digits)), serve(server, "test.mat", mat(images[:5], digits[:5]))]
    train, test = svhn(cache, sources)
    assert 0 in digits
    assert same(train, images, digits) and same(test, images[:5], digits[:5])


def test_svhn_without_scipy_says_what_to_install(server, cache, monkeypatch):
    sources = [serve(server, name, b"not read") for name in ("train.mat", "test.mat")]
    monkeypatch.setitem(sys.modules, "scipy.io", None)
    with pytest.raises(ImportError, match="pip install scipy"):
        svhn(cache, sources)


def test_every_source_has_a_checksum_a_size_and_a_name_of_its_own():
    sources = [*sets.MNIST, *sets.FASHION, sets.CIFAR10, sets.CIFAR100, *sets.SVHN]
    assert len({source.name for source in sources}) == len({source.md5 for source in sources}) == 12
    for source in sources:
        assert re.fullmatch("[0-9a-f]{32}", source.md5) and source.size > 4000
        assert all(re.fullmatch(r"https?://[\w./~-]+", url) and source.name.endswith(url.split("/")[-1]) for url in source.urls)


# Files that are not what they should be


def plain_idx(first, *sizes, content=b""):
    return gzip.compress(bytes(first) + b"".join(size.to_bytes(4, "big") for size in sizes) + content)


@pytest.mark.parametrize(
    "part, content, message",
    [
        (0, b"<html>no such page</html>", "part0.gz is no whole gzip file: Not a gzipped file"),
        (0, idx(pixels(20, 28, 28))[:-100], "part0.gz is no whole gzip file: Compressed file ended"),
        (0, idx(labels(20)), "part0.gz is no idx file of bytes in 3 dimensions: it begins with 0x00000801"),
        (0, plain_idx([0, 0, 13, 3], 1, 1, 1), "it begins with 0x00000d03"),  # floats
        (1, gzip.compress(b""), "part1.gz is no idx file of bytes in 1 dimensions: it begins with 0x$"),
        (0, plain_idx([0, 0, 8, 3], 20, 28, 28, content=b"1234"), "part0.gz holds 4 bytes, but its header promises 20×28×28"),
        (1, plain_idx([0, 0, 8, 1], 2**32 - 1, content=b"1"), "part1.gz holds 1 bytes, but its header promises 4294967295"),
        (1, idx(labels(19)), "part1.gz: 20 images cannot have 19 labels"),
        (3, idx(labels(9)), "part3.gz: 10 images cannot have 9 labels"),
        (1, idx(labels(20) + 1), "part1.gz: label 10 is outside the 10 classes"),
        (0, idx(pixels(0, 28, 28)), "part1.gz: there are no images"),
    ],
    ids=itertools.count(),  # not the bytes
)
def test_broken_idx_files_are_named(server, cache, part, content, message):
    contents, _ = idx_files()
    contents[part] = content
    with pytest.raises(DataFileError, match=message):
        mnist(cache, idx_sources(server, contents))


def cifar_with(**changes):
    members = {**cifar10_members()[0], **{name.replace("__", "."): content for name, content in changes.items()}}
    return tar({name: content for name, content in members.items() if content is not None})


@pytest.mark.parametrize(
    "content, message",
    [
        (b"<html>no such page</html>", "cifar.tar.gz is no whole tar.gz file: not a gzip file"),
        (tar(cifar10_members()[0])[:-20_000], "cifar.tar.gz is no whole tar.gz file"),
        (cifar_with(test_batch__bin=None), "cifar.tar.gz lacks test_batch.bin"),
        (cifar_with(test_batch__bin=bytes(3072)), "holds 3,072 bytes of images, which is no multiple of 3,073"),
        (cifar_with(test_batch__bin=b""), "cifar.tar.gz: there are no images"),
        (cifar_with(test_batch__bin=bytes([10]) + bytes(3072)), "cifar.tar.gz: label 10 is outside the 10 classes"),
        (cifar_with(batches__meta__txt=b"cat dog"), "is outside the 2 classes"),
    ],
    ids=itertools.count(),
)
def test_broken_archives_are_named(server, cache, content, message):
    with pytest.raises(DataFileError, match=message):
        cifar10(cache, serve(server, "cifar.tar.gz", content))


def svhn_from(server, cache, content):
    return svhn(cache, [serve(server, name, content) for name in ("train.mat", "test.mat")])


def test_broken_matlab_files_are_named(server, tmp_path):
    images, digits = pixels(12, 3, 32, 32), labels(12)
    whole = mat(images, digits)
    flat = mat(pixels(12, 3, 28, 28), digits)
    cases = {
        "train.mat is no whole MATLAB file": [b"<html>no such page</html>", whole[:-5000], whole[:200], b""],
        r"train.mat: X must be bytes of the shape 32×32×3×n, not uint8 of \(28, 28, 3, 12\)": [flat],
        "train.mat: 12 images cannot have 11 labels": [mat(images, digits[1:])],
        "train.mat: label 11 is outside the 10 classes": [mat(images, digits + 2)],
    }
    for message, contents in cases.items():
        for number, content in enumerate(contents):
            with pytest.raises(DataFileError, match=message):
                svhn_from(server, tmp_path / f"{hash(message)}-{number}", content)
