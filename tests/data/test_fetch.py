"""Files from the network: fetched once, checked, and whole or not there at all."""

import errno
import socket

import pytest

pytest.importorskip("torch")

from support.small_sets import files, serve  # noqa: E402

from squeezelab.data import DownloadError, Source  # noqa: E402
from squeezelab.data.fetch import cache_folder, fetch  # noqa: E402


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
