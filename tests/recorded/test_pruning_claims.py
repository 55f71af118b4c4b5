"""The claims of papers on pruning: what a run of each is, at the size of a toy."""

import pytest

torch = pytest.importorskip("torch")

import claim_nisp  # noqa: E402
import pruning_runs  # noqa: E402

from squeezelab.prune import prune  # noqa: E402


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
