"""Experiments by several processes, or on a Dask cluster: the rows of one process, and none is lost with a worker."""

import functools
import json
import logging
import multiprocessing
import sys

import pytest

torch = pytest.importorskip("torch")
distributed = pytest.importorskip("distributed")

import workers  # noqa: E402
from record import Record, arguments  # noqa: E402
from support import tiny_runs  # noqa: E402

TWO = functools.partial(workers.in_processes, workers=2)
KEYS = [{"net": name, "seed": seed} for name in ("a", "b") for seed in (0, 1, 2)]


def processes():
    """Those that were started here and still run, but for the cluster's."""
    return [each for each in multiprocessing.active_children() if "Dask" not in each.name]


def seeds(count, **others):
    return [{"seed": seed} | others for seed in range(count)]


@pytest.fixture
def one_thread():
    """As the command line of an experiment sets it."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def cluster():
    """The address of a Dask scheduler with two worker processes of two threads each."""
    options = {"dashboard_address": None, "silence_logs": logging.CRITICAL, "host": "127.0.0.1"}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=2, processes=True, **options) as made:
        yield made.scheduler_address


def test_one_process_two_and_a_dask_cluster_give_the_same_rows_bit_for_bit(tmp_path, cluster, one_thread):
    ways = {"one": workers.one_by_one, "two": TWO, "dask": functools.partial(workers.on_cluster, address=cluster)}
    for name, way in ways.items():
        Record(name, {}, folder=tmp_path).run(KEYS, tiny_runs.trained, way)
    rows = {name: json.loads((tmp_path / f"{name}.json").read_text())["rows"] for name in ways}
    assert rows["one"] == rows["two"] == rows["dask"]
    assert len({row["loss"] for row in rows["one"]}) == 3 and {row["threads"] for row in rows["one"]} == {1}


def test_a_worker_that_is_killed_loses_nothing(tmp_path):
    rows = Record("trial", {}, folder=tmp_path).run(seeds(4, folder=str(tmp_path)), tiny_runs.killed_once, TWO)
    assert (tmp_path / "killed").exists() and [row["x"] for row in rows] == [0, 1, 4, 9]


def test_a_worker_of_a_cluster_that_is_killed_loses_nothing(tmp_path, cluster):
    way = functools.partial(workers.on_cluster, address=cluster)
    rows = Record("trial", {}, folder=tmp_path).run(seeds(4, folder=str(tmp_path)), tiny_runs.killed_once, way)
    assert (tmp_path / "killed").exists() and [row["x"] for row in rows] == [0, 1, 4, 9]


def test_a_key_that_kills_every_worker_is_named_and_alone_is_missing(tmp_path):
    (tmp_path / "deadly").touch()
    keys = seeds(5, folder=str(tmp_path))
    with pytest.raises(RuntimeError, match=r"died at these keys.*\n\{'seed': 1, .*\}$"):
        Record("trial", {}, folder=tmp_path).run(keys, tiny_runs.killed_while_marked, TWO)
    assert sorted((tmp_path / "calls").read_text().split()) == ["0", "2", "3", "4"]
    (tmp_path / "deadly").unlink()
    rows = Record("trial", {}, folder=tmp_path).run(keys, tiny_runs.killed_while_marked, TWO)  # only what is missing
    assert (tmp_path / "calls").read_text().split()[4:] == ["1"] and [row["x"] for row in rows] == [0, 1, 4, 9, 16]


def test_what_a_measurement_raises_ends_it_by_its_key_and_keeps_the_rows(tmp_path):
    record = Record("trial", {}, folder=tmp_path)
    with pytest.raises(RuntimeError, match=r"\{'seed': 2\} cannot be measured:(.|\n)*two is not measured"):
        record.run(seeds(3), tiny_runs.wrong_at_two, functools.partial(workers.in_processes, workers=1))
    assert [row["x"] for row in record.rows] == [0, 1] and not processes()


def test_an_error_on_a_cluster_names_its_key(tmp_path, cluster):
    with pytest.raises(RuntimeError, match=r"\{'seed': 2\} cannot be measured: two is not measured"):
        list(workers.on_cluster(tiny_runs.wrong_at_two, [{"seed": 2}], cluster))


def test_an_interrupt_keeps_what_is_done_and_leaves_no_process(tmp_path):
    record = Record("trial", {}, folder=tmp_path)
    with pytest.raises(KeyboardInterrupt):
        record.run(seeds(4), tiny_runs.interrupts_at_two, functools.partial(workers.in_processes, workers=1))
    assert [row["x"] for row in record.rows] == [0, 1] and not processes()
    assert json.loads((tmp_path / "trial.json").read_text())["rows"] == record.rows


def test_nothing_to_measure_starts_no_worker():
    assert list(TWO(tiny_runs.trained, [])) == []


def test_a_function_inside_another_is_refused():
    with pytest.raises(ValueError, match="'.*inner' must stand in a module"):
        list(TWO(nested(), seeds(1)))


def nested():
    def inner(seed):
        return {}

    return inner


def test_a_scheduler_that_does_not_answer_is_named():
    with pytest.raises(SystemExit, match="no Dask scheduler answers at 'nonsense://x'"):
        list(workers.on_cluster(tiny_runs.trained, KEYS, "nonsense://x"))


def test_dask_is_asked_for_by_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SystemExit, match=r"pip install 'squeezelab\[dask\]'"):
        list(workers.on_cluster(tiny_runs.trained, KEYS, "tcp://127.0.0.1:1"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--workers 0", "the number of processes is 1 or more, not '0'"),
        ("--workers two", "the number of processes is 1 or more, not 'two'"),
        ("--workers 2 --scheduler tcp://a:1", "not allowed with argument --workers"),
        ("--workers 2 --threads 2", "--threads is for one process"),
    ],
)
def test_the_command_line_says_what_does_not_go_together(words, said, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["trial.py", *words.split()])
    with pytest.raises(SystemExit):
        arguments("A trial.", spreads=True)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("words", "way"), [("", "one_by_one"), ("--workers 3", "in_processes"), ("--scheduler a", "on_cluster")])
def test_the_command_line_chooses_the_way(words, way, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["trial.py", *words.split()])
    chosen = arguments("A trial.", spreads=True).way
    assert getattr(chosen, "func", chosen).__name__ == way
