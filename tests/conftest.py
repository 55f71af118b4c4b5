"""What the tests share: the built book, a server for it, and a browser."""

import functools
import http.server
import os
import threading

import pytest
from support import ROOT
from support.engines import QUIET, needed
from support.server import QuietHandler

os.environ["TQDM_DISABLE"] = "1"  # also in the kernels: a progress bar would be an output to compare


@pytest.fixture(scope="session")
def book():
    """The folder of the built book."""
    html = ROOT / "_build/html"
    if not (html / "book/intro.html").exists():
        pytest.fail("the book is not built: run `make book` (or `make test`, which does so first)")
    return html


@pytest.fixture(scope="session")
def site(book):
    """The address at which the built book is served, without a slash at the end."""
    handler = functools.partial(QuietHandler, directory=str(book))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium. Without one these tests are skipped, or fail where it is required (`support.engines`)."""
    (path,) = needed("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A fresh tab, with `page.problems`: errors of the console, failed requests and requests to other hosts."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    tab = context.new_page()
    tab.problems = []
    tab.on("console", lambda message: message.type == "error" and tab.problems.append(message.text))
    tab.on("pageerror", lambda error: tab.problems.append(str(error)))
    tab.on("requestfailed", lambda request: tab.problems.append(f"failed: {request.url}"))
    tab.on("request", lambda request: is_foreign(request.url) and tab.problems.append(f"foreign: {request.url}"))
    yield tab
    context.close()


def is_foreign(url):
    """Whether a request leaves the book's own files."""
    return not url.startswith(("http://127.0.0.1:", "file:", "data:", "blob:", "about:"))
