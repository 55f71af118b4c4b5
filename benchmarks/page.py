"""What a reader waits for in a page: `python benchmarks/page.py [explorer ...]`, in a real Chromium.

For each page of the built book, unless explorers are named: the bytes of a first visit, and of those what no page before it
had fetched. For each explorer on a page of its own: the start of the engine, and for every slider the time from its
release (the change event), and for every move of a pen that draws, to the new picture in the document and to the frame after
it; where other controls change the work, in their states, too.
"""

import math
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools"), str(ROOT)]

from support.browser import open_groups, wait_until_warm, write_explorer_page  # noqa: E402
from support.engines import QUIET, programs  # noqa: E402
from support.pages import pages  # noqa: E402
from support.server import serving  # noqa: E402
from support.weight import by_part, first_load  # noqa: E402

from squeezelab import explorers  # noqa: E402

STEPS = 60  # moves of each slider
LOOK = 4000  # ms that a reader looks at the first picture, while the page works ahead
PAUSE = 120  # ms between two moves of a pen, so that each has an answer of its own
STATES = {  # beside the start state
    "squeezenext_cost": ["zeros=nm", "zeros=channels&sparsity=0.5", "s1=16&s2=16&s3=16&s4=16"],
    "network_cost": ["family=mobilenet", "family=resnet&depth=50&zeros=channels&sparsity=0.5", "family=mgic_resnet&depth=34"],
}

MOVE = """async (input, steps) => {
  const grid = input.closest('.sqz').querySelector('.sqz-charts');
  const frame = () => new Promise(requestAnimationFrame);
  const times = [];
  for (let step = 0; step < steps; step += 1) {
    const [low, high] = [Number(input.min), Number(input.max)];
    const pitch = Number(input.step) || 1;
    const next = low + Math.round((((step + 1) * 7919) % 997) / 997 * (high - low) / pitch) * pitch;
    if (next === Number(input.value)) continue;
    const drawn = new Promise(resolve => {
      const watch = new MutationObserver(() => (watch.disconnect(), resolve(performance.now())));
      watch.observe(grid, { childList: true, subtree: true });
    });
    const begin = performance.now();
    input.value = next;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    const end = await drawn;
    await frame();
    times.push([end - begin, performance.now() - begin]);
    await new Promise(resolve => setTimeout(resolve, 60));
  }
  return times;
}"""

# Of each move of the pen: until the new picture, and until the frame after it.
WATCH = """canvas => {
  const grid = canvas.closest('.sqz').querySelector('.sqz-charts');
  const times = (canvas.times = []);
  let begin = null;
  canvas.addEventListener('pointermove', () => (begin ??= performance.now()), true);
  new MutationObserver(() => {
    if (begin === null) return;
    const [began, end] = [begin, performance.now()];
    begin = null;
    requestAnimationFrame(() => times.push([end - began, performance.now() - began]));
  }).observe(grid, { childList: true, subtree: true });
}"""

ENTRY = "name => performance.getEntriesByName(name)[0].startTime"


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@contextmanager
def served(folder):
    """The address at which a folder is served meanwhile."""
    server = serving(folder)
    yield server.url
    server.stop()


def weigh(browser, book):
    """Prints the compressed bytes of a first visit to each page of the book in this folder."""
    seen = set()
    with served(book) as site:
        for address in pages():
            tab = browser.new_context(viewport={"width": 1300, "height": 900}).new_page()
            sizes = first_load(tab, f"{site}/{address}")
            new = sum(size for path, size in sizes.items() if path not in seen)
            parts = "".join(f"{name} {size / 1000:6.1f}   " for name, size in by_part(sizes).items())
            print(f"{address:<34}{parts}total {sum(sizes.values()) / 1000:6.1f} kB   not yet fetched {new / 1000:6.1f} kB")
            seen.update(sizes)
            tab.context.close()


def measure(browser, address, name, state=""):
    page = browser.new_page()
    page.goto(f"{address}#explorer={name}&{state}" if state else address)
    wait_until_warm(page)
    open_groups(page)
    page.wait_for_timeout(LOOK)
    ready, warm = (page.evaluate(ENTRY, f"squeezelab-engine-{state}") for state in ("ready", "warm"))
    called = page.evaluate(ENTRY, "squeezelab-engine-called")
    print(f"{name} {state}: engine ready {ready - called:.0f} ms after the first call, first answer {warm - called:.0f} ms")
    for slider in page.locator(".sqz-explorer input[type=range]:enabled").all():
        print_spread(slider.get_attribute("name"), slider.evaluate(MOVE, STEPS))
    for canvas in page.locator(".sqz-drawing canvas").all():
        print_spread(canvas.get_attribute("name"), drawn(page, canvas))
    page.close()


def drawn(page, canvas):
    """A spiral drawn on an empty field, a step at a time; what each took."""
    page.get_by_role("button", name="Clear").click()
    page.wait_for_timeout(LOOK)
    canvas.evaluate(WATCH)
    box = canvas.bounding_box()
    for step in range(STEPS + 1):
        turn, far = 4 * math.pi * step / STEPS, 0.1 + 0.3 * step / STEPS
        place = (0.5 + far * math.cos(turn)) * box["width"], (0.5 + far * math.sin(turn)) * box["height"]
        page.mouse.move(box["x"] + place[0], box["y"] + place[1])
        if step == 0:
            page.mouse.down()
        page.wait_for_timeout(PAUSE)
    page.mouse.up()
    return canvas.evaluate("canvas => canvas.times")


def print_spread(name, times):
    """The middle and the slow end of both times of all moves."""
    spread = [percentile(column, share) for column in zip(*times) for share in (0.5, 0.95)]
    picture, frame = spread[:2], spread[2:]
    print(
        f"  {name:<14}{len(times):3} moves   picture p50 {picture[0]:5.1f} p95 {picture[1]:5.1f} ms"
        f"   next frame p50 {frame[0]:5.1f} p95 {frame[1]:5.1f} ms"
    )


def main(names):
    from playwright.sync_api import sync_playwright

    (path,) = programs("chromium")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        if not names:
            weigh(browser, ROOT / "_build/html")
        with served(folder) as site:
            for name in names or explorers.names():
                write_explorer_page(Path(folder), name)
                for state in ["", *STATES.get(name, [])]:
                    measure(browser, f"{site}/index.html", name, state)


if __name__ == "__main__":
    main(sys.argv[1:])
