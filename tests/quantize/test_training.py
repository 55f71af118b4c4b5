"""Training with quantised values: exact gradients, and what a training is worth."""

import pytest
import torch

from squeezelab.data import digits
from squeezelab.quantize import learned_step, quantize, straight_through
from squeezelab.training import evaluate, reference

TRAIN, TEST = digits()


def test_learned_steps_have_the_gradients_of_the_paper():
    v = torch.tensor([-5, -0.7, 0.2, 0.6, 1.4, 9.0], requires_grad=True)
    for at, wanted in enumerate((-4, 0.4, -0.4, -0.2, 0.2, 3)):
        scale = torch.tensor(0.5, requires_grad=True)
        learned_step(v[at], scale, -4, 3).backward()
        assert scale.grad.item() == pytest.approx(wanted, abs=1e-6)
    assert learned_step(v, torch.tensor(0.5), -4, 3).tolist() == [-2, -0.5, 0, 0.5, 1.5, 1.5]
    assert v.grad.tolist() == [0, 1, 1, 1, 1, 0]


def test_a_gain_changes_the_gradient_of_the_scale_and_nothing_else():
    v, scale = torch.tensor([0.6, 9.0], requires_grad=True), torch.tensor(0.5, requires_grad=True)
    made = learned_step(v, scale, -4, 3, gain=0.1)
    made.sum().backward()
    assert made.tolist() == [0.5, 1.5] and scale.grad.item() == pytest.approx(0.28) and v.grad.tolist() == [1, 0]


def test_a_step_that_turns_negative_is_read_by_its_size():
    assert learned_step(torch.tensor([0.6]), torch.tensor(-0.5), -4, 3).tolist() == [0.5]


def test_gradients_pass_straight_through_inside_the_range_and_not_outside():
    x = torch.tensor([-3.0, -0.1, 0.6, 2.0], requires_grad=True)
    made = straight_through(x, torch.tensor(0.5), -4, -4, -1)  # 0 to 1.5
    made.sum().backward()
    assert made.tolist() == [0, 0, 0.5, 1.5] and x.grad.tolist() == [0, 1, 1, 0] or x.grad.tolist() == [0, 0, 1, 0]


@pytest.mark.parametrize("way", ["ste", "lsq"])
def test_a_training_repairs_two_bits_and_its_integers_follow(way):
    test, data = TEST.take(1000), TRAIN.take(3000)
    before = quantize(reference("lenet300"), data, 2, calibration="minmax")
    after = quantize(reference("lenet300"), data, 2, calibration="minmax", qat=way, epochs=2, learning_rate=0.002)
    gained = evaluate(after.fake, test).accuracy - evaluate(before.fake, test).accuracy
    assert gained > 0.2 and len(after.history) == 2
    assert abs(evaluate(after.integers, test).accuracy - evaluate(after.fake, test).accuracy) <= 0.005


def test_learned_scales_move_and_those_of_straight_through_stay():
    for way, moved in (("lsq", True), ("ste", False)):
        fake = quantize(reference("lenet300"), TRAIN.take(500), 3, qat=way, epochs=1).fake
        ratios = torch.cat([ratio.flatten() for ratio in (*fake.weight_ratios.values(), *fake.map_ratios.values())])
        assert bool((ratios != 1).any()) == moved


def test_two_trainings_of_a_seed_are_the_same():
    one, other = (quantize(reference("lenet300"), TRAIN.take(500), 3, qat="lsq", epochs=1, seed=4) for _ in range(2))
    assert one.program == other.program
