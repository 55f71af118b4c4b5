"""The claims of papers on sparse training: what a run of each is, at the size of a toy, and what is read from the records."""

import statistics

import pytest

from squeezelab.recorded import board_claims, claim, claim_names, comparisons, record_names, recorded, results, sparse_claims
from squeezelab.recorded.sparse_claims import SPARSE_CLAIMS, barrier

torch = pytest.importorskip("torch")

import claim_aswl  # noqa: E402
import claim_colt  # noqa: E402
import claim_neq  # noqa: E402
import claim_restart  # noqa: E402
import claim_rigl  # noqa: E402
import pruning_runs  # noqa: E402

from squeezelab.compression import counts_at  # noqa: E402
from squeezelab.networks import lenet300  # noqa: E402
from squeezelab.prune.colt import rounds_of_overlap  # noqa: E402
from squeezelab.prune.tickets import shares_of_rounds  # noqa: E402
from squeezelab.training import evaluate  # noqa: E402

SIZES = (235200, 30000, 1000)


@pytest.fixture(scope="module", autouse=True)
def few_digits(tmp_path_factory):
    """A few hundred digits, trainings of an epoch or two, and a folder of its own for chains."""
    learn, held_out, test = pruning_runs.trained_vgg.splits()
    few = learn.take(300), held_out.take(300), test
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pruning_runs.trained_vgg, "splits", lambda: few)
        patch.setattr(pruning_runs, "TEST", 300)
        patch.setattr(claim_restart, "EPOCHS", 2)
        patch.setattr(claim_aswl, "EPOCHS", 2)
        for name, value in {"FOLDER": tmp_path_factory.mktemp("chains"), "SMALL": 200}.items():
            patch.setattr(claim_colt, name, value)
        patch.setattr(claim_colt, "ROUND_EPOCHS", {"large": 1, "small": 1})
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        clear()
        yield
        torch.set_num_threads(threads)
    clear()


def clear():
    for each in (pruning_runs.splits, claim_restart.static, claim_aswl.attended, claim_colt.chain):
        each.cache_clear()


def counts(model, kept):
    return list(model.units.counts(kept).values())


# RigL.


def test_a_restart_begins_where_static_masks_ended_and_moves_or_does_not():
    before = claim_restart.at_rest(0)
    stays, moves = (claim_restart.ran(side, 2, 0.01, 0) for side in claim_restart.RESTARTS)
    assert all(counts(found, found.kept) == list(counts_at(lenet300(), 0.02).values()) for found in (stays, moves))
    begun = stays.before.state_dict()
    assert all(torch.equal(begun[name], value) for name, value in before.small.state_dict().items())
    assert all(torch.equal(stays.kept[name], before.kept[name]) for name in before.kept)
    assert any((moves.kept[name] != before.kept[name]).any() for name in before.kept)


def test_the_line_of_a_restart_begins_and_ends_at_its_networks():
    data = pruning_runs.splits("lenet300", 0)[0]
    row = claim_restart.measure("rigl after static", 0.02, 2, 0.01, 0)
    ends = claim_restart.at_rest(0).small, claim_restart.ran("rigl after static", 2, 0.01, 0).small
    assert len(row["losses"]) == claim_restart.POINTS
    assert [row["losses"][place] for place in (0, -1)] == [pytest.approx(evaluate(each, data).loss, abs=1e-5) for each in ends]
    static = claim_restart.measure("static", 0.02, 2, claim_restart.STATIC_RATES["static"], 0)
    assert static["losses"] == row["losses"][:1]


def test_gradual_pruning_begins_with_new_weights_and_ends_at_the_share():
    found = claim_rigl.ran("gradual", 0.05, 1, 0.01, 0)
    assert found.sparsity == pytest.approx(0.95, abs=1e-5) and found.recipe.fresh
    assert found.training_macs > claim_rigl.ran("rigl", 0.05, 1, 0.01, 0).training_macs


# NEq.


def test_the_rate_drops_at_half_and_at_three_quarters():
    assert [claim_neq.drops(share) for share in (0, 0.49, 0.5, 0.74, 0.75, 1)] == pytest.approx([1, 1, 0.1, 0.1, 0.01, 0.01])


