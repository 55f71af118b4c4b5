"""Do the tests hold the laws? A seeded sample of small faults in `hardware` and `compression`, each against its own tests.

    python benchmarks/mutation.py                      # 200 faults, two at a time
    python benchmarks/mutation.py hardware --count 60 --seed 3

Each fault (an operator, a comparison, a constant, `and` for `or`, `min` for `max`, …) is made in a copy of the package, never
in the checkout, and the tests of its folder run until one fails. Those that no test notices are listed. Some change nothing
that can be observed: they stand, with the reason, in `equivalent_mutants.json`, by their file, function and text, so that
lines may move. Less than 97 % found of the others is an error.

What was found is kept in a file beside the copies until a source or a test changes, so a run that was stopped goes on.
"""

import argparse
import ast
import collections
import concurrent.futures
import contextlib
import copy
import hashlib
import json
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.json")
PACKAGES = ("hardware", "compression")
COPIED = ("squeezelab", "tests", "tools", "pyproject.toml")
NOT_COPIED = shutil.ignore_patterns("__pycache__", "node_modules", "static")
LEAST = 0.97  # of the faults that can be noticed
LINE = 130
TIMEOUT = 90  # seconds; a fault that never ends is noticed, too
NOT_RUN = ("test_named_reads.py",)  # it reads sources and draws explorers: no law is in it

OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult}
OPERATORS[ast.Pow] = ast.Mult
COMPARISONS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
COMPARISONS |= {ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}
NAMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "any": "all", "all": "any"}


class Mutant:
    """One fault: the `package` and file it is in, the function, the text before and after, and the faulty source."""

    def __init__(self, path, scope, line, before, after, source, nth):
        self.path, self.scope, self.line, self.nth = path, scope, line, nth  # of several that read the same, the nth
        self.before, self.after, self.source = before, after, source
        self.file = str(path.relative_to(ROOT))
        self.package = path.parent.name

    @property
    def identity(self):
        return json.dumps([self.file, self.scope, self.before, self.after, self.nth])

    def __str__(self):
        return f"{self.file}:{self.line} {self.scope}: {self.before}  →  {self.after}"


def faults(node):
    """What could be wrong with a node, as nodes in its place."""
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield changed(node, op=OPERATORS[type(node.op)]())
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARISONS:
        yield changed(node, ops=[COMPARISONS[type(node.ops[0])]()])
    if isinstance(node, ast.BoolOp):
        yield changed(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    if isinstance(node, ast.IfExp):
        yield changed(node, body=node.orelse, orelse=node.body)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield changed(node, value=node.value + 1)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield changed(node, value=not node.value)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in NAMES:
        yield changed(node, id=NAMES[node.id])


def changed(node, **fields):
    """A copy of a node with other fields."""
    twin = copy.copy(node)
    for name, value in fields.items():
        setattr(twin, name, value)
    return twin


def places(node, shown=None, scope="module"):
    """(parent, field, index or None, scope, what is shown) of every expression that may be wrong: no messages, no types.

    Shown is the widest piece of source around it that still fits into a line.
    """
    for field, value in ast.iter_fields(node):
        if isinstance(node, (ast.Raise, ast.JoinedStr)) or field in ("annotation", "returns"):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST):
                continue
            inner, within = scope, shown
            if isinstance(child, ast.stmt) or (isinstance(child, ast.expr) and len(headline(shown)) > LINE):
                within = child
            if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
                inner = child.name if scope == "module" else f"{scope}.{child.name}"
            if isinstance(child, ast.expr):
                yield node, field, index, inner, within
            yield from places(child, within, inner)


def mutants_of(path):
    """All faults of one file, in the order of their places."""
    tree = ast.parse(path.read_text())
    found, seen = [], collections.Counter()
    for parent, field, index, scope, shown in list(places(tree)):
        whole = getattr(parent, field)
        node = whole if index is None else whole[index]
        for other in faults(node):
            before = headline(shown)
            put(parent, field, index, other)
            after = headline(other if shown is node else shown)
            seen[scope, before, after] += 1
            found.append(Mutant(path, scope, node.lineno, before, after, ast.unparse(tree), seen[scope, before, after]))
            put(parent, field, index, node)
    return found


def put(parent, field, index, node):
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def headline(statement):
    """A statement in one line; of a function, a loop or a condition its head."""
    return ast.unparse(statement).strip().split(":\n")[0].replace("\n", " ")


def sample(packages, count, seed):
    """So many faults, drawn from all of these packages' files."""
    paths = [path for package in packages for path in sorted((ROOT / "squeezelab" / package).glob("*.py"))]
    found = [mutant for path in paths if path.name != "__init__.py" for mutant in mutants_of(path)]
    drawn = random.Random(seed).sample(range(len(found)), min(count, len(found)))
    return [found[place] for place in sorted(drawn)], len(found)


