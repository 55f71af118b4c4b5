"""Files from the network, kept in a folder: fetched once, checked, and whole or not there at all.

pooch downloads under another name and renames the file when its checksum is right, so an interruption at any moment
leaves nothing behind. What went wrong comes out as one line that says what to do.
"""

import os
import re
from pathlib import Path

from ..core.checks import whole
from ..notebook.progress import is_quiet

PATIENCE = 30  # seconds without an answer until the next address is tried


class DownloadError(OSError):
    """A file could not be fetched; the message says which, why, and what to do."""


class Source:
    """A file that may be had from each of `urls`, tried in this order: its `name` in the folder, its `md5` as hexadecimal
    digits, and its `size` in bytes. Raises a ValueError for a name with a folder, no address, or what is no MD5 or size.

    >>> Source("notes.txt", "https://example.org/notes.txt", "d41d8cd98f00b204e9800998ecf8427e", 100).urls
    ('https://example.org/notes.txt',)
    """

    def __init__(self, name: str, urls: str | list, md5: str, size: int):
        if not isinstance(name, str) or not name or Path(name).name != name:
            raise ValueError(f"the name of a file must be text without a folder, not {name!r}")
        self.urls = (urls,) if isinstance(urls, str) else tuple(urls if hasattr(urls, "__iter__") else ())
        if not self.urls or not all(isinstance(url, str) and url for url in self.urls):
            raise ValueError(f"{name} needs one address or more, not {urls!r}")
        if not isinstance(md5, str) or not re.fullmatch("[0-9a-f]{32}", md5):
            raise ValueError(f"the md5 of {name} must be 32 hexadecimal digits, not {md5!r}")
        self.name = name
        self.md5 = md5
        self.size = whole(size, f"the size of {name} in bytes", least=0)


def cache_folder(folder=None):
    """The folder that files are kept in: the given one, or squeezelab's in the user's cache."""
    import pooch

    if folder is not None and not isinstance(folder, (str, os.PathLike)):
        raise ValueError(f"a folder is a path, not {folder!r}")
    return Path(folder).expanduser() if folder else Path(pooch.os_cache("squeezelab"))


def fetch(source, folder=None):
    """The path of the file in the folder, downloaded unless it is there already with the right checksum.

    Raises a DownloadError where no address gives the file or the folder cannot take it, a ValueError for what is no `Source`.
    """
    import pooch  # here and below: digits() should not wait for what only downloads need
    import requests

    if not isinstance(source, Source):
        raise ValueError(f"a file is fetched from a Source(name, urls, md5, size), not from {source!r}")
    folder = cache_folder(folder)
    failures = []
    for url in source.urls:
        try:
            return Path(pooch.retrieve(url, f"md5:{source.md5}", source.name, folder, downloader=downloader(source)))
        except (requests.RequestException, ValueError) as error:  # pooch raises a ValueError for a wrong checksum
            failures.append(f"{url} {failure_text(error)}")
        except OSError as error:
            raise DownloadError(unwritable(source, folder, error)) from error
    if (folder / source.name).exists():
        failures.append("the file that is there has another checksum")
    tried = "; ".join(failures)
    advice = f"try again later, or put the file into {folder} yourself"
    raise DownloadError(f"{source.name} ({source.size:,} bytes) could not be downloaded: {tried}; {advice}")


def downloader(source):
    """What pooch calls to download: with a progress bar, unless nobody watches."""
    from pooch import HTTPDownloader
    from tqdm.auto import tqdm

    def download(url, output_file, caller):
        with tqdm(total=source.size, desc=source.name, unit="B", unit_scale=True, disable=is_quiet()) as bar:
            HTTPDownloader(bar, chunk_size=1 << 16, timeout=PATIENCE)(url, output_file, caller)

    return download


def failure_text(error):
    """Why an address did not give the file, in a few words."""
    import requests

    if isinstance(error, requests.HTTPError):
        return f"answered {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return f"did not answer within {PATIENCE} s"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "broke off before the end"
    if isinstance(error, requests.ConnectionError):
        return "could not be reached (is there a network?)"
    if isinstance(error, requests.RequestException):
        return f"failed ({type(error).__name__})"
    return "sent a file with another checksum"


def unwritable(source, folder, error):
    """The message for a folder that cannot take the file: full, read-only, no folder at all."""
    cause = error.strerror or str(error)
    return f"cannot keep {source.name} ({source.size:,} bytes) in {folder}: {cause}; make room or pass another folder"
