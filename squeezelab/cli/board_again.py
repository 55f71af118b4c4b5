"""`squeezelab board --rerun N`: points of the board, drawn at random, run again and held against what the records say.

A point is a row: a family at a share or setting, in a budget, of one seed. It runs on one thread, from nothing: dense starts and
the masks of chains are made anew. Whether it holds is decided in `board_points`.
"""

import importlib
import inspect
import json
import random
import sys
import tempfile
import threading
from contextlib import closing, contextmanager
from pathlib import Path

from ..recorded import recorded
from .board_points import judged, named_point, points_wanted, seconds_of_point
from .own_network import torch_hint

EXPERIMENTS = Path(__file__).resolve().parents[2] / "experiments"
MEASURED_BY = {"pruning": "pruning_runs", "sparse_training": "sparse_runs"}  # {record: the module that measures a row}
LARGEST = 2**31  # of the seeds that a draw is given by default


def rerun_answer(arguments):
    """(what was found, 0 where all of it holds, 1 where it does not, 130 after Ctrl-C)."""
    points = points_wanted(arguments)
    if not 1 <= arguments.rerun <= len(points):
        raise ValueError(f"--rerun takes 1 to {len(points)} points, as many as there are, not {arguments.rerun}")
    modules = measuring_modules()
    seed = random.SystemRandom().randrange(LARGEST) if arguments.seed is None else arguments.seed
    chosen = random.Random(seed).sample(points, arguments.rerun)
    say(f"{len(chosen)} of {len(points)} points, drawn with --seed {seed}:")
    for place, point in enumerate(chosen, 1):
        say(f"  {place}. {named_point(point)}: about {in_time(seconds_of_point(point))}")
    found, interrupted = [], False
    try:
        for result in results_again(chosen, modules):
            found.append(result)
            say(f"  {len(found)}. {'holds' if result['holds'] else 'does not hold'}, after {in_time(result['seconds'])}")
    except KeyboardInterrupt:
        interrupted = True
    status = 130 if interrupted else int(not all(each["holds"] for each in found))
    return answer_text(found, seed, len(chosen), arguments.json), status


def results_again(points, modules):
    """What becomes of each point, as it is measured."""
    from workers import in_processes

    with tempfile.TemporaryDirectory() as folder:
        keys = []
        for point in points:
            module = modules[point.record]
            keys.append({"module": module.__name__, "folder": folder, "key": key_of_row(point.row, module)})
        with closing(in_processes(measured_anew, keys, workers=1)) as measured:
            for place, point in enumerate(points, 1):
                with clock(f"{place} of {len(points)}", seconds_of_point(point)):
                    _, row = next(measured)
                yield judged(point, row, same_machine(recorded(point.record)["versions"]))


def say(text):
    """A line for who waits; the answer alone goes to stdout."""
    print(text, file=sys.stderr, flush=True)


def measuring_modules():
    """{record: the module that measures its rows}; raises where the experiments are not beside the package."""
    if not (EXPERIMENTS / "record.py").is_file():
        raise ValueError(
            "--rerun needs the scripts in experiments/, which stand beside the package in a checkout and are not installed: "
            "clone the repository and run it there"
        )
    sys.path.insert(0, str(EXPERIMENTS))
    try:
        return {name: importlib.import_module(MEASURED_BY[name]) for name in recorded("board")["settings"]["sources"]}
    except ImportError as error:
        raise ValueError(f"--rerun trains networks: {error}{torch_hint(error)}") from error


def measured_anew(module, folder, key):
    """The row of a key, with dense starts and the masks of chains made anew in a folder. It runs in a process of its own, since
    a training that hears Ctrl-C ends early and says nothing."""
    from tqdm import tqdm

    tqdm.set_lock(threading.RLock())  # the process is ended from outside, and would leave one between processes behind
    measures = importlib.import_module(module)
    for each in {measures, importlib.import_module("pruning_runs")}:
        each.FOLDER = Path(folder)
    return measures.measure(**key)


def key_of_row(row, module):
    """What the run of a row depends on: the arguments of the function that measures."""
    names = inspect.signature(module.measure).parameters
    return {name: row[name] for name in names if name in row}


@contextmanager
def clock(which, seconds):
    """A bar of the seconds that a point is expected to take, for who watches a terminal."""
    from tqdm import tqdm

    form = "{desc}: {elapsed} of about {postfix} |{bar}|"
    done = threading.Event()
    with tqdm(total=max(1, round(seconds)), desc=which, bar_format=form, leave=False, disable=None) as bar:
        bar.set_postfix_str(in_time(seconds))

        def tick():
            while not done.wait(1):
                bar.update(int(bar.n < bar.total))
                bar.refresh()

        ticking = threading.Thread(target=tick, daemon=True)
        ticking.start()
        try:
            yield
        finally:
            done.set()
            ticking.join()


def same_machine(versions):
    """Whether a record was measured with these versions, on a processor like this one."""
    from record import versions as versions_here

    return versions_here() == versions


# Words.


def in_time(seconds):
    """'40 s', '3 min'."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def told_result(result):
    """What became of a point, in two lines."""
    sign = "holds" if result["holds"] else "DOES NOT HOLD"
    lines = f"{sign}: {result['point']}\n    expected {result['expected']:.4f}, found {result['found']:.4f}: "
    if result["rule"] == "to the digit":
        return lines + (f"differs in {', '.join(result['differing'])}" if result["differing"] else "equal to the digit")
    interval = f"99 % prediction interval {result['low']:.4f} to {result['high']:.4f} ({result['freedom']} degrees of freedom)"
    return lines + interval + ("" if result["differing"] else ", and equal to the digit")


def answer_text(found, seed, asked, as_json):
    """All results, and what they come to."""
    held = sum(each["holds"] for each in found)
    if as_json:
        return json.dumps({"seed": seed, "asked": asked, "held": held, "points": found}, indent=2, allow_nan=False)
    lines = [told_result(each) for each in found]
    rest = f"; interrupted, {asked - len(found)} not run" if len(found) < asked else ""
    return "\n".join([*lines, f"{held} of {len(found)} points hold{rest} (--seed {seed})"])
