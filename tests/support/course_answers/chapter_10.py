"""Functions for the exercises of chapter 10: {exercise: (right ones, wrong ones)}, each as a text."""

FUNCTIONS = {
    "10.1": (
        [
            "lambda c_in, k, c_next, k_next: c_in * k**2 + 2 + c_next * k_next**2",
            "lambda a, k, b, n: 2 + a * k * k + n * n * b",
            "lambda a, k, b, n: float(a * k**2 + b * n**2 + 2)",
        ],
        [
            "lambda a, k, b, n: a * k**2 + b * n**2",
            "lambda a, k, b, n: a * k**2 + 1 + b * n**2",
            "lambda a, k, b, n: a * k**2 + 4 + b * n**2",
            "lambda a, k, b, n: a * k**2 + 2",
            "lambda a, k, b, n: a * k**2",
            "lambda a, k, b, n: a * k**2 + 2 + b * k**2",
            "lambda a, k, b, n: a * k**2 + 2 + b",
            "lambda a, k, b, n: a * k + 2 + b * n",
            "lambda a, k, b, n: a * k**2 + 2 + n**2",
            "lambda a, k, b, n: a * k**2 + 3 + b * n**2",
            "lambda a, k, b, n: a * b * k**2 + 2",
            "lambda a, k, b, n: 299",
        ],
    ),
    "10.4": (
        [
            "lambda table, channels: [cycles for width, cycles in table if width >= channels][0]",
            "lambda table, channels: min([(w, c) for w, c in table if w >= channels])[1]",
            "lambda table, channels: (table.reverse(), [c for w, c in table if w >= channels][-1])[1]",
        ],
        [
            "lambda table, channels: dict(table).get(channels, 0)",
            "lambda table, channels: ([c for w, c in table if w <= channels] or [0])[-1]",
            "lambda table, channels: min(table, key=lambda e: abs(e[0] - channels))[1]",
            "lambda table, channels: [c for w, c in table if w > channels or w == table[-1][0]][0]",
            "lambda table, channels: [w for w, c in table if w >= channels][0]",
            "lambda table, channels: [(w, c) for w, c in table if w >= channels][0]",
            "lambda table, channels: table[-1][1]",
            "lambda table, channels: [c for w, c in table if w >= channels][-1]",
            "lambda table, channels: 40",
        ],
    ),
}
