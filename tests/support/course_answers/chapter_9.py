"""Functions for the exercises of chapter 9: {exercise: (right ones, wrong ones)}, each as a text."""

PREFIX = "def f(parts, alpha):\n    held, ordered = 0, {}\n    for count, part in enumerate(ordered):\n"
PREFIX += "        held += part\n        if held {} alpha * sum(parts):\n            return count{}\n{}"
LARGEST = "sorted(parts, reverse=True)"

FUNCTIONS = {
    "09.1": (
        [
            "lambda strength, rates, momentum: strength * sum(rates) / (1 - momentum)",
            "lambda s, r, m: sum([s * each / (1 - m) for each in r])",
        ],
        [
            "lambda s, r, m: s * sum(r)",
            "lambda s, r, m: s * sum(r) * (1 - m)",
            "lambda s, r, m: s * sum(r) / m if m else 0",
            "lambda s, r, m: s * sum(r) * (1 + m)",
            "lambda s, r, m: s * len(r) / (1 - m)",
            "lambda s, r, m: s * max(r) * len(r) / (1 - m)",
            "lambda s, r, m: s * sum(r) / len(r) / (1 - m)",
            "lambda s, r, m: s * r[-1] / (1 - m)",
            "lambda s, r, m: sum(r) / (1 - m)",
            "lambda s, r, m: -s * sum(r) / (1 - m)",
            "lambda s, r, m: 0.5",
        ],
    ),
    "09.2": (
        ["lambda channels, share: int(channels * share) + 1", "lambda n, p: n * p // 1 + 1"],
        [
            "lambda n, p: int(n * p)",
            "lambda n, p: n - int(n * p) - 1",
            "lambda n, p: n - int(n * p)",
            "lambda n, p: n * p",
            "lambda n, p: n * p + 1",
            "lambda n, p: int(n * p + 0.5)",
            "lambda n, p: -int(-n * p // 1)",
            "lambda n, p: int(n * p + 0.5) + 1",
            "lambda n, p: int(n * p) + 2",
            "lambda n, p: 89",
        ],
    ),
    "09.5": (
        [
            PREFIX.format(LARGEST, ">=", " + 1", ""),
            "lambda parts, alpha: [n for n in range(1, len(parts) + 1) if sum(sorted(parts)[-n:]) >= alpha * sum(parts)][0]",
        ],
        [
            PREFIX.format(LARGEST, ">", " + 1", "    return len(parts)"),
            PREFIX.format("sorted(parts)", ">=", " + 1", ""),
            PREFIX.format("parts", ">=", " + 1", ""),
            PREFIX.format(LARGEST, ">=", "", ""),
            PREFIX.format(LARGEST, ">=", " + 2", ""),
            "lambda parts, alpha: int(alpha * len(parts) + 0.5)",
            "lambda parts, alpha: len([part for part in parts if part >= alpha * max(parts)])",
            "lambda parts, alpha: sum([p for p in parts if p >= alpha])",
            "lambda parts, alpha: len(parts)",
        ],
    ),
    "09.6": (
        ["lambda beta, weights: max(0, beta) * sum(weights)", "lambda b, w: sum([each * max(b, 0) for each in w])"],
        [
            "lambda b, w: b * sum(w)",
            "lambda b, w: abs(b) * sum(w)",
            "lambda b, w: max(0, b)",
            "lambda b, w: max(0, b) * sum(w) / len(w)",
            "lambda b, w: max(0, b) * sum([abs(each) for each in w])",
            "lambda b, w: max(0, b) * max(w)",
            "lambda b, w: max(0, b) * len(w)",
            "lambda b, w: max(0, b * sum(w))",
            "lambda b, w: 0",
            "lambda b, w: min(0, b) * sum(w)",
        ],
    ),
}
