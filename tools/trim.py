"""Take the weight off a built book: its pages load only what they use. `python tools/trim.py _build/html`.

The theme ships Font Awesome twice, as a script that redraws every icon (543 kB compressed) and as fonts of 1,400
icons (300 kB). The pages use some thirty of them, so the script goes and the fonts are cut down to those.
"""

import re
import sys
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"
ICON_RULE = re.compile(r'((?:\.fa-[\w-]+::?before,?)+)\{content:"\\([0-9a-f]+)"\}')
ICON_CODE = re.compile(r'"\\([0-9a-f]{2,4})\s?"')
ICON_SCRIPT = re.compile(r'\s*<script src="[^"]*/fontawesome/[^"]*\.js[^"]*"></script>')
FONT_PRELOAD = re.compile(r'\s*<link rel="preload" as="font"[^>]*/fa-[\w-]+\.woff2[^>]*>')


def texts(folder, pattern):
    """The text of every file below the folder that matches, Font Awesome's own files left out."""
    return [path.read_text("utf-8") for path in sorted(folder.rglob(pattern)) if "fontawesome" not in path.parts]


def icon_names(html):
    """Names (fa-...) that occur in the pages or that a script may insert into one."""
    found = set()
    for text in texts(html, "*.html") + texts(html / "_static", "*.js"):
        found.update(re.findall(r"\bfa-[a-z0-9-]+", text))
    return found


def trimmed_css(css, names):
    """Font Awesome's style sheet without the rules of unused icons, and the code points of the used ones."""
    codes = set()

    def keep(rule):
        used = [part for part in rule[1].split(",") if re.match(r"\.(fa-[\w-]+)", part)[1] in names]
        if not used:
            return ""
        codes.add(int(rule[2], 16))
        return f'{",".join(used)}{{content:"\\{rule[2]}"}}'

    return ICON_RULE.sub(keep, css), codes


def cut_font(source, target, codes):
    """Write the font with the glyphs of these code points only, or no font when it has none of them."""
    font = subset.load_font(str(source), subset.Options())
    present = codes & set(font.getBestCmap())
    if not present:
        target.unlink(missing_ok=True)
        return
    options = subset.Options(flavor="woff2", layout_features=[], name_IDs=[], notdef_outline=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=present)
    cutter.subset(font)
    font.recalcTimestamp = False
    subset.save_font(font, str(target), options)


def trim_icons(html):
    """Cut style sheet and fonts down to the icons in use, always from the theme's own files."""
    (source,) = (THEME / "vendor/fontawesome").iterdir()
    target = html / "_static/vendor/fontawesome" / source.name
    css, codes = trimmed_css((source / "css/all.min.css").read_text("utf-8"), icon_names(html))
    (target / "css/all.min.css").write_text(css, "utf-8")
    for text in texts(html / "_static", "*.css"):
        codes.update(int(code, 16) for code in ICON_CODE.findall(text))
    for unused in [*target.rglob("*.js"), *target.rglob("*.ttf")]:
        unused.unlink()
    for font in sorted((source / "webfonts").glob("*.woff2")):
        cut_font(font, target / "webfonts" / font.name, codes)


def trim_pages(html):
    """Take the icon script out of every page, and the preloads of fonts, which fail when a page is opened from disk."""
    for page in html.rglob("*.html"):
        before = page.read_text("utf-8")
        after = FONT_PRELOAD.sub("", ICON_SCRIPT.sub("", before))
        if after != before:
            page.write_text(after, "utf-8")


def trim(html):
    """Trim the built book in this folder; doing it twice changes nothing."""
    trim_icons(html)
    trim_pages(html)
    for map_file in (html / "_static").rglob("*.map"):
        map_file.unlink()


if __name__ == "__main__":
    trim(Path(sys.argv[1]))
