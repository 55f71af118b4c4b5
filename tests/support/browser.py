"""What the browser tests of live figures share: a page with given figures on it, and what a reader does to them."""

import shutil

from live_pages import give_python

from squeezelab.widgets import Explorer, Prediction
from squeezelab.widgets.myst import page_html
from support import ROOT

LIVE = ROOT / "book/_static/live"
READY = "performance.getEntriesByName('squeezelab-engine-warm').length > 0"
SETTLED = 60_000  # ms, for busy machines

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Live figures</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="live/explorer.css"><script defer src="live/page.js"></script>
<style>body {{ max-width: 760px; margin: 1rem auto; padding: 0 12px; font-family: sans-serif }}</style></head>
<body><main>{body}</main></body></html>"""

# What the controls of an explorer show, for its element and its controls as `module(name).CONTROLS`.
STATE = """(el, all) => {
  const read = control => {
    const input = el.querySelector(`[name="${control.name}"]`);
    if (control.kind === 'cells') return el.querySelector(`[data-cells="${control.name}"]`).dataset.value;
    if (control.kind === 'drawing') return el.querySelector(`[data-drawing="${control.name}"]`).dataset.value;
    if (control.kind === 'toggle') return input.checked;
    if (control.kind === 'program') return input.value;
    if (control.kind === 'range') return control.values ? control.values[input.value] : Number(input.value);
    if (input) return control.options[input.selectedIndex].value;
    const group = [...el.querySelectorAll('fieldset')].find(set => set.querySelector('legend').textContent === control.label);
    return control.options[[...group.querySelectorAll('input')].findIndex(one => one.checked)].value;
  };
  const values = {};
  for (const control of all) {
    const own = control.by?.find(([value]) => value === values[control.follows])?.[1];
    values[control.name] = read({ ...control, ...own });
  }
  return values;
}"""

QUESTION = Prediction("How many?", ["two", "four", "eight"], answer=1, reveal="Two and two make four.", values=[2, 4, 8])


def write_page(folder, payloads):
    """A page with these figures, and the engine and its Python beside it; returns its path."""
    shutil.copytree(LIVE, folder / "live", dirs_exist_ok=True)
    page = folder / "index.html"
    body = "".join(page_html(payload) for payload in payloads)
    page.write_text(
        PAGE.format(body=body).replace(' data-kind="prediction"', ' data-name="00.asked" data-kind="prediction"'), "utf-8"
    )
    give_python(folder)
    return page


def write_explorer_page(folder, *names):
    return write_page(folder, [Explorer(name).payload() for name in names])


def wait_until_warm(page):
    """The engine has answered once for every explorer of the page."""
    page.wait_for_function(READY, timeout=SETTLED)


def open_groups(page):
    """Unfolds the controls that are not in view."""
    page.evaluate("document.querySelectorAll('.sqz-group').forEach(group => { group.open = true; })")


def picture(explorer):
    """What a reader sees of an explorer, apart from its controls: the charts and the tiles."""
    return explorer.evaluate("el => [...el.querySelectorAll('.sqz-charts, .sqz-tiles')].map(n => n.innerHTML).join('')")


def wait_for_change(explorer, before):
    """Wait until the picture is another one than `before`; returns it."""
    handle = explorer.element_handle()
    explorer.page.wait_for_function(
        """([el, before]) => [...el.querySelectorAll('.sqz-charts, .sqz-tiles')].map(n => n.innerHTML).join('') !== before""",
        arg=[handle, before],
        timeout=SETTLED,
    )
    return picture(explorer)


def move(slider):
    """One step by keyboard, to the right, or to the left from the right end."""
    slider.focus()
    at_end = slider.evaluate("input => Number(input.value) >= Number(input.max)")
    slider.press("ArrowLeft" if at_end else "ArrowRight")
