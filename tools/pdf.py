"""Print the chapters of the built book to _build/pdf: `make pdf`, or `python tools/pdf.py [CHAPTER ...]`.

A page is printed as a reader without scripts has it: the code unfolded, the answer of each prediction below its question, each
live figure as it first stands with the address at which it moves. Solutions stay folded, or, with SOLUTIONS=1, are printed.
With PUBLISH=1 the PDFs go to _build/html/pdf, and the menu of each page leads to its own.
"""

import mimetypes
import os
import re
import shutil
import sys
from html import unescape

from project import ROOT, chapters, site

HTML, PDF = ROOT / "_build/html", ROOT / "_build/pdf"
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
NO_BROWSER = (
    "PDFs are printed by Chromium, and none was found: apt-get install chromium (or put its path into SQUEEZELAB_BROWSER)"
)
SETTINGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
MARGIN = {"top": "18mm", "bottom": "18mm", "left": "16mm", "right": "16mm"}
LINE = '<div style="width: 100%; margin: 0 16mm; font: 8px sans-serif; color: #48566b; display: flex">{}</div>'
HEADER = LINE.format('<span style="flex: 1">squeezelab</span><span class="title"></span>')
FOOTER = LINE.format(
    f'<span style="flex: 1">{site()}</span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span>'
)
SOLUTION = re.compile(r'("cell tag_solution[^>]*>\s*<details\b)')
PRINT = re.compile(r'<button onclick="window.print\(\)"(?P<look>.*?)title="Print to PDF"(?P<rest>.*?)</button>', re.S)
TITLE = re.compile(r"<title>(.*?)(?: &#8212; .*?)?</title>", re.S)


def browser_path():
    """Where Chromium is; None without one."""
    return os.environ.get("SQUEEZELAB_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)


def for_paper(page, solutions):
    """The HTML of a page with its own title, and with its solutions open, or as they are."""
    page = TITLE.sub(r"<title>\1</title>", page, count=1)
    return SOLUTION.sub(r"\1 open", page) if solutions else page


def answer(route, solutions):
    """Gives the browser a file of the built book for its published address, so that links in the PDF lead there."""
    address = route.request.url.split("#")[0].split("?")[0]
    path = HTML / address.removeprefix(site())
    if not address.startswith(site()) or not path.is_file():
        return route.abort()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    body = for_paper(path.read_text("utf-8"), solutions) if path.suffix == ".html" else path.read_bytes()
    return route.fulfill(body=body, content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)


def printed(browser, name, target, solutions=False):
    """Prints one page of the book, as `02_dataflows`, to the file `target`; returns its title."""
    context = browser.new_context(java_script_enabled=False, color_scheme="light")
    page = context.new_page()
    page.route("**/*", lambda route: answer(route, solutions))
    page.emulate_media(media="print")
    page.goto(f"{site()}book/{name}.html", wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")  # else the formulas are printed before their letters have come
    target.parent.mkdir(parents=True, exist_ok=True)
    look = {"format": "A4", "margin": MARGIN, "print_background": True, "tagged": True, "outline": True}
    page.pdf(path=target, display_header_footer=True, header_template=HEADER, footer_template=FOOTER, **look)
    context.close()
    return unescape(TITLE.search((HTML / f"book/{name}.html").read_text("utf-8"))[1])


def linked(page, name):
    """The page with a link to its PDF in place of the menu's "print"."""
    start = f'<a href="../pdf/{name}.pdf" download'
    return PRINT.sub(lambda match: f'{start}{match["look"]}title="Download the PDF"{match["rest"]}</a>', page)


def publish(name, source):
    """Puts a PDF beside the pages, and the way to it into its page."""
    (HTML / "pdf").mkdir(exist_ok=True)
    shutil.copy(source, HTML / "pdf")
    page = HTML / f"book/{name}.html"
    page.write_text(linked(page.read_text("utf-8"), name), "utf-8")


def main(names):
    from playwright.sync_api import sync_playwright

    if browser_path() is None:
        sys.exit(NO_BROWSER)
    solutions = os.environ.get("SOLUTIONS") == "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=SETTINGS)
        for name in names or [path.stem for path in chapters()]:
            target = PDF / f"{name}.pdf"
            title = printed(browser, name, target, solutions)
            if os.environ.get("PUBLISH") == "1":
                publish(name, target)
            print(f"{target.relative_to(ROOT)}: {title}, {target.stat().st_size // 1000} kB", flush=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
