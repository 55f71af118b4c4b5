"""One table of number formats, one of colours: Python, MicroPython and the page's JavaScript write and paint the same."""

import json
import math
import random

import pytest
import tables
from node import run
from support import ROOT
from support.micropython import printed

from squeezelab.core.words import FORMATS, PREFIXES, THIN, formatted

EDGES = sorted({least for form in FORMATS.values() for least, _ in form["places"]} | {size for size, _ in PREFIXES})


def probes():
    """Ties, edges of the rules and their neighbours, whole numbers, and sizes from 1e-9 to 1e300, both signs."""
    rng = random.Random(1)
    whole = [*range(12), 99, 100, 999, 1000, 1169173, 224916480, 999500, 999499, 10**12, 10**15, 2**53]
    ties = [count / 10**places for places in (1, 2, 3, 4, 5) for count in (5, 15, 25, 45, 95, 125, 995, 9995, 99995)]
    near = [edge * share for edge in EDGES for share in (0.9994, 0.9995, 0.9999, 1, 1.0001)]
    near += [math.nextafter(edge, end) for edge in near for end in (0, math.inf)]
    sizes = [rng.choice((1, 3.7)) * 10 ** rng.uniform(-9, 16) for _ in range(250)] + [5e-324, 1e22, 1e300, 0.1 + 0.2]
    found = whole + ties + near + sizes
    return found + [-value for value in found]


PROBES = probes()
JAVASCRIPT = """
import { readFileSync } from "node:fs";
import { format } from "./web/src/format.js";
const { names, values } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(names.map((name) => values.map((value) => format(value, name)))));
"""
MICROPYTHON = """
import json, math
from squeezelab.core.words import formatted
values = [pair[0] if len(pair) == 1 else math.ldexp(pair[0], pair[1]) for pair in json.loads('''%s''')]
for name in json.loads('''%s'''):
    print(json.dumps([formatted(value, name) for value in values]))
"""


def exact(value):
    """A number as whole ones, since MicroPython reads the decimals of a float less exactly than it counts: [n] or [m, e]."""
    if isinstance(value, int):
        return [value]
    fraction, exponent = math.frexp(value)
    return [int(fraction * 2**53), exponent - 53]


def python(values):
    return [[formatted(value, name) for value in values] for name in FORMATS]


def differences(ours, theirs):
    """[(format, number, ours, theirs)]"""
    rows = zip(FORMATS, ours, theirs, strict=True)
    return [(name, *cells) for name, a, b in rows for cells in zip(PROBES, a, b, strict=True) if cells[1] != cells[2]]


def test_the_front_end_reads_what_python_says():
    assert tables.TARGET.read_text("utf-8") == tables.text(), "run python tools/tables.py"


def test_the_page_writes_every_number_as_python_does():
    asked = json.dumps({"names": list(FORMATS), "values": PROBES})
    command = ["--input-type=module", "-e", JAVASCRIPT]
    done = run("node", *command, input=asked, capture_output=True, text=True, check=True, cwd=ROOT, timeout=120)
    assert len(PROBES) > 500 and not differences(python(PROBES), json.loads(done.stdout))


def test_micropython_writes_every_number_as_cpython_does():
    values = [value for value in PROBES if abs(value) > 1e-300]  # MicroPython's ldexp knows no subnormal numbers
    said = printed(MICROPYTHON % (json.dumps([exact(value) for value in values]), json.dumps(list(FORMATS))))
    assert [json.loads(line) for line in said.splitlines()] == python(values)


@pytest.mark.parametrize(
    "value, kind, words",
    [
        (0.836, "ratio", "0.84×"),
        (0.995, "ratio", "1×"),
        (0.0421, "percent", "4.2 %"),
        (0.238, "ratio", "0.24×"),
        (999600, "si", "1 M"),
        (-0.9999, "four", "−0.9999"),
        (0.0004, None, "0.0004"),
        (2017702.0, None, "2 017 702"),
        (-1234.5, "printed1", "-1,234.5"),
        (-0.0, "fixed2", "0.00"),
        (math.nan, None, "–"),
        (-math.inf, "si", "−∞"),
    ],
)
def test_rules_of_the_table(value, kind, words):
    assert formatted(value, kind).replace(THIN, " ") == words
