"""The board's record: the comparisons determine it, and a method of one's own stands beside the others or is refused by name."""

import copy
import gzip
import itertools
import json

import pytest
from support import ROOT
from support.figure_schema import check_figure

pytest.importorskip("torch")

import board as script  # noqa: E402

from squeezelab.explorers.board import drawn_board  # noqa: E402
from squeezelab.explorers.board_model import FINE, Board  # noqa: E402
from squeezelab.recorded import board_with, difference, recorded, scores  # noqa: E402
from squeezelab.recorded.board_rows import (
    COLUMNS,
    LEVELS,
    MILLION,
    NETWORKS_OF,
    at_equal_macs,
    entry_of,
    made_of,
    on_board,
)  # noqa: E402
from squeezelab.recorded.readings import widths_timed  # noqa: E402
from squeezelab.recorded.results import right_of, rows_by  # noqa: E402

SHIPPED = recorded("board")
BOARD = Board(SHIPPED)
PRUNING = recorded("pruning")


@pytest.fixture(scope="module")
def made():
    """The record made again, as JSON has it."""
    return json.loads(json.dumps(script.derived([recorded(name) for name in script.SOURCES], widths_timed())))


def test_made_again_from_what_was_measured_it_is_the_same(made):
    assert list(made) == list(SHIPPED) and made["settings"] == SHIPPED["settings"]
    for name in ("rows", "places"):
        assert all(itertools.starmap(close, zip(made[name], SHIPPED[name], strict=True)))


