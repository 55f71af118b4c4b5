"""The explorers about factorised kernels: computed numbers are the package's, measured ones the record's, and no others."""

import itertools

import pytest
from support import control_schema

from squeezelab import decompose
from squeezelab.compression.factored import METHODS as ALL_METHODS
from squeezelab.compression.factored import factored
from squeezelab.compression.rank_choice import factored_weights, rank_within
from squeezelab.explorers import ahead, degeneracy, explore, kernel_slices, rank
from squeezelab.explorers.kit.zoo import square_machine
from squeezelab.explorers.rank_model import METHODS, SHARES, SIDE
from squeezelab.hardware import simulate
from squeezelab.networks import Network
from squeezelab.recorded.results import recorded
from squeezelab.training import reference


def tiles(figure):
    return {row["label"]: row["value"] for row in figure["readout"]}


@pytest.mark.parametrize(
    ("name", "broken", "words"),
    [
        ("rank", {"share": 2}, "Beyond break-even: above rank 275"),
        ("rank", {"share": 1 / 4}, "of the MACs it takes 1.04× the cycles"),
        ("rank", {"share": 1 / 64, "channels": 16}, "most digits are mistaken"),
        ("degeneracy", {"sweeps": 3000}, "All that for"),
        ("kernel_slices", {"share": 1 / 32}, "most of the picture is in what is left over"),
    ],
)
def test_the_failure_can_be_reached_and_undone(name, broken, words):
    assert explore(name)["problem"] is None
    assert words in explore(name, broken)["problem"]
    assert explore(name)["problem"] is None


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rank", {"method": "tt"}),
        ("rank", {"share": 0.3}),
        ("rank", {"channels": 128}),
        ("degeneracy", {"sweeps": 30}),
        ("degeneracy", {"ridge": "1e-5"}),
        ("degeneracy", {"tensor": "random"}),
        ("kernel_slices", {"kernel": 1}),
        ("kernel_slices", {"share": 1}),
    ],
)
def test_impossible_values_are_named(name, values):
    with pytest.raises(ValueError, match=next(iter(values))):
        explore(name, values)


# Rank.

LAYERS = list(itertools.product(ALL_METHODS, (3, 5, 7), (16, 32, 64)))


def rank_row(method, kernel, channels):
    key = {"method": method, "kernel": kernel, "channels": channels}
    return next(row for row in recorded("rank")["rows"] if key.items() <= row.items())


def dense_layer(kernel, channels, size):
    net = Network("layer", (channels, size, size))
    net.conv(net.input, channels, kernel, padding="same", bias=False, name="dense")
    return net


def test_every_method_is_offered():
    assert [value for value, _ in METHODS] == list(ALL_METHODS) == list(rank.WEIGHTS)


@pytest.mark.parametrize(("method", "kernel", "channels"), LAYERS[::4])
def test_the_table_of_ranks_is_what_simulate_says(method, kernel, channels):
    machine, size = square_machine(SIDE), 14
    rows = explore("rank", {"method": method, "kernel": kernel, "channels": channels, "size": size})["table"]["rows"]
    dense = dense_layer(kernel, channels, size)
    for name, weights, macs, words, cycles, ratio, *_ in rows:
        net = dense if name == "dense" else factored(dense, "dense", method, int(name.replace("\u202f", "")))
        report = simulate(net, machine)
        assert (weights, macs, cycles) == (report.params, report.macs, report.cycles)
        assert words == pytest.approx(report.dram_words)
        assert ratio == pytest.approx(cycles / rows[0][4])


@pytest.mark.parametrize(("method", "kernel", "channels"), LAYERS)
def test_only_measured_ranks_are_shown_as_measured(method, kernel, channels):
    figure, row = explore("rank", {"method": method, "kernel": kernel, "channels": channels}), rank_row(method, kernel, channels)
    for mark in figure["charts"][0]["marks"]:
        if mark["type"] in ("line", "point"):
            assert mark["x"] == row["ranks"]
            assert mark["y"] in (row["errors"], row["accuracies"])
    shown = [line[-2:] for line in figure["table"]["rows"][1:] if line[-1] is not None]
    assert shown == [list(pair) for pair in zip(row["errors"], row["accuracies"], strict=True)]


