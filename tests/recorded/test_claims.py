"""The claims of papers on pruning: what is read from their records is what the rows say, and words follow from the numbers."""

import math
import random
import statistics

import pytest

from squeezelab.recorded import Difference, claim, claim_names, recorded
from squeezelab.recorded.claims import RANKINGS, agreement_by_epoch, claim_record, spearman
from squeezelab.recorded.comparisons import AS_CLAIMED, OTHER_WAY, UNDECIDED, in_all, no_worse, word_of
from squeezelab.recorded.results import RULE, rows_by

RECORDS = sorted({claim_record(name) for name in claim_names()} - {"sparse_training"})  # which claims do not own
TRAINED = [name for name in RECORDS if not name.endswith(("nisp", "sbpf"))]  # whose sides are trainings


def rows_where(name, **where):
    rows = recorded(f"pruning_claims_{name}")["rows"]
    return sorted([row for row in rows if all(row[key] == value for key, value in where.items())], key=lambda row: row["seed"])


@pytest.mark.parametrize("name", claim_names())
def test_a_verdict_counts_its_comparisons_and_each_has_five_seeds(name):
    found = claim(name)
    words = [case.word for case in found.comparisons]
    assert found.verdict == in_all(words) and all(case.difference.seeds == 5 for case in found.comparisons)
    assert set(words) <= {AS_CLAIMED, OTHER_WAY, UNDECIDED}


@pytest.mark.parametrize("name", RECORDS)
def test_every_case_has_all_seeds(name):
    record = recorded(name)
    assert record["settings"]["seeds"] == [0, 1, 2, 3, 4]
    assert {row["seed"] for row in record["rows"]} == {0, 1, 2, 3, 4} and len(record["rows"]) % 5 == 0


@pytest.mark.parametrize("name", TRAINED)
def test_rates_were_chosen_on_held_out_images_of_a_seed_that_is_not_compared(name):
    record, choices = recorded(name), recorded(f"{name}_rates")
    settings = record["settings"]
    assert all(field in settings for field in RULE) and min(choices["settings"]["seeds"]) >= 100
    chosen = {
        side: rate for side, rate in settings["rates"].items() if side != "one pass, long pull"
    }  # which has that of one pass
    for side, rate in chosen.items():
        rows = [row for row in choices["rows"] if row["side"] == side]
        usual = min(row["epochs"] for row in rows)
        groups = rows_by(rows, "learning_rate", {"epochs": usual})
        means = {tried: statistics.mean(row["accuracy"] for row in each) for tried, each in groups.items()}
        assert means[rate] == max(means.values())
        assert {row["learning_rate"] for row in rows if row["epochs"] == 2 * usual} == {rate}  # whether it had converged


def test_nisp_s_means_and_differences_by_hand():
    for case in claim("nisp").comparisons:
        nisp, filters = (
            [row["weighted_error"] for row in rows_where("nisp", method=m, **case.where)] for m in ("nisp", "l1_filter")
        )
        gaps = [b - a for a, b in zip(nisp, filters)]
        assert case.first[1].mean == pytest.approx(statistics.mean(nisp)) and case.second[1].mean == pytest.approx(
            statistics.mean(filters)
        )
        assert case.difference.mean == pytest.approx(statistics.mean(gaps))
        assert case.difference.half == pytest.approx(2.7764451 * statistics.stdev(gaps) / math.sqrt(5), rel=1e-6)


def test_sbpf_s_agreement_is_the_mean_over_seeds_and_the_finished_network_agrees_with_itself():
    record, table = recorded("pruning_claims_sbpf"), agreement_by_epoch()
    epochs = record["settings"]["epochs"]
    assert [row["epoch"] for row in table] == epochs and epochs[-1] // 2 in epochs
    assert all(table[-1][way].mean == 1 for way in RANKINGS)
    place = epochs.index(epochs[-1] // 2)
    values = [spearman(row["noise"][place], row["noise"][-1]) for row in record["rows"]]
    assert table[place]["noise"].mean == pytest.approx(statistics.mean(values))
    (case,) = claim("sbpf").comparisons
    again = [spearman(row["again"], row["noise"][-1]) for row in record["rows"]]
    assert case.difference.mean == pytest.approx(statistics.mean(values) - statistics.mean(again))


def test_words_follow_from_intervals():
    assert [word_of(Difference(mean, 0.01, 5)) for mean in (0.02, -0.02, 0.005)] == [AS_CLAIMED, OTHER_WAY, UNDECIDED]
    alike = [word_of(Difference(mean, half, 5), margin=0.01) for mean, half in ((0.004, 0.003), (0.004, 0.02), (-0.03, 0.01))]
    assert alike == [AS_CLAIMED, UNDECIDED, OTHER_WAY]


def test_losing_nothing_is_an_interval_that_ends_above_the_margin():
    gaps = [Difference(mean, half, 5) for mean, half in ((0.02, 0.01), (-0.002, 0.005), (-0.02, 0.03), (-0.03, 0.01))]
    assert [no_worse(gap, 0.01) for gap in gaps] == [AS_CLAIMED, AS_CLAIMED, UNDECIDED, OTHER_WAY]


def test_a_verdict_for_every_outcome():
    words = {
        "holds": [AS_CLAIMED] * 2,
        "holds in part": [AS_CLAIMED, OTHER_WAY],
        "does not show": [OTHER_WAY, UNDECIDED],
        UNDECIDED: [UNDECIDED] * 2,
    }
    assert all(in_all(each).startswith(f"{verdict}: ") for verdict, each in words.items())
    assert in_all([]).startswith(UNDECIDED)  # of nothing nothing holds


def test_rank_correlation_is_that_of_scipy_ties_and_all():
    stats = pytest.importorskip("scipy.stats")
    draw = random.Random(0)
    for _ in range(200):
        first, second = ([draw.randrange(6) for _ in range(9)] for _ in range(2))
        assert spearman(first, second) == pytest.approx(stats.spearmanr(first, second).statistic, abs=1e-9)
    assert spearman([1, 1, 1], [1, 2, 3]) == 0.0


def test_lists_of_two_lengths_have_no_rank_correlation():
    with pytest.raises(ValueError, match="two lists of one length, not of 2 and 3"):
        spearman([1, 2], [1, 2, 3])


def test_unknown_claims():
    with pytest.raises(ValueError, match="unknown claim 'magic'; there are .*nisp"):
        claim("magic")
    with pytest.raises(ValueError, match="unknown claim 'magic'; there are .*rigl"):
        claim_record("magic")
