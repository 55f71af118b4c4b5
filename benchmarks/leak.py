"""Whether a page that is used for long keeps what it should let go: `python benchmarks/leak.py`, in a real Chromium.

3,000 moves of the sliders of two chapters. Every 300, after a rest and a collection: the JavaScript heap of the page and
the memory of its MicroPython, which only grows, and by doubling. Each must end within a tenth of where it had settled: the
page after the first 300; MicroPython after 1,800, since until then its memos, which are bounded, still fill.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "tests"), str(ROOT / "tools"), str(ROOT)]

from page import served  # noqa: E402
from support.browser import open_groups, wait_until_warm  # noqa: E402
from support.engines import QUIET, programs  # noqa: E402

CHAPTERS = ["book/04_decomposition.html", "book/07_squeezenext.html"]
MOVES, ROUND = 3000, 300
MOST = 1.1  # of the memory once it has settled
REST = 4000  # ms, in which the engine works ahead and tidies
PARTS = ["page", "MicroPython"]
SETTLED = [300, 1800]  # moves, of each
FLAGS = ["--js-flags=--expose-gc", "--enable-precise-memory-info"]

# Programs of threads are made from text; this one lets its WebAssembly memory be asked for its size.
WATCH = """(() => {
  const spy = `for (const name of ['instantiate', 'instantiateStreaming']) {
      const made = WebAssembly[name].bind(WebAssembly);
      WebAssembly[name] = async (...given) => {
        const result = await made(...given);
        globalThis.watched = Object.values((result.instance ?? result).exports).find(each => each instanceof WebAssembly.Memory);
        return result;
      };
    }\\n`;
  const Own = Blob;
  window.Blob = function (parts, options) {
    return new Own(options?.type === 'text/javascript' ? [spy, ...parts] : parts, options);
  };
})()"""

MOVE = """async ([first, count]) => {
  const sliders = [...document.querySelectorAll('.sqz-explorer[data-kind=explorer] input[type=range]')];
  let done = 0;
  for (let step = first; done < count; step += 1) {
    const input = sliders[step % sliders.length];
    const [low, high, pitch] = [Number(input.min), Number(input.max), Number(input.step) || 1];
    const next = low + Math.round(((step * 7919) % 997) / 997 * (high - low) / pitch) * pitch;
    if (input.disabled || next === Number(input.value)) continue;
    const drawn = new Promise(resolve => {
      const watch = new MutationObserver(() => (watch.disconnect(), resolve()));
      watch.observe(input.closest('.sqz').querySelector('.sqz-tiles'), { childList: true });
    });
    input.value = next;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await drawn;
    done += 1;
  }
}"""

HEAP = "(gc(), gc(), performance.memory.usedJSHeapSize)"
THREAD = "watched.buffer.byteLength"


def sizes(page):
    """MB of each of `PARTS`, at rest."""
    page.wait_for_timeout(REST)
    return [size / 1e6 for size in (page.evaluate(HEAP), page.workers[0].evaluate(THREAD))]


def watch(browser, address):
    """Prints a row for every round; returns by how much each part grew after it had settled."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.add_init_script(WATCH)
    page.goto(address)
    wait_until_warm(page)
    open_groups(page)
    rows = []
    for done in range(0, MOVES, ROUND):
        page.evaluate(MOVE, [done, ROUND])
        rows.append(sizes(page))
        print(f"{done + ROUND:5} moves" + "".join(f"   {part} {size:7.2f} MB" for part, size in zip(PARTS, rows[-1])))
    page.close()
    settled = [rows[moves // ROUND - 1][part] for part, moves in enumerate(SETTLED)]
    return [last / first for first, last in zip(settled, rows[-1])]


def main():
    from playwright.sync_api import sync_playwright

    (path,) = programs("chromium")
    grown = {}
    with sync_playwright() as playwright, served(ROOT / "_build/html") as site:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET + FLAGS)
        for chapter in CHAPTERS:
            print(chapter)
            grown |= {f"{part} of {chapter}": ratio for part, ratio in zip(PARTS, watch(browser, f"{site}/{chapter}"))}
    leaks = [f"{name} grew to {ratio:.2f} times its size" for name, ratio in grown.items() if ratio > MOST]
    sys.exit("\n".join(leaks) or None)


if __name__ == "__main__":
    main()
