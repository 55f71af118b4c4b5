"""Give each page of a built book the Python that its figures need, and no more: `python tools/live_pages.py _build/html`.

What every page with figures needs is one file, fetched once and kept by the browser; the rest is one file a page. Whole
bundles would make a first chapter 1 kB lighter, and each further one 30 kB heavier. The tag of page.js names the files, with
a stamp of their content in the address, so that no browser keeps an old one.
"""

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

from portable import needed

PAYLOAD = re.compile(r'<div class="sqz sqz-explorer"[^>]*><script type="application/json">(.*?)</script>', re.S)
TAG = re.compile(r'(<script\b[^>]*?) src="([^"]*)page\.js(\?[^"]*)?"(?: data-python="[^"]*")?([^>]*></script>)')
BEFORE, AFTER = "Object.assign((globalThis.squeezelabSources ??= {}), ", ");\n"


def explorers_in(html):
    """Names of the explorers of a page, in order."""
    payloads = [json.loads(text) for text in PAYLOAD.findall(html)]
    return [payload["name"] for payload in payloads if payload["kind"] == "explorer"]


def files_for(explorers, more=()):
    """{path: text} of what these explorers need, and of further modules, such as the checks of a chapter's exercises."""
    roots = [f"squeezelab.explorers.{name}" for name in explorers]
    return needed("squeezelab.explorers", *roots, *more) if explorers or more else {}


def script(files):
    """The files as a script, which a page opened from disk can load as well."""
    return BEFORE + json.dumps(files, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c") + AFTER


def files_in(text):
    """The files that such a script holds."""
    return json.loads(text.removeprefix(BEFORE).removesuffix(AFTER))


def write_script(folder, name, files):
    """Writes the script below `folder`; returns its address there, or None if there is nothing to write."""
    if not files:
        return None
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = script(files)
    path.write_text(text, "utf-8")
    return f"{name}?v={hashlib.sha256(text.encode()).hexdigest()[:8]}"


def in_all(pages):
    """What each of these {path: text} holds."""
    first, *others = pages
    return {path: text for path, text in first.items() if all(other.get(path) == text for other in others)}


def name_python(page, addresses):
    """Writes the addresses into the tag of page.js; a page in which it would have nothing to do loses the tag."""
    html = page.read_text("utf-8")
    data = f' data-python="{" ".join(filter(None, addresses))}"' if any(addresses) else ""
    tag = rf'\1 src="\2page.js\3"{data}\4' if PAYLOAD.search(html) else ""
    after = TAG.sub(tag, html)
    if after != html:
        page.write_text(after, "utf-8")


def give_python(html):
    """Writes the Python of all pages below this folder beside page.js; doing it twice changes nothing."""
    (live,) = {path.parent for path in html.rglob("live/page.js")}
    shutil.rmtree(live / "python", ignore_errors=True)
    pages = {page: files_for(explorers_in(page.read_text("utf-8"))) for page in sorted(html.rglob("*.html"))}
    shared = in_all([files for files in pages.values() if files] or [{}])
    common = write_script(live, "python/shared.js", shared)
    for page, files in pages.items():
        own = {path: text for path, text in files.items() if path not in shared}
        name = page.relative_to(html).with_suffix(".js").as_posix()
        name_python(page, [common, write_script(live, f"python/{name}", own)] if files else [])


def python_of(page):
    """{path: text} of the Python that a built page loads."""
    html = page.read_text("utf-8")
    _, live, *_ = TAG.search(html).groups()
    names = re.findall(r"[ \"](python/[^? ]+)\?v=", TAG.search(html)[0])
    return {path: text for name in names for path, text in files_in((page.parent / live / name).read_text("utf-8")).items()}


if __name__ == "__main__":
    give_python(Path(sys.argv[1]))
