"""Functions for the exercises of chapter 13: {exercise: (right ones, wrong ones)}, each as a text."""

AFFINE = """def f(x, low, high, bits):
    s = (high - low) / (2**bits - 1)
    z = round(-(2 ** (bits - 1)) - low / s)
    q = min(max(round(x / s) + z, -(2 ** (bits - 1))), 2 ** (bits - 1) - 1)
    return s * (q - z)"""
FROM_ZERO_UP = """def f(x, low, high, bits):
    s = (high - low) / (2**bits - 1)
    z = round(-low / s)
    return s * (min(max(round(x / s) + z, 0), 2**bits - 1) - z)"""

FOLDED = "lambda bias, gamma, beta, mean, variance, eps: beta + (bias - mean) * gamma / sqrt(variance + eps)"

TWICE = """def f(total, multiplier, exponent):
    high = (total * multiplier + 2**30) >> 31
    size = (abs(high) + (1 << -exponent - 1)) >> -exponent
    return size if high >= 0 else -size"""
TWICE_IN_ONE = "lambda total, Q, e: ((total * Q + 2**30 >> 31) + (1 << -e - 1) - int(total < 0)) >> -e"
ONCE = "lambda total, Q, e: ((total * Q >> (30 - e)) + 1) >> 1"

PRODUCT = "lambda x, n_x, w, n_w, n_out: min(max(x * w + (1 << n_x + n_w - n_out - 1) >> n_x + n_w - n_out, -128), 127)"
SUM = "lambda a, n_a, b, n_b, n_out: min(max((a << n_out - n_a) + (b << n_out - n_b), -128), 127)"
SUM_OF_POWERS = "lambda a, n_a, b, n_b, n_out: min(max(a * 2 ** (n_out - n_a) + b * 2 ** (n_out - n_b), -128), 127)"

CLIP = """def f(values, bits):
    most, end = max([abs(v) for v in values]), 2 ** (bits - 1) - 1
    best, least = None, None
    for tenth in range(1, 11):
        s = tenth / 10 * most / end
        error = sum([(v - s * min(max(round(v / s), -end), end)) ** 2 for v in values])
        if least is None or error < least:
            best, least = tenth / 10 * most, error
    return best"""
CLIP_FIRST = """def f(values, bits):
    most, end = max([abs(v) for v in values]), 2 ** (bits - 1) - 1
    errors = []
    for clip in [most * tenth / 10 for tenth in range(10, 0, -1)]:
        inside = [min(max(v, -clip), clip) for v in values]
        errors.append((sum([(v - clip / end * round(c * end / clip)) ** 2 for v, c in zip(values, inside)]), clip))
    return min(errors)[1]"""

STEP = "lambda v, s, low, high: low if v / s <= low else high if v / s >= high else round(v / s) - v / s"
STEP_IN_LINES = """def f(v, s, low, high):
    x = v / s
    if low <= x <= high:
        return round(x) - x
    return low if x < low else high"""

LEFT = "lambda w: sum([v * v for v in w]) - sum([abs(v) for v in w]) ** 2 / len(w)"
LEFT_BY_ALPHA = """def f(w):
    alpha = sum([abs(v) for v in w]) / len(w)
    return sum([(v - (alpha if v >= 0 else -alpha)) ** 2 for v in w])"""

XOR = "lambda a, b, n: n - 2 * bin(a ^ b).count('1')"
XNOR = "lambda a, b, n: 2 * bin(~(a ^ b) & (1 << n) - 1).count('1') - n"
ONE_BY_ONE = "lambda a, b, n: sum([(2 * (a >> k & 1) - 1) * (2 * (b >> k & 1) - 1) for k in range(n)])"

