"""The watch over moving masks: to look changes nothing, and what it notes is what happened."""

import pytest

torch = pytest.importorskip("torch")

import rigl_timeline as timeline  # noqa: E402
from trained_vgg import splits  # noqa: E402

from squeezelab.prune import prune  # noqa: E402
from squeezelab.training import evaluate, reference  # noqa: E402


@pytest.fixture
def short(monkeypatch):
    """An experiment of a few seconds: 512 digits, 8 steps."""
    for name, value in {"IMAGES": 512, "EPOCHS": 2, "TEST": 500}.items():
        monkeypatch.setattr(timeline, name, value)


@pytest.mark.parametrize("method", timeline.METHODS)
def test_the_training_that_is_watched_is_that_of_the_recipe(short, method):
    row, test = timeline.measure(method), splits()[2].take(500)
    plain = prune(
        reference("lenet300"),
        splits()[0].take(512),
        method,
        1 - timeline.SHARE,
        2,
        learning_rate=timeline.LEARNING_RATE,
        quiet=True,
    )
    last = row["moments"][-1]
    assert last["accuracy"] == [evaluate(plain.sliced(), test).accuracy] * 2
    assert row["counts"] == plain.units.counts(plain.kept) and row["training_macs"] == plain.training_macs
    now = torch.tensor([moment["squares"] or [0] * 196 for moment in row["moments"]]).sum(0)
    assert now.tolist() == plain.kept["fc1"].sum(0).view(14, 2, 14, 2).sum((1, 3)).flatten().tolist()


def test_all_masks_begin_alike_and_what_moved_is_told(short):
    rows = {method: timeline.measure(method) for method in timeline.METHODS}
    for name, count in rows["static"]["counts"].items():
        first = {method: row["moments"][0]["layers"][name] for method, row in rows.items()}
        assert first["static"]["first"] == count and first["static"]["new"] == 0
        for method in ("set", "rigl"):
            assert first[method]["first"] + first[method]["new"] == count
        assert first["rigl"]["grew"] > first["set"]["grew"]


def test_sizes_are_told_in_means_of_all():
    sizes = torch.tensor([1.0, 2.0, 3.0, 6.0])
    assert timeline.in_means(sizes, sizes > 2.5, sizes > 0) == 1.5
