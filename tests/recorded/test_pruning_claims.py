"""The claims of papers on pruning: what a run of each is, at the size of a toy."""

import pytest

torch = pytest.importorskip("torch")

import claim_hubens  # noqa: E402
import claim_nisp  # noqa: E402
import claim_nnrelief  # noqa: E402
import claim_sbpf  # noqa: E402
import claim_slimming  # noqa: E402
import claim_smcp  # noqa: E402
import claim_tuning  # noqa: E402
import pruning_runs  # noqa: E402
from record import Record  # noqa: E402
from workers import one_by_one  # noqa: E402

from squeezelab.bridge import to_torch  # noqa: E402
from squeezelab.networks import build  # noqa: E402
from squeezelab.prune import Units, prune  # noqa: E402
from squeezelab.prune.layer_rules import with_noise  # noqa: E402
from squeezelab.recorded.claims import RANKINGS  # noqa: E402
from squeezelab.training import fit  # noqa: E402


@pytest.fixture(scope="module", autouse=True)
def few_images(tmp_path_factory):
    """Few images, and dense starts of one epoch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pruning_runs, "FOLDER", tmp_path_factory.mktemp("starts"))
        for name, value in {"TRAIN": 256, "HELD_OUT": 64, "TEST": 100}.items():
            patch.setattr(pruning_runs, name, value)
        patch.setattr(pruning_runs, "STARTS", {name: start._replace(epochs=1) for name, start in pruning_runs.STARTS.items()})
        patch.setattr(claim_nisp, "IMAGES", 100)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        yield
        torch.set_num_threads(threads)
    for each in (pruning_runs.dense, pruning_runs.splits, claim_nisp.of_start):
        each.cache_clear()


# NISP.


def test_an_error_by_hand():
    before, after = torch.tensor([[1.0, 2.0], [3.0, 2.0]]), torch.tensor([[1.0, 0.0], [1.0, 2.0]])
    assert claim_nisp.relative_error(before, after) == pytest.approx((2 + 2) / 8)
    assert claim_nisp.relative_error(before, after, torch.tensor([3.0, 1.0])) == pytest.approx((3 * 2 + 2) / (3 * 4 + 4))


@pytest.mark.parametrize("network", claim_nisp.NETWORKS)
def test_the_response_is_what_the_classifier_reads_and_loses_channels_or_none(network):
    start, name, before, outputs = claim_nisp.of_start(network, 0)
    data = pruning_runs.splits(network, 0)[0]
    classifier = start.get_submodule(name)
    assert torch.allclose(before @ classifier.weight.T + classifier.bias, outputs, atol=1e-5)
    for what, share in (("pruned", 0.5), ("whole", 0.0)):
        model = prune(start, data, "l1_filter", 0.5, epochs=0, allocate=claim_nisp.RULES[what]).model
        after, _ = claim_nisp.responses(model, name, data.images[:50])
        assert (after == 0).all(0).float().mean() >= share  # channels that are gone are silent in every image
        assert share or (model.get_submodule(name).weight.abs().sum(0) > 0).all()


def test_all_three_sides_take_the_same_share_of_every_group():
    start, data = pruning_runs.dense("mini_vgg", 0), pruning_runs.splits("mini_vgg", 0)[0]
    for rule in claim_nisp.RULES.values():
        pruned = [prune(start, data, method, 0.3, epochs=0, allocate=rule) for method in claim_nisp.METHODS]
        assert len({tuple(map(len, each.kept.values())) for each in pruned}) == 1


def test_a_whole_network_has_no_error():
    start, name, before, outputs = claim_nisp.of_start("mini_vgg", 0)
    data = pruning_runs.splits("mini_vgg", 0)[0]
    after, changed = claim_nisp.responses(
        prune(start, data, "nisp", 0, epochs=0).model, name, pruning_runs.splits("mini_vgg", 0)[2].images[:100]
    )
    assert claim_nisp.relative_error(before, after) == pytest.approx(0, abs=1e-6) and torch.allclose(outputs, changed, atol=1e-5)
    row = claim_nisp.measure("mini_vgg", "nisp", "pruned", 0.5, 0)
    assert 0 < row["weighted_error"] and 0 <= row["accuracy"] <= 1


# SBPF.


def test_every_convolution_is_damaged_alone_and_ranked_in_four_ways(monkeypatch):
    for name, value in {"EPOCHS": (0, 1), "IMAGES": 40, "DRAWS": 1, "STARTS": pruning_runs.STARTS}.items():
        monkeypatch.setattr(claim_sbpf, name, value)
    row = claim_sbpf.measure(0)
    network = build("mini_resnet", resolution=pruning_runs.RESOLUTION)
    assert row["layers"] == [layer.name for layer in network.mac_layers if layer.op == "conv"] and len(row["layers"]) == 9
    assert all([len(values) for values in row[way]] == [9, 9] for way in RANKINGS) and len(row["again"]) == 9
    assert row["gamma"][0] == [1.0] * 9  # as norms begin


def test_noise_is_on_one_convolution_and_of_the_size_that_is_said():
    model = pruning_runs.dense("mini_vgg", 0)
    units = Units(model, build("mini_vgg", resolution=pruning_runs.RESOLUTION))
    damaged = with_noise(units, claim_sbpf.Damaged("conv3"), 0.5, torch.Generator().manual_seed(0))
    changed = {name for name, value in damaged.state_dict().items() if not torch.equal(value, model.state_dict()[name])}
    gap = (damaged.conv3.weight - model.conv3.weight).detach()
    assert changed == {"conv3.weight"} and gap.std() == pytest.approx(0.5 * model.conv3.weight.std().item(), rel=0.05)


def test_watching_a_training_does_not_change_it(monkeypatch):
    monkeypatch.setattr(claim_sbpf, "IMAGES", 100)
    data, network = pruning_runs.splits("mini_resnet", 0)[0], build("mini_resnet", resolution=pruning_runs.RESOLUTION)

    def watch(training):
        claim_sbpf.rankings(training.model, network, data, 0.5, 1)

    found = []
    for hook in (None, watch):
        torch.manual_seed(0)
        found.append(to_torch(network))
        fit(found[-1], data, 1, seed=0, after_backward=hook, quiet=True)
    assert all(torch.equal(a, b) for a, b in zip(found[0].state_dict().values(), found[1].state_dict().values()))


# What has learning rates to choose.


def test_the_best_rate_is_sought_beyond_the_edge_and_then_trained_for_twice_as_long(tmp_path):
    accuracy = {0.003: 0.7, 0.01: 0.8, 0.03: 0.85, 0.1: 0.9, 0.3: 0.95, 0.001: 0.1}
    asked = []

    def held_out(side, epochs, learning_rate, seed):
        asked.append((side, epochs, learning_rate, seed))
        return {"accuracy": accuracy[learning_rate] if side == "high" else 1 - abs(learning_rate - 0.01)}

    record = Record("trial", {"seeds": [100]}, folder=tmp_path)
    assert claim_tuning.chosen_rates(record, ["high", "middle"], 4, held_out, one_by_one) == {"high": 0.3, "middle": 0.01}
    assert asked[8:] == [("high", 4, 0.3, 100), ("high", 8, 0.3, 100), ("middle", 8, 0.01, 100)]


def test_a_rate_that_is_entered_and_not_the_best_stops_the_script():
    claim_tuning.check_entered({"dense a": 0.1}, "dense", {"a": 0.1})
    with pytest.raises(SystemExit, match="dense a is best at the learning rate 0.3: enter it in place of 0.1"):
        claim_tuning.check_entered({"dense a": 0.3}, "dense", {"a": 0.1})


def test_nnrelief_prunes_what_another_optimizer_trained_and_nothing_else_differs(monkeypatch):
    monkeypatch.setattr(claim_nnrelief, "FOLDER", pruning_runs.FOLDER)
    few = [part.take(200) for part in pruning_runs.trained_vgg.splits()]
    monkeypatch.setattr(pruning_runs.trained_vgg, "splits", lambda: few)
    pruning_runs.splits.cache_clear()
    rows = [claim_nnrelief.measure(optimizer, 0.8, 1, 0.003, 0) for optimizer in ("adam", "sgd")]
    assert rows[0]["right"] != rows[1]["right"] and all(0 < row["density"] < 1 for row in rows)
    assert list(pruning_runs.FOLDER.glob("lenet300-adam-*")) and list(pruning_runs.FOLDER.glob("lenet300-sgd-*"))


@pytest.mark.parametrize("side", claim_slimming.SIDES)
def test_one_pass_and_three_end_at_the_same_size_in_as_many_epochs(side, monkeypatch):
    epochs = []

    def counted(*given, **named):
        epochs.append(named["epochs"])
        return fit(*given, **named)

    monkeypatch.setattr("squeezelab.prune.pruning.fit", counted)
    row = claim_slimming.measure(side, 9, 0.01, 0)
    assert sum(epochs) == 9 and len(epochs) == 2 * claim_slimming.SIDES[side][0]
    assert 0.08 <= row["params"] / build("mini_vgg", resolution=32).params <= 0.1


def test_gates_differ_and_end_within_the_same_budget():
    rows = [claim_smcp.measure(gate, 0.5, 2, 0.01, 0) for gate in ("soft", "hard", "permanent")]
    assert len({row["right"] for row in rows}) == 3
    assert all(row["params"] <= 0.5 * build("mini_vgg", resolution=32).params for row in rows)


def test_a_soft_gate_is_the_recipe_of_the_comparison():
    ours = claim_smcp.measure("soft", 0.5, 1, 0.01, 0)
    theirs = pruning_runs.measure("mini_vgg", "smcp", 0.5, None, 1, 0.01, 0)
    assert ours == {name: theirs[name] for name in ("params", "accuracy", "right")} | {"widths": list(theirs["left"].values())}


def test_pretraining_sees_half_of_the_classes_and_as_many_images(monkeypatch):
    data = pruning_runs.splits("mini_vgg", 0)[0]
    half = claim_hubens.half_of_classes(data)
    assert set(half.labels.tolist()) == {0, 1, 2, 3, 4} and 0.4 < len(half) / len(data) < 0.6
    few = [part.take(200) for part in pruning_runs.trained_vgg.splits()]
    monkeypatch.setattr(pruning_runs.trained_vgg, "splits", lambda: few)
    monkeypatch.setattr(claim_hubens, "FOLDER", pruning_runs.FOLDER)
    pruning_runs.splits.cache_clear()
    row = claim_hubens.measure("pretrained", 0.1, 1, 0.01, 1)
    assert {"accuracy_dense", "accuracy_cut", "left", "accuracy", "right"} == set(row)
    by_layer = claim_hubens.pruned("pretrained_by_layer", 0.1, 0, 0.01, 1)
    assert list(by_layer.units.counts(by_layer.kept).values()) == [23520, 3000, 100] and sum(row["left"]) == 26620
    assert {path.name for path in pruning_runs.FOLDER.glob("lenet300-*-1.safetensors")} >= {
        "lenet300-half-12-0.01-1.safetensors",
        "lenet300-fine-6-0.01-1.safetensors",
    }