FUNCTIONS = {
    "13.1": (
        [AFFINE, FROM_ZERO_UP],
        [
            AFFINE.replace("(2**bits - 1)", "2**bits"),
            AFFINE.replace("round(-(2", "(-(2"),
            AFFINE.replace("min(max(round(x / s) + z, -(2 ** (bits - 1))), 2 ** (bits - 1) - 1)", "round(x / s) + z"),
            AFFINE.replace("round(x / s)", "int(x / s)"),
            AFFINE.replace("s * (q - z)", "q"),
            AFFINE.replace("s * (q - z)", "s * q"),
            AFFINE.replace("s * (q - z)", "s * (q + z)"),
            AFFINE.replace("- low / s", "+ low / s"),
            AFFINE.replace("2 ** (bits - 1) - 1)", "2 ** (bits - 1))"),
            FROM_ZERO_UP.replace("-low", "low"),
            "lambda x, low, high, bits: min(max(x, low), high)",
            "lambda x, low, high, bits: round(x * (2**bits - 1) / (high - low)) * (high - low) / (2**bits - 1)",
            "lambda x, low, high, bits: x",
        ],
    ),
    "13.2": (
        [FOLDED, "lambda b, g, s, m, v, e: s + g * b * (v + e) ** -0.5 - g * m * (v + e) ** -0.5"],
        [
            FOLDED.replace("(bias - mean)", "-mean"),
            FOLDED.replace("(bias - mean)", "(bias + mean)"),
            FOLDED.replace("sqrt(variance + eps)", "(variance + eps)"),
            FOLDED.replace("sqrt(variance + eps)", "sqrt(variance)"),
            FOLDED.replace("sqrt(variance + eps)", "(sqrt(variance) + eps)"),
            FOLDED.replace("* gamma ", ""),
            FOLDED.replace("beta + (bias - mean)", "(beta + bias - mean)"),
            FOLDED.replace("beta + ", ""),
            FOLDED.replace("beta + ", "beta - "),
            "lambda bias, gamma, beta, mean, variance, eps: gamma / sqrt(variance + eps)",
            "lambda bias, gamma, beta, mean, variance, eps: bias",
        ],
    ),
    "13.3": (
        [
            "lambda bias, weights, zero: bias - zero * sum(weights)",
            "lambda bias, weights, zero: bias - sum([zero * w for w in weights])",
            "lambda bias, weights, zero: bias + sum([(0 - zero) * w for w in weights])",
        ],
        [
            "lambda bias, weights, zero: bias + zero * sum(weights)",
            "lambda bias, weights, zero: bias - zero * len(weights)",
            "lambda bias, weights, zero: bias - zero",
            "lambda bias, weights, zero: -zero * sum(weights)",
            "lambda bias, weights, zero: bias - sum(weights)",
            "lambda bias, weights, zero: bias",
            "lambda bias, weights, zero: (bias - zero) * sum(weights)",
            "lambda bias, weights, zero: bias - zero * weights[0]",
            "lambda bias, weights, zero: zero * sum(weights) - bias",
        ],
    ),
    "13.4": (
        [TWICE, TWICE_IN_ONE],
        [
            ONCE,
            TWICE.replace("2**30", "0"),
            TWICE.replace("(1 << -exponent - 1)", "0"),
            TWICE.replace("31", "32"),
            TWICE.replace(" if high >= 0 else -size", ""),
            TWICE_IN_ONE.replace(" - int(total < 0)", ""),
            "lambda total, Q, e: round(total * Q * 2 ** (e - 31))",
            "lambda total, Q, e: round(((total * Q + 2**30) >> 31) * 2**e)",
            "lambda total, Q, e: total * Q >> 31 - e",
            "lambda total, Q, e: (total * Q + 2**30) >> 31",
            "lambda total, Q, e: total * Q * 2 ** (e - 31)",
            "lambda total, Q, e: total >> -e",
        ],
    ),
    "13.5": (
        [
            PRODUCT,
            "lambda x, n, w, m, k: max(-128, min(127, (x * w * 2 ** (k + 9) + 2 ** (n + m + 8)) // 2 ** (n + m + 9)))",
        ],
        [
            PRODUCT.replace(" + (1 << n_x + n_w - n_out - 1)", ""),
            PRODUCT.replace("- n_out - 1", "- n_out"),
            PRODUCT.replace(">> n_x + n_w - n_out", ">> n_x + n_w + n_out"),
            PRODUCT.replace(">> n_x + n_w - n_out", ">> n_out"),
            PRODUCT.replace("-128", "-127"),
            PRODUCT.replace("127)", "128)"),
            "lambda x, n_x, w, n_w, n_out: x * w + (1 << n_x + n_w - n_out - 1) >> n_x + n_w - n_out",
            "lambda x, n_x, w, n_w, n_out: min(max(int(x * w / 2 ** (n_x + n_w - n_out)), -128), 127)",
            "lambda x, n_x, w, n_w, n_out: min(max(x * w >> n_x + n_w, -128), 127)",
            "lambda x, n_x, w, n_w, n_out: min(max(round(x * w / 2 ** (n_x + n_w - n_out)), -128), 127)",
            "lambda x, n_x, w, n_w, n_out: x * w / 2 ** (n_x + n_w)",
        ],
    ),
    "13.5b": (
        [SUM, SUM_OF_POWERS],
        [
            SUM.replace("(a << n_out - n_a) + (b << n_out - n_b)", "(a + b) >> abs(n_a + n_b - n_out)"),
            SUM.replace("(a << n_out - n_a) + (b << n_out - n_b)", "a + b"),
            SUM.replace("(a << n_out - n_a) + (b << n_out - n_b)", "(a << n_out) + (b << n_out)"),
            SUM.replace("n_out - n_b", "n_out - n_a"),
            SUM.replace(" + ", " - "),
            SUM.replace("-128", "-127"),
            "lambda a, n_a, b, n_b, n_out: (a << n_out - n_a) + (b << n_out - n_b)",
            "lambda a, n_a, b, n_b, n_out: min(max(a << n_out - n_a, -128), 127) + min(max(b << n_out - n_b, -128), 127)",
            "lambda a, n_a, b, n_b, n_out: a / 2**n_a + b / 2**n_b",
            "lambda a, n_a, b, n_b, n_out: min(max((a << n_out - n_a) + (b << n_out - n_b), -128), 128)",
            "lambda a, n_a, b, n_b, n_out: a * b >> abs(n_a + n_b - n_out)",
        ],
    ),
    "13.6": (
        [CLIP, CLIP_FIRST],
        [
            CLIP.replace("(v - s *", "abs(v - s *").replace(" ** 2 for v", " for v"),
            CLIP.replace("2 ** (bits - 1) - 1", "2 ** (bits - 1)"),
            CLIP.replace("2 ** (bits - 1) - 1", "2**bits - 1"),
            CLIP.replace("min(max(round(v / s), -end), end)", "round(v / s)"),
            CLIP.replace("min(max(round(v / s), -end), end)", "min(round(v / s), end)"),
            CLIP.replace("error < least", "error > least"),
            CLIP.replace("return best", "return least"),
            CLIP.replace("return best", "return s"),
            CLIP.replace("return best", "return best / end"),
            CLIP.replace("return best", "return best / most"),
            CLIP.replace("range(1, 11)", "range(2, 10)"),
            "lambda values, bits: max([abs(v) for v in values])",
            "lambda values, bits: 1",
        ],
    ),
    "13.7": (
        [STEP, STEP_IN_LINES],
        [
            STEP.replace("round(v / s) - v / s", "v / s - round(v / s)"),
            STEP.replace("round(v / s) - v / s", "round(v / s)"),
            STEP.replace("round(v / s) - v / s", "s * round(v / s) - v"),
            STEP.replace("round(v / s) - v / s", "1"),
            STEP.replace("low if v / s <= low else high if v / s >= high else ", ""),
            STEP.replace("low if", "-low if"),
            STEP.replace("low if", "0 if").replace("high if", "0 if"),
            "lambda v, s, low, high: min(max(round(v / s), low), high) - v / s",
            "lambda v, s, low, high: min(max(round(v / s), low), high)",
            "lambda v, s, low, high: 1 if low < v / s < high else 0",
            "lambda v, s, low, high: v / s",
        ],
    ),
    "13.8": (
        [LEFT, LEFT_BY_ALPHA],
        [
            LEFT.replace(" / len(w)", ""),
            LEFT.replace(" / len(w)", " / len(w) ** 2"),
            LEFT.replace("abs(v)", "v"),
            LEFT_BY_ALPHA.replace("abs(v)", "v"),
            LEFT_BY_ALPHA.replace("[abs(v) for v in w]) / len(w)", "[max([abs(v) for v in w])])"),
            LEFT_BY_ALPHA.replace(" / len(w)", ""),
            LEFT_BY_ALPHA.replace("** 2", ""),
            "lambda w: (sum([v * v for v in w]) - sum([abs(v) for v in w]) ** 2 / len(w)) / len(w)",
            "lambda w: sum([abs(v) for v in w]) / len(w)",
            "lambda w: sum([v * v for v in w])",
            "lambda w: sum([(abs(v) - 1) ** 2 for v in w])",
        ],
    ),
    "13.8b": (
        [XOR, XNOR, ONE_BY_ONE],
        [
            XOR.replace("2 * ", ""),
            XOR.replace("^", "&"),
            XOR.replace("^", "|"),
            "lambda a, b, n: bin(a ^ b).count('1')",
            "lambda a, b, n: 2 * bin(a ^ b).count('1') - n",
            "lambda a, b, n: 2 * (-(-n // 8) * 8 - bin(a ^ b).count('1')) - n",
            "lambda a, b, n: 2 * (64 - bin(a ^ b).count('1')) - n",
            "lambda a, b, n: bin(a & b).count('1')",
            "lambda a, b, n: 2 * bin(a & b).count('1') - n",
            "lambda a, b, n: a * b",
        ],
    ),
}
