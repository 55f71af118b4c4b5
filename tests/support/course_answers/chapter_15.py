"""Functions for the exercises of chapter 15: {exercise: (right ones, wrong ones)}, each as a text."""

TYPE = "lambda channels, kernel, dim, places, classes, pose: dim * (channels * kernel**2 + 1) + places * dim * classes * pose"
TYPE_BY_PARTS = """def f(channels, kernel, dim, places, classes, pose):
    filters = dim * channels * kernel * kernel + dim
    matrices = places * classes * (dim * pose)
    return filters + matrices"""
TYPE_FACTORED = "lambda c, k, d, p, j, e: d * (c * k * k + 1 + p * j * e)"

BACK = """def f(x, v, a, g):
    x = x - v
    return (v - (1 - g) * a * x) / g"""
BACK_AT_ONCE = "lambda x, v, a, g: (v - (1 - g) * a * (x - v)) / g"

NEWTON = """def f(n):
    if n < 2:
        return n
    x = n // 2
    better = (x + n // x) // 2
    while better < x:
        x, better = better, (better + n // better) // 2
    return x"""
BY_BITS = """def f(n):
    root = 0
    for place in range(16, -1, -1):
        more = root + (1 << place)
        if more * more <= n:
            root = more
    return root"""
BY_HALVES = """def f(n):
    low, high = 0, n + 1
    while high - low > 1:
        middle = (low + high) // 2
        if middle * middle <= n:
            low = middle
        else:
            high = middle
    return low"""

SHARE = """def f(codes, n):
    e = 2.718281828459045
    sizes = [e ** (code / 2**n) for code in codes]
    return sizes[0] / sum(sizes)"""

FUNCTIONS = {
    "15.1": (
        [TYPE, TYPE_BY_PARTS, TYPE_FACTORED],
        [
            TYPE.replace(" + 1)", ")"),
            TYPE.replace(": dim *", ": 1 *"),
            TYPE.replace("places * dim", "places"),
            TYPE.replace("kernel**2", "kernel"),
            TYPE.replace("places * dim", "dim"),
            TYPE.replace(" + places * dim * classes * pose", ""),
            TYPE.replace(" dim * (channels * kernel**2 + 1) +", ""),
            TYPE.replace(" * pose", ""),
            TYPE.replace(" * classes", ""),
            "lambda c, k, d, p, j, e: p * d * (c * k**2 + j * e)",
            "lambda c, k, d, p, j, e: 26888",
        ],
    ),
    "15.3": (
        [BACK, BACK_AT_ONCE, "lambda x, v, a, g: v / g - (1 - g) / g * a * (x - v)"],
        [
            BACK.replace("x = x - v", "x = x"),
            BACK.replace("x - v", "x + v"),
            BACK.replace(" / g", ""),
            BACK.replace("(1 - g) * ", ""),
            BACK_AT_ONCE.replace("(1 - g)", "g").replace("/ g", "/ (1 - g)"),
            BACK_AT_ONCE.replace("v - (1", "v + (1"),
            "lambda x, v, a, g: g * v + (1 - g) * a * x",
            "lambda x, v, a, g: g * v + (1 - g) * a * (x - v)",
            "lambda x, v, a, g: x - v",
            "lambda x, v, a, g: v / g",
        ],
    ),
    "15.4": (
        [NEWTON, BY_BITS, BY_HALVES, "lambda n: int(sqrt(n))"],
        [
            NEWTON.replace("return n", "return 1"),
            NEWTON.replace("if n < 2", "if n < 4"),
            BY_BITS.replace("<=", "<"),
            BY_BITS.replace("range(16", "range(8"),
            BY_HALVES.replace("return low", "return high"),
            "lambda n: ceil(sqrt(n))",
            "lambda n: round(sqrt(n))",
            "lambda n: sqrt(n)",
            "lambda n: n // 2",
        ],
    ),
    "15.5": (
        [SHARE, "lambda codes, n: 1 / sum([2.718281828459045 ** ((q - codes[0]) / 2**n) for q in codes])"],
        [
            SHARE.replace("(code / 2**n)", "code"),
            SHARE.replace("(code / 2**n)", "code").replace("2.718281828459045", "2"),
            SHARE.replace("2.718281828459045", "2"),
            SHARE.replace("2**n", "n"),
            SHARE.replace("sizes[0] /", "sizes[-1] /"),
            SHARE.replace(" / sum(sizes)", ""),
            SHARE.replace("return ", "return 128 * "),
            SHARE.replace("return sizes[0] / sum(sizes)", "return round(128 * sizes[0] / sum(sizes))"),
            SHARE.replace("2**n", "2**(n + 1)"),
            "lambda codes, n: 1 / len(codes)",
        ],
    ),
    "15.6": (
        ["lambda n: n / (n / 64 + 1)", "lambda n: 64 * n / (64 + n)", "lambda n: 1 / (1 / 64 + 1 / n)"],
        [
            "lambda n: 64",
            "lambda n: n / (ceil(n / 64) + 1)",
            "lambda n: n / ceil(n / 64)",
            "lambda n: n / (n / 64 + 2)",
            "lambda n: n / (n / 64 + n)",
            "lambda n: 64 * n / (n + 1)",
            "lambda n: (n / 64 + 1) / n",
            "lambda n: n / 64 + 1",
            "lambda n: n - n / 64 - 1",
            "lambda n: n",
        ],
    ),
}
