"""Give each page of a built book the Python that its figures need, and no more: `python tools/live_pages.py _build/html`.

Files that the same pages need are one script, which the browser keeps from one chapter to the next; so the first chapter
is 1 kB heavier than with all its files in one, and the next ones 30 kB lighter. The tag of page.js names the scripts. Their
names have a stamp of what is in them, so that no browser takes an old one for a new one.

What a figure asks for by `measured_later`, such as the weights of a network, is a script of its own, which the page fetches when
a reader turns to this figure.
"""

import gzip
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

from portable import needed, needed_later

PAYLOAD = re.compile(r'<div class="sqz sqz-explorer"[^>]*><script type="application/json">(.*?)</script>', re.S)
TAG = re.compile(
    r'(<script\b[^>]*?) src="([^"]*)page\.js(\?[^"]*)?"(?: data-python="[^"]*")?(?: data-later="[^"]*")?([^>]*></script>)'
)
ALIVE = '<div class="sqz '  # how a figure, a prediction, or a reader's progress begins in a page
LEAST_SHARED = 4000  # bytes, compressed: what is less is no request of its own, but in the script of each page
BEFORE, AFTER = "Object.assign((globalThis.squeezelabSources ??= {}), ", ");\n"


def explorers_in(html):
    """Names of the explorers of a page, in order."""
    payloads = [json.loads(text) for text in PAYLOAD.findall(html)]
    return [payload["name"] for payload in payloads if payload["kind"] == "explorer"]


def files_for(explorers, more=()):
    """{path: text} of what these explorers need, and of further modules, such as the checks of a chapter's exercises."""
    roots = [f"squeezelab.explorers.{name}" for name in explorers]
    return needed("squeezelab.explorers", *roots, *more) if explorers or more else {}


def later_for(explorers):
    """{explorer: {path: text}} of what some of these explorers need once they move."""
    found = {name: needed_later(f"squeezelab.explorers.{name}") for name in explorers}
    return {name: files for name, files in found.items() if files}


def script(files):
    """The files as a script, which a page opened from disk can load as well."""
    return BEFORE + json.dumps(files, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c") + AFTER


def files_in(text):
    """The files that such a script holds."""
    return json.loads(text.removeprefix(BEFORE).removesuffix(AFTER))


def write_script(folder, name, files):
    """Writes the script; returns its address beside page.js."""
    return write_text(folder, name, script(files))


def write_text(folder, name, text):
    """Writes a script of this text, with a stamp of it in its name; returns its address beside page.js."""
    path = folder / f"{name}.{hashlib.sha256(text.encode()).hexdigest()[:8]}.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return f"{folder.name}/{path.name}"


def groups(pages):
    """{pages: files}: a script's files with the pages that load it, for {page: files}."""
    alike, found = {}, {}
    for path, text in {path: text for files in pages.values() for path, text in files.items()}.items():
        alike.setdefault(tuple(page for page in pages if path in pages[page]), {})[path] = text
    for together, files in alike.items():
        shared = len(together) > 1 and len(gzip.compress(script(files).encode())) >= LEAST_SHARED
        for owners in [together] if shared else [(page,) for page in together]:
            found.setdefault(owners, {}).update(files)
    return found


def name_python(page, addresses, later):
    """Writes the addresses, and {explorer: address} of what comes later, into the tag of page.js; a page in which it would have
    nothing to do loses the tag."""
    html = page.read_text("utf-8")
    data = f' data-python="{" ".join(addresses)}"' if addresses else ""
    data += f' data-later="{" ".join(map("=".join, later.items()))}"' if later else ""
    tag = rf'\1 src="\2page.js\3"{data}\4' if ALIVE in html else ""
    after = TAG.sub(tag, html)
    if after != html:
        page.write_text(after, "utf-8")


def give_python(html):
    """Writes the Python of all pages below this folder beside page.js; doing it twice changes nothing."""
    (live,) = {path.parent for path in html.rglob("live/page.js")}
    for folder in ("python", "later"):
        shutil.rmtree(live / folder, ignore_errors=True)
    shown = {page: explorers_in(page.read_text("utf-8")) for page in sorted(html.rglob("*.html"))}
    pages = {page: files_for(names) for page, names in shown.items()}
    addresses = {page: [] for page in pages}
    for owners, files in groups(pages).items():
        address = write_script(live / "python", owners[0].stem if len(owners) == 1 else "shared", files)
        for page in owners:
            addresses[page].append(address)
    for page, names in shown.items():
        later = {name: write_script(live / "later", name, files) for name, files in later_for(names).items()}
        name_python(page, addresses[page], later)


def python_of(page, folder="python"):
    """{path: text} of the Python that a built page loads; folder "later": of what it fetches when figures move."""
    html = page.read_text("utf-8")
    tag = TAG.search(html)
    if tag is None:  # a page without figures
        return {}
    _, live, *_ = tag.groups()
    names = re.findall(rf"\b{folder}/[\w.-]+\.js", tag[0])
    return {path: text for name in names for path, text in files_in((page.parent / live / name).read_text("utf-8")).items()}


if __name__ == "__main__":
    give_python(Path(sys.argv[1]))
