"""`squeezelab board`: the table, JSON, a method of one's own, and points that are run again and held against the record."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

torch = pytest.importorskip("torch")

from squeezelab.cli import board_again, board_points, main  # noqa: E402
from squeezelab.explorers.board_model import shipped  # noqa: E402
from squeezelab.explorers.board_names import member_name  # noqa: E402
from squeezelab.recorded import recorded  # noqa: E402
from squeezelab.recorded.board_rows import on_board  # noqa: E402
from squeezelab.recorded.differences import mean_and_variance, t_quantile  # noqa: E402


def said(capsys, *words):
    try:
        status = main(["board", *map(str, words)])
    except SystemExit as leaving:
        status = leaving.code
    return (status, *capsys.readouterr())


def test_the_table_has_every_member_of_a_place_and_marks_what_is_not_told_from_the_best(capsys):
    status, out, err = said(capsys, "--network", "lenet300", "--kept", 0.02, "--budget", "epochs")
    place = shipped().place("weights", 0.02, "epochs")
    lines = out.splitlines()[2 : 2 + len(place.members)]
    assert (status, err) == (0, "") and len({len(line) for line in lines}) == 1, "aligned"
    for line, member in zip(lines, place.order):
        assert member_name(member) in line and f"{100 * place.score[member][0]:.1f} ± " in line
    assert sum(line.startswith("*") for line in lines) == 1 and "39.4 ± 2.7" in out


def test_json_has_the_numbers_of_the_record(capsys):
    _, out, _ = said(capsys, "--network", "mini_vgg", "--kept", 0.2, "--json")
    (found,) = [place for place in json.loads(out) if place["kind"] == "channels"]
    place = shipped().place("channels", 0.2, "epochs")
    for row in found["members"]:
        assert (row["accuracy"], row["error"]) == place.score[row["member"]]
        assert row["training"] == place.price[row["member"]]["training"]
        assert row["told_apart_from_best"] == (place.word(row["member"], found["best"]) != "cannot tell them apart")


def test_all_of_it_is_one_table_a_place(capsys):
    status, out, _ = said(capsys)
    assert status == 0 and len(out.split("\n\n")) == len(shipped().places) + 1


@pytest.fixture
def mine(tmp_path):
    snip = [row for row in recorded("pruning")["rows"] if (row["method"], row["kept"], row["control"]) == ("snip", 0.1, None)]
    rows = [row | {"method": "mine"} for row in snip]
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"settings": recorded("pruning")["settings"], "rows": rows}), "utf-8")
    return file


def test_a_method_of_ones_own_is_shown_beside_the_others(mine, capsys):
    status, out, _ = said(capsys, "--with", mine, "--network", "lenet300", "--kept", 0.1, "--budget", "epochs")
    (ours,), (theirs,) = ([line for line in out.splitlines() if f" {name} " in line] for name in ("mine", "SNIP"))
    assert status == 0 and ours.split()[2:] == theirs.split()[2:]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--network", "resnet"], "unknown network of the board 'resnet'; there are lenet300, mini_vgg, lenet300_bn"),
        (["--budget", "hours"], "unknown budget 'hours'; there are epochs, macs"),
        (["--kept", "0.3", "--network", "mini_vgg"], "the board has nothing there; of mini_vgg it has kept"),
        (["--kept", "half"], "invalid float value: 'half'"),
        (["--rerun", "0"], "--rerun takes 1 to "),
        (["--rerun", "9999"], "--rerun takes 1 to "),
        (["--rerun", "1", "--kept", "0.3"], "the board has nothing there"),
        (["--rerun", "some"], "invalid int value: 'some'"),
        (["--seed", "3"], "--seed is of the draw of --rerun N"),
        (["--rerun", "1", "--with", "mine.json"], "one of the two"),
        (["--with", "no_such.json"], "no_such.json cannot be read: No such file"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(words, message, capsys):
    status, out, err = said(capsys, *words)
    assert (status, out) == (2, "") and message in err and len(err.strip().splitlines()) == 1


def test_a_board_file_of_other_settings_is_refused(mine, capsys):
    record = json.loads(mine.read_text("utf-8"))
    record["settings"]["test_size"] = 1000
    mine.write_text(json.dumps(record), "utf-8")
    status, _, err = said(capsys, "--with", mine)
    assert status == 2 and "test_size is 1000 in its settings, and 5000 on the board" in err


# Points that are run again.


def test_a_point_run_again_holds(capsys):
    status, out, err = said(capsys, "--rerun", 1, "--seed", 1, "--network", "lenet300", "--budget", "macs", "--json")
    found = json.loads(out)
    (point,) = found["points"]
    assert (status, found["held"], point["holds"]) == (0, 1, True), point
    assert "drawn with --seed 1" in err and "about" in err and point["low"] < point["found"] < point["high"]


def test_without_the_experiments_it_says_where_they_are(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(board_again, "EXPERIMENTS", tmp_path)
    status, _, err = said(capsys, "--rerun", 1)
    assert status == 2 and "needs the scripts in experiments/, which stand beside the package in a checkout" in err


@pytest.fixture
def point():
    rows = on_board(recorded("pruning")["rows"])
    row = next(row for row in rows if row["method"] == "snip" and row["kept"] == 0.1 and row["seed"] == 2)
    return board_points.Point("pruning", row)


@pytest.fixture
def experiments():
    board_again.measuring_modules()


def test_on_the_same_machine_any_other_figure_is_an_error(point):
    same = board_points.judged(point, point.row | {"seconds": 0.0}, alike=True)
    assert same["holds"] and "equal to the digit" in board_again.told_result(same)
    changed = {"accuracy": point.row["accuracy"] + 0.0002, "right": "AAAA"}
    other = board_points.judged(point, point.row | changed, alike=True)
    assert not other["holds"] and other["differing"] == ["accuracy", "right"]
    less = {name: value for name, value in point.row.items() if name != "macs"}
    assert board_points.judged(point, less, alike=True)["differing"] == ["macs"], "a figure that is gone is a difference"
    assert "DOES NOT HOLD" in board_again.told_result(other) and "differs in accuracy, right" in board_again.told_result(other)


def test_elsewhere_the_prediction_interval_of_the_family_decides(point):
    groups = {}
    for row in (row for name in recorded("board")["settings"]["sources"] for row in on_board(recorded(name)["rows"])):
        if row["member"] == "snip":
            groups.setdefault((row["kept"], row.get("budget", "epochs")), []).append(row["accuracy"])
    pooled = sum(4 * mean_and_variance(group)[1] for group in groups.values()) / (4 * len(groups))
    mean = sum(groups[0.1, "epochs"]) / 5
    half = t_quantile(4 * len(groups), 0.99) * (pooled * (1 + 1 / 5)) ** 0.5
    for accuracy, holds in ((mean + 0.99 * half, True), (mean - 0.99 * half, True), (mean + 1.01 * half, False)):
        found = board_points.judged(point, point.row | {"accuracy": accuracy}, alike=False)
        assert found["holds"] == holds and found["freedom"] == 4 * len(groups)
        assert (found["low"], found["high"]) == (pytest.approx(mean - half), pytest.approx(mean + half))


def test_a_record_that_does_not_know_its_processor_is_of_another_machine(experiments):
    from record import versions

    assert board_again.same_machine(versions())
    assert not board_again.same_machine({name: value for name, value in versions().items() if name != "processor"})
    assert not board_again.same_machine(versions() | {"torch": "1.0"})


def result(holds):
    differing = [] if holds else ["accuracy"]
    made = {"point": "a point", "expected": 0.9, "found": 0.8, "rule": "to the digit", "differing": differing}
    return made | {"holds": holds, "seconds": 1.0}


@pytest.mark.parametrize(("held", "status"), [([True, True], 0), ([True, False], 1)])
def test_the_status_says_whether_all_points_hold(held, status, monkeypatch, capsys):
    monkeypatch.setattr(board_again, "results_again", lambda points, modules: map(result, held))
    found, out, _ = said(capsys, "--rerun", 2)
    assert found == status and f"{sum(held)} of 2 points hold" in out


def test_the_same_seed_draws_the_same_points_and_any_point_may_be_drawn(monkeypatch, capsys):
    monkeypatch.setattr(board_again, "results_again", lambda points, modules: [result(True) for _ in points])
    first, second, third = (said(capsys, "--rerun", 5, "--seed", seed)[2] for seed in (7, 7, 8))
    assert first == second != third
    every = said(capsys, "--rerun", 500, "--seed", 1)[2]
    assert {"mini_vgg", "lenet300"} <= {word.strip(",") for word in every.split()}


def test_a_chain_takes_as_long_as_all_its_rounds():
    usual = {"method": "colt", "budget": "epochs", "seed": 0, "seconds": 10.0, "start_macs": 0}
    rows = [usual | {"kept": kept} for kept in (0.2, 0.1)]
    assert board_points.seconds_of(rows[1], rows) == 20.0 and board_points.seconds_of(rows[0], rows) == 10.0


def test_ctrl_c_ends_it_and_says_what_was_not_run():
    words = ["board", "--rerun", "2", "--seed", "0", "--network", "mini_vgg"]
    process = subprocess.Popen(
        [sys.executable, "-m", "squeezelab", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        env=os.environ | {"TQDM_DISABLE": "1"},
    )
    for _ in range(3):  # what is to come
        process.stderr.readline()
    time.sleep(1)  # the first of them has begun
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 130 and "interrupted, 2 not run" in out.decode()
