"""Training: it learns, repeats itself, leaves alone what is not its own, and tells how it went."""

import math
from fractions import Fraction

import numpy
import pytest

torch = pytest.importorskip("torch")

from support.small_training import same, small_model, some, weights  # noqa: E402
from torch import nn  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

from squeezelab.data import digits, overlapping_digits  # noqa: E402
from squeezelab.notebook.progress import is_quiet  # noqa: E402
from squeezelab.training import History, constant, evaluate, fit, latency, one_cycle  # noqa: E402


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


def test_timing_leaves_each_norm_in_its_mode():
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    model[1].eval()
    assert latency({"a": model}, torch.zeros(4, 2), rounds=1)["a"][0] >= 0
    assert model.training and model[0].training and not model[1].training


def test_a_last_batch_of_one_image_is_explained_where_a_norm_needs_more():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.BatchNorm1d(8), nn.Linear(8, 10))
    with pytest.raises(ValueError, match="a norm learns nothing from one image alone: choose a batch size that leaves more"):
        fit(model, some(65), epochs=1, batch_size=64)
    assert 0 <= evaluate(model, some(65), batch_size=64).accuracy <= 1  # evaluation needs no second image
    with pytest.raises(ValueError) as other:
        fit(small_model(), [(torch.zeros(1, 3, 28, 28), torch.zeros(1, dtype=torch.int64))], epochs=1)
    assert "a norm" not in str(other.value)


@pytest.mark.parametrize("kind", [numpy.float32, numpy.float64, torch.tensor, Fraction])
def test_scalars_of_numpy_and_torch_are_numbers(kind):
    whole = torch.tensor if kind is torch.tensor else numpy.int64
    model, twin = small_model(), small_model()
    twin.load_state_dict(model.state_dict())
    schedule = lambda progress: kind(0.5)  # noqa: E731 (one line)
    options = {"epochs": whole(1), "batch_size": whole(64), "learning_rate": kind(0.25), "seed": whole(3)}
    fit(model, some(128), **options, optimizer=torch.optim.SGD, schedule=schedule)
    fit(twin, some(128), epochs=1, batch_size=64, learning_rate=0.125, seed=3, optimizer=torch.optim.SGD, schedule=constant)
    assert all(torch.equal(one, other) for one, other in zip(model.parameters(), twin.parameters()))
    assert evaluate(model, some(128), batch_size=whole(50)) == evaluate(model, some(128), batch_size=50)
