"""Programs that a page must survive, each with the one sentence that it gets, and a right answer for afterwards: exercise 2.1."""

RIGHT = """def ws_cycles(m, n, k, rows, cols):
    return -(-k // rows) * -(-n // cols) * (2 * rows + cols + m - 2)


check("02.1", ws_cycles)
"""


def with_body(body):
    return RIGHT.replace("return -(-k // rows) * -(-n // cols) * (2 * rows + cols + m - 2)", body)


ENDLESS = "✗ 02.1: it was stopped after 2 seconds; does a loop never end?"
MEMORY = "✗ 02.1: line 1: it stopped with MemoryError: it asks for more memory than there is"
RECURSION = "RecursionError: it calls itself without end"
CHANGED = "✗ 02.1: the program changed {}, which the checker needs; so this does not count"
HOSTILE = {
    "while True:\n    pass": ENDLESS,
    with_body("while True:\n        pass"): ENDLESS,
    "10 ** 10 ** 8": ENDLESS,
    "def f():\n    return f()\n\n\nf()": f"✗ 02.1: line 2: it stopped with {RECURSION}",
    with_body(
        "return ws_cycles(m, n, k, rows, cols)"
    ): f"✗ 02.1: for (m, n, k, rows, cols) = (1, 1, 1, 8, 8) it stopped with {RECURSION}",
    "x = 'x' * (2 << 30)": MEMORY,
    "x = 'x' * (1 << 30)": MEMORY,
    "x = []\nwhile True:\n    x.append('again')": ENDLESS,
    "while True:\n    print('again')": "✗ 02.1: it was stopped, for it printed more than 20,000 characters",
    "print('x' * 1000000)": "✗ 02.1: it was stopped, for it printed more than 20,000 characters",
    "x" * 30_000: "✗ 02.1: the program is longer than 20,000 characters",
    "import squeezelab.course.checks as c\nc.verdict = lambda *a: (True, 'yes')\n" + RIGHT: CHANGED.format(
        "squeezelab.course.checks.verdict"
    ),
    "from squeezelab.course.exercises import ch02\nch02.CHECKS['02.1'] = lambda a: None\ncheck('02.1', 1)": CHANGED.format(
        "squeezelab.course.exercises.ch02.CHECKS.02.1"
    ),
    "import builtins\nbuiltins.abs = lambda x: 0\n" + RIGHT: CHANGED.format("builtins.abs"),
    "import sys\nsys.modules['squeezelab.course.checks'] = 5\n" + RIGHT: CHANGED.format("sys.modules.squeezelab.course.checks"),
}