def test_what_rests_is_counted_over_all_neurons_and_nothing_rests_in_training_as_usual():
    row = claim_neq.measure("sgd", "drops", "code 0.01", 3, 0.1, 0)
    for share, layers in zip(row["resting"], row["frozen"]):
        assert share == pytest.approx((300 * layers["fc1"] + 100 * layers["fc2"] + 10 * layers["fc3"]) / 410, abs=1e-4)
    assert len(row["resting"]) == 3 and row["resting"][0] == 0 < row["resting"][1] and row["saved"] > 0
    usual = claim_neq.measure("sgd", "drops", "none", 3, 0.1, 0)
    assert usual["resting"] == [] and usual["saved"] == 0 and usual["training_loss"] != row["training_loss"]


# ASWL.


def test_controls_have_the_weights_that_aswl_left_and_its_optimizer(monkeypatch):
    steps, rate = [], claim_aswl.ASWL_RATES["aswl"]

    def noted(parameters, learning_rate):
        steps.append(learning_rate)
        return nesterov(parameters, learning_rate)

    nesterov = claim_aswl.nesterov
    monkeypatch.setattr(claim_aswl, "nesterov", noted)
    own, same, erk = (claim_aswl.measure(side, 0.1, 2, rate, 0) for side in claim_aswl.SIDES)
    assert same["left"] == own["left"] and sum(erk["left"]) == pytest.approx(sum(own["left"]), abs=3)
    assert erk["left"] != own["left"] and steps == [rate, rate]
    assert len(own["attention"]) == 3 and same["attention"] is None and own["training_macs"] > same["training_macs"]


def test_without_norms_and_decay_nothing_is_asked_to_fall():
    plain = claim_aswl.made(False, 0)
    assert not any(isinstance(layer, torch.nn.BatchNorm1d) for layer in plain)
    row = claim_aswl.measure("plain", 0.0, 1, 0.001, 0)
    assert row["density"] > 0.4


# COLT.


def test_chains_go_on_from_the_larger_share_and_count_their_rounds():
    large, small = (claim_colt.chain("imp", "large", kept, 0) for kept in claim_colt.SHARES)
    assert len(large["rounds"]) == len(shares_of_rounds(0.9, 0.15)) and len(small["rounds"]) == 25
    assert not any(bool((small["kept"][name] & ~large["kept"][name]).any()) for name in small["kept"])
    again = claim_colt.chain.__wrapped__("imp", "large", 0.02, 0)  # from its file
    assert all(torch.equal(again["kept"][name], mask) for name, mask in small["kept"].items())


def test_macs_of_an_epoch_behind_masks_are_those_of_the_meter():
    row = claim_colt.measure("large", "imp", 0.02, 2, 0.01, 0)
    masks = claim_colt.chain("imp", "large", 0.02, 0)["kept"]
    assert row["training_macs"] == pytest.approx(2 * claim_colt.epoch_macs(masks, 300), rel=1e-6)
    assert row["rounds"] == 25 and row["counts"] == [int(mask.count_nonzero()) for mask in masks.values()]


def test_the_small_set_has_no_digit_of_the_large_one_and_judges_are_others_again():
    large, _ = claim_colt.images_of_set("large", 0)
    small, judges = claim_colt.images_of_set("small", 0)
    assert (len(large), len(small), len(judges)) == (300, 200, 100)
    assert not any(torch.equal(one, other) for one in small.images[:20] for other in large.images)


def test_a_transferred_ticket_has_the_large_set_s_masks_and_the_initial_weights():
    ticket = claim_colt.trained("imp of large", "small", 0.1, 0, 0.01, 0)
    own = claim_colt.trained("imp", "large", 0.1, 0, 0.01, 0)
    assert all(torch.equal(ticket.kept[name], own.kept[name]) for name in own.kept)
    assert all(torch.equal(one, other) for one, other in zip(ticket.small.parameters(), own.small.parameters()))
    drawn = claim_colt.trained("drawn as imp of large", "small", 0.1, 0, 0.01, 0)
    assert counts(drawn, drawn.kept) == counts(own, own.kept) and (drawn.kept["fc1"] != own.kept["fc1"]).any()


# What is read from the records.


MEASURED = [name for name in claim_names() if name in SPARSE_CLAIMS]


def rows_where(record, **where):
    rows = [row for row in recorded(record)["rows"] if all(row.get(key) == value for key, value in where.items())]
    return sorted(rows, key=lambda row: row["seed"])


@pytest.mark.parametrize("name", MEASURED)
def test_every_comparison_names_its_sides_and_its_difference_is_theirs(name):
    found = claim(name)
    assert found.comparisons and found.paper == SPARSE_CLAIMS[name][1]
    for case in found.comparisons:
        gap = case.first[1].mean - case.second[1].mean
        assert abs(case.difference.mean) == pytest.approx(abs(gap), abs=1e-9)


