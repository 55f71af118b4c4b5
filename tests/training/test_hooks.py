"""What is hung into the loop after each backward pass: when it is called, what it may change, what a pause leaves of it."""

import pytest

torch = pytest.importorskip("torch")

from support.small_training import same, small_model, some, weights, with_stop  # noqa: E402
from torch import nn  # noqa: E402

from squeezelab.training import TrainingMeter, checkpoint, constant, fit  # noqa: E402

SGD = {"optimizer": torch.optim.SGD, "schedule": constant, "learning_rate": 0.1}


def every_third_skipped(training):
    return training.step % 3 != 2


def largest(outputs, labels):
    return (outputs.argmax(1) == labels).sum()


class Heavy(torch.optim.SGD):
    """SGD with momentum, from the arguments that fit gives."""

    def __init__(self, parameters, learning_rate):
        super().__init__(parameters, lr=learning_rate, momentum=0.9)


def test_the_hook_stands_between_the_backward_pass_and_the_step():
    events, model = [], small_model()

    class Told(torch.optim.SGD):
        def zero_grad(self):
            events.append("zero_grad")
            super().zero_grad()

        def step(self):
            events.append("step")
            super().step()

    model.register_forward_hook(lambda *_: events.append("forward"))
    model[5].weight.register_hook(lambda _: events.append("backward"))
    fit(model, some(200), epochs=1, **SGD | {"optimizer": Told}, after_backward=lambda training: events.append("hook"))
    assert events == ["forward", "zero_grad", "backward", "hook", "step"] * 2


def test_the_hook_sees_where_the_training_stands():
    seen = []

    def look(training):
        gradients = [parameter.grad is not None for parameter in training.model.parameters()]
        rate = training.optimizer.param_groups[0]["lr"]
        seen.append((training.epoch, training.step, training.loss, all(gradients), rate == training.rate, len(training.history)))

    history = fit(small_model(), some(200), epochs=2, batch_size=100, after_backward=look)
    assert [row[:2] for row in seen] == [(0, 0), (0, 1), (1, 2), (1, 3)] and all(row[3] and row[4] for row in seen)
    assert [row[5] for row in seen] == [0, 0, 1, 1]
    assert history[1]["loss"] == pytest.approx((seen[2][2] + seen[3][2]) / 2)


@pytest.mark.parametrize("answer", [None, True])
def test_a_hook_that_changes_nothing_changes_nothing(answer):
    one, other = small_model(), small_model()
    first = fit(one, some(300), epochs=2)
    second = fit(other, some(300), epochs=2, after_backward=lambda training: answer, score=largest)
    assert same(weights(one), weights(other))
    assert first.column("loss") == second.column("loss") and first.column("accuracy") == second.column("accuracy")


def test_skipped_steps_equal_a_loop_that_leaves_them_out():
    """Momenta and weights stay, while steps and the schedule go on: written out in plain torch."""
    model, twin, train = small_model(dropout=0), small_model(dropout=0), some(300)
    schedule = lambda progress: 1 - progress / 2  # noqa: E731 (one line)
    options = {"optimizer": Heavy, "schedule": schedule, "learning_rate": 0.1}
    history = fit(model, train, epochs=2, batch_size=50, seed=4, **options, after_backward=every_third_skipped)
    optimizer, step, losses = torch.optim.SGD(twin.parameters(), lr=0.1, momentum=0.9), 0, []
    twin.train().to(memory_format=torch.channels_last)
    for epoch in range(2):
        for images, labels in train.batches(50, seed=4 * 10_007 + epoch):
            optimizer.param_groups[0]["lr"] = 0.1 * schedule(step / 12)
            loss = nn.functional.cross_entropy(twin(images.to(memory_format=torch.channels_last)), labels)
            optimizer.zero_grad()
            loss.backward()
            if step % 3 != 2:
                optimizer.step()
            losses.append(loss.item())
            step += 1
    assert same(weights(model), weights(twin))
    assert history.column("loss") == pytest.approx([sum(losses[:6]) / 6, sum(losses[6:]) / 6])


def test_a_penalty_added_to_the_gradient_equals_one_added_to_the_loss():
    strength, (one, other) = 0.01, (small_model(), small_model())

    def shrink(training):  # Network Slimming: the derivative of strength · Σ|γ|
        training.model[1].weight.grad += strength * training.model[1].weight.sign()

    def penalised(outputs, labels):
        return nn.functional.cross_entropy(outputs, labels) + strength * other[1].weight.abs().sum()

    fit(one, some(300), epochs=2, **SGD, after_backward=shrink)
    fit(other, some(300), epochs=2, **SGD, loss=penalised)
    plain = small_model()
    fit(plain, some(300), epochs=2, **SGD)
    torch.testing.assert_close(one[1].weight, other[1].weight)
    assert (plain[1].weight - one[1].weight).max() > 1e-3  # and it does pull


