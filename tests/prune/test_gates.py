"""Masks in training: what the forward pass sees, what the gradient reaches, what is stored."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from squeezelab.data import digits  # noqa: E402
from squeezelab.prune import RECIPES, prune  # noqa: E402
from squeezelab.prune.gates import Gate  # noqa: E402
from squeezelab.training import reference  # noqa: E402

MASK = torch.tensor([[True, False, True]])


def step(kind, optimizer=torch.optim.AdamW, steps=3):
    """(weight before, weight after, the outputs on the way) of a linear layer trained behind a gate, its first step ungated."""
    torch.manual_seed(0)
    layer = nn.Linear(3, 1, bias=False)
    learner, images = optimizer(layer.parameters(), lr=0.1), torch.tensor([[1.0, 2.0, 3.0]])
    layer(images).sum().backward()
    learner.step()
    gate, before, outputs = Gate(layer, kind), layer.weight.detach().clone(), []
    gate.set({layer: MASK}, learner)
    for _ in range(steps):
        learner.zero_grad()
        outputs.append(layer(images).item())
        layer(images).sum().backward()
        gate.after_backward(learner)
        learner.step()
    return gate, layer, before, outputs, images


@pytest.mark.parametrize("kind", ["soft", "hard", "permanent"])
def test_the_forward_pass_sees_what_is_kept_alone(kind):
    _, _, before, outputs, images = step(kind)
    assert outputs[0] == pytest.approx(float((images * before * MASK).sum()))


def test_behind_a_soft_gate_what_is_masked_goes_on_learning_and_returns():
    gate, layer, before, _, images = step("soft")
    assert layer.weight[0, 1] < before[0, 1] - 0.2  # three steps of Adam, 0.1 each
    gate.set({layer: torch.ones_like(MASK)})
    assert layer(images).item() == pytest.approx(float((images * layer.weight).sum()))


@pytest.mark.parametrize("optimizer", [torch.optim.AdamW, lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9)])
def test_behind_a_hard_gate_it_waits_unchanged_but_for_decay(optimizer):
    gate, layer, before, _, _ = step("hard", optimizer)
    assert float(layer.weight.detach()[0, 1]) == pytest.approx(
        float(before[0, 1]), rel=1e-2
    )  # AdamW takes 0.1 % a step off every weight
    assert abs(layer.weight[0, 0] - before[0, 0]) > 0.2


@pytest.mark.parametrize("optimizer", [torch.optim.AdamW, lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9)])
def test_behind_a_permanent_gate_it_is_zero_with_its_momentum(optimizer):
    gate, layer, _, _, _ = step("permanent", optimizer)
    assert float(layer.weight[0, 1]) == 0.0
    moments = [value for value in gate_state(layer, optimizer) if value.shape == layer.weight.shape]
    assert all(float(value[0, 1]) == 0.0 for value in moments)


def gate_state(layer, optimizer):
    """The optimizer's tensors of a layer, after the same steps as in `step`."""
    learner = optimizer(layer.parameters(), lr=0.1)
    gate = Gate(layer, "permanent")
    gate.set({layer: MASK}, learner)
    for _ in range(2):
        learner.zero_grad()
        layer(torch.ones(1, 3)).sum().backward()
        gate.after_backward(learner)
        learner.step()
    return [value for value in learner.state[layer.weight].values() if isinstance(value, torch.Tensor)]


def test_a_closed_gate_leaves_the_masked_weights_and_no_trace():
    gate, layer, _, _, _ = step("soft")
    gate.close()
    assert float(layer.weight[0, 1]) == 0.0 and not hasattr(layer, "weight_mask") and not layer._forward_pre_hooks


def test_an_unknown_gate_is_refused():
    with pytest.raises(ValueError, match="there are soft, hard, permanent"):
        Gate(nn.Linear(1, 1), "open")


def choices_of(gate):
    """The channels of conv1 that smcp keeps, choice by choice, on 512 digits for 4 epochs."""
    seen, train = [], digits()[0].take(512)
    from squeezelab.prune import choosing

    class Watched(choosing.MaskedTraining):
        def choose(self, share, optimizer=None):
            super().choose(share, optimizer)
            if self.kept is not None:
                seen.append(set(self.kept["conv4"]))

    original, choosing.MaskedTraining = choosing.MaskedTraining, Watched
    try:
        prune(reference("mini_vgg"), train, "smcp", 0.5, epochs=4, gate=gate, quiet=True, batch_size=32)
    finally:
        choosing.MaskedTraining = original
    return seen


def test_channels_return_through_a_soft_gate_and_never_through_a_permanent_one():
    def returned(choices):
        return sum(len(now - before) for before, now in zip(choices, choices[1:]))

    soft, permanent = choices_of("soft"), choices_of("permanent")
    assert returned(soft) > 0 and len(soft) > 5
    assert returned(permanent) == 0 or returned(permanent) < returned(soft)


def test_remembered_scores_are_a_mean_since_the_last_choice_or_a_momentum():
    from squeezelab.prune.choosing import Memory

    average, momentum, latest = Memory("average"), Memory("momentum"), Memory("latest")
    assert latest.take() is None  # scored anew at each choice
    for value in (1.0, 3.0):
        for memory in (average, momentum):
            memory.add({"conv": torch.tensor([value, 2 * value])})
    assert average.take()["conv"].tolist() == [2, 4] and average.take() is None
    assert torch.allclose(momentum.take()["conv"], torch.tensor([0.9 * 0.1 * 1 + 0.1 * 3, 0.9 * 0.1 * 2 + 0.1 * 6]))
    average.add({"conv": torch.tensor([5.0, 5.0])})
    assert average.take()["conv"].tolist() == [5, 5] and momentum.take() is not None


@pytest.mark.parametrize("memory", ["average", "latest", "momentum"])
def test_smcp_scores_as_often_as_its_memory_asks(memory):
    """A mean and a momentum see every step; the latest, the steps at which something is chosen."""
    recipe, scored = RECIPES["smcp"](memory=memory), []

    def counted(*arguments):
        scored.append(1)
        return recipe.score(*arguments)

    prune(reference("mini_vgg"), digits()[0].take(256), recipe._replace(score=counted), 0.5, 3, batch_size=32, quiet=True)
    assert (len(scored) >= 3 * 8) == (memory != "latest") and len(scored) >= 3


def test_an_unknown_memory_is_refused():
    with pytest.raises(ValueError, match="there are latest, average, momentum"):
        RECIPES["smcp"](memory="all")
