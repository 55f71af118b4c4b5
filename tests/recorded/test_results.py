"""Recorded results: each says where it comes from, and is part of the package."""

import base64
import json
import random
import runpy

import pytest
from support import ROOT

from squeezelab.recorded import results
from squeezelab.recorded.differences import Difference, mean_se, paired_difference, t_quantile, told_apart, verdict


def test_the_scalesim_sample_is_what_its_script_writes(tmp_path):
    script = runpy.run_path(str(ROOT / "experiments/scalesim_sample.py"))
    script["main"].__globals__["SAMPLE"] = tmp_path / "sample.json"
    script["main"]()
    assert json.loads((tmp_path / "sample.json").read_text("utf-8")) == results.recorded("scalesim_sample")


def test_the_sample_has_every_layer_under_every_dataflow():
    rows = results.recorded("scalesim_sample")["rows"]
    assert len(rows) == 63 == len({(layer, flow) for layer, flow, *_ in rows})


def test_a_difference_over_two_records_is_that_of_their_rows_in_one(monkeypatch):
    scratch, types = "capsules_types_scratch", "capsules_types"
    whole = {scratch: results.recorded(scratch), types: results.recorded(types)}
    both = {"settings": whole[types]["settings"], "rows": whole[scratch]["rows"] + whole[types]["rows"]}
    across = results.difference(scratch, "side", "4 from scratch", "8 to 4, activity", second_of=types)
    monkeypatch.setattr(results, "recorded", lambda name: both)
    assert across == results.difference("both", "side", "4 from scratch", "8 to 4, activity")


def fake_record(monkeypatch, answers):
    """A record with a row for each (side, seed) of {(side, seed): eight bits of right and wrong}."""
    rows = [{"side": side, "seed": seed, "accuracy": bits.bit_count() / 8} for (side, seed), bits in answers.items()]
    for row, bits in zip(rows, answers.values()):
        row["right"] = base64.b64encode(bytes([bits])).decode()
    monkeypatch.setattr(results, "recorded", lambda name: {"settings": {"test_size": 8}, "rows": rows})
    return rows


def test_pooled_trainings_by_hand(monkeypatch):
    answers = {("a", 0): 0b11111100, ("b", 0): 0b11111000, ("c", 0): 0b11110000, ("a", 1): 0b11111110, ("b", 1): 0b11110000}
    fake_record(monkeypatch, answers | {("c", 1): 0b11100000, ("c", 2): 0})  # seed 2 has one of three
    gap = results.pooled_difference("fake", "side", ["a", "b"], ["c"])
    first = [[1, 1, 1, 1, 1, 0.5, 0, 0], [1, 1, 1, 1, 0.5, 0.5, 0.5, 0]]
    assert gap == paired_difference([5.5 / 8, 5.5 / 8], [4 / 8, 3 / 8], 8, (first, [[1] * 4 + [0] * 4, [1] * 3 + [0] * 5]))
    assert results.pooled_difference("fake", "side", ["a"], ["c"]) == results.difference("fake", "side", "a", "c")


def test_trainings_without_their_answers_are_not_pooled(monkeypatch):
    rows = fake_record(monkeypatch, {(side, seed): 0b11110000 for side in "ab" for seed in (0, 1)})
    del rows[0]["right"]
    with pytest.raises(ValueError, match="fake does not hold which examples were right: trainings can't be pooled"):
        results.pooled_difference("fake", "side", ["a"], ["b"])


# What trainings can tell.


def test_the_quantiles_are_those_of_student():
    stats = pytest.importorskip("scipy.stats")
    for freedom in range(1, 40):
        for confidence in (0.5, 0.95, 0.99):
            assert t_quantile(freedom, confidence) == pytest.approx(stats.t.ppf((1 + confidence) / 2, freedom), rel=1e-9)
    printed = {1: 12.706, 2: 4.303, 4: 2.776, 7: 2.365, 30: 2.042}  # any statistics book
    assert {freedom: round(t_quantile(freedom), 3) for freedom in printed} == printed


def test_a_standard_error_by_hand():
    score = mean_se([0.90, 0.92, 0.94])
    assert score.mean == pytest.approx(0.92) and score.error == pytest.approx(0.02 / 3**0.5)
    with_sampling = mean_se([0.90, 0.92, 0.94], test_size=1000)
    assert with_sampling.error == pytest.approx((0.02**2 / 3 + 0.92 * 0.08 / 1000) ** 0.5)


