"""The page's kernels of capsule layers make the integers of Python, and refuse a form that they do not have."""

import json
import random

import pytest
from support.capsule_programs import DrawnCapsules, drawn_capsules
from support.integer_programs import as_stored, drawn_pixels
from support.micropython import node

from squeezelab.compression.integer_program import check_program
from squeezelab.compression.integer_run import run_program


def in_javascript(program, images):
    return json.loads(node("run_integers.mjs", program=program, images=images).stdout)


@pytest.mark.parametrize("bits", [8, 4, 1])
@pytest.mark.parametrize(("rounding", "shared"), [("double", False), ("single", True)])
def test_every_step_of_a_capsule_network_has_the_same_codes(bits, rounding, shared):
    program, images = check_program(drawn_capsules(bits, rounding, shared, bits)), drawn_pixels(bits, 3)
    ours = [run_program(program, pixels) for pixels in images]
    for given in (program, as_stored(program)):
        for image, theirs in zip(ours, in_javascript(given, images), strict=True):
            for step, one, another in zip(program["steps"], image, theirs, strict=True):
                assert one == another, step["name"]


@pytest.mark.parametrize("fractions", [(0, 7), (3, 7), (5, 9), (7, 12)])
@pytest.mark.parametrize("dim", [1, 4, 16])
def test_squash_and_length_agree_on_capsules_at_the_edges_and_at_random(dim, fractions):
    net, draw = DrawnCapsules(0), random.Random(dim)
    codes = list(range(-128, 128))
    net.program["input"] |= {"shape": [50 * dim, 1, 1], "table": codes, "scale": 2.0 ** -fractions[0], "zero": 0}
    place = net.capsule_step("capsules", [-1], [50, dim], fractions[0], types=50, dim=dim)
    net.squash(place, *fractions)
    net.lengths(place)
    rows = [[draw.choice((0, 1, 127, 128, 129, 255)) if k < 10 else draw.randint(0, 255) for _ in range(dim)] for k in range(50)]
    pixels = sum(rows, [])
    assert in_javascript(check_program(net.program), [pixels]) == [run_program(net.program, pixels)]


@pytest.mark.parametrize(("op", "form"), [("squash", "q7"), ("softmax", "arm13"), ("add", "product")])
def test_a_form_that_is_there_to_be_studied_is_refused_by_name(op, form):
    program = drawn_capsules(0)
    step = next(step for step in program["steps"] if step["op"] == op)
    step["form"] = form
    with pytest.raises(RuntimeError, match=f"{op} '{step['name']}' has the form '{form}', and a page has 'exact' alone"):
        in_javascript(program, drawn_pixels(0))
