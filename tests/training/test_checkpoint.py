"""A training that stops and goes on without a difference, and the file that this takes."""

import functools
import shutil
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from support import ROOT  # noqa: E402
from support.small_training import same, small_model, some, weights, with_stop  # noqa: E402
from torch import nn  # noqa: E402

from squeezelab.training import checkpoint, constant, fit  # noqa: E402


def test_an_interrupted_training_keeps_its_history_and_goes_on_to_the_same_weights(tmp_path):
    straight = with_stop(at=-1)
    whole = fit(straight, some(), epochs=4)
    file = tmp_path / "run.safetensors"
    stopped = fit(with_stop(at=10), some(), epochs=4, checkpoint=file)  # 4 steps an epoch: in the third epoch
    assert stopped.interrupted and len(stopped) == 2 and repr(stopped).endswith("interrupted after 2 epochs")
    resumed = with_stop(at=-1)
    rest = fit(resumed, some(), epochs=4, checkpoint=file)
    assert not rest.interrupted and rest.column("loss") == whole.column("loss")
    assert same(weights(straight), weights(resumed))
    assert [path.name for path in tmp_path.iterdir()] == ["run.safetensors"]


def test_a_finished_training_is_not_repeated(tmp_path):
    model = small_model()
    fit(model, some(), epochs=2, checkpoint=tmp_path / "run.safetensors")
    again = small_model(seed=1)
    history = fit(again, some(), epochs=2, checkpoint=tmp_path / "run.safetensors")
    assert len(history) == 2 and same(weights(model), weights(again))


@pytest.mark.parametrize("change", [{"epochs": 3}, {"learning_rate": 0.02}, {"seed": 1}, {"batch_size": 64}])
def test_a_checkpoint_of_another_training_is_refused_by_what_differs(tmp_path, change):
    file = tmp_path / "run.safetensors"
    fit(small_model(), some(), epochs=2, checkpoint=file)
    before = file.read_bytes()
    with pytest.raises(ValueError, match=f"another .*{next(iter(change))}"):
        fit(small_model(), some(), **{"epochs": 2, "checkpoint": file} | change)
    assert file.read_bytes() == before


def test_a_longer_training_is_refused_with_a_reason(tmp_path):
    file = tmp_path / "run.safetensors"
    fit(small_model(), some(), epochs=1, checkpoint=file)
    with pytest.raises(ValueError, match=r"another training \(epochs 1, not 2; steps 4, not 8\).* chosen at the start"):
        fit(small_model(), some(), epochs=2, checkpoint=file)


def test_a_schedule_without_a_name_goes_on_in_another_process(tmp_path):
    file = tmp_path / "run.safetensors"
    for _ in range(2):  # two objects, whose addresses differ
        history = fit(small_model(), some(), epochs=1, checkpoint=file, schedule=functools.partial(constant))
    assert len(history) == 1


class Tied(nn.Module):
    """Two layers that share their weights."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(28, 28), nn.Linear(28, 28)
        self.second.weight = self.first.weight
        self.head = nn.Linear(784, 10)

    def forward(self, x):
        return self.head(self.second(self.first(x).relu()).flatten(1))


def test_weights_that_two_layers_share_are_kept_and_stay_shared(tmp_path):
    file = tmp_path / "run.safetensors"
    trained, again = Tied(), Tied()
    fit(trained, some(), epochs=1, checkpoint=file)
    fit(again, some(), epochs=1, checkpoint=file)
    assert same(weights(trained), weights(again)) and again.first.weight is again.second.weight


def test_a_checkpoint_may_be_read_by_whoever_may_read_other_files(tmp_path):
    file, other = tmp_path / "run.safetensors", tmp_path / "other"
    fit(small_model(), some(), epochs=1, checkpoint=file)
    other.touch()
    assert file.stat().st_mode == other.stat().st_mode


@pytest.mark.parametrize(
    ("place", "error", "words"),
    [
        (".", ValueError, "is a folder: a checkpoint is a file, such as .*training.safetensors"),
        ("file/run.safetensors", OSError, r"run\.safetensors could not be written"),
    ],
)
def test_a_checkpoint_that_cannot_be_written_is_refused_before_the_first_step(tmp_path, place, error, words):
    (tmp_path / "file").touch()
    model = small_model()
    before = weights(model)
    with pytest.raises(error, match=words):
        fit(model, some(), epochs=1, checkpoint=tmp_path / place)
    assert same(before, weights(model)) and [path.name for path in tmp_path.iterdir()] == ["file"]


def test_ctrl_c_while_a_checkpoint_is_written_leaves_the_last_one_and_nothing_else(tmp_path, monkeypatch):
    file = tmp_path / "run.safetensors"
    write = Path.write_bytes

    def interrupted_the_second_time(path, content):
        if file.exists():
            write(path, content[: len(content) // 2])
            raise KeyboardInterrupt
        write(path, content)

    monkeypatch.setattr(Path, "write_bytes", interrupted_the_second_time)
    assert fit(small_model(), some(), epochs=3, checkpoint=file).interrupted
    assert [path.name for path in tmp_path.iterdir()] == ["run.safetensors"]
    assert len(checkpoint.contents_of(file)[1]["history"]) == 1


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"\x10\0\0\0\0\0\0\0{}"])
def test_a_broken_checkpoint_is_named_and_left_alone(tmp_path, content):
    file = tmp_path / "run.safetensors"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"run\.safetensors is no checkpoint"):
        fit(small_model(), some(), epochs=1, checkpoint=file)
    assert file.read_bytes() == content


def test_a_full_disk_leaves_the_last_checkpoint_and_nothing_else(tmp_path, monkeypatch):
    file = tmp_path / "run.safetensors"
    fit(with_stop(at=6), some(), epochs=2, checkpoint=file)  # 4 steps an epoch: in the second epoch
    before = file.read_bytes()

    def full(path, content):
        with open(path, "wb") as draft:
            draft.write(content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        fit(with_stop(at=-1), some(), epochs=2, checkpoint=file)
    assert [path.name for path in tmp_path.iterdir()] == ["run.safetensors"] and file.read_bytes() == before


def skips(training):
    return False


def largest(outputs, labels):
    return (outputs.argmax(1) == labels).sum()


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        ({}, {"after_backward": skips}, "after_backward None, not skips"),
        ({"after_backward": skips}, {}, "after_backward skips, not None"),
        ({"score": largest}, {}, "score largest, not None"),
    ],
)
def test_a_checkpoint_of_a_training_with_another_hook_is_refused(tmp_path, first, then, words):
    file = tmp_path / "run.safetensors"
    fit(small_model(), some(100), epochs=1, **first, checkpoint=file)
    with pytest.raises(ValueError, match=f"another training .{words}"):
        fit(small_model(), some(100), epochs=1, **then, checkpoint=file)


def test_a_checkpoint_from_before_there_were_hooks_goes_on(tmp_path):
    """Written by version 0.1.0, interrupted after three of four epochs."""
    file = tmp_path / "run.safetensors"
    shutil.copy(ROOT / "tests/golden/training.safetensors", file)
    rows = torch.eye(4)
    data = [(rows[:3], torch.arange(4)[:3]), (rows[1:], torch.arange(4)[1:])]
    torch.manual_seed(0)
    resumed = nn.Linear(4, 4)
    torch.manual_seed(0)
    straight = nn.Linear(4, 4)
    told = fit(resumed, data, epochs=4, checkpoint=file), fit(straight, data, epochs=4)
    assert told[0].column("loss") == pytest.approx(told[1].column("loss"), rel=1e-5)
    torch.testing.assert_close(resumed.weight, straight.weight)
