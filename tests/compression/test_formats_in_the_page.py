"""Number formats are the same in a page: each function, on hundreds of numbers, under MicroPython as under this Python."""

import json

from support.micropython import printed

PROGRAM = """
import json
from squeezelab.compression.affine import affine_of, code_of, value_of
from squeezelab.compression.code_bytes import bit_operations, parameter_bytes
from squeezelab.compression.fixed_point import multiplier_of, requantised
from squeezelab.compression.noise import expected_sqnr
from squeezelab.compression.qformat import SHIFTS, fraction_bits, q_dot, q_format, q_sum, shifted
from squeezelab.compression.signs import binary_residual, binary_scale, packed_signs, signs_of, xor_dot
from squeezelab.course.dice import Dice
from squeezelab.networks import mini_vgg

dice = Dice(13)
TOTALS = [dice.randint(-(2**31), 2**31 - 1) >> dice.randint(0, 24) for _ in range(300)]


def fixed():
    found = []
    for total in TOTALS:
        pair = multiplier_of(dice.randint(1, 10**6) / 2.0 ** dice.randint(18, 34))
        found.append([list(pair), requantised(total, *pair), requantised(total, *pair, "single")])
    return found


def affine():
    found = []
    for bits in range(1, 9):
        for symmetric in (False, True):
            own = affine_of(-dice.randint(0, 64) / 64, dice.randint(1, 192) / 64, bits, symmetric)
            codes = [code_of(step / 32, own) for step in range(-64, 96)]
            found.append([list(own), codes, [value_of(code, own) for code in codes]])
    return found


def qs():
    found = [[fraction_bits(size / 64, bits), fraction_bits(size / 64, bits, True)] for size in range(200) for bits in (2, 5, 8)]
    found += [[shifted(total, bits - 3, name) for name in SHIFTS] for total in TOTALS for bits in (0, 3, 12)]
    found.append([list(q_format(n, 4)) for n in range(-3, 9)])
    for _ in range(100):
        a, b, n_a, n_b, n_out = [dice.randint(-128, 127) for _ in range(2)] + [dice.randint(0, 7) for _ in range(3)]
        found.append([list(q_dot([a], n_a, [b], n_b, n_out)), q_sum(a, n_a, b, n_b, n_out).overflows])
    return found


def binary():
    rows = [[dice.randint(-99, 99) / 16 for _ in range(70)] for _ in range(30)]
    words = [packed_signs(signs_of(row)) for row in rows]
    found = [[binary_scale(row), binary_residual(row), own] for row, own in zip(rows, words)]
    return found + [xor_dot(words[0], own, 70) for own in words]


def counts():
    net = mini_vgg()
    return [[parameter_bytes(net, bits), bit_operations(net, bits, 8), expected_sqnr(bits, 4.0)] for bits in range(1, 9)]


print(json.dumps([fixed(), affine(), qs(), binary(), counts()]))
"""


def test_the_page_computes_the_same_codes(capsys):
    exec(PROGRAM, {})
    here = json.loads(capsys.readouterr().out)
    there = json.loads(printed(PROGRAM))
    assert [len(part) for part in there] == [len(part) for part in here]
    for ours, theirs in zip(here, there):
        assert [pair for pair in zip(ours, theirs) if pair[0] != pair[1]] == []
