"""Functions for the exercises of chapter 14: {exercise: (right ones, wrong ones)}, each as a text."""

LENGTH = "lambda s: sum([x * x for x in s]) / (1 + sum([x * x for x in s]))"
BY_NORM = """def f(s):
    norm = sqrt(sum([x ** 2 for x in s]))
    return norm * norm / (1 + norm ** 2)"""
MARGIN = """def f(lengths, label):
    loss = 0
    for k, length in enumerate(lengths):
        if k == label:
            loss += max(0, 0.9 - length) ** 2
        else:
            loss += 0.5 * max(0, length - 0.1) ** 2
    return loss"""
MARGIN_SUM = (
    "lambda lengths, label: max(0, 0.9 - lengths[label]) ** 2"
    " + 0.5 * sum([max(0, lengths[k] - 0.1) ** 2 for k in range(len(lengths)) if k != label])"
)
PLACE = "lambda i, d, dim, places: (i // places * dim + d) * places + i % places"
PLACE_STEPS = """def f(i, d, dim, places):
    kind, place = divmod(i, places)
    channel = kind * dim + d
    return channel * places + place"""
MACS = "lambda n, j, din, d, r: n * j * d * (din + 2 * r - 1)"
COUPLING = "lambda b, j, i: 2.718281828459045 ** b[j][i] / sum([2.718281828459045 ** row[i] for row in b])"
STABLE = """def f(logits, j, i):
    column = [row[i] for row in logits]
    powers = [2.718281828459045 ** (b - max(column)) for b in column]
    return powers[j] / sum(powers)"""

FUNCTIONS = {
    "14.1": (
        [LENGTH, BY_NORM, "lambda s: 1 - 1 / (1 + sum([x * x for x in s]))"],
        [
            "lambda s: sqrt(sum([x * x for x in s])) / (1 + sqrt(sum([x * x for x in s])))",
            "lambda s: sqrt(sum([x * x for x in s]))",
            "lambda s: sum([x * x for x in s])",
            "lambda s: sqrt(sum([x * x for x in s])) / (1 + sum([x * x for x in s]))",
            "lambda s: 1",
            "lambda s: sum(s) ** 2 / (1 + sum(s) ** 2)",
            "lambda s: 1 / (1 + sum([x * x for x in s]))",
            BY_NORM.replace("norm * norm", "norm ** 3"),
            "lambda s: s",
        ],
    ),
    "14.1b": (
        ["lambda v: sqrt(v / (1 - v))", "lambda v: (v / (1 - v)) ** 0.5", "lambda v: 1 / sqrt(1 / v - 1)"],
        [
            "lambda v: v / (1 - v)",
            "lambda v: sqrt((1 - v) / v)",
            "lambda v: v / (1 + v)",
            "lambda v: v * v / (1 + v * v)",
            "lambda v: sqrt(v / (1 + v))",
            "lambda v: sqrt(v) / (1 - v)",
            "lambda v: sqrt(v)",
            "lambda v: 3",
            "lambda v: v",
        ],
    ),
    "14.2": (
        [PLACE, PLACE_STEPS, "lambda i, d, dim, places: i + (i // places * (dim - 1) + d) * places"],
        [
            "lambda i, d, dim, places: i * dim + d",
            "lambda i, d, dim, places: d * places + i % places",
            "lambda i, d, dim, places: (i // places * dim + d) * places",
            "lambda i, d, dim, places: (i // places + d) * places + i % places",
            "lambda i, d, dim, places: i // places * dim + d",
            "lambda i, d, dim, places: (i % places * dim + d) * places + i // places",
            "lambda i, d, dim, places: i + d * places",
            "lambda i, d, dim, places: i + d",
            "lambda i, d, dim, places: i",
        ],
    ),
    "14.3b": (
        [MARGIN, MARGIN_SUM],
        [
            MARGIN.replace("0.5 * ", ""),
            MARGIN.replace(" ** 2", ""),
            MARGIN.replace("max(0, 0.9 - length)", "(0.9 - length)").replace("max(0, length - 0.1)", "(length - 0.1)"),
            MARGIN.replace("0.5 *", "0 *"),
            MARGIN.replace("0.9", "1").replace("0.1", "0"),
            MARGIN.replace("k == label", "k != label"),
            MARGIN.replace("return loss", "return loss / len(lengths)"),
            MARGIN.replace("return loss", "return loss / 2"),
            "lambda lengths, label: max(0, 0.9 - lengths[label]) ** 2",
            "lambda lengths, label: 1 - lengths[label]",
        ],
    ),
    "14.5": (
        [
            MACS,
            "lambda n, j, din, d, r: n * j * din * d + r * n * j * d + (r - 1) * n * j * d",
            "lambda n, j, din, d, r: sum([n * j * d for _ in range(din + r + r - 1)])",
        ],
        [
            MACS.replace(" - 1", ""),
            MACS.replace("2 * r - 1", "r"),
            MACS.replace("din + ", ""),
            "lambda n, j, din, d, r: n * j * d * din",
            MACS.replace("din +", "din * r +"),
            MACS.replace("j * ", ""),
            MACS.replace("2 * r - 1", "2 * (r - 1)"),
            "lambda n, j, din, d, r: n * j * (din + d * (2 * r - 1))",
            "lambda n, j, din, d, r: n * j * d * (din + 1) * r",
            MACS.replace("n * ", ""),
        ],
    ),
    "14.6b": (
        [COUPLING, STABLE],
        [
            "lambda b, j, i: 2.718281828459045 ** b[j][i] / sum([2.718281828459045 ** x for x in b[j]])",
            "lambda b, j, i: 2.718281828459045 ** b[j][i]",
            "lambda b, j, i: 2.718281828459045 ** b[j][i] / sum([2.718281828459045 ** x for row in b for x in row])",
            "lambda b, j, i: 2.718281828459045 ** b[j][i] / len(b)",
            "lambda b, j, i: 1 / len(b)",
            "lambda b, j, i: 2 ** b[j][i] / sum([2 ** row[i] for row in b])",
            "lambda b, j, i: 1 / (1 + 2.718281828459045 ** -b[j][i])",
            STABLE.replace(" / sum(powers)", ""),
            "lambda b, j, i: 0.5",
        ],
    ),
}
