"""Mend the markup of a built page where Sphinx, the theme or a stored output says too little: `mended(page)`.

What is a table's head, which box scrolls, what a fold holds: a reader with a screen reader, a keyboard or a
telephone needs it, and no setting of the theme says it.
"""

import re

from squeezelab.widgets.fallback import LIVE

SOLUTION = re.compile(
    r'("cell tag_solution[^>]*>\s*<details[^>]*>\s*<summary>\s*<p[^>]*>)Show the code(<.*?>)Hide the code', re.S
)
HEAD = re.compile(r"<thead>.*?</thead>", re.S)
BODY = re.compile(r"<tbody>.*?</tbody>", re.S)
SCROLLS = 'tabindex="0" role="group"'  # a box that scrolls takes the focus, so that arrow keys move it
SIDEBAR = '<div class="bd-sidebar-primary bd-sidebar"'
PARTED = re.compile(r'(<a class="(?:current )?reference internal" href="[^"]*">)([^<]*)(</a><details[^>]*>)<summary>')
SEARCH = '<button class="btn search-button-field search-button__button" title="Search"'


def named_folds(page):
    """Folded cells say what opens: without the label that hides it from screen readers, and solutions by their name."""
    page = page.replace('<summary aria-label="Toggle hidden content">', "<summary>")
    return SOLUTION.sub(r"\1Show a solution\2Hide the solution", page)


def scoped_tables(page):
    """Cells of a table's head are of their column, those of its body of their row; the theme's boxes take the focus."""
    page = HEAD.sub(lambda head: re.sub(r"<th(?! scope)\b", '<th scope="col"', head[0]), page)
    page = BODY.sub(lambda body: re.sub(r"<th(?! scope)\b", '<th scope="row"', body[0]), page)
    box = 'class="pst-scrollable-table-container"'
    return page.replace(f"<div {box}>", f'<div {box} {SCROLLS} aria-label="Table">')


def named_theme(page):
    """The theme's sidebar is a landmark; the arrows in it and the button of the search are called what they show."""
    page = page.replace(f"{SIDEBAR}>", f'{SIDEBAR} role="complementary" aria-label="The book">')
    page = PARTED.sub(r'\1\2\3<summary aria-label="\2: its pages">', page)
    return page.replace(f'{SEARCH} aria-label="Search"', SEARCH)


def mended(page):
    """The page of a built book as a reader is to have it."""
    page = named_theme(scoped_tables(named_folds(page)))
    page = page.replace('role="doc-biblioentry"', 'role="listitem"')  # ARIA took it back; a list has items
    return page.replace(LIVE, "Switch JavaScript on to move this figure.")