def has(record):
    return pytest.mark.skipif(record not in record_names(), reason=f"{record} is not measured yet")


@has("sparse_claims_colt")
def test_imp_takes_the_rounds_of_the_formula_and_colt_between_overlap_and_none():
    for kept, most in ((0.1, 15), (0.02, 25)):
        where = {"size": "large", "kept": kept}
        assert {row["rounds"] for row in rows_where("sparse_claims_colt", side="imp", **where)} == {most}
        rounds = [row["rounds"] for row in rows_where("sparse_claims_colt", side="colt", **where)]
        assert all(rounds_of_overlap(1 - kept, 0.15, independent=False) <= each <= most for each in rounds)


@has("sparse_claims_restart")
def test_a_restart_s_difference_is_of_losses_at_the_end_of_its_line():
    case = claim("rigl_restart").comparisons[0]
    ends = [
        [row["losses"][-1] for row in rows_where("sparse_claims_restart", side=side)]
        for side in ("static again", "rigl after static")
    ]
    assert case.difference.mean == pytest.approx(statistics.mean(a - b for a, b in zip(*ends)))


@has("sparse_claims_neq")
def test_a_thaw_is_read_from_the_first_epoch_after_one_at_the_lower_rate():
    first, second = claim("neq_drops").comparisons[:2]
    where = {key: first.where[key] for key in ("optimizer", "schedule", "rule")}
    rows = rows_where("sparse_claims_neq", **where)
    drop = int(0.5 * rows[0]["epochs"])  # of the list, the first epoch at the lower rate
    for case, epoch in ((first, drop + 1), (second, drop + 2)):
        gaps = [row["resting"][epoch - 1] - row["resting"][epoch] for row in rows]
        assert case.difference.mean == pytest.approx(statistics.mean(gaps)) and case.where["epoch"] == epoch + 1


@pytest.fixture
def rows(monkeypatch):
    """Rows of a record that the readers find whatever name they ask for."""
    made = []
    for module in (results, comparisons, sparse_claims, board_claims):
        monkeypatch.setattr(module, "recorded", lambda name: {"settings": {"test_size": 5000}, "rows": made})
    return made


def seeds_of(accuracy, **key):
    return [{**key, "seed": seed, "accuracy": accuracy + seed / 1000} for seed in range(5)]


def test_rigl_is_compared_with_the_gradual_training_whose_macs_are_nearest(rows):
    for side, epochs, macs, accuracy in (("rigl", 13, 10, 0.92), ("gradual", 1, 9, 0.9), ("gradual", 6, 50, 0.94)):
        rows += seeds_of(accuracy, side=side, kept=0.02, epochs=epochs, training_macs=macs)
    (case,) = sparse_claims.for_equal_macs()
    assert case.where == {"kept": 0.02, "epochs": 13, "gradual": 1, "macs": 1.11}
    assert case.difference.mean == pytest.approx(0.02) and case.word == "as claimed"


def test_aswl_is_compared_with_both_kinds_of_fixed_masks(rows):
    for side, setting in (("aswl", 0.02), ("same_densities", 0.02), ("erk", 0.02), ("plain", 1.0)):
        rows += seeds_of(0.9 if side == "aswl" else 0.8, side=side, setting=setting)
    assert [case.second[0] for case in sparse_claims.learnt_at_once()] == ["same_densities", "erk"]


def test_rigl_s_claim_on_the_board_is_of_equal_macs_alone(rows):
    for method, budget in (("rigl", "macs"), ("rigl", "epochs"), ("gradual", "macs")):
        rows += seeds_of(0.9, network="lenet300", method=method, kept=0.05, budget=budget)
    (case,) = board_claims.per_training_mac()
    assert case.where == {"network": "lenet300", "kept": 0.05, "budget": "macs"} and case.word == "cannot tell them apart"


def test_macs_of_ftwt_are_foretold_within_a_tenth_or_not(rows):
    for setting, predicted in ((0.9, 95), (0.7, 130)):
        rows += seeds_of(0.9, method="ftwt", setting=setting, predicted_macs=predicted, macs=100)
    close, far = board_claims.macs_predicted()
    assert (close.word, far.word) == ("as claimed", "the other way") and far.first[1].mean == pytest.approx(1.3)


def test_a_barrier_is_what_rises_above_both_ends():
    assert barrier([2.0, 2.5, 1.0]) == 0.5 and barrier([2.0, 1.9, 1.0]) == 0.0
