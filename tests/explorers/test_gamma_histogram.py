"""Scales under a pull: how far it goes is the law's, the cut is the recipe's rule on the recorded scales, all else the record."""

import pytest
from support.figure_schema import tiles

torch = pytest.importorskip("torch")

from squeezelab.explorers import explore  # noqa: E402
from squeezelab.explorers.gamma_model import EPOCHS, PLACES, ROWS, SETTINGS, SHARES, counts_of, cut_of  # noqa: E402
from squeezelab.prune import across_groups  # noqa: E402
from squeezelab.training import one_cycle  # noqa: E402

PULLS = [str(row["pull"]) for row in ROWS]
LAST = EPOCHS - 1


@pytest.mark.parametrize("row", ROWS, ids=PULLS)
def test_the_pull_is_strength_times_rates_over_one_minus_momentum(row):
    steps = EPOCHS * -(-SETTINGS["images"] // SETTINGS["batch_size"])
    rates = sum(SETTINGS["learning_rate"] * one_cycle(step / steps) for step in range(steps))
    assert row["reach"] == pytest.approx(row["strength"] * rates / (1 - SETTINGS["momentum"]))
    assert row["pull"] in (pytest.approx(row["reach"]), "1e-4")


@pytest.mark.parametrize("pull", PULLS)
def test_the_cut_is_that_of_the_recipe_on_the_recorded_scales(pull):
    for epoch in (1, EPOCHS):
        scales = ROWS[PULLS.index(pull)]["epochs"][epoch - 1]["scales"]
        scores = {name: torch.tensor(each, dtype=torch.float) for name, each in scales.items()}
        for place in PLACES:
            kept = across_groups(scores, SHARES[place])
            assert cut_of(pull, epoch, place).kept == {name: len(places) for name, places in kept.items()}


@pytest.mark.parametrize("pull", PULLS)
def test_the_readout_is_the_record_and_the_bars_are_all_channels(pull):
    for epoch, place in ((1, 3), (EPOCHS, 4)):
        shown = tiles(explore("gamma_histogram", {"pull": pull, "epoch": epoch, "share": SHARES[place]}))
        recorded = ROWS[PULLS.index(pull)]["epochs"][epoch - 1]
        assert shown["Read by the whole network"] == recorded["accuracy"][0]
        assert shown["Read after the cut"] == recorded["accuracy"][place]
        assert shown["Once the norms measured anew"] == recorded["anew"][place]
        left, gone = counts_of(cut_of(pull, epoch, place))
        assert (sum(left) + sum(gone), sum(gone)) == (176, shown["Channels cut"])


def test_a_stronger_pull_leaves_more_scales_near_zero_and_the_paper_s_number_none():
    small = [cut_of(pull, EPOCHS, 0).small() for pull in PULLS]
    assert small == sorted(small) and small[PULLS.index("1e-4")] == 0 and small[-1] > 88


def test_under_a_strong_pull_norms_measured_anew_undo_a_cut_and_without_one_they_do_not():
    half = SHARES.index(0.5)
    strong, none = ROWS[-1]["epochs"][LAST], ROWS[0]["epochs"][LAST]
    assert strong["anew"][half] > strong["accuracy"][0] - 0.02
    assert none["anew"][half] < none["accuracy"][0] - 0.1
    assert explore("gamma_histogram", {"pull": "0"})["problem"]
