"""Functions for the exercises of chapter 11: {exercise: (right ones, wrong ones)}, each as a text."""

LOOP = "def f(sparsity, per_round):\n    left, rounds = 1, 0\n    while left > 1 - sparsity:\n"
LOOP += "        left *= {}\n        rounds += 1\n    return rounds{}\n"

FUNCTIONS = {
    "11.1": (
        ["lambda sparsity, per_round: ceil(log(1 - sparsity) / log(1 - per_round))", LOOP.format("1 - per_round", "")],
        [
            "lambda s, p: ceil(s / p)",
            "lambda s, p: s / p",
            "lambda s, p: log(1 - s) / log(1 - p)",
            "lambda s, p: int(log(1 - s) / log(1 - p))",
            "lambda s, p: int(log(1 - s) / log(1 - p) + 0.5)",
            "lambda s, p: ceil(log(1 - s) / log(1 - p)) + 1",
            "lambda s, p: ceil(log(s) / log(p))",
            "lambda s, p: ceil(log(s) / log(1 - p))",
            "lambda s, p: ceil(-log(1 - s) / log(1 - p))",
            "lambda s, p: 18",
            LOOP.format("1 - per_round", " - 1"),
        ],
    ),
    "11.3": (
        ["lambda size, left: sqrt(size / left)", "lambda n, k: (n / k) ** 0.5", "lambda n, k: sqrt(n) / sqrt(k)"],
        [
            "lambda n, k: n / k",
            "lambda n, k: k / n",
            "lambda n, k: sqrt(k / n)",
            "lambda n, k: sqrt(n)",
            "lambda n, k: 1 / sqrt(k)",
            "lambda n, k: sqrt(n / (n - k))",
            "lambda n, k: (n / k) ** 2",
            "lambda n, k: 1",
            "lambda n, k: sqrt(n - k)",
        ],
    ),
    "11.4": (
        [
            "lambda epsilon, c_in, c_out, k: min(1, epsilon * (c_in + c_out + 2 * k) / (c_in * c_out * k**2))",
            "lambda e, n, m, k: min(1.0, e * (n + m + k + k) / n / m / k / k)",
        ],
        [
            "lambda e, n, m, k: e * (n + m + 2 * k) / (n * m * k**2)",
            "lambda e, n, m, k: min(1, e * (n + m) / (n * m))",
            "lambda e, n, m, k: min(1, e * (n + m) / (n * m * k**2))",
            "lambda e, n, m, k: min(1, e * (n + m + k) / (n * m * k**2))",
            "lambda e, n, m, k: min(1, e * (n + m + k**2) / (n * m * k**2))",
            "lambda e, n, m, k: min(1, e * (n + m + 2 * k))",
            "lambda e, n, m, k: min(1, e * (n + m + 2 * k) / (n * m * k))",
            "lambda e, n, m, k: min(1, (n + m + 2 * k) / (n * m * k**2))",
            "lambda e, n, m, k: 1 - min(1, e * (n + m + 2 * k) / (n * m * k**2))",
            "lambda e, n, m, k: max(1, e * (n + m + 2 * k) / (n * m * k**2))",
            "lambda e, n, m, k: 0.1",
        ],
    ),
    "11.5": (
        [
            "lambda d, every: (3 * d * every + 2 * d + 1) / (3 * (every + 1))",
            "lambda d, n: (n * d + (2 * d + 1) / 3) / (n + 1)",
        ],
        [
            "lambda d, n: d",
            "lambda d, n: (3 * d * n + 2 * d + 1) / (n + 1)",
            "lambda d, n: (3 * d * n + 3) / (3 * (n + 1))",
            "lambda d, n: (d * n + 1) / (n + 1)",
            "lambda d, n: (3 * d * n + d + 2) / (3 * (n + 1))",
            "lambda d, n: (3 * d * n + 2 * d + 1) / (3 * n)",
            "lambda d, n: (3 * d * (n - 1) + 2 * d + 1) / (3 * n)",
            "lambda d, n: (3 * d * n + d + 1) / (3 * (n + 1))",
            "lambda d, n: 3 * d * n + 2 * d + 1",
            "lambda d, n: (3 * d * n + 2 * d) / (3 * (n + 1))",
            "lambda d, n: 1",
        ],
    ),
}