def test_a_paired_difference_by_hand():
    """Four test images, two seeds; the first is right on images 0 to 2 and 0 to 3, the second on 0, 1 and on 0 to 2."""
    first, second = [[1, 1, 1, 0], [1, 1, 1, 1]], [[1, 1, 0, 0], [1, 1, 1, 0]]
    gap = paired_difference([0.75, 1.0], [0.5, 0.75], 4, (first, second))
    of_images = [0, 0, 0.5, 0.5]  # variance 1/12; the seeds' differences are both 0.25
    assert gap.mean == 0.25 and gap.seeds == 2
    assert gap.half == pytest.approx(t_quantile(1) * (sum((x - 0.25) ** 2 for x in of_images) / 3 / 4) ** 0.5)


def test_without_the_answers_the_interval_is_never_smaller():
    draw = random.Random(0)
    for _ in range(50):
        sides = [[[int(draw.random() < right) for _ in range(60)] for _ in range(3)] for right in (0.8, 0.7)]
        accuracies = [[sum(row) / 60 for row in side] for side in sides]
        assert paired_difference(*accuracies, 60).half >= 0.99 * paired_difference(*accuracies, 60, sides).half


def test_the_interval_covers_the_truth_as_often_as_it_says():
    """Seeds shift both networks, and images differ in how hard they are: the interval must hold in 95 % of all repetitions."""
    draw, held, repetitions = random.Random(1), 0, 400
    for _ in range(repetitions):
        hard = [draw.random() for _ in range(200)]
        sides = []
        for skill in (0.30, 0.35):
            shifts = [draw.gauss(0, 0.03) for _ in range(5)]
            sides.append([[int(x > skill + shift + draw.gauss(0, 0.1)) for x in hard] for shift in shifts])
        gap = paired_difference(*[[sum(row) / 200 for row in side] for side in sides], 200, sides)
        held += abs(gap.mean - 0.05) <= gap.half
    assert 0.93 <= held / repetitions


def test_words_say_who_is_ahead_or_that_nobody_knows():
    clear, unclear = Difference(-0.031, 0.004, 5), Difference(0.002, 0.009, 5)
    assert told_apart(clear) and not told_apart(unclear)
    assert verdict(clear, "MGIC", "plain") == "MGIC is 3.1 ± 0.4 points behind plain"
    assert verdict(unclear, "MGIC", "plain").startswith("cannot tell them apart")


# Records under the rule.

UNDER_RULE = [name for name in results.record_names() if results.under_rule(name)]


def test_a_record_is_under_the_rule_only_with_all_that_it_asks(tmp_path, monkeypatch):
    settings = {"seeds": [0, 1, 2, 3, 4], "test_size": 100, "rates_tried": [0.01], "converged": "so"}
    monkeypatch.setattr(results, "FOLDER", tmp_path)

    def judged(**changes):
        changed = {key: value for key, value in (settings | changes).items() if value is not None}
        (tmp_path / "trial.json").write_text(json.dumps({"settings": changed, "rows": []}))
        return results.under_rule("trial")

    assert judged()
    assert not judged(seeds=[0, 1, 2, 3])
    assert not any(judged(**{field: None}) for field in settings)


def test_those_that_must_be_under_the_rule_are():
    assert {"cheap_features", "mini_blocks", "redistribution"} <= set(UNDER_RULE)
    assert not {"references", "decomposed_plans"} & set(UNDER_RULE)


def test_stored_answers_are_those_that_the_accuracy_counts():
    for name in UNDER_RULE:
        record = results.recorded(name)
        for row in [row for row in record["rows"] if "right" in row]:
            assert sum(results.right_of(row)) / record["settings"]["test_size"] == pytest.approx(row["accuracy"], abs=5e-5)


def test_a_difference_read_from_a_record_pairs_the_seeds(tmp_path, monkeypatch):
    rows = [{"net": net, "seed": seed, "accuracy": 0.8 + seed / 100 + (net == "a") / 50} for seed in (1, 0, 2) for net in "ab"]
    (tmp_path / "trial.json").write_text(json.dumps({"settings": {"test_size": 10**9}, "rows": rows}))
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    gap = results.difference("trial", "net", "a", "b")
    assert gap.mean == pytest.approx(0.02) and gap.half < 1e-4


def test_the_noise_of_the_machine_is_a_change_of_the_same_seed(tmp_path, monkeypatch):
    rows = [{"net": "a", "seed": seed, "accuracy": 0.8} for seed in (0, 1)]
    noise = [{"net": "a", "seed": 0, "threads": 2, "accuracy": 0.803}, {"net": "a", "seed": 1, "threads": 2, "accuracy": 0.796}]
    (tmp_path / "trial.json").write_text(json.dumps({"settings": {}, "noise": noise, "rows": rows}))
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    usual, largest = results.machine_noise("trial")
    assert usual == pytest.approx((0.5 * (0.003**2 + 0.004**2)) ** 0.5) and largest == pytest.approx(0.004)
