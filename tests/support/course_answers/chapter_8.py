"""Functions for the exercises of chapter 8: {exercise: (right ones, wrong ones)}, each as a text."""

VGG = "lambda a, b, c, d: "

FUNCTIONS = {
    "08.1": (
        ["lambda w, g, h: h * w**2 / 2 - g * w", "lambda w, g, h: w * (0.5 * h * w - g)"],
        [
            "lambda w, g, h: h * w**2 / 2 + g * w",
            "lambda w, g, h: -g * w - h * w**2 / 2",
            "lambda w, g, h: g * w - h * w**2 / 2",
            "lambda w, g, h: h * w**2 - g * w",
            "lambda w, g, h: -g * w",
            "lambda w, g, h: h * w**2 / 2",
            "lambda w, g, h: h / 2 - g",
            "lambda w, g, h: abs(g * w) + h * w**2 / 2",
            "lambda g, w, h: h * w**2 / 2 - g * w",
            "lambda w, g, h: w**2",
            "lambda w, g, h: 0",
        ],
    ),
    "08.2": (
        ["lambda value, index: value / (value + index)", "lambda value, index: 1 / (1 + index / value)"],
        [
            "lambda value, index: value / index",
            "lambda value, index: index / (value + index)",
            "lambda value, index: 1 - index / value",
            "lambda value, index: 1 - 1 / value",
            "lambda index, value: value / (value + index)",
            "lambda value, index: value // (value + index)",
            "lambda value, index: 1 / (value + index)",
            "lambda value, index: 0.5",
        ],
    ),
    "08.4": (
        [
            VGG + "9 * (a + a * b + b * c + c * d) + 2 * (a + b + c + d) + 90 * d + 10",
            VGG + "9 * a + 9 * a * b + 9 * b * c + 9 * c * d + 2 * a + 2 * b + 2 * c + 2 * d + (9 * d + 1) * 10",
        ],
        [
            VGG + "9 * (a + a * b + b * c + c * d) + 2 * (a + b + c + d) + 10 * d + 10",
            VGG + "9 * (a + a * b + b * c + c * d) + 2 * (a + b + c + d) + 490 * d + 10",
            VGG + "9 * (a + a * b + b * c + c * d) + 2 * (a + b + c + d) + 5770",
            VGG + "9 * (a + a * b + b * c + c * d) + 90 * d + 10",
            VGG + "9 * (a + a * b + b * c + c * d) + a + b + c + d + 90 * d + 10",
            VGG + "9 * (a + a * b + b * c + c * d) + 4 * (a + b + c + d) + 90 * d + 10",
            VGG + "9 * (a + a * b + b * c + c * d) + 3 * (a + b + c + d) + 90 * d + 10",
            VGG + "9 * (a + a * b + b * c + c * d) + 2 * (a + b + c + d) + 90 * d",
            VGG + "9 * (a * b + b * c + c * d) + 2 * (a + b + c + d) + 90 * d + 10",
            VGG + "11 * (a + b + c + d) + 90 * d + 10",
            VGG + "66170",
        ],
    ),
    "08.5": (
        [
            "lambda s, begin, end: 1 - s * (0.75 * (end - begin) + 1 - end)",
            "lambda s, begin, end: begin + (end - begin) * (1 - 3 * s / 4) + (1 - end) * (1 - s)",
        ],
        [
            "lambda s, begin, end: 1 - s",
            "lambda s, begin, end: 1 - 0.75 * s",
            "lambda s, begin, end: s * (0.75 * (end - begin) + 1 - end)",
            "lambda s, begin, end: 1 - s * 0.75 * (end - begin)",
            "lambda s, begin, end: 1 - s * (0.5 * (end - begin) + 1 - end)",
            "lambda s, begin, end: 1 - s * (0.25 * (end - begin) + 1 - end)",
            "lambda s, begin, end: 1 - s * (1 - begin)",
            "lambda s, begin, end: 1 - s * (0.75 * end + 1 - end)",
            "lambda s, begin, end: 3 * (1 - s * (0.75 * (end - begin) + 1 - end))",
            "lambda s, begin, end: 0.325",
        ],
    ),
    "08.6": (
        [
            "lambda filters, side: (filters - 1) % side + 1",
            "lambda filters, side: filters - side * (ceil(filters / side) - 1)",
            "lambda filters, side: filters % side or side",
        ],
        [
            "lambda filters, side: filters % side",
            "lambda filters, side: side",
            "lambda filters, side: side - filters % side",
            "lambda filters, side: -filters % side",
            "lambda filters, side: (filters - 1) % side",
            "lambda filters, side: filters // side",
            "lambda filters, side: ceil(filters / side)",
            "lambda filters, side: filters - filters % side",
            "lambda filters, side: 1",
        ],
    ),
}
