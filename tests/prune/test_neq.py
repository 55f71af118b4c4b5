"""NEq: what rests is not moved by anything, what it saves, both readings of the velocity, maps compared."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from squeezelab.bridge import to_torch  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.networks import mini_vgg  # noqa: E402
from squeezelab.prune import neq  # noqa: E402
from squeezelab.prune.neq import Resting, cosine, velocities  # noqa: E402
from squeezelab.training import TrainingMeter, fit, reference  # noqa: E402

TRAIN = digits()[0].take(256)
SETTINGS = {"batch_size": 32, "quiet": True}  # 8 steps an epoch


def sgd(parameters, learning_rate):
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=0.9, weight_decay=0.01)


@pytest.mark.parametrize(("optimizer", "epsilon"), [(torch.optim.AdamW, 0.05), (sgd, 0.001)])
def test_what_rests_is_bit_identical_after_steps_with_decay_and_momentum(optimizer, epsilon, monkeypatch):
    seen, call = [], Resting.__call__

    def noted(hook, training):
        call(hook, training)
        seen.append({name: (rows.clone(), hook.layers[name].weight.detach().clone()) for name, rows in hook.at_rest.items()})

    monkeypatch.setattr(Resting, "__call__", noted)
    found = neq(reference("mini_vgg"), TRAIN, 4, epsilon=epsilon, optimizer=optimizer, **SETTINGS)
    rested = moved = 0
    for before, after in zip(seen[8:], seen[9:]):  # from the second epoch on; within one, the same rows rest
        for name, (rows, weight) in before.items():
            later = after[name][1]
            rested += int(rows.sum())
            assert torch.equal(weight[rows], later[rows])
            moved += int((weight[~rows] != later[~rows]).any()) if bool((~rows).any()) else 0
    assert rested > 100 and moved > 10
    assert not any(found.frozen[0].values()) and len(found.frozen) == 4


def test_the_macs_of_resting_rows_are_saved_and_no_others():
    found = neq(reference("mini_vgg"), TRAIN, 3, epsilon=0.05, **SETTINGS)
    model = reference("mini_vgg")
    with TrainingMeter(model) as meter:
        fit(model, TRAIN, epochs=3, **SETTINGS)
    assert found.dense_macs == meter.macs
    assert found.training_macs["forward"] == meter.macs["forward"]
    assert found.training_macs["backward_inputs"] == meter.macs["backward_inputs"]
    layers = {layer.name: layer.macs for layer in mini_vgg().mac_layers}
    saved = sum(256 * layers[name] * epoch[name] for epoch in found.frozen for name in layers)
    left = meter.macs["backward_weights"] - found.training_macs["backward_weights"]
    assert left == pytest.approx(saved, rel=1e-4) and found.saved == pytest.approx(left / meter.total)


def test_with_no_tolerance_training_is_as_without_the_hook():
    found = neq(reference("mini_vgg"), TRAIN, 2, epsilon=0, seed=3, **SETTINGS)
    model = reference("mini_vgg")
    fit(model, TRAIN, epochs=2, seed=3, **SETTINGS)
    assert all(torch.equal(one, found.model.state_dict()[name]) for name, one in model.state_dict().items())


def test_the_velocity_has_two_readings():
    phi, mu = [0.9, 0.99, 0.999, 0.9999], 0.5
    changes = [now - before for before, now in zip([1.0, *phi], phi)]
    paper, code, last = 0.0, 0.0, 0.0
    for place, change in enumerate(changes):
        paper, code, last = change - mu * paper, change - last + mu * code, change
        assert velocities(phi, mu, "paper")[place] == pytest.approx(paper)
        assert velocities(phi, mu, "code")[place] == pytest.approx(code)


def test_maps_are_compared_image_by_image_over_positions():
    one = torch.tensor([[[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]], [[1.0, 1.0], [0.0, 0.0], [0.0, 1.0]]])  # 2 images, 3 channels
    other = torch.tensor([[[1.0, 0.0], [0.0, 0.0], [0.0, 2.0]], [[1.0, -1.0], [0.0, 0.0], [0.0, 3.0]]])
    assert cosine(one, other).tolist() == pytest.approx([0.5, 1.0, 0.5])  # a map of zeros is unlike one that is none
    columns = torch.tensor([[1.0, 0.0], [2.0, 0.0], [2.0, 1.0]])  # 3 images, 2 features
    assert cosine(columns, 2 * columns).tolist() == pytest.approx([1.0, 1.0])


def test_the_given_model_stays_as_it_is():
    model = reference("lenet300")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    neq(model, TRAIN, 2, epsilon=0.1, **SETTINGS)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"epsilon": -1}, "epsilon, the velocity up to which a neuron rests"),
        ({"mu": 1}, "mu must be"),
        ({"reading": "mine"}, "unknown reading 'mine'; there are code, paper"),
        ({"watched": TRAIN.take(1).take(1)}, None),
    ],
)
def test_what_makes_no_sense_is_refused(options, said):
    if said is None:  # one image is enough
        assert neq(to_torch(mini_vgg()), TRAIN, 1, **options, **SETTINGS).frozen
        return
    with pytest.raises(ValueError, match=said):
        neq(to_torch(mini_vgg()), TRAIN, 1, **options, **SETTINGS)


def test_a_model_without_neurons_is_refused():
    with pytest.raises(ValueError, match="no neuron could rest"):
        neq(nn.Sequential(nn.Flatten(), nn.PReLU()), TRAIN, 1, **SETTINGS)
