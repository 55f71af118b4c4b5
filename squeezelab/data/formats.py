"""The files that image sets are distributed in, as arrays of bytes; a file that is not what it should be is named.

- idx (MNIST): a magic number, 0x00000803 for images and 0x00000801 for labels (the last byte is the number of dimensions),
  the size of each dimension, big-endian, and the bytes themselves; all of it gzipped.
- CIFAR's binary version: per image one byte per label, then 3×32×32 bytes; several such files and a list of names in a
  tar.gz. It needs no pickle, which could run any code.
- SVHN: a MATLAB file (version 5) of X, 32×32×3×n, and y, n×1, in which the digit 0 has the label 10.
"""

import gzip
import math
import tarfile
import zlib

import numpy as np

CIFAR_SHAPE = (3, 32, 32)
BROKEN = (gzip.BadGzipFile, EOFError, zlib.error, tarfile.TarError)  # what a damaged archive raises


class DataFileError(ValueError):
    """A file that is damaged or of another kind; the message names it."""


def read_idx(path, ndim):
    """The array of unsigned bytes, with `ndim` dimensions, in a gzipped idx file."""
    try:
        with gzip.open(path) as file:
            content = file.read()
    except BROKEN as error:
        raise DataFileError(f"{path} is no whole gzip file: {error}") from error
    start = 4 + 4 * ndim
    if len(content) < start or int.from_bytes(content[:4], "big") != 0x800 + ndim:  # 8: unsigned bytes
        raise DataFileError(f"{path} is no idx file of bytes in {ndim} dimensions: it begins with 0x{content[:4].hex()}")
    shape = np.frombuffer(content, ">u4", ndim, offset=4).tolist()
    if len(content) - start != math.prod(shape):
        promised = "×".join(map(str, shape))
        raise DataFileError(f"{path} holds {len(content) - start:,} bytes, but its header promises {promised}")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def read_tar(path, names):
    """The contents of the files with these names, whatever folder of the tar.gz they are in: a dict from name to bytes."""
    found = {}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                name = member.name.rpartition("/")[2]
                if member.isfile() and name in names:
                    found[name] = archive.extractfile(member).read()
    except BROKEN as error:
        raise DataFileError(f"{path} is no whole tar.gz file: {error}") from error
    missing = [name for name in names if name not in found]
    if missing:
        raise DataFileError(f"{path} lacks {', '.join(missing)}")
    return found


def cifar_records(content, label_bytes, path):
    """(images, labels) in a binary file of CIFAR: bytes (n, 3, 32, 32), and of several labels the last, which is finest."""
    length = label_bytes + math.prod(CIFAR_SHAPE)
    if len(content) % length:
        raise DataFileError(f"{path} holds {len(content):,} bytes of images, which is no multiple of {length:,}")
    records = np.frombuffer(content, np.uint8).reshape(-1, length)
    return records[:, label_bytes:].reshape(-1, *CIFAR_SHAPE), records[:, label_bytes - 1]


def read_svhn(path):
    """(images, labels) in a file of SVHN: bytes (n, 3, 32, 32) and the digits."""
    try:
        from scipy.io import loadmat
    except ImportError as error:
        raise ImportError("SVHN is distributed as MATLAB files, which scipy reads: pip install scipy") from error
    try:
        content = loadmat(path, variable_names=["X", "y"])
    except Exception as error:  # loadmat knows no error of its own: a damaged file raises whatever its bytes lead to
        raise DataFileError(f"{path} is no whole MATLAB file (version 5): {error}") from error
    if not {"X", "y"} <= set(content):
        raise DataFileError(f"{path} must hold X and y, the images and their labels")
    images, labels = content["X"], content["y"].ravel()
    if images.ndim != 4 or images.shape[:3] != (32, 32, 3) or images.dtype != np.uint8:
        raise DataFileError(f"{path}: X must be bytes of the shape 32×32×3×n, not {images.dtype} of {images.shape}")
    return images.transpose(3, 2, 0, 1), np.where(labels == 10, 0, labels)