def test_pruned_weights_stay_zero_when_gradients_and_momenta_are_masked():
    model = small_model()
    with torch.no_grad():
        model[5].weight[:, ::2] = 0
    mask = (model[5].weight != 0).float()

    def masked(training):
        model[5].weight.grad *= mask
        momenta = training.optimizer.state.get(model[5].weight, {})
        if "momentum_buffer" in momenta:
            momenta["momentum_buffer"] *= mask

    fit(model, some(300), epochs=2, **SGD | {"optimizer": Heavy}, after_backward=masked)
    assert (model[5].weight[:, ::2] == 0).all() and (model[5].weight[:, 1::2] != 0).any()


def test_a_hook_that_fails_leaves_the_last_checkpoint_and_the_random_numbers(tmp_path):
    file = tmp_path / "run.safetensors"

    def fails(training):
        torch.rand(3)
        if training.epoch == 1:
            raise RuntimeError("out of luck")

    torch.manual_seed(5)
    expected = torch.rand(1)
    model = small_model()
    torch.manual_seed(5)
    with pytest.raises(RuntimeError, match="out of luck"):
        fit(model, some(200), epochs=3, checkpoint=file, after_backward=fails)
    assert torch.rand(1) == expected
    assert [path.name for path in tmp_path.iterdir()] == ["run.safetensors"]
    assert len(checkpoint.contents_of(file)[1]["history"]) == 1


# Checkpoints


def without_seconds(rows):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


def test_a_training_with_hook_and_score_goes_on_to_the_same_bytes(tmp_path):
    files = [tmp_path / "straight.safetensors", tmp_path / "stopped.safetensors"]
    options = {"epochs": 4, "test": some(100), "after_backward": every_third_skipped, "score": largest}
    straight = with_stop(at=-1)
    fit(straight, some(), **options, checkpoint=files[0])
    assert len(fit(with_stop(at=13), some(), **options, checkpoint=files[1])) == 2  # 4 steps and a test an epoch
    resumed = with_stop(at=-1)
    fit(resumed, some(), **options, checkpoint=files[1])
    (one, told), (other, also) = map(checkpoint.contents_of, files)
    assert same(weights(straight), weights(resumed)) and same(one, other) and one.keys() == other.keys()
    assert without_seconds(told["history"]) == without_seconds(also["history"]) and told["settings"] == also["settings"]


def test_what_a_hook_keeps_in_a_buffer_of_the_model_is_in_the_checkpoint(tmp_path):
    def every_other(training):
        training.model.calls += 1
        return bool(training.model.calls % 2)

    def counted(at):
        model = with_stop(at)
        model.register_buffer("calls", torch.zeros((), dtype=torch.int64))
        return model

    options = {"epochs": 3, "after_backward": every_other}
    straight, resumed = counted(-1), counted(-1)
    fit(straight, some(300), **options)
    fit(counted(5), some(300), **options, checkpoint=tmp_path / "run.safetensors")  # 3 steps an epoch
    fit(resumed, some(300), **options, checkpoint=tmp_path / "run.safetensors")
    assert straight.calls == 9 and same(weights(straight), weights(resumed))


# What it costs


def test_neither_hook_nor_score_is_metered():
    def looks(training):
        training.model(torch.ones(7, 1, 28, 28))
        training.model[5].weight @ training.model[5].weight.T

    def scores(outputs, labels):
        return largest(outputs @ torch.eye(10), labels)

    counted = []
    for hooks in ({}, {"after_backward": looks, "score": scores}):
        model = small_model()
        with TrainingMeter(model) as meter:
            fit(model, some(200), epochs=1, **hooks)
        counted.append((meter.macs, meter.peak_saved_bytes, meter.left_out))
    assert counted[0] == counted[1] and counted[0][2] == {}


def test_what_a_hook_trains_is_metered():
    def another_batch(training):
        with torch.enable_grad():
            training.model(torch.ones(100, 1, 28, 28)).sum().backward()

    totals = []
    for hook in (None, another_batch):
        model = small_model()
        with TrainingMeter(model) as meter:
            fit(model, some(200), epochs=1, batch_size=100, after_backward=hook)
        totals.append(meter.total)
    assert totals[1] == 2 * totals[0]


def test_an_interrupt_in_a_hook_ends_the_training_like_any_other():
    def stops(training):
        if training.step == 3:
            raise KeyboardInterrupt

    history = fit(small_model(), some(256), epochs=3, after_backward=stops)
    assert history.interrupted and len(history) == 1
