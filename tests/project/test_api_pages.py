"""The pages about the packages: every name that a package exports is there, readable, and light."""

import ast
import doctest
import gzip
import importlib
import re
import subprocess
import sys

import api_pages
import docstring_text
import pytest
from api_pages import packages
from support import ROOT

HEAVIEST = 25_000  # bytes of a page, compressed; the longest has forty functions


def headings(text):
    return re.findall(r"^##+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.S).replace("\\_", "_"), re.MULTILINE)


def test_every_package_has_a_page():
    there = {path.parent.name for path in (ROOT / "squeezelab").glob("*/__init__.py")}
    assert set(packages()) == there


@pytest.mark.parametrize("package", packages())
def test_every_exported_name_is_on_the_page_of_its_package(package):
    exported = getattr(importlib.import_module(f"squeezelab.{package}"), "__all__", ())
    assert set(exported) <= set(headings(api_pages.texts()[f"{package}.md"]))


def test_the_pages_are_made_without_importing_the_package():
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r}); import api_pages; api_pages.texts(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"squeezelab", "torch"} & set(loaded)


def test_the_examples_of_the_tools_are_true():
    assert doctest.testmod(docstring_text).failed == 0


def test_a_name_of_another_package_is_a_link_to_it():
    assert "[`squeezelab.compression`](compression.md#factored)" in api_pages.texts()["decompose.md"]


def test_a_long_signature_has_a_line_for_each_argument():
    function = ast.parse(f"def f(a, b={'x' * 90}, c=(1, 2)) -> int: 0").body[0]
    assert api_pages.signature(function, "f").splitlines() == ["f(", "    a,", f"    b={'x' * 90},", "    c=(1, 2),", ") -> int"]


@pytest.mark.parametrize("package", packages())
def test_a_page_of_the_built_book_is_light_and_has_every_name(book, package):
    html = (book / f"book/reference/{package}.html").read_text("utf-8")
    assert len(gzip.compress(html.encode())) < HEAVIEST
    assert "live/engine.js" not in html
    shown = re.findall(r"<h[23]>(.*?)<a ", html)
    assert shown == headings(api_pages.texts()[f"{package}.md"])


@pytest.mark.browser
@pytest.mark.parametrize("package", ["networks", "training"])
def test_a_page_fits_on_a_telephone(page, site, package):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{site}/book/reference/{package}.html", wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
