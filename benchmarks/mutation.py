"""Do the tests hold the laws? A seeded sample of small faults in `hardware` and `compression`, each against its own tests.

    python benchmarks/mutation.py                      # 200 faults, two at a time
    python benchmarks/mutation.py hardware --count 60 --seed 3

Each fault (an operator, a comparison, a constant, `and` for `or`, `min` for `max`, …) is made in a copy of the package, never
in the checkout, and the tests of its folder run until one fails. Those that no test notices are listed. Some change nothing
that can be observed: they stand, with the reason, in `equivalent_mutants.json`, by their file, function and text, so that
lines may move. Less than 97 % found of the others is an error.

What was found is kept in a file, so that a run that was stopped goes on: until a source changes, or for survivors a test.
"""

import argparse
import concurrent.futures
import contextlib
import hashlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mutants import ROOT, sample

EQUIVALENT = Path(__file__).with_name("equivalent_mutants.json")
PACKAGES = ("hardware", "compression")
COPIED = ("squeezelab", "tests", "tools", "pyproject.toml")
NOT_COPIED = shutil.ignore_patterns("__pycache__", "node_modules", "static")
LEAST = 0.97  # of the faults that can be noticed
TIMEOUT = 90  # seconds; a fault that never ends is noticed, too
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:nbval", "-o", "addopts=--import-mode=importlib")
NOT_RUN = ("test_named_reads.py",)  # it reads sources and draws explorers: no law is in it


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
        command = [sys.executable, "-B", "-m", "pytest", *OPTIONS, f"tests/{package}", *skipped]
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


def digest_of(folders):
    """A digest of all Python files in some folders."""
    digest = hashlib.sha1()
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


class Known:
    """Outcomes by fault, kept in a file that a later run reads: all of them as long as the sources of the package stay as they
    are, but survivors are tried again when the tests have changed. Without the file all are."""

    def __init__(self, path):
        self.path, self.outcomes = path, {}
        self.sources, self.tests = [digest_of([Path(top, name) for name in PACKAGES]) for top in ("squeezelab", "tests")]
        with contextlib.suppress(OSError, ValueError, KeyError):
            kept = json.loads(path.read_text())
            if kept["sources"] == self.sources:
                again = kept["tests"] != self.tests
                self.outcomes = {fault: found for fault, found in kept["outcomes"].items() if found or not again}

    def put(self, mutant, noticed):
        self.outcomes[mutant.identity] = noticed
        kept = {"sources": self.sources, "tests": self.tests, "outcomes": self.outcomes}
        self.path.write_text(json.dumps(kept))

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


def package_named(name):
    if name not in PACKAGES:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(PACKAGES)}")
    return name


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", nargs="*", type=package_named, help="hardware, compression; both if none is given")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kept", type=Path, default=Path(tempfile.gettempdir(), "squeezelab_mutants.json"))
    given = parser.parse_args()
    given.packages = given.packages or list(PACKAGES)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    mutants, total = sample(given.packages, given.count, given.seed)
    print(f"{len(mutants)} of {total} faults in {' and '.join(given.packages)}", flush=True)
    known = Known(given.kept)
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