def test_every_share_up_to_the_dense_layers_own_was_measured():
    for (method, kernel, channels), share in itertools.product(LAYERS, SHARES):
        values = {"method": method, "kernel": kernel, "channels": channels, "share": share}
        shown = tiles(explore("rank", values))
        assert (shown["Error of the kernel, measured"] is None) == (shown["Weights, dense ÷ factored"] < 1) == (share == 2), (
            values
        )


def test_k_squared_to_2k_holds_for_a_whole_layer_only_at_one_rank():
    """A separable layer has 2K weights in place of K² at R = T = S; at any other rank it has more or fewer."""
    for kernel, channels in itertools.product((3, 5, 7), (16, 32, 64)):
        shape = (channels, channels, kernel, kernel)
        dense = channels * channels * kernel * kernel
        assert factored_weights("separable", channels, shape) * kernel == 2 * dense
        formula = explore("rank", {"method": "separable", "kernel": kernel, "channels": channels})["formula"]
        assert f"K² → 2K, {kernel * kernel} → {2 * kernel} weights" in formula
        assert f"at most 2K ÷ K² of the weights up to R = {channels}," in formula


def test_the_formula_counts_the_weights_of_the_layer():
    k, s, t = 3, 64, 64
    by_hand = {
        "svd": lambda r: r * (s * k * k + t),
        "separable": lambda r: k * r * (s + t),
        "tucker2": lambda r: r * s + r * r * k * k + r * t,
        "cp": lambda r: r * (s + 2 * k + t),
        "cp3": lambda r: r * (s + k * k + t),
    }
    for method in ALL_METHODS:
        figure = explore("rank", {"method": method})
        weights = by_hand[method](tiles(figure)["Rank"])
        assert tiles(figure)["Weights"] == weights
        assert f"= {weights} at" in figure["formula"].replace("\u202f", "")


def test_fewer_macs_can_take_more_cycles():
    """CP-4 with a quarter of the MACs is slower than the dense layer; separable with as many is not."""
    cp, separable = [explore("rank", {"method": method, "share": 1 / 4}) for method in ("cp", "separable")]
    assert "vertical" in cp["problem"] and separable["problem"] is None
    assert tiles(cp)["MACs"] < tiles(separable)["MACs"] and tiles(cp)["Cycles"] > 2 * tiles(separable)["Cycles"]


def test_working_ahead_ends_and_changes_no_figure():
    values = {"method": "tucker2", "kernel": 5}
    before = explore("rank", values)
    while ahead("rank", values):
        pass
    assert explore("rank", values) == before


# Degeneracy.


def degeneracy_row(tensor, of_rank, ridge, accelerate):
    key = {"tensor": tensor, "rank": of_rank, "ridge": ridge, "accelerate": accelerate}
    return next(row for row in recorded("degeneracy")["rows"] if key.items() <= row.items())


def test_the_warnings_are_those_of_the_package():
    from squeezelab.decompose.gauge import AMBER, RED

    assert (degeneracy.AMBER, degeneracy.RED) == (AMBER, RED)


def test_the_figure_offers_what_was_recorded():
    record = recorded("degeneracy")
    assert record["settings"]["sweeps"] == degeneracy.SWEEPS
    for tensor, _, name, of_rank in degeneracy.TENSORS:
        for (ridge, label, *_), accelerate in itertools.product(degeneracy.RIDGES, (False, True)):
            row = degeneracy_row(name, of_rank, 0 if ridge == "none" else float(label), accelerate)
            values = {"tensor": tensor, "ridge": ridge, "accelerate": accelerate, "sweeps": 100}
            at = degeneracy.SWEEPS.index(100)
            table = {line[0]: line[1:5] for line in explore("degeneracy", values)["table"]["rows"]}
            assert table[100] == [row[measure][at] for measure, _ in degeneracy.MEASURES]
    assert len(record["rows"]) == 24 == 2 * len(degeneracy.TENSORS) * len(degeneracy.RIDGES)


