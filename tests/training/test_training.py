"""Training: it learns, repeats itself, stops and goes on without a difference, and says what is wrong with its input."""

import functools
import math
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

from squeezelab.data import digits, overlapping_digits  # noqa: E402
from squeezelab.notebook.progress import is_quiet  # noqa: E402
from squeezelab.training import History, checkpoint, constant, evaluate, fit, one_cycle  # noqa: E402


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def small_model(seed=0, dropout=0.2):
    """A few hundred weights and something random of its own."""
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(1, 4, 5, stride=3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(dropout), nn.Flatten(), nn.Linear(256, 10)
    )


def some(count=512):
    return digits()[0].take(count)


def weights(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


def same(one, other):
    return all(torch.equal(value, other[name]) for name, value in one.items())


def test_it_learns_from_examples_and_from_a_loader():
    train, test = digits()
    for data in (some(2000), DataLoader(TensorDataset(train.images[:2000], train.labels[:2000]), 100, shuffle=True)):
        history = fit(small_model(), data, epochs=3, test=test.take(1000))
        assert history[-1]["test_accuracy"] > 0.75 > 0.3 > history[0]["learning_rate"]
        assert len(history) == 3 and not history.interrupted


def test_two_trainings_of_one_seed_are_the_same_and_leave_the_random_numbers_alone():
    one, two, other = small_model(), small_model(), small_model()
    torch.manual_seed(5)
    first = fit(one, some(), epochs=2, seed=3)
    after = torch.rand(1)
    torch.manual_seed(5)
    torch.rand(7)
    second = fit(two, some(), epochs=2, seed=3)
    fit(other, some(), epochs=2, seed=4)
    torch.manual_seed(5)
    assert after == torch.rand(1)
    assert same(weights(one), weights(two)) and not same(weights(one), weights(other))
    assert first.column("loss") == second.column("loss")


class Stop(nn.Module):
    """Interrupts, as Ctrl-C would, in the given forward pass."""

    def __init__(self, at):
        super().__init__()
        self.left = at

    def forward(self, x):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return x


def with_stop(at):
    model = small_model()
    model.add_module("stop", Stop(at))
    return model


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
    assert len(checkpoint.read(file)[1]["history"]) == 1


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


def test_frozen_parameters_stay():
    model = small_model()
    model[0].requires_grad_(False)
    before = weights(model)
    fit(model, some(), epochs=1)
    after = weights(model)
    assert torch.equal(before["0.weight"], after["0.weight"]) and not torch.equal(before["5.weight"], after["5.weight"])


def test_a_loss_that_is_no_number_stops_with_step_and_rate():
    train = some(256)
    images = train.images.clone()
    images[200] = math.nan
    bad = DataLoader(TensorDataset(images, train.labels), 128, shuffle=True)
    with pytest.raises(ValueError, match=r"the loss is nan at step [12] of 2, where the learning rate is 0\.\d+"):
        fit(small_model(), bad, epochs=1, schedule=constant)


def test_the_cycle_rises_to_one_and_falls_to_almost_nothing():
    shares = [one_cycle(step / 1000) for step in range(1001)]
    assert max(shares) == shares[300] == 1.0 and shares[0] == pytest.approx(1 / 25) and shares[-1] < 1e-5
    assert all(a < b for a, b in zip(shares[:300], shares[1:301])) and all(a > b for a, b in zip(shares[300:], shares[301:]))


def test_the_cycle_is_torchs_own():
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1)
    theirs = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1, total_steps=101)
    rates = []
    for _ in range(100):
        rates.append(theirs.get_last_lr()[0])
        optimizer.step()
        theirs.step()
    # torch's warm-up ends at step 29.3, ours at 30: never further apart than a step
    assert all(min(one_cycle((s + d) / 100) for d in (-1, 0, 1) if 0 <= s + d) <= r + 1e-9 for s, r in enumerate(rates))
    assert all(max(one_cycle((s + d) / 100) for d in (-1, 0, 1) if 0 <= s + d) >= r - 1e-9 for s, r in enumerate(rates))


def test_evaluation_counts_and_leaves_the_model_as_it_was():
    train = some(300)
    model = small_model().train()
    model[1].eval()
    before = weights(model)
    score = evaluate(model, train, batch_size=64)
    twin = small_model().eval()
    outputs = twin(train.images)
    assert score.accuracy == int((outputs.argmax(1) == train.labels).sum()) / 300
    assert score.loss == pytest.approx(nn.functional.cross_entropy(outputs, train.labels).item(), rel=1e-5)
    assert model.training and model[3].training and not model[1].training and same(before, weights(model))


def test_the_history_tells_epochs_and_draws_them():
    history = fit(small_model(), some(), epochs=2, test=some(100))
    assert [row["epoch"] for row in history.rows] == [1, 2] and history.seconds > 0
    assert repr(history).count("%") == 4 and repr(history).endswith("on cpu, 1 thread")
    assert "of the test images right after 2 epochs" in history.plot().alt
    with pytest.raises(ValueError, match="unknown column 'speed'; there are epoch, loss"):
        history.column("speed")


def test_nobody_sees_a_bar_in_a_log(capfd):
    assert is_quiet()
    fit(small_model(), some(128), epochs=1)
    assert capfd.readouterr() == ("", "")


def test_whoever_asks_sees_a_bar(capfd):
    fit(small_model(), some(128), epochs=1, quiet=False)
    assert "0/1" in capfd.readouterr().err


def test_a_loss_of_ones_own_takes_other_labels():
    pairs = overlapping_digits(256, seed=0)

    def either(outputs, labels):
        wanted = torch.zeros_like(outputs).scatter_(1, labels, 1.0)
        return nn.functional.binary_cross_entropy_with_logits(outputs, wanted)

    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(36 * 36, 10))
    history = fit(model, pairs, epochs=2, loss=either)
    assert history[1]["loss"] < history[0]["loss"] and history.column("accuracy") == [None, None]
    assert "–" in repr(history)
    with pytest.raises(ValueError, match="no accuracy was counted"):
        history.plot()


@pytest.mark.parametrize("epochs", [1, 2, 3, 60])
def test_the_plot_names_whole_epochs_and_not_more_than_have_room(epochs):
    row = {"loss": 1.0, "accuracy": 0.5, "test_accuracy": 0.6, "learning_rate": 0.01, "seconds": 1.0}
    ax = History([{"epoch": number + 1, **row} for number in range(epochs)]).plot().figure.axes[0]
    least, most = ax.get_xlim()
    ticks = [tick for tick in ax.get_xticks() if least <= tick <= most]
    assert 1 <= len(ticks) <= 10 and all(tick == int(tick) for tick in ticks)
