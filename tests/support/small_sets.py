"""Tiny files of the formats that image sets are distributed in, and how a server on this machine hands them out."""

import gzip
import hashlib
import io
import tarfile

import numpy as np
import pytest
import torch

from squeezelab.data import Source

RNG = np.random.default_rng(0)
NAMES10 = "airplane automobile bird cat deer dog frog horse ship truck".split()


def serve(server, name, content, *kinds):
    """The source of a file that the server holds from now on, at the addresses of these kinds."""
    (server.folder / name).write_bytes(content)
    urls = [f"{server.url}/{kind}{name}" for kind in kinds or [""]]
    return Source(name, urls, hashlib.md5(content).hexdigest(), len(content))


def files(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def idx(array):
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return gzip.compress(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes())


def pixels(*shape):
    return RNG.integers(256, size=shape, dtype=np.uint8)


def labels(n, classes=10):
    return (np.arange(n) * 7 % classes).astype(np.uint8)


def idx_files(train=20, test=10):
    """Contents by name, and the arrays in them: training images and labels, test images and labels."""
    arrays = pixels(train, 28, 28), labels(train), pixels(test, 28, 28), labels(test)
    return [idx(array) for array in arrays], arrays


def idx_sources(server, contents):
    return [serve(server, f"part{number}.gz", content) for number, content in enumerate(contents)]


def tar(members):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(f"folder/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


def records(images, *label_columns):
    return np.hstack([*(column[:, None] for column in label_columns), images.reshape(len(images), -1)]).tobytes()


def cifar10_members(n=4):
    parts = {
        name: (pixels(n, 3, 32, 32), labels(n)) for name in [f"data_batch_{i}.bin" for i in range(1, 6)] + ["test_batch.bin"]
    }
    members = {name: records(*part) for name, part in parts.items()}
    return {**members, "batches.meta.txt": "\n".join(NAMES10 + [""]).encode()}, list(parts.values())


def mat(images, digits, **others):
    """A file as SVHN's, of images (n, 3, 32, 32)."""
    io_ = pytest.importorskip("scipy.io")
    target = io.BytesIO()
    y = np.where(digits == 0, 10, digits)[:, None]
    io_.savemat(target, {"X": images.transpose(2, 3, 1, 0), "y": y, **others}, do_compression=True)
    return target.getvalue()


def same(examples, images, classes):
    """Whether the examples are these images, of shape (n, channels, height, width), with these labels."""
    images_equal = torch.equal(examples.images, torch.from_numpy(images).float() / 255)
    return images_equal and examples.labels.tolist() == list(map(int, classes))
