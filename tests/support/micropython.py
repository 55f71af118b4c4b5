"""Explorers as a page computes them: under MicroPython, in Node, without a browser, from all portable files as they are.

`run_micropython([("layer_cost", {"kernel": 5}), ...])` returns the answers in order. The milliseconds that an explorer takes in
its start state and along each of its controls: `PYTHONPATH=tests:tools python -m support.micropython NAME`.
"""

import json
import math
import re
import sys
from functools import lru_cache

from node import run
from portable import PACKAGES, record

from squeezelab import explorers
from support import ROOT

NAMED = re.compile(r'\bmeasured(?:_later)?\("(\w+)"\)')
TOLERANCE = 1e-12  # relative; the two Pythons may add floats in another order


@lru_cache(None)
def everything():
    """{path: text} of all portable files, and of the records that they name."""
    folders = [ROOT / "squeezelab" / package for package in PACKAGES]
    files = [ROOT / "squeezelab/__init__.py", *(path for folder in folders for path in folder.rglob("*.py"))]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in files}
    return texts | records_in("".join(texts.values()))


def records_in(text):
    """The records that a text names, as far as there are any of that name."""
    return dict(record(name) for name in NAMED.findall(text) if (ROOT / f"squeezelab/recorded/{name}.json").exists())


# Where threads are ended in the middle of WebAssembly, Node 24 itself may die (V8: `jit_page_->allocations_.erase(addr) == 1`),
# once in a few runs; without its optimising compiler it did not in 30.
OPTIONS = {"run_exercises.mjs": ["--liftoff-only"]}


def node(script, **given):
    """The finished process of a script of web/ that got these as JSON; one of which Node itself died is started once more."""
    command = ["node", *OPTIONS.get(script, []), ROOT / "web" / script]
    options = {"input": json.dumps(given), "capture_output": True, "text": True, "timeout": 600}
    done = run(*command, **options)
    if done.returncode < 0:  # by a signal: no program in there can do so
        done = run(*command, **options)
    if done.returncode:
        raise RuntimeError(f"MicroPython did not finish, {done.returncode}:\n{done.stderr[-2000:]}")
    return done


def run_with_times(calls, sources=None):
    """[(name, values)] → ([{"figure": ...} or {"error": sentence}], [milliseconds]); `sources` as `everything`."""
    done = node("run_micropython.mjs", sources=sources or everything(), calls=[[name, values] for name, values in calls])
    return json.loads(done.stdout), json.loads(done.stderr.strip().splitlines()[-1])


def printed(program, sources=None):
    """What a Python program prints under MicroPython; it can import the portable packages, or those of `sources`."""
    return node("run_program.mjs", sources=sources or everything() | records_in(program), program=program).stdout


def run_micropython(calls, sources=None):
    """[(name, values)] → [figure], with {"error": sentence} in place of a figure that cannot be."""
    return [answer.get("figure", answer) for answer in run_with_times(calls, sources)[0]]


def run_cpython(calls):
    """The same under CPython, through JSON as well."""
    answers = []
    for name, values in calls:
        try:
            answers.append(json.loads(json.dumps(explorers.explore(name, values))))
        except ValueError as error:
            answers.append({"error": str(error)})
    return answers


def difference(ours, theirs, where="figure"):
    """None when two figures agree (integers exactly, floats to `TOLERANCE`), else where and how they differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and set(ours) == set(theirs):
        pairs = [(ours[key], theirs[key], f"{where}.{key}") for key in sorted(ours)]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = [(a, b, f"{where}[{index}]") for index, (a, b) in enumerate(zip(ours, theirs))]
    elif same_value(ours, theirs):
        return None
    else:
        return f"{where}: {str(ours)[:200]!r} under CPython, {str(theirs)[:200]!r} under MicroPython"
    return next(filter(None, (difference(*pair) for pair in pairs)), None)


def same_value(a, b):
    if isinstance(a, float) and isinstance(b, (int, float)) and not isinstance(b, bool):
        return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=0.0)
    return type(a) is type(b) and a == b


def choices(control, most=5):
    """Values of a control, spread over its range with both ends among them."""
    if control["kind"] == "toggle":
        return [False, True]
    if "options" in control:
        return [option["value"] for option in control["options"]]
    if "values" in control:
        return control["values"]
    low, high, step = control["min"], control["max"], control.get("step", 1)
    count = round((high - low) / step)
    places = sorted({round(count * part / (most - 1)) for part in range(most)})
    return [low + place * step for place in places]


def grid(name, most=120):
    """States of an explorer: each control over its range, and each with the ends of every other; at most `most`."""
    controls = explorers.module(name).CONTROLS
    states = [{}]
    for control in controls:
        states += [{control["name"]: value} for value in choices(control)]
    for first in controls:
        for second in controls[controls.index(first) + 1 :]:
            for a in (choices(first)[0], choices(first)[-1]):
                states += [{first["name"]: a, second["name"]: b} for b in (choices(second)[0], choices(second)[-1])]
    return states[:: -(-len(states) // most)]


def print_times(name):
    warm_up = [(name, {})] * 25  # WebAssembly is compiled in earnest only after some calls
    for control in explorers.module(name).CONTROLS:
        calls = [(name, {control["name"]: value}) for value in choices(control, 12)]
        times = sorted(run_with_times(warm_up + calls)[1][len(warm_up) :])
        middle, slowest = times[len(times) // 2], times[-1]
        print(f"{name}.{control['name']:<14}{len(times):4} states   median {middle:6.1f} ms   slowest {slowest:6.1f} ms")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or explorers.names():
        print_times(wanted)
