"""What a reader of an exercise waits for: `python benchmarks/exercises.py`, in a real Chromium on the built book, and in Node.

From the click on Run to the verdict of a right program: the first one of a visit, which fetches what runs programs; after a
pause, when a thread is ready; at once after the one before, when it is not; and after an endless program, which is ended. And how
long it takes to start a thread, since each program has its own.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools"), str(ROOT)]

from page import percentile, served  # noqa: E402
from support.engines import QUIET, programs  # noqa: E402
from support.exercises import jobs_of, run_in_threads  # noqa: E402
from support.hostile import RIGHT  # noqa: E402

NAME, CHAPTER = "02.1", "book/02_dataflows.html"
ENDLESS = "while True:\n    pass\n"
RUNS = 40
ENDINGS = 5
PAUSE = 700  # ms, in which a thread is ready on any machine that meets the aim of 300
CLICK = """async (element, [times, rest]) => {
  const button = [...element.querySelectorAll('button')].find((one) => one.textContent === 'Run');
  const status = element.querySelector('[role=status]');
  const found = [];
  for (let time = 0; time < times; time += 1) {
    const said = new Promise((resolve) => {
      const seen = () => status.textContent && (watch.disconnect(), resolve());
      const watch = new MutationObserver(seen);
      watch.observe(status, { childList: true, subtree: true });
    });
    const begin = performance.now();
    button.click();
    await said;
    found.push(performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, rest));
  }
  return found;
}"""
STARTS = "performance.getEntriesByName('squeezelab-thread').map((entry) => entry.duration)"


def told(where, what, times):
    p50, p95 = (percentile(times, share) for share in (0.5, 0.95))
    print(f"{where:<9}{what:<44}{len(times):3}   p50 {p50:6.0f}   p95 {p95:6.0f}   most {max(times):6.0f} ms")


def opened(page, address):
    """The exercise of a chapter that was opened anew."""
    page.goto(address, wait_until="networkidle")
    return page.locator(f"[data-exercise='{NAME}']")


def first_verdicts(browser, address):
    """Times of visits from the click to the verdict, with nothing fetched before."""
    for _ in range(ENDINGS):
        page = browser.new_context(viewport={"width": 1300, "height": 900}).new_page()
        page.add_init_script("delete globalThis.IntersectionObserver")  # else a page gets ready before the click
        element = opened(page, address)
        element.locator("textarea").evaluate("(field, text) => { field.value = text; }", RIGHT)
        yield element.evaluate(CLICK, [1, 0])[0]
        page.context.close()


def in_chromium(browser, site):
    address = f"{site}/{CHAPTER}"
    told("Chromium", "first verdict of a visit", [*first_verdicts(browser, address)])
    element = opened(browser.new_page(), address)
    field = element.locator("textarea")
    field.fill(RIGHT)
    element.locator(".prism-code-editor").wait_for()
    element.evaluate(CLICK, [1, PAUSE])
    told("Chromium", "click to verdict, a thread is ready", element.evaluate(CLICK, [RUNS, PAUSE]))
    told("Chromium", "click to verdict, at once after the last", element.evaluate(CLICK, [RUNS, 0])[1:])
    after = []
    for _ in range(ENDINGS):
        field.fill(ENDLESS)
        element.evaluate(CLICK, [1, 0])
        field.fill(RIGHT)
        after += element.evaluate(CLICK, [1, 0])
    told("Chromium", "click to verdict, after an endless program", after)
    told("Chromium", "start of a thread", element.page.evaluate(STARTS))


def in_node():
    runs, started = run_in_threads("02", jobs_of(NAME, [RIGHT] * RUNS))
    told("Node", "click to verdict, at once after the last", [answer["ms"] for answer in runs[1:]])
    after, _ = run_in_threads("02", jobs_of(NAME, [ENDLESS, RIGHT] * ENDINGS))
    told("Node", "click to verdict, after an endless program", [answer["ms"] for answer in after[1::2]])
    told("Node", "first start of a thread", [started])


def main():
    from playwright.sync_api import sync_playwright

    (path,) = programs("chromium")
    with sync_playwright() as playwright, served(ROOT / "_build/html") as site:
        in_chromium(playwright.chromium.launch(executable_path=path, args=QUIET), site)
    in_node()


if __name__ == "__main__":
    main()
