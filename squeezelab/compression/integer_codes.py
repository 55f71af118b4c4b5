"""What a program of whole numbers is made of, as whoever runs it reads it: packed codes, and what a step reads.

>>> unpacked("IwI=", 3, 4)
[3, -4, 0, 1]
"""

from .affine import checked_width

MOST_SUM = 2**31  # beyond the sizes that an accumulator of 32 bits holds
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
VALUES = {letter: value for value, letter in enumerate(LETTERS)}


def unpacked(text: str, bits: int, count: int) -> list:
    """The `count` codes that such a text holds; raises a ValueError where it does not hold that many.

    >>> unpacked("Bg==", 1, 4)
    [1, -1, -1, 1]
    """
    octets = octets_of(text)
    if len(octets) != (count * checked_width(bits) + 7) // 8:
        raise ValueError(f"{count} codes of {bits} bits are {(count * bits + 7) // 8} bytes, not {len(octets)}")
    stream, filled, codes, half, full = 0, 0, [], 2 ** (bits - 1), 2**bits
    for octet in octets:
        stream |= octet << filled
        filled += 8
        while filled >= bits and len(codes) < count:
            code = stream & (full - 1)
            codes.append(1 - 2 * code if bits == 1 else code - full * (code >= half))
            stream, filled = stream >> bits, filled - bits
    return codes


def octets_of(text: str) -> list:
    """The bytes of such a text; raises a ValueError for a letter that does not belong there.

    >>> octets_of("TWE=")
    [77, 97]
    """
    octets, group, filled = [], 0, 0
    for letter in text.rstrip("="):
        if letter not in VALUES:
            raise ValueError(f"packed codes are a text in base64, in which there is no {letter!r}")
        group, filled = ((group << 6) | VALUES[letter]) & 0xFFFF, filled + 6
        if filled >= 8:
            filled -= 8
            octets.append((group >> filled) & 255)
    return octets


def weight_codes(step: dict) -> list:
    """The weights of a step, unpacked if need be.

    >>> weight_codes({"packed": "IwI=", "weight_bits": 3, "count": 4})
    [3, -4, 0, 1]
    """
    return step["weights"] if "weights" in step else unpacked(step["packed"], step["weight_bits"], step["count"])


def sources_of(program: dict, place: int) -> list:
    """The steps that the step at `place` reads, or the program's input, whose place is −1.

    >>> [step["name"] for step in sources_of({"steps": [{"name": "conv1"}, {"name": "pool", "from": [0]}]}, 1)]
    ['conv1']
    """
    return [program["input"] if at < 0 else program["steps"][at] for at in program["steps"][place]["from"]]


def words_of(shape: list) -> int:
    """How many codes a map of this shape has.

    >>> words_of([8, 14, 14])
    1568
    """
    count = 1
    for size in shape:
        count *= size
    return count


def within_bounds(step, codes):
    """Codes within the bounds of a step."""
    low, high = step["low"], step["high"]
    return [low if code < low else high if code > high else code for code in codes]


def integer_dot(values, weights):
    return sum([value * weight for value, weight in zip(values, weights)])


def code_span(source: dict, zero_in: int) -> int:
    """How far a code of what is read can lie from its zero; the input's codes are those of its table.

    >>> code_span({"low": -128, "high": 127}, -128)
    255
    """
    codes = source["table"] if "low" not in source else (source["low"], source["high"])
    return max(abs(min(codes) - zero_in), abs(max(codes) - zero_in))