def close(one, other):
    """Equal but for the last digit, which another processor may round otherwise."""
    if isinstance(one, dict):
        return list(one) == list(other) and all(close(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(itertools.starmap(close, zip(one, other)))
    return one == other or isinstance(one, (int, float)) and one == pytest.approx(other, rel=1e-6, abs=1.5e-5)


@pytest.mark.parametrize(("kind", "level"), [(kind, level) for kind in LEVELS for level in BOARD.levels(kind)][:4])
def test_a_place_says_what_the_comparison_says(kind, level):
    where = {"network": NETWORKS_OF[kind], "kept": level, "control": None}
    found, place = scores("pruning", "method", where=where), BOARD.place(kind, level, "epochs")
    for method in set(found) & set(place.members):
        assert place.score[method] == (pytest.approx(found[method].mean, abs=1e-5), pytest.approx(found[method].error, abs=1e-5))
    for first, second in list(itertools.combinations(sorted(set(found) & set(place.members)), 2))[:3]:
        exact = difference("pruning", "method", first, second, where=where)
        mean, half = place.difference(first, second)
        assert (mean, half) == (pytest.approx(exact.mean, abs=2e-5), pytest.approx(exact.half, abs=1 / FINE))
        assert place.difference(second, first) == (-mean, half)


def test_every_training_is_on_the_board():
    for name in SHIPPED["settings"]["sources"]:
        rows = [row for row in recorded(name)["rows"] if row["network"] in NETWORKS_OF.values() and row["epochs"]]
        assert all(on_board([row]) for row in rows)


def test_two_of_four_stands_beside_free_masks_of_a_half():
    place = BOARD.place("two_four", 0.5, "epochs")
    assert {"two_four", "magnitude", "random_weights", "dense"} <= set(place.members)


def test_training_counts_the_dense_start_and_cycles_are_those_of_the_rows():
    rows = [row for row in PRUNING["rows"] if row["method"] == "smcp" and row["kept"] == 0.2 and row["network"] == "mini_vgg"]
    costs = BOARD.place("channels", 0.2, "epochs").price["smcp"]
    spent = sum(row["start_macs"] + row["training_macs"] for row in rows) / len(rows)
    assert costs["training"] == pytest.approx(spent, rel=1e-6)
    assert costs["cycles"] == pytest.approx(sum(row["cycles"] for row in rows) / len(rows), abs=0.5)


def test_equal_macs_lie_on_the_line_between_two_lengths_of_the_dense_training():
    dense = [row for row in PRUNING["rows"] if row["network"] == "mini_vgg" and row["method"] == "dense" and row["epochs"]]
    short = [row | {"training_macs": 100, "accuracy": row["accuracy"] - 0.02} for row in dense]
    long = [row | {"training_macs": 400} for row in dense]
    asked = entry_of([row | {"training_macs": 200} for row in dense])
    found = at_equal_macs(asked, [entry_of(short), entry_of(long)])
    assert found.accuracies == pytest.approx([row["accuracy"] - 0.01 for row in sorted(dense, key=lambda row: row["seed"])])
    assert found.right == pytest.approx(asked.right) and {row["training_macs"] for row in found.rows} == {200}
    dearer = entry_of([row | {"training_macs": 500} for row in dense])
    assert at_equal_macs(dearer, [entry_of(short), entry_of(long)]) is None  # nothing is read beyond what was measured


def with_a_knob():
    """Rows as sparse_runs.py measures them: NEq at three ε beside two lengths of the dense training, and FTWT."""
    dense = [row for row in PRUNING["rows"] if row["network"] == "mini_vgg" and row["method"] == "dense" and row["epochs"]]
    usual = {"budget": "epochs", "start_macs": 0, "left": {}, "kept": 1.0, "executed_training_macs": 2400 * MILLION}
    found = list(dense)
    for row in dense:
        for epochs in (24, 16):
            found.append({**row, **usual, "setting": epochs, "epochs": epochs, "training_macs": 100 * MILLION * epochs})
        for setting, macs in ((0.01, 2400), (0.03, 2000), (0.1, 1600)):
            found.append({**row, **usual, "method": "neq", "setting": setting, "epochs": 24, "training_macs": macs * MILLION})
            found.append({**row, **usual, "method": "ftwt", "setting": 1 - setting, "cycles": None, "systolic_cycles": None})
    return found


def test_a_family_with_a_knob_stands_at_its_settings_beside_the_dense_network():
    table, places = made_of(with_a_knob(), {(16, 32, 64, 64): 7.0, (8, 16, 32, 32): 3.0}, 5000)
    board = Board({"settings": SHIPPED["settings"], "rows": table, "places": places})
    assert sorted(board.kinds()) == ["ftwt", "neq"]
    assert (board.levels("neq"), board.levels("ftwt")) == ([0.1, 0.03, 0.01], [0.99, 0.97, 0.9])
    place = board.place("neq", 0.03, "epochs")
    assert place.members == ["neq", "dense/equal_macs", "dense/24", "dense/16"]
    spent = [place.price[member]["training"] for member in place.members]
    assert spent == [2000 * MILLION, 2000 * MILLION, 2400 * MILLION, 1600 * MILLION]
    assert place.price["neq"]["ms"] == 7.0 and place.price["neq"]["executed"] == 2400 * MILLION
    assert board.place("neq", 0.1, "epochs").difference("dense/16", "dense/equal_macs")[0] == 0.0
    assert (
        board.place("ftwt", 0.9, "epochs").price["ftwt"]["cycles"]
        is None
        is board.place("ftwt", 0.9, "epochs").price["ftwt"]["ms"]
    )
    for kind, level, cost in (("neq", 0.03, "training"), ("ftwt", 0.9, "cycles"), ("ftwt", 0.97, "macs")):
        check_figure(drawn_board(board, kind, level, "epochs", cost, kind))


def test_a_page_ships_little_of_it():
    text = (ROOT / "squeezelab/recorded/board.json").read_bytes()
    assert len(gzip.compress(text)) <= 16_000


# A method of one's own.


def own(kept=0.02, **changes):
    """A record as experiments/own_method.py writes it: what `gradual` was measured to do, under another name."""
    rows = [row for row in PRUNING["rows"] if row["method"] == "gradual" and row["kept"] == kept]
    return {"settings": copy.deepcopy(PRUNING["settings"]), "rows": [row | {"method": "mine"} | changes for row in rows]}


def test_a_method_of_ones_own_stands_beside_the_others_and_moves_none_of_them():
    found, kept = Board(board_with(own())), 0.02
    place, before = found.place("weights", kept, "epochs"), BOARD.place("weights", kept, "epochs")
    assert found.own == ["mine"] and set(place.members) == {*before.members, "mine"}
    assert place.difference("mine", "gradual") == (0.0, 0.0) and place.price["mine"] == place.price["gradual"]
    for first, second in itertools.combinations(before.members, 2):
        assert place.difference(first, second) == before.difference(first, second)
    assert place.difference("mine", "snip") == place.difference("gradual", "snip")
    assert found.place("channels", 0.1, "epochs").score == BOARD.place("channels", 0.1, "epochs").score


def test_it_is_read_from_a_file(tmp_path):
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(own()), "utf-8")
    assert board_with(file) == board_with(str(file)) == board_with(own())


def with_settings(**changes):
    record = own()
    record["settings"] |= changes
    return record


def without(column):
    record = own()
    for row in record["rows"]:
        del row[column]
    return record


BAD = [
    (with_settings(seeds=[0, 1, 2]), r"seeds is \[0, 1, 2\] in its settings, and \[0, 1, 2, 3, 4\] on the board"),
    (with_settings(test_size=1000), "test_size is 1000 in its settings, and 5000 on the board"),
    (
        with_settings(images=[600, 400, 500]),
        r"images is \[600, 400, 500\] in its settings, and \[6000, 4000, 5000\] on the board",
    ),
    (with_settings(resolution=28), "resolution is 28 in its settings, and 32 on the board"),
    (without("right"), "a row has no 'right'; it needs network, method, kept"),
    (own(network="resnet"), "the board has no 'resnet'; there are lenet300, mini_vgg"),
    (own(method="snip"), "snip at 0.02: the board has a 'snip' already; give yours another name"),
    (own(control="scratch"), "mine at 0.02: control is 'scratch'; a method of your own has None"),
    (own(kept=0.5), "mine at 0.5: the board has no such share of lenet300; there are 0.2, 0.1, 0.05, 0.02"),
    (own(epochs=9), "mine at 0.02: trained for 21 epochs, a dense start included, and for 20 on the board"),
    (own(start_macs=0), "mine at 0.02: trained for 8 epochs, a dense start included, and for 20 on the board"),
    (own(budget="minutes"), "mine at 0.02: the board has no budget 'minutes' for lenet300"),
    (own(accuracy=0.99), "seed 0: .* of 5000 answers are right, but the accuracy is 0.99"),
    (own(seed=0), r"mine at 0.02, epochs: seeds \[0, 0, 0, 0, 0\], and \[0, 1, 2, 3, 4\] are asked for"),
    ([], r'a record of your own is a dict {"settings": {…}, "rows": \[…\]}'),
    ("no_such.json", "no_such.json cannot be read: No such file"),
]


@pytest.mark.parametrize(("record", "words"), BAD, ids=range(len(BAD)))
def test_a_record_of_other_settings_is_refused_by_name(record, words):
    if isinstance(record, list):
        record = {"settings": record}
    with pytest.raises(ValueError, match=words):
        board_with(record)


def test_what_is_no_json_is_said(tmp_path):
    (tmp_path / "mine.json").write_text("{", "utf-8")
    with pytest.raises(ValueError, match="mine.json is no JSON: Expecting"):
        board_with(tmp_path / "mine.json")


def test_the_columns_are_those_that_it_says():
    assert list(COLUMNS) == SHIPPED["settings"]["columns"]
    assert {len(row) for row in SHIPPED["rows"]} == {len(COLUMNS)}
    assert all(len(right_of(rows[0])) == 5000 for rows in rows_by(PRUNING["rows"], "network").values())