class Copies:
    """Copies of the package, one for each fault that is tried at a time; each runs the tests of a folder on one fault."""

    def __init__(self, count, base):
        self.free = queue.Queue()
        self.running = set()
        for number in range(count):
            folder = Path(base, f"copy{number}")
            folder.mkdir()
            for name in COPIED:
                whole = ROOT / name
                shutil.copytree(whole, folder / name, ignore=NOT_COPIED) if whole.is_dir() else shutil.copy(whole, folder / name)
            self.free.put(folder)

    def noticed(self, mutant):
        """Whether a test fails; without a fault, whether the tests pass and see the copy."""
        folder = self.free.get()
        path = folder / mutant.file
        right = path.read_text()
        try:
            path.write_text(mutant.source)
            return self.run(folder, mutant.package) != 0
        finally:
            path.write_text(right)
            self.free.put(folder)

    def run(self, folder, package, output=subprocess.DEVNULL):
        """The exit code of a folder's tests; too slow is 1."""
        skipped = [f"--ignore=tests/{package}/{name}" for name in NOT_RUN]
        command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", f"tests/{package}", *skipped]
        environment = os.environ | {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
        options = {"cwd": folder, "env": environment, "stdout": output, "stderr": output}
        process = subprocess.Popen(command, start_new_session=True, **options)
        self.running.add(process)
        try:
            return process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            stop(process)
            return 1
        finally:
            self.running.discard(process)

    def stop(self):
        for process in list(self.running):
            stop(process)


def stop(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def state_of(packages):
    """A digest of all that the outcome depends on: the package's sources and the tests'."""
    digest = hashlib.sha1()
    for folder in [ROOT / "squeezelab" / name for name in ("core", "networks", *PACKAGES)] + [
        ROOT / "tests" / name for name in packages
    ]:
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


class Known:
    """Outcomes by fault, kept in a file that a later run reads: for as long as sources and tests stay as they are."""

    def __init__(self, path, state):
        self.path, self.state = path, state
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads(path.read_text())
            self.outcomes = kept["outcomes"] if kept["state"] == state else {}
        self.outcomes = getattr(self, "outcomes", {})

    def put(self, mutant, noticed):
        self.outcomes[mutant.identity] = noticed
        self.path.write_text(json.dumps({"state": self.state, "outcomes": self.outcomes}))

    def get(self, mutant):
        return self.outcomes.get(mutant.identity)


def try_all(mutants, known, copies, jobs):
    """Tries what is not known yet, with a line of progress for each."""
    left = [mutant for mutant in mutants if known.get(mutant) is None]
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        try:
            tried = {pool.submit(copies.noticed, mutant): mutant for mutant in left}
            for done, future in enumerate(concurrent.futures.as_completed(tried), 1):
                mutant, noticed = tried[future], future.result()
                known.put(mutant, noticed)
                seconds = time.monotonic() - start
                print(f"{done}/{len(left)} {seconds:4.0f} s  {'found' if noticed else 'ALIVE'}  {mutant}", flush=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            copies.stop()
            raise


def equivalents():
    """{identity: reason} of the faults that change nothing that can be observed."""
    kept = json.loads(EQUIVALENT.read_text()) if EQUIVALENT.exists() else []
    named = ("file", "function", "before", "after")
    return {json.dumps([entry[key] for key in named] + [entry.get("nth", 1)]): entry["why"] for entry in kept}


def closing(mutants, known):
    """Prints the share and the survivors → whether enough were found."""
    same = equivalents()
    counted = [mutant for mutant in mutants if mutant.identity not in same]
    alive = [mutant for mutant in counted if not known.get(mutant)]
    for mutant in alive:
        print("alive:", mutant)
    share = 1 - len(alive) / max(len(counted), 1)
    print(
        f"{len(counted) - len(alive)} of {len(counted)} found, {100 * share:.1f} %; {len(mutants) - len(counted)} are equivalent"
    )
    return share >= LEAST


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", nargs="*", default=list(PACKAGES), choices=PACKAGES, help="hardware, compression or both")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kept", type=Path, default=Path(tempfile.gettempdir(), "squeezelab_mutants.json"))
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    mutants, total = sample(given.packages, given.count, given.seed)
    print(f"{len(mutants)} of {total} faults in {' and '.join(given.packages)}", flush=True)
    known = Known(given.kept, state_of(given.packages))
    with tempfile.TemporaryDirectory(prefix="squeezelab_mutants_") as base:
        copies = Copies(given.jobs, base)
        folder = copies.free.queue[0]
        for package in given.packages:
            if copies.run(folder, package, output=None):
                sys.exit(f"the tests of {package} fail without any fault")
        try_all(mutants, known, copies, given.jobs)
    sys.exit(0 if closing(mutants, known) else 1)


if __name__ == "__main__":
    main()
