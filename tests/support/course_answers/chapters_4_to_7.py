"""Functions for the exercises of chapters 4 to 7: {exercise: (right ones, wrong ones)}, each as a text."""

TAILS = """def f(values, error):
    s = sorted([v * v for v in values])[::-1]
    left = [sum(s[r:]) for r in range(len(s) + 1)]
    return """
MODULE = "def f(c_in, c_out, s, k, d):\n    p = -(-c_out // s)\n    return "

FUNCTIONS = {
    "04.1": (
        ["lambda t, s, k: (t * s * k**2 - 1) // (t + s + 2 * k)", "lambda t, s, k: ceil(t * s * k**2 / (t + s + 2 * k)) - 1"],
        [
            "lambda t, s, k: t * s * k**2 // (t + s + 2 * k)",
            "lambda t, s, k: t * s * k**2 / (t + s + 2 * k)",
            "lambda t, s, k: round(t * s * k**2 / (t + s + 2 * k))",
            "lambda t, s, k: t * s * k**2 // (t + s + 2 * k) - 1",
            "lambda t, s, k: ceil(t * s * k**2 / (t + s + 2 * k))",
            "lambda t, s, k: (t * s * k**2 - 1) // (t + s + k**2)",
            "lambda t, s, k: (t * s * k**2 - 1) // (t + s + k)",
            "lambda t, s, k: (t * s * k**2 - 1) // (t + s)",
            "lambda t, s, k: (t * s * 9 - 1) // (t + s + 6)",
            "lambda t, s, k: (t * s * k - 1) // (t + s)",
            "lambda t, s, k: 275",
        ],
    ),
    "04.2": (
        [
            "lambda a, b, r, n, s: r * (a * n * n + 3 * -(-n // s) * n + (3 + b) * (-(-n // s)) ** 2)",
            "lambda a, b, r, n, s: r * a * n**2 + 3 * r * n * ceil(n / s) + r * (3 + b) * ceil(n / s) ** 2",
        ],
        [
            "lambda a, b, r, n, s: r * (a * n * n + (6 + b) * (-(-n // s)) ** 2)",
            "lambda a, b, r, n, s: r * (a + 6 + b) * (-(-n // s)) ** 2",
            "lambda a, b, r, n, s: r * (a + 6 + b) * n * n",
            "lambda a, b, r, n, s: r * (a * n * n + 3 * (n // s) * n + (3 + b) * (n // s) ** 2)",
            "lambda a, b, r, n, s: r * (b * n * n + 3 * -(-n // s) * n + (3 + a) * (-(-n // s)) ** 2)",
            "lambda a, b, r, n, s: r * (a * n * n + 3 * n * n + (3 + b) * (-(-n // s)) ** 2)",
            "lambda a, b, r, n, s: r * (a * n * n + (9 + b) * (-(-n // s)) ** 2)",
            "lambda a, b, r, n, s: r * r * (a * n * n + 3 * -(-n // s) * n + (3 + b) * (-(-n // s)) ** 2)",
            "lambda a, b, r, n, s: r * (a * n * n + 3 * n * n / s + (3 + b) * n * n / s / s)",
            "lambda a, b, r, n, s: 1680896",
        ],
    ),
    "04.4": (
        [
            TAILS + "[r for r, x in enumerate(left) if x <= error**2 * left[0]][0]",
            TAILS + "len([x for x in left if sqrt(x / left[0]) > error])",
            TAILS + "(values.sort(), [r for r, x in enumerate(left) if 1 - (left[0] - x) / left[0] <= error * error])[1][0]",
        ],
        [
            TAILS + "[r for r, x in enumerate(left) if x < error**2 * left[0]][0]",
            TAILS + "[r for r, x in enumerate(left) if x <= error * left[0]][0]",
            TAILS + "[r for r, x in enumerate(left) if x <= error**2 * left[0]][0] + 1",
            TAILS + "[r for r, x in enumerate(left) if x <= error**2 * left[0]][0] - 1",
            TAILS + "[r for r, x in enumerate(left) if x <= (1 - error**2) * left[0]][0]",
            TAILS.replace("v * v", "v") + "[r for r, x in enumerate(left) if x <= error * left[0]][0]",
            TAILS.replace("sorted([v * v for v in values])[::-1]", "[v * v for v in values]")
            + "[r for r, x in enumerate(left) if x <= error**2 * left[0]][0]",
            TAILS.replace("[::-1]", "") + "[r for r, x in enumerate(left) if x <= error**2 * left[0]][0]",
            TAILS + "len([v for v in values if v > error * max(values)])",
            TAILS + "len(values)",
        ],
    ),
    "04.5": (
        ["lambda x: 1 / sqrt(1 + x)", "lambda x: (1 + x) ** -0.5", "lambda x: sqrt(2) / sqrt(2 + 2 * x)"],
        [
            "lambda x: 1 / (1 + x)",
            "lambda x: 1 / sqrt(1 - x)",
            "lambda x: sqrt(1 + x)",
            "lambda x: 1 / sqrt(2 + 2 * x)",
            "lambda x: sqrt(2 / (1 + x))",
            "lambda x: 1 / sqrt(1 - x * x)",
            "lambda x: round(1 / sqrt(1 + x), 3)",
            "lambda x: 10",
        ],
    ),
    "05.1": (
        [
            "lambda c, k: c * c * (9 + 3 * k) / 8",
            "lambda c, k: c * c // 2 + c * c // 8 + k * c * c // 8 + k * c * c // 4 + c * c // 2",
        ],
        [
            "lambda c, k: c * c * 9 / 4 * k / 3",
            "lambda c, k: c * c * (9 + 3 * k * k) / 8",
            "lambda c, k: c * c * (9 + k * k) / 8",
            "lambda c, k: c * c * 18 / 8",
            "lambda c, k: c * c * (1 / 2 + 1 / 8 + k / 8 + 1 / 4)",
            "lambda c, k: c * c * (1 / 2 + 1 / 8 + k / 16 + k / 8 + 1 / 2)",
            "lambda c, k: c * c * (5 + 3 * k) / 8",
            "lambda c, k: c * c * (8 + 3 * k) / 8",
            "lambda c, k: (9 + 3 * k) / 8",
            "lambda k, c: c * c * (9 + 3 * k) / 8",
            "lambda c, k: 36864",
        ],
    ),
    "05.2": (
        ["lambda a, b: 3 * a * b / (a + b)", "lambda a, b: 9 * a * b / 3 / (a + b)", "lambda a, b: 3 / (1 / a + 1 / b)"],
        [
            "lambda a, b: a * b / (a + b)",
            "lambda a, b: 9 * a * b / (a + b)",
            "lambda a, b: 3 * a * b // (a + b)",
            "lambda a, b: 1.5 * a * b / (a + b)",
            "lambda a, b: (a + b) / 2",
            "lambda a, b: 3 * a",
            "lambda a, b: 3 * b",
            "lambda a, b: 64",
            "lambda a, b: (a + b) / (3 * a * b)",
            "lambda a, b: round(3 * a * b / (a + b), 1)",
        ],
    ),
    "05.3": (
        ["lambda c, k: 1 / c + 1 / k**2", "lambda c, k: (k * k + c) / (c * k * k)"],
        [
            "lambda c, k: 1 / k**2",
            "lambda c, k: 1 / c",
            "lambda c, k: 1 / c + 1 / k",
            "lambda c, k: c * k * k / (k * k + c)",
            "lambda c, k: 100 * (1 / c + 1 / k**2)",
            "lambda c, k: 1 - 1 / c - 1 / k**2",
            "lambda c, k: 1 / c + 1 / 9",
            "lambda c, k: 1 / (c * k * k)",
            "lambda k, c: 1 / c + 1 / k**2",
            "lambda c, k: round(1 / c + 1 / k**2, 2)",
        ],
    ),
    "06.1": (
        [MODULE + "c_in * p * k**2 + p * (s - 1) * d**2", MODULE + "ceil(c_out / s) * (c_in * k * k + (s - 1) * d * d)"],
        [
            MODULE + "c_in * (c_out // s) * k**2 + (c_out // s) * (s - 1) * d**2",
            MODULE + "c_in * c_out / s * k**2 + c_out / s * (s - 1) * d**2",
            MODULE + "c_in * p * k**2 + (c_out - p) * d**2",
            MODULE + "c_in * p * k**2 + p * p * (s - 1) * d**2",
            MODULE + "c_in * p * k**2 + p * s * d**2",
            MODULE + "c_in * p * k**2 + p * d**2",
            MODULE + "c_in * p * k + p * (s - 1) * d",
            MODULE + "c_in * p * d**2 + p * (s - 1) * k**2",
            MODULE + "c_in * p * k**2",
            MODULE + "c_in * c_out * k**2",
            MODULE + "c_in * (c_out // s + 1) * k**2 + (c_out // s + 1) * (s - 1) * d**2",
        ],
    ),
    "06.2": (
        [
            "lambda s, x: ceil(9 * (s - 1) * x / (1 - x))",
            "lambda s, x: ceil(9 * (s - 1) / (1 / x - 1) - 1e-9)",
            "def f(s, x):\n    n = 1\n    while s * n / (n + 9 * (s - 1)) < x * s:\n        n += 1\n    return n",
            "def f(s, x):\n    n = 1\n    while not n / (n + 9 * (s - 1)) >= x:\n        n += 1\n    return n",
        ],
        [
            "lambda s, x: 9 * (s - 1) * x / (1 - x)",
            "lambda s, x: int(9 * (s - 1) * x / (1 - x))",
            "lambda s, x: int(9 * (s - 1) * x / (1 - x)) + 1",
            "lambda s, x: round(9 * (s - 1) * x / (1 - x))",
            "lambda s, x: ceil(9 * x / (1 - x))",
            "lambda s, x: ceil(9 * s * x / (1 - x))",
            "lambda s, x: ceil(9 * (s - 1) / (1 - x))",
            "lambda s, x: ceil(9 * (s - 1) * (1 - x) / x)",
            "lambda s, x: ceil((s - 1) * x / (1 - x))",
            "lambda s, x: 81",
        ],
    ),
    "06.3": (
        [
            "def f(c, s):\n    g, h = max(c // s, 1), c // 2\n    n = c // g * h + h // g * c + 18 * (c // g) * c + 6 * c\n"
            "    return n + (18 * h * h + 4 * h if h < s else f(h, s))",
            "lambda c, s: (38 * s + 12) * c - 29 * s**2 // 2 - 4 * s",
        ],
        [
            "lambda c, s: 18 * c**2 + 4 * c",
            "lambda c, s: (38 * s + 12) * c",
            "lambda c, s: 38 * s * c - 29 * s**2 // 2",
            "lambda c, s: (38 * s + 12) * c - 29 * s**2 // 2 - 8 * s",
            "lambda c, s: (38 * s + 6) * c - 29 * s**2 // 2",
            "lambda c, s: 19 * s * c + 6 * c",
            "lambda c, s: (38 * s + 12) * s - 29 * s**2 // 2 - 4 * s",
            "lambda s, c: (38 * s + 12) * c - 29 * s**2 // 2 - 4 * s",
            "lambda c, s: {(64, 16): 35904}.get((c, s), 0)",
        ],
    ),
    "06.4": (
        ["lambda c, w: c // 2 // (3 * w // 4) * (3 * w // 4)", "lambda c, w: c // 2 - c // 2 % int(0.75 * w)"],
        [
            "lambda c, w: c // 2",
            "lambda c, w: c // 2 // w * w",
            "lambda c, w: c // 2 // (3 * (w // 4)) * (3 * (w // 4))",
            "lambda c, w: c // 2 // ceil(3 * w / 4) * ceil(3 * w / 4)",
            "lambda c, w: c // 2 // (3 * w / 4) * (3 * w / 4)",
            "lambda c, w: c // 2 // round(3 * w / 4) * round(3 * w / 4)",
            "lambda c, w: c // (3 * w // 4) * (3 * w // 4)",
            "lambda c, w: c // 2 // (3 * w // 4)",
            "lambda c, w: ceil(c / 2 / (3 * w // 4)) * (3 * w // 4)",
            "lambda c, w: 3 * c // 8",
            "lambda w, c: c // 2 // (3 * w // 4) * (3 * w // 4)",
        ],
    ),
    "07.1": (
        ["lambda c, g: c * c * (13 / 8 / g + 5 / 8)", "lambda c, g: (c * c * 13 // g + 5 * c * c) // 8"],
        [
            "lambda c, g: 2.25 * c * c",
            "lambda c, g: 2.25 * c * c / g",
            "lambda c, g: c * c * (14 / 8 / g + 4 / 8)",
            "lambda c, g: c * c * (17 / 8 / g + 1 / 8)",
            "lambda c, g: c * c * (9 / 8 / g + 9 / 8)",
            "lambda c, g: c * c * (13 / 8 / g**2 + 5 / 8)",
            "lambda c, g: c * c * (13 / 8 * g + 5 / 8)",
            "lambda c, g: 13 / 8 / g + 5 / 8",
            "lambda g, c: c * c * (13 / 8 / g + 5 / 8)",
            "lambda c, g: c * c * (13 / 16 + 5 / 8)",
        ],
    ),
    "07.2": (
        ["lambda n: n.macs + sum([x.output_words for x in n.mac_layers if x.op == 'conv'])"],
        [
            "lambda n: n.macs",
            "lambda n: (n.macs + sum([x.output_words for x in n.mac_layers if x.op == 'conv'])) / 1e6",
            "lambda n: round((n.macs + sum([x.output_words for x in n.mac_layers if x.op == 'conv'])) / 1e6)",
            "lambda n: n.macs + sum([x.output_words for x in n.mac_layers])",
            "lambda n: n.macs + sum([x.output_words for x in n.layers])",
            "lambda n: sum([x.output_words for x in n.mac_layers if x.op == 'conv'])",
            "lambda n: n.macs + n.params",
            "lambda n: 2 * n.macs",
            "lambda n: n.macs + sum([x.input_words for x in n.mac_layers if x.op == 'conv'])",
            "lambda n: 281990768",
        ],
    ),
}

