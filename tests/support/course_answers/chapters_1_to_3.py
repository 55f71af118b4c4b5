"""Functions for the exercises of chapters 1 to 3: {exercise: (right ones, wrong ones)}.

Each is a text: a lambda, or one of these openings and what it returns.
"""

MACS = "def f(c_in, c_out, size, kernel, stride, groups):\n    p, g = kernel // 2, groups\n    return "
PAIR = "def f(w, i, o, h):\n    up = lambda a, b: -(-a // b)\n    return "
FOLD = "def f(m, n, k, rows, cols):\n    up = lambda a, b: -(-a // b)\n    return "
FLOW = """def f(m, n, k, r, c):
    up = lambda a, b: -(-a // b)
    costs = {}
    costs['ws'] = up(k, r) * up(n, c) * (2 * r + c + m - 2)
    costs['os'] = up(m, r) * up(n, c) * (r + c + k - 2)
    costs['is'] = up(k, r) * up(m, c) * (2 * r + c + n - 2)
    return """

FUNCTIONS = {
    "01.1": (
        [
            MACS + "c_out * (c_in // g) * kernel**2 * ((size + 2 * p - kernel) // stride + 1) ** 2",
            "lambda a, b, n, k, s, g: a * b * k * k * len(range(0, n + 2 * (k // 2) - k + 1, s)) ** 2 / g",
        ],
        [
            MACS + "c_out * c_in * kernel**2 * size**2",
            MACS + "c_out * (c_in // g) * kernel**2 * size**2",
            MACS + "c_out * c_in * kernel**2 * ((size + 2 * p - kernel) // stride + 1) ** 2",
            MACS + "c_out * (c_in // g) * kernel**2 * ((size - kernel) // stride + 1) ** 2",
            MACS + "c_out * (c_in // g) * kernel**2 * ((size + stride // 2) // stride) ** 2",
            MACS + "c_out * (c_in // g) * kernel**2 * ceil(size / stride) ** 2",
            MACS + "c_out * (c_in // g) * kernel**2 * (size // stride) ** 2",
            MACS + "(c_out // g) * (c_in // g) * kernel**2 * ((size + 2 * p - kernel) // stride + 1) ** 2",
            MACS + "2 * c_out * (c_in // g) * kernel**2 * ((size + 2 * p - kernel) // stride + 1) ** 2",
            MACS + "c_out * (c_in // g) * kernel * ((size + 2 * p - kernel) // stride + 1) ** 2",
            MACS + "c_out * (c_in // g) * kernel**2 * ((size + 2 * p - kernel) / stride + 1) ** 2",
            "lambda a, b, size, n, s, g: b * (a // g) * n * n * ((size + 2 * (n // 2) - n) // s) ** 2",
        ],
    ),
    "01.4": (
        ["lambda x: x[0].input_words + sum([y.weight_words for y in x]) + x.pop().output_words"],
        [
            "lambda x: sum([y.words for y in x])",
            "lambda x: x[0].input_words + x[-1].output_words",
            "lambda x: x[0].input_words + sum([y.weight_words for y in x])",
            "lambda x: sum([y.weight_words for y in x]) + x[-1].output_words",
            "lambda x: sum([y.weight_words for y in x])",
            "lambda x: x[0].words",
            "lambda x: x[0].input_words + x[0].weight_words + x[-1].output_words",
            "lambda x: sum([y.input_words + y.weight_words for y in x]) + x[-1].output_words",
            "lambda x: x[0].input_words + sum([y.weight_words for y in x[:2]]) + x[-1].output_words",
        ],
    ),
    "02.1": (
        [
            FOLD + "up(k, rows) * up(n, cols) * (2 * rows + cols + m - 2)",
            FOLD + "ceil(k / rows) * ceil(n / cols) * (rows * 2 + cols - 2 + m)",
        ],
        [
            FOLD + "2 * rows + cols + m - 2",
            FOLD + "k // rows * n // cols * (2 * rows + cols + m - 2)",
            FOLD + "(k // rows) * (n // cols) * (2 * rows + cols + m - 2)",
            FOLD + "(k // rows + 1) * (n // cols + 1) * (2 * rows + cols + m - 2)",
            FOLD + "up(k, rows) * up(n, cols) * (rows + cols + m - 2)",
            FOLD + "up(k, rows) * up(n, cols) * (2 * rows + cols + m)",
            FOLD + "up(k, rows) * up(n, cols) * (2 * rows + cols + m - 1)",
            FOLD + "up(k, rows) * up(n, cols) * (2 * rows + cols + m - 2) - 1",
            FOLD + "up(m, rows) * up(n, cols) * (rows + cols + k - 2)",
            FOLD + "up(k, rows) * up(m, cols) * (2 * rows + cols + n - 2)",
            FOLD + "up(k, cols) * up(n, rows) * (2 * rows + cols + m - 2)",
            FOLD + "up(k, cols) * up(n, rows) * (rows + 2 * cols + m - 2)",
        ],
    ),
    "02.4": (
        [FLOW + "min(costs, key=costs.get)", FLOW + "sorted([(costs[x], x.upper()) for x in costs])[0][1]"],
        [
            FLOW + "'ws'",
            FLOW + "'os'",
            FLOW + "'is'",
            FLOW + "'os' if m == 1 else 'ws'",
            FLOW + "max(costs, key=costs.get)",
            FLOW + "'ws' if costs['ws'] < costs['os'] else 'os'",
            FLOW + "max([(m, 'ws'), (k, 'os'), (n, 'is')])[1]",
            FLOW + "min([(k * n, 'ws'), (m * n, 'os'), (m * k, 'is')])[1]",
            FLOW.replace(" - 2", "") + "min(costs, key=costs.get)",
            FLOW.replace("c + m - 2", "c + m") + "min(costs, key=costs.get)",
            FLOW.replace("c + k - 2", "c + k") + "min(costs, key=costs.get)",
            FLOW.replace("2 * r", "r") + "min(costs, key=costs.get)",
            FLOW.replace("-(-a // b)", "max(1, a // b)") + "min(costs, key=costs.get)",
            FLOW.replace("-(-a // b)", "a / b") + "min(costs, key=costs.get)",
            FLOW.replace("-(-a // b)", "1") + "min(costs, key=costs.get)",
            FLOW + "'both'",
        ],
    ),
    "03.1": (
        [PAIR + "min(w + i * up(w, h), i + w * up(i, h)) + o", PAIR + "o + min(w + i * ceil(w / h), i + w * ceil(i / h))"],
        [
            PAIR + "w + i + o",
            PAIR + "min(w + i * (w // h + 1), i + w * (i // h + 1)) + o",
            PAIR + "min(w + i * w / h, i + w * i / h) + o",
            PAIR + "min(w + i * max(w / h, 1), i + w * max(i / h, 1)) + o",
            PAIR + "w + i * up(w, h) + o",
            PAIR + "i + w * up(i, h) + o",
            PAIR + "max(w + i * up(w, h), i + w * up(i, h)) + o",
            PAIR + "min(w + i * up(w, h), i + w * up(i, h))",
            PAIR + "min(w + i * up(w, 2 * h), i + w * up(i, 2 * h)) + o",
            PAIR + "min(w + i * up(2 * w, h), i + w * up(2 * i, h)) + o",
            PAIR + "min(i + w * up(w, h), w + i * up(i, h)) + o",
            PAIR + "min(w + i * up(w, h), i + w * up(i, h)) + 2 * o",
            PAIR + "w + i + o if w <= h or i <= h else min(w + i * 2, i + w * 2) + o",
        ],
    ),
    "03.3": (
        ["lambda a, g, d: 200 * d / (4 * a + 6 * g + 200 * d)", "lambda a, g, d: 1 / (1 + (4 * a + 6 * g) / (200 * d))"],
        [
            "lambda a, g, d: 200 * d / (a + 6 * g + 200 * d)",
            "lambda a, g, d: 200 * d / (3 * a + 6 * g + 200 * d)",
            "lambda a, g, d: 200 * d / (5 * a + 6 * g + 200 * d)",
            "lambda a, g, d: 200 * d / (4 * a + 200 * d)",
            "lambda a, g, d: 20000 * d / (4 * a + 6 * g + 200 * d)",
            "lambda a, g, d: 200 * d / (4 * a + 6 * g)",
            "lambda a, g, d: round(200 * d / (4 * a + 6 * g + 200 * d), 3)",
            "lambda g, a, d: 200 * d / (4 * a + 6 * g + 200 * d)",
            "lambda a, g, d: d / (a + g + d)",
            "lambda a, g, d: 0.6",
        ],
    ),
    "03.4": (
        ["lambda z, b: min(1, 1 - z + 1 / b, 2 * (1 - z))", "lambda z, b: 1 - max(0, z - 1 / b, 2 * z - 1)"],
        [
            "lambda z, b: min(1 - z + 1 / b, 2 * (1 - z))",
            "lambda z, b: min(1, 1 - z + 1 / b)",
            "lambda z, b: min(1, 2 * (1 - z))",
            "lambda z, b: min(1, z + 1 / b, 2 * z)",
            "lambda z, b: 1 - z",
            "lambda z, b: min(1, 1 - z + 1 / 16, 2 * (1 - z))",
            "lambda z, b: min(1, 2 - z, 2 * (1 - z))",
            "lambda z, b: b * min(1, 1 - z + 1 / b, 2 * (1 - z))",
            "lambda z, b: min(1, (1 - z) * (1 + 1 / b), 2 * (1 - z))",
            "lambda z, b: max(1, 1 - z + 1 / b, 2 * (1 - z))",
        ],
    ),
}
