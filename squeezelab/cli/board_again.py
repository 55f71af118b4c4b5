"""`squeezelab board --rerun N`: points of the board's records, drawn at random, run again and held against what is written there.

A point is a row: a family at a share or setting, in a budget, of one seed. It runs on one thread, from nothing: dense starts and
the masks of chains are made anew. Where versions and processor are those of the record, every figure must be equal to the digit.
Elsewhere sums are rounded otherwise, trainings drift apart, and the accuracy must lie in the 99 % prediction interval
mean ± t·s·√(1 + 1/n): mean, over the n seeds of the point; s, the standard deviation within each of the family's shares and
settings, pooled over them, with as many degrees of freedom as that leaves.
"""

import importlib
import inspect
import json
import math
import random
import sys
import tempfile
import threading
from collections import namedtuple
from contextlib import closing, contextmanager
from pathlib import Path

from ..core.words import percent
from ..explorers.board_model import shipped
from ..explorers.board_names import BUDGET_NAMES, LEFT_OF, member_name
from ..recorded import recorded
from ..recorded.board_rows import on_board
from ..recorded.differences import mean_and_variance, t_quantile
from ..recorded.results import rows_by
from .board_asked import places_wanted, wanted
from .own_network import torch_hint

EXPERIMENTS = Path(__file__).resolve().parents[2] / "experiments"
MEASURED_BY = {"pruning": "pruning_runs", "sparse_training": "sparse_runs"}  # {record: the module that measures a row}
PREDICTION = 0.99  # of the interval
CHAINS = ("lottery", "colt")  # a row goes on from the masks of the larger shares
FAMILY = ("network", "method", "control")
SAME_POINT = ("network", "method", "control", "kept", "setting", "budget")
LARGEST = 2**31  # of the seeds that a draw is given by default

Point = namedtuple("Point", "record row seconds")
Point.__doc__ = "A row of a record that is on the board, and about how many seconds it takes, what it starts from included."


def rerun_answer(arguments):
    """(what was found, 0 where all of it holds, 1 where it does not, 130 after Ctrl-C)."""
    points = points_of_board(arguments)
    if not 1 <= arguments.rerun <= len(points):
        raise ValueError(f"--rerun takes 1 to {len(points)} points, as many as there are, not {arguments.rerun}")
    modules = measuring_modules()
    seed = random.SystemRandom().randrange(LARGEST) if arguments.seed is None else arguments.seed
    chosen = random.Random(seed).sample(points, arguments.rerun)
    say(f"{len(chosen)} of {len(points)} points, drawn with --seed {seed}:")
    for place, point in enumerate(chosen, 1):
        say(f"  {place}. {named_point(point)}: about {in_time(point.seconds)}")
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
                with clock(f"{place} of {len(points)}", point.seconds):
                    _, row = next(measured)
                yield judged(point, row)


def say(text):
    """A line for who waits; the answer alone goes to stdout."""
    print(text, file=sys.stderr, flush=True)


def points_of_board(arguments):
    """Every point that the request leaves, in the records' order; raises where there is none."""
    places_wanted(shipped(), arguments)
    found = []
    for name in recorded("board")["settings"]["sources"]:
        rows = recorded(name)["rows"]
        for row in on_board(rows):
            if any(wanted(arguments, *place) for place in row["places"]):
                found.append(Point(name, row, seconds_of(row, rows)))
    return found


def seconds_of(row, rows):
    """What the record says that a row took, with the rounds of its chain before it and the training of its dense start."""
    spent = row["seconds"]
    if row["method"] in CHAINS and row["budget"] == "epochs":
        chain = [each for each in rows if all(each[name] == row[name] for name in ("method", "budget", "seed"))]
        spent = sum(each["seconds"] for each in chain if each["kept"] >= row["kept"])
    if row["start_macs"]:
        starts = [each for each in recorded("pruning")["rows"] if each["method"] == "dense" and each["epochs"] == 0]
        spent += next(each["seconds"] for each in starts if each["network"] == row["network"] and each["seed"] == row["seed"])
    return spent


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


def judged(point, found):
    """What a point was expected to be, what it is, and whether that holds."""
    row, record = point.row, recorded(point.record)
    alike = same_machine(record["versions"])
    low, high, freedom = prediction_interval(row, on_board(record["rows"]))
    differing = [name for name in found if name in row and name != "seconds" and found[name] != row[name]]
    holds = not differing if alike else low <= found["accuracy"] <= high
    result = {"point": named_point(point), "record": point.record, "expected": row["accuracy"], "found": found["accuracy"]}
    result |= {"rule": "to the digit" if alike else "99 % prediction interval", "low": low, "high": high, "freedom": freedom}
    return result | {"differing": differing, "holds": holds, "seconds": found["seconds"]}


def same_machine(versions):
    """Whether a record was measured with these versions, on a processor like this one."""
    from record import versions as versions_here

    return versions_here() == versions


def prediction_interval(row, rows):
    """(lower end, upper end, degrees of freedom) of the interval in which another training of a point's kind lies."""
    family = [each for each in rows if all(each.get(name) == row.get(name) for name in FAMILY)]
    groups = list(rows_by([dict.fromkeys(SAME_POINT) | each for each in family], SAME_POINT).values())
    spreads = [mean_and_variance([each["accuracy"] for each in group]) for group in groups]
    freedom = sum(len(group) - 1 for group in groups)
    pooled = sum((len(group) - 1) * variance for group, (_, variance) in zip(groups, spreads)) / freedom
    own = next(place for place, group in enumerate(groups) if any(each is row for each in group) or has_seed(group, row))
    mean, count = spreads[own][0], len(groups[own])
    half = t_quantile(freedom, PREDICTION) * math.sqrt(pooled * (1 + 1 / count))
    return mean - half, mean + half, freedom


def has_seed(group, row):
    """Whether a row is one of a group's."""
    return all(group[0].get(name) == row.get(name) for name in SAME_POINT)


# Words.


def named_point(point):
    """'SNIP, lenet300, 10 % of the weights, equal epochs, seed 3'"""
    row = point.row
    kind, level, budget = row["places"][0]
    at = "" if level is None else f", {percent(level)} of the {LEFT_OF[kind]}"
    return f"{member_name(row['member'])}, {row['network']}{at}, {BUDGET_NAMES[budget]}, seed {row['seed']}"


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