# Functions of tensors: only where torch is
PRODUCT = "lambda w, o, r, c: torch.einsum"
TENSORS = {
    "04.3": (
        [
            PRODUCT + "('tskl,tr,kr,lr->sr', w, o, r, c)",
            "lambda w, o, r, c: w.permute(1, 0, 2, 3).flatten(1) @ torch.einsum('tr,kr,lr->tklr', o, r, c).flatten(0, 2)",
            "lambda *x: torch.einsum('tskl,tr,kr,lr->sr', *x).double()",
        ],
        [
            PRODUCT + "('tskl,tr,kr,lr->rs', w, o, r, c)",
            PRODUCT + "('tskl,tr,kr,lr->tr', w, o, r, c)",
            PRODUCT + "('tskl,tr,kr,lr->s', w, o, r, c)",
            PRODUCT + "('tskl,tr,kr,lr->sr', w, o, r, c) + 0.01",
            "lambda w, o, r, c: torch.einsum('tskl,tr,kr,lr->sr', w, o, r, c) if w.shape[0] == 6 else w[0, :, :, 0]",
            PRODUCT + "('tskl,tr,kr->sr', w, o, r)",
            PRODUCT + "('tskl,sr,kr,lr->tr', w, o, r, c)",
            "lambda w, o, r, c: 0.5",
        ],
    ),
}
