"""Pieces of C that any layer is written with: names, arrays, comments, structures."""

import re

WIDTH = 100  # of a line
# What a name of a layer must not be: words of C99, and names that the program itself uses.
TAKEN = set(
    "auto break case char const continue default do double else enum extern float for goto if inline int long register "
    "restrict return short signed sizeof static struct switch typedef union unsigned void volatile while _Bool _Complex "
    "_Imaginary int8_t int16_t int32_t int64_t uint8_t uint32_t main memory network pixels scores input input_table "
    "conv conv_scores linear linear_scores max_pool avg_pool add rescale lookup clip codes_of_pixels scores_of_codes requantised "
    "packed_weight code_of capsules squash votes capsule_sum agreement softmax lengths mask "
    "Shape Factor Codes Window Weights Conv Linear Pool Add Rescale Squash Votes Routing Softmax".split()
)


def c_names(names: list) -> list:
    """Names of layers as different names of C: 'layers.0.conv' → layers_0_conv, 'add' → add_2.

    >>> c_names(["conv1", "layers.0.conv", "layers_0.conv", "add", "0"])
    ['conv1', 'layers_0_conv', 'layers_0_conv_2', 'add_2', 'layer_0']
    """
    found, used = [], set(TAKEN)
    for name in names:
        plain = re.sub(r"\W|^_+", "_", name, flags=re.ASCII).strip("_") or "layer"
        plain = plain if plain[0].isalpha() else f"layer_{plain}"
        count, unique = 1, plain
        while unique in used:
            count += 1
            unique = f"{plain}_{count}"
        used.add(unique)
        found.append(unique)
    return found


def in_comment(text):
    """A text that ends no comment and begins none, in printable ASCII."""
    plain = str(text).replace("*/", "* /").replace("/*", "/ *").encode("ascii", "backslashreplace").decode()
    return re.sub(r"[^ -~]", "?", plain)


def by_text(shape):
    """[1, 28, 28] → 1 x 28 x 28."""
    return " x ".join(map(str, shape))


def real_text(value):
    """A scale, as text of six digits."""
    return f"{value:.6g}"


def meaning_of(codes, word="code"):
    """What a code stands for: codes has `scale` and `zero`.

    >>> meaning_of({"scale": 0.25, "zero": -128})
    'real value = 0.25 * (code + 128)'
    """
    zero = codes["zero"]
    shifted = f"({word} {'-' if zero > 0 else '+'} {abs(zero)})" if zero else word
    return f"real value = {real_text(codes['scale'])} * {shifted}"


def lines_of_values(values, indent="    "):
    """Numbers or texts with commas, in lines of `WIDTH`."""
    lines, line = [], indent
    for value in values:
        word = f"{value},"
        if len(line) + len(word) + 1 > WIDTH and line != indent:
            lines.append(line)
            line = indent
        line += word if line == indent else f" {word}"
    return "\n".join([*lines, line]).rstrip(",")


def c_array(kind: str, name: str, values: list) -> str:
    """A constant array, as C.

    >>> print(c_array("int8_t", "codes", [1, -2, 3]))
    static const int8_t codes[3] = {
        1, -2, 3
    };
    """
    return f"static const {kind} {name}[{len(values)}] = {{\n{lines_of_values(values)}\n}};"


def in_braces(values):
    """Values of a structure, a nested one in braces of its own.

    >>> in_braces((1, (2, "name"), 3))
    '{1, {2, name}, 3}'
    """
    return "{" + ", ".join(in_braces(value) if isinstance(value, (tuple, list)) else str(value) for value in values) + "}"


def c_structure(kind: str, name: str, **fields) -> str:
    """A constant structure, a field a line.

    >>> print(c_structure("Codes", "codes", zero=-3, low=-8, high=7))
    static const Codes codes = {
        .zero = -3,
        .low = -8,
        .high = 7
    };
    """
    lines = [
        f"    .{field} = {in_braces(value) if isinstance(value, (tuple, list)) else value}" for field, value in fields.items()
    ]
    return f"static const {kind} {name} = {{\n" + ",\n".join(lines) + "\n};"
