"""What the tests share: the built book, a server for it, and a browser."""

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings
from support import ROOT
from support.engines import QUIET, needed
from support.server import serving

os.environ["TQDM_DISABLE"] = "1"  # also in the kernels: a progress bar would be an output to compare
os.environ["OMP_NUM_THREADS"] = "1"  # torch, here and in the kernels: two processes of tests take a core each
# On a busy machine an example may take long, and that is no fault; the examples are the same in every run.
settings.register_profile("book", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("book")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from support.shares import Shares  # needs what only `pytest -n` has

    return Shares(config, log)


def pytest_collection_modifyitems(config, items):
    for item in items:
        if " at 0x" in item.nodeid:
            raise pytest.UsageError(f"no two processes would agree on the name of a test: {item.nodeid}")
    if hasattr(config, "workerinput"):  # one of several processes
        from support.shares import rank

        items.sort(key=lambda item: rank(item.nodeid))


@pytest.fixture(scope="session")
def book():
    """The folder of the built book."""
    html = ROOT / "_build/html"
    if not (html / "book/intro.html").exists():
        pytest.fail("the book is not built: run `make book` (or `make test`, which does so first)")
    return html


@pytest.fixture
def own_book(book, tmp_path):
    """A copy of the built book, for what writes into it."""
    return shutil.copytree(book, tmp_path / "html")


@pytest.fixture(scope="session")
def site(book):
    """The address at which the built book is served, without a slash at the end."""
    server = serving(book)
    yield server.url
    server.stop()


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
    tab.on("requestfailed", lambda request: was_left(request) or tab.problems.append(f"failed: {request.url}"))
    tab.on("request", lambda request: is_foreign(request.url) and tab.problems.append(f"foreign: {request.url}"))
    yield tab
    context.close()


def was_left(request):
    """Whether it is the script of a thread that was on its way when the page was left."""
    return request.url.startswith("blob:") and request.failure == "net::ERR_ABORTED"


def is_foreign(url):
    """Whether a request leaves the book's own files."""
    return not url.startswith(("http://127.0.0.1:", "file:", "data:", "blob:", "about:"))
