"""The files that image sets are distributed in, as arrays of bytes; a file that is not what it should be is named.

An idx file (MNIST) is a magic number, 0x00000803 for images and 0x00000801 for labels (the last byte is the number of
dimensions), the size of each dimension, big-endian, and the bytes themselves; all of it gzipped.
"""

import gzip
import zlib

import numpy as np


class DataFileError(ValueError):
    """A file that is damaged or of another kind; the message names it."""


def read_idx(path, ndim):
    """The array of unsigned bytes, with `ndim` dimensions, that a gzipped idx file holds."""
    try:
        with gzip.open(path) as file:
            content = file.read()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataFileError(f"{path} is no whole gzip file ({error}); delete it, and it is fetched again") from error
    magic, header = 0x800 + ndim, 4 + 4 * ndim  # 8: unsigned bytes
    if len(content) < header or int.from_bytes(content[:4], "big") != magic:
        raise DataFileError(f"{path} is no idx file of bytes in {ndim} dimensions: it begins with {content[:4].hex()}")
    shape = np.frombuffer(content, ">i4", ndim, offset=4)
    if len(content) - header != np.prod(shape, dtype=np.int64):
        sizes = "×".join(map(str, shape))
        raise DataFileError(f"{path} holds {len(content) - header} bytes where its header promises {sizes}")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
