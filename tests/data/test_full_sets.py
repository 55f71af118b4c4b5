"""Whole data sets, from tiny files of the same formats that a server on this machine hands out, whole or broken."""

import errno
import functools
import gzip
import hashlib
import http.server
import io
import itertools
import re
import socket
import sys
import tarfile
import threading

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from support.server import QuietHandler  # noqa: E402

from squeezelab.data import DataFileError, DownloadError, Source, cifar10, cifar100, fashion_mnist, mnist, svhn  # noqa: E402
from squeezelab.data import full_sets as sets  # noqa: E402
from squeezelab.data.fetch import cache_folder, fetch  # noqa: E402

RNG = np.random.default_rng(0)


class Handler(QuietHandler):
    """Serves a folder; /cut/NAME breaks off half way, /busy/NAME is unavailable."""

    def do_GET(self):
        kind, _, name = self.path[1:].rpartition("/")
        self.server.asked.append(self.path)
        if kind == "busy":
            return self.send_error(503)
        if kind != "cut":
            return super().do_GET()
        content = (self.server.folder / name).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    handler = functools.partial(Handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.folder, server.asked = folder, []
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # seconds until it sees its shutdown
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def serve(server, name, content, *kinds):
    """The source of a file that the server holds from now on, at the addresses of these kinds."""
    (server.folder / name).write_bytes(content)
    urls = [f"{server.url}/{kind}{name}" for kind in kinds or [""]]
    return Source(name, urls, hashlib.md5(content).hexdigest(), len(content))


def files(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# Tiny files of each format


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


NAMES10 = "airplane automobile bird cat deer dog frog horse ship truck".split()


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


# Fetching


def test_a_file_is_fetched_once(server, cache):
    source = serve(server, "file.bin", b"content")
    assert fetch(source, cache).read_bytes() == fetch(source, cache).read_bytes() == b"content"
    assert server.asked == ["/file.bin"] and files(cache) == ["file.bin"]


def test_a_damaged_file_in_the_folder_is_fetched_again(server, cache):
    source = serve(server, "file.bin", b"content")
    cache.mkdir()
    (cache / "file.bin").write_bytes(b"cont")
    assert fetch(source, cache).read_bytes() == b"content"


def test_the_next_address_is_tried_when_one_fails(server, cache):
    source = serve(server, "file.bin", b"content" * 1000, "busy/", "cut/", "missing/", "")
    assert fetch(source, cache).read_bytes() == b"content" * 1000
    assert server.asked == ["/busy/file.bin", "/cut/file.bin", "/missing/file.bin", "/file.bin"]
    assert files(cache) == ["file.bin"]


def refused(source, cache, message):
    """The one line of the error that fetching raises, which leaves nothing in the folder."""
    with pytest.raises(DownloadError, match=message) as error:
        fetch(source, cache)
    assert "\n" not in str(error.value) and source.name in str(error.value)
    assert files(cache) == []
    return str(error.value)


@pytest.mark.parametrize(
    "kind, message",
    [
        ("busy/", r"/busy/file.bin answered 503"),
        ("missing/", r"/missing/file.bin answered 404"),
        ("cut/", r"/cut/file.bin broke off before the end"),
    ],
)
def test_a_download_that_fails_gives_one_line_and_leaves_nothing(server, cache, kind, message):
    line = refused(serve(server, "file.bin", b"content" * 1000, kind), cache, message)
    assert "(7,000 bytes) could not be downloaded" in line and f"put the file into {cache} yourself" in line


def test_a_wrong_checksum_gives_one_line_and_leaves_nothing(server, cache):
    source = serve(server, "file.bin", b"content")
    source.md5 = "0" * 32
    refused(source, cache, "sent a file with another checksum")


@pytest.fixture
def nowhere():
    """An address at which nobody answers."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}/file.bin"


def test_no_network_gives_one_line_and_leaves_nothing(nowhere, cache):
    refused(Source("file.bin", nowhere, "0" * 32, 7), cache, "could not be reached")


def test_a_file_put_there_by_hand_is_left_alone_and_its_checksum_blamed(nowhere, cache):
    cache.mkdir()
    (cache / "file.bin").write_bytes(b"mine")
    with pytest.raises(DownloadError, match="could not be reached .*; the file that is there has another checksum"):
        fetch(Source("file.bin", nowhere, "0" * 32, 7), cache)
    assert (cache / "file.bin").read_bytes() == b"mine" and files(cache) == ["file.bin"]


def test_a_full_disk_gives_one_line_and_leaves_nothing(server, cache, monkeypatch):
    source = serve(server, "file.bin", b"content" * 1000, "", "")
    real_open = open

    def full(path, mode="r", *args, **kwargs):
        file = real_open(path, mode, *args, **kwargs)
        if "w" in mode and str(path).startswith(str(cache)):
            file = FullFile(file)
        return file

    monkeypatch.setattr("pooch.downloaders.open", full, raising=False)
    line = refused(source, cache, "No space left on device; make room or pass another folder")
    assert str(cache) in line
    assert server.asked == ["/file.bin"]  # no other address helps


class FullFile:
    """A file on a disk that takes no more."""

    def __init__(self, file):
        self.file = file

    def write(self, _):
        raise OSError(errno.ENOSPC, "No space left on device")

    def close(self):
        self.file.close()


def test_a_folder_that_is_none_is_said_to_be_none(server, tmp_path):
    (tmp_path / "occupied").write_text("a file")
    with pytest.raises(DownloadError, match="cannot keep file.bin .* in .*occupied: .*pass another folder"):
        fetch(serve(server, "file.bin", b"content"), tmp_path / "occupied")


def test_an_interrupted_download_leaves_nothing(server, cache, monkeypatch):
    def interrupted(self, chunk_size):
        yield b"cont"
        raise KeyboardInterrupt

    monkeypatch.setattr("requests.Response.iter_content", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch(serve(server, "file.bin", b"content"), cache)
    assert files(cache) == []


def test_a_download_shows_its_progress_unless_nobody_watches(server, cache, monkeypatch, capsys):
    source = serve(server, "file.bin", b"content" * 1000)
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr("squeezelab.notebook.progress.in_notebook", lambda: True)
    for ci, shown in [("", True), ("true", False)]:
        monkeypatch.setenv("CI", ci)
        fetch(source, cache / (ci or "watched"))
        assert ("file.bin: 100%" in capsys.readouterr().err) == shown


def test_files_are_kept_in_the_cache_of_the_user_unless_told_otherwise(tmp_path):
    assert cache_folder(tmp_path) == tmp_path
    assert cache_folder().is_absolute() and "squeezelab" in cache_folder().parts
    assert cache_folder("~/sets").is_absolute()


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
