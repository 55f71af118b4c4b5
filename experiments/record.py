"""What every experiment shares: a record that is written after each run, so that it can be interrupted and goes on.

A record is one JSON under recorded/: the command, seeds, versions, date, and one row for each run. Settings are part
of it: a record of other settings is not gone on with but refused, unless ``--fresh`` starts anew.
"""

import argparse
import json
import os
import platform
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy
import torch
from tqdm import tqdm
from workers import add_arguments, one_by_one, way_of

RESULTS = Path(__file__).resolve().parents[1] / "squeezelab/recorded"
SEEDS = (0, 1, 2)


def versions():
    """On what a record was measured: where all of it is the same, the same seed gives the same digits."""
    found = {"python": platform.python_version(), "torch": torch.__version__.split("+")[0], "numpy": numpy.__version__}
    return found | {"processor": processor()}


def processor():
    """The kind of processor, its model, and which of its instructions torch uses, as 'x86_64, AMD EPYC, AVX512'."""
    model = torch.cpu.get_capabilities().get("cpu_name")  # None where torch does not know
    return ", ".join(filter(None, [platform.machine(), model, torch.backends.cpu.get_cpu_capability()]))


def arguments(about, spreads=False, parts=()):
    """The command line of an experiment: --fresh starts anew, --threads sets torch's. One that `spreads` has --workers and
    --scheduler, too, and `.way` is how its keys are measured. One of several `parts` takes their names, and `.parts` are those
    that are asked for, all of them where none is named."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument("--threads", type=int, default=1, help="threads of torch (default: 1, which disturbs least)")
    if spreads:
        add_arguments(parser)
    if parts:
        parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure, of {', '.join(parts)} (default: all)")
    chosen = parser.parse_args()
    if parts:
        unknown = [part for part in chosen.parts if part not in parts]
        if unknown:
            parser.error(f"no part {unknown[0]!r}; there are {', '.join(parts)}")
        chosen.parts = chosen.parts or list(parts)
    torch.set_num_threads(chosen.threads)
    if spreads:
        chosen.way = way_of(chosen)
        if chosen.way is not one_by_one and chosen.threads > 1:
            parser.error("--threads is for one process: each of several has one thread")
    return chosen


def run_parts(about, parts):
    """The command line of an experiment of several parts, {name: function of what was chosen}, and those that are asked for."""
    chosen = arguments(about, spreads=True, parts=parts)
    for name in chosen.parts:
        parts[name](chosen)


def rule(seeds, test_size, rates_tried, rates, converged):
    """The settings that put a record under the book's rule for conclusions (`results.RULE`): what was tried, and on what.

    seeds: of the training, five or more. test_size: examples tested on. rates_tried: the learning rates that each of the
    compared had; rates: those chosen on validation digits, or None where every rate is a row of its own. converged: in
    words, how it was judged that more epochs change nothing.
    """
    tried, seeds = list(rates_tried), list(seeds)
    return {"seeds": seeds, "test_size": test_size, "rates_tried": tried, "rates": rates, "converged": converged}


class Record:
    """The rows of one experiment, by key. `settings` are whatever changes the numbers; a changed one needs ``fresh``. `script`
    is the experiment that writes the record, where it has another name."""

    def __init__(self, name, settings, fresh=False, folder=RESULTS, script=None):
        self.path = Path(folder) / f"{name}.json"
        self.head = {
            "command": f"python experiments/{script or name}.py",
            "settings": json.loads(json.dumps(settings)),
            "versions": versions(),
            "date": date.today().isoformat(),
        }
        self.rows, self.noises = [], []
        if self.path.exists() and not fresh:
            before = json.loads(self.path.read_text("utf-8"))
            if before["settings"] != self.head["settings"]:
                raise SystemExit(f"{self.path.name} was measured with other settings: use --fresh to measure it anew")
            self.rows, self.noises = before["rows"], before.get("noise", [])
            self.head |= {name: before[name] for name in ("versions", "date")}  # of its first rows

    def run(self, keys, measure, way=one_by_one):
        """``measure(**key)`` → a dict of results, for every key (a dict) that has none yet; each is written at once. way: who
        measures them, one of `workers.py`."""
        missing = [key for key in keys if not any(has(row, key) for row in self.rows)]
        with closing(way(measure, missing)) as found, tqdm(total=len(missing), unit="run") as bar:
            for key, result in found:
                self.rows.append(key | result)
                self.write()
                bar.update()
        self.rows.sort(key=lambda row: order(row, keys))
        self.write()
        return self.rows

    def noise(self, keys, measure, threads=2):
        """Measures the accuracy of some of the keys again on another number of threads: the sums are rounded in another order,
        and what changes is the noise of the machine (`results.machine_noise`)."""
        usual = torch.get_num_threads()
        torch.set_num_threads(threads)
        for key in tqdm(
            [key for key in keys if key | {"threads": threads} not in map(without_accuracy, self.noises)], unit="run"
        ):
            self.noises.append(key | {"threads": threads, "accuracy": measure(**key)["accuracy"]})
            self.write()
        torch.set_num_threads(usual)

    def write(self):
        """The record, all of it; the file before it stays until this one is complete."""
        lists = {"noise": self.noises} if self.noises else {}
        write_lined(self.path, self.head | lists | {"rows": self.rows}, (*lists, "rows"))


def write_lined(path, made, lists, **form):
    """Writes a record, each entry of its `lists` (names) in a line of its own, as a whole or not at all. form: of json.dumps."""
    text = json.dumps(made | dict.fromkeys(lists, []), indent=2)
    for name in lists:
        lines = ",\n    ".join(json.dumps(entry, **form) for entry in made[name])
        text = text.replace(f'"{name}": []', f'"{name}": [\n    {lines}\n  ]')
    draft = Path(path).with_suffix(".part")
    draft.write_text(text + "\n", "utf-8")
    os.replace(draft, path)


def has(row, key):
    """Whether a row is the one of a key."""
    return all(row.get(name) == key[name] for name in key)


def order(row, keys):
    """The place of a row's key among the keys."""
    return next((place for place, key in enumerate(keys) if has(row, key)), len(keys))


def without_accuracy(row):
    """A row of `Record.noise` without what was measured."""
    return {name: value for name, value in row.items() if name != "accuracy"}