@pytest.mark.parametrize(("tensor", "of_rank"), [("border", 2), ("trained", 8)])
def test_the_record_is_what_cp_does(tensor, of_rank):
    kernel = (
        decompose.border_rank_tensor(decompose.gaussian_parts())
        if tensor == "border"
        else reference("mini_vgg").conv4.weight.detach().double()
    )
    for ridge, accelerate in itertools.product((0, 1e-2), (False, True)):
        row = degeneracy_row(tensor, of_rank, ridge, accelerate)
        made = decompose.cp(kernel, of_rank, sweeps=10, ridge=ridge, accelerate=accelerate)
        at = degeneracy.SWEEPS.index(10)
        found = [made.error, made.gauge.ratio, made.gauge.cosine, float(made.weights.max() / kernel.norm())]
        assert found == pytest.approx([row[measure][at] for measure, _ in degeneracy.MEASURES], rel=2e-3)


def test_a_trained_kernel_degenerates_without_acceleration_too_and_a_ridge_stops_it():
    for of_rank in (8, 32):
        plain, quick, ridged = [degeneracy_row("trained", of_rank, *run) for run in ((0, False), (0, True), (1e-3, True))]
        assert quick["ratios"][-1] > plain["ratios"][-1] > degeneracy.RED > degeneracy.AMBER > max(ridged["ratios"])
        assert ridged["errors"][-1] - quick["errors"][-1] < 0.0025


def test_the_border_rank_tensor_drifts_without_end_and_rests_with_a_ridge():
    plain, ridged = [degeneracy_row("border", 2, ridge, False) for ridge in (0, 1e-3)]
    assert plain["ratios"] == sorted(plain["ratios"]) and plain["errors"] == sorted(plain["errors"], reverse=True)
    assert plain["errors"][-1] < 0.6 * plain["errors"][-2]
    assert ridged["errors"][-3:] == pytest.approx([ridged["errors"][-1]] * 3, rel=1e-3)


def test_the_problem_appears_with_the_red_line():
    for values in control_schema.states(degeneracy.CONTROLS):
        figure = explore("degeneracy", values)
        assert bool(figure["problem"]) == (tiles(figure)["Ratio √Σλ² ÷ ‖Ŵ‖"] > degeneracy.RED)
        assert "lower by 0 " not in (figure["problem"] or "")


# Slices.

PICTURES = list(itertools.product(ALL_METHODS, (3, 5, 7), kernel_slices.SHARES))


def pictures(method, kernel, share):
    figure = explore("kernel_slices", {"method": method, "kernel": kernel, "share": share})
    return figure, [chart["marks"][0]["value"] for chart in figure["charts"]]


@pytest.mark.parametrize(("method", "kernel", "share"), PICTURES)
def test_what_is_kept_and_what_is_left_over_are_the_kernel(method, kernel, share):
    figure, (dense, rebuilt, residual) = pictures(method, kernel, share)
    assert len(dense) == 4 * kernel * kernel
    assert [a + b for a, b in zip(rebuilt, residual, strict=True)] == pytest.approx(dense, abs=1e-9)
    kept = 1 - sum(value**2 for value in residual) / sum(value**2 for value in dense)
    assert tiles(figure)["Energy kept, these slices"] == pytest.approx(kept)
    assert [row[1:] for row in figure["table"]["rows"]] == [list(row) for row in zip(dense, rebuilt, residual, strict=True)]


def test_each_tap_has_a_place_of_its_own():
    for kernel in (3, 5, 7):
        mark = explore("kernel_slices", {"kernel": kernel})["charts"][0]["marks"][0]
        assert len(set(zip(mark["x"], mark["y"], strict=True))) == 4 * kernel * kernel == len(set(mark["label"]))


def test_the_two_records_tell_of_the_same_kernel():
    for method, kernel, share in PICTURES:
        values = {"method": method, "kernel": kernel, "share": share}
        shown, row = tiles(explore("kernel_slices", values)), rank_row(method, kernel, kernel_slices.CHANNELS)
        assert shown["Rank"] == rank_within(method, share * 64 * 64 * kernel**2, (64, 64, kernel, kernel))
        assert shown["Error of the whole kernel"] == pytest.approx(row["errors"][row["ranks"].index(shown["Rank"])], abs=2e-3)


def test_strong_slices_come_first():
    """From an eighth of the weights on every method keeps more of the strongest slices than of the whole kernel."""
    for method, kernel, share in PICTURES:
        shown = tiles(pictures(method, kernel, share)[0])
        if share >= 1 / 8:
            assert shown["Energy kept, these slices"] > shown["Energy kept, whole kernel"] + 0.05
