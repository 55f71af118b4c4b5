"""How soon a reader's own network is drawn: `python benchmarks/your_network.py`, in a real Chromium, on the built book.

A program of 100 layers, `net.conv` alone and with norm and ReLU each, is changed by a key a time: from the input event to the new
picture in the document, and to the frame after it.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools"), str(ROOT), str(ROOT / "benchmarks")]

from page import percentile, served  # noqa: E402
from support.browser import READY, SETTLED  # noqa: E402
from support.engines import QUIET, programs  # noqa: E402

KEYS = 120
PAUSE = 150  # ms between two keys
HEAD = 'net = Network("deep", (3, 64, 64))\nx = net.input\n'
LAYERS = [(16 + layer, 1 + 2 * (layer % 2)) for layer in range(100)]  # channels, kernel
PROGRAMS = {
    "100 x net.conv": "".join(f"x = net.conv(x, {channels}, {kernel}, padding='same')\n" for channels, kernel in LAYERS),
    "100 x net.conv_norm_relu": "".join(f"x = net.conv_norm_relu(x, {channels}, {kernel})\n" for channels, kernel in LAYERS),
    "100 layers in a loop": "for layer in range(100):\n    x = net.conv_norm_relu(x, 16 + layer, 3)\n",
}

# From the key, before any other listener, to the picture in the document, and to the frame after it: [[ms, ms]] in `times`.
WATCH = """area => {
  const grid = area.closest('.sqz').querySelector('.sqz-charts');
  globalThis.times = [];
  globalThis.addEventListener('input', () => {
    const begin = performance.now();
    const watch = new MutationObserver(() => {
      watch.disconnect();
      const drawn = performance.now();
      requestAnimationFrame(() => times.push([drawn - begin, performance.now() - begin]));
    });
    watch.observe(grid, { childList: true, subtree: true });
  }, true);
}"""
SELECT = "(area, [start, end]) => area.setSelectionRange(start, end)"


def measure(page, name, program):
    """The channels of the first layer are typed over, 120 times, each time others."""
    area = page.locator(".sqz-explorer textarea")
    area.fill(HEAD + program)
    page.locator(".sqz-finding", has_text="The network deep").wait_for(timeout=SETTLED)
    page.evaluate("times.length = 0")
    place = (HEAD + program).index("16")
    for key in range(KEYS):
        area.evaluate(SELECT, [place, place + 2])
        page.keyboard.insert_text(str(17 + key * 7919 % 83))  # two digits, none twice in 83 keys
        page.wait_for_function("count => times.length > count", arg=key)
        page.wait_for_timeout(PAUSE)
    times = page.evaluate("times")[10:]
    for what, column in zip(("picture", "next frame"), zip(*times)):
        print(f"{name:<26}{what:<11}p50 {percentile(column, 0.5):5.1f} ms   p95 {percentile(column, 0.95):5.1f} ms")


def main():
    from playwright.sync_api import sync_playwright

    (path,) = programs("chromium")
    with sync_playwright() as playwright, served(ROOT / "_build/html") as site:
        page = playwright.chromium.launch(executable_path=path, args=QUIET).new_page()
        page.goto(f"{site}/book/your_network.html")
        page.wait_for_function(READY, timeout=SETTLED)
        page.locator(".sqz-explorer textarea").focus()
        page.locator(".prism-code-editor").wait_for(timeout=SETTLED)
        page.locator(".sqz-explorer textarea").evaluate(WATCH)
        for name, program in PROGRAMS.items():
            measure(page, name, program)


if __name__ == "__main__":
    main()
