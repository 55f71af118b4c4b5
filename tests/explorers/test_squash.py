"""Squash in the plane: the paper's numbers, torch's gradients, and what the figure says of a capsule that cannot be helped."""

import math

import pytest
import torch
from support.figure_schema import tiles

from squeezelab.explorers import explore
from squeezelab.explorers.squash import LENGTHS
from squeezelab.explorers.squash_model import LAWS, Squashed


def law_in_torch(law, s, epsilon):
    n2 = s.square().sum()
    if law == "squash":
        return s * (n2 + epsilon).sqrt() / (1 + n2)
    return s / n2.sqrt() if law == "unit" else s.tanh()


def test_lengths_are_those_of_the_margins():
    assert Squashed("squash", 3, 0).out == pytest.approx(0.9)
    assert Squashed("squash", 1 / 3, 0).out == pytest.approx(0.1)
    assert Squashed("squash", 5, math.degrees(math.atan2(4, 3))).v == pytest.approx([0.576923, 0.769231], abs=1e-6)
    assert Squashed("squash", 0.5, math.degrees(math.atan2(4, 3))).v == pytest.approx([0.12, 0.16])
    assert all(Squashed("squash", length, 0).out < 1 for length in LENGTHS)


def test_the_slope_is_steepest_at_one_over_the_root_of_three():
    slopes = [(Squashed("squash", step / 1000, 0).lengthens, step / 1000) for step in range(1, 5000)]
    steepest, where = max(slopes)
    assert steepest == pytest.approx(0.6495, abs=1e-4) and where == pytest.approx(3**-0.5, abs=1e-3)
    one = Squashed("squash", 1, 0)
    assert one.lengthens == pytest.approx(one.turns) == pytest.approx(0.5)


@pytest.mark.parametrize("law", [law for law, _ in LAWS])
@pytest.mark.parametrize("epsilon", [0, 1e-4, 1e-2])
def test_slopes_are_those_of_automatic_differentiation(law, epsilon):
    for length, angle in ((0.2, 30), (1, 75), (3, -160)):
        now = Squashed(law, length, angle, epsilon)
        s = torch.tensor(now.s, dtype=torch.float64)
        jacobian = torch.autograd.functional.jacobian(lambda s: law_in_torch(law, s, epsilon), s)
        along = torch.tensor(now.across, dtype=torch.float64)
        across = torch.stack([-along[1], along[0]])
        v = torch.tensor(now.v, dtype=torch.float64)
        pointing = v / v.norm()
        beside = torch.stack([-pointing[1], pointing[0]])
        assert torch.allclose(law_in_torch(law, s, epsilon), v)
        assert float(pointing @ jacobian @ along) == pytest.approx(now.lengthens, abs=1e-9)
        assert float(beside @ jacobian @ across) == pytest.approx(now.turns, abs=1e-9)


@pytest.mark.parametrize(("law", "epsilon", "slope"), [("squash", 0, None), ("squash", 1e-8, 1e-4), ("unit", 0, None)])
def test_at_zero_a_program_finds_what_the_figure_says(law, epsilon, slope):
    s = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    law_in_torch(law, s, epsilon)[0].backward()
    now = Squashed(law, 0, 0, epsilon)
    assert now.lengthens == now.turns and (slope is None) == bool(s.grad.isnan().any())
    if slope:
        assert now.lengthens == pytest.approx(slope) == pytest.approx(float(s.grad[0]))
    else:
        assert now.lengthens is None


def test_the_margin_loss_is_the_papers():
    silent, long = Squashed("squash", 0, 0, 1e-8), Squashed("unit", 1, 0)
    assert silent.loss(True) + 9 * silent.loss(False) == pytest.approx(0.81)
    assert long.loss(True) + 9 * long.loss(False) == pytest.approx(3.645)
    assert Squashed("squash", 3.5, 0).loss(True) == 0 == Squashed("squash", 0.3, 0).loss(False)


def test_only_tanh_turns_a_vector():
    for angle in range(-180, 181, 15):
        assert Squashed("squash", 2, angle).turned() == 0 == Squashed("unit", 2, angle).turned()
        assert (abs(Squashed("tanh", 2, angle).turned()) > 1) == (angle % 45 != 0)


def test_the_readout_is_the_law_and_nothing_is_said_of_an_epsilon_that_is_not_there():
    shown = tiles(explore("squash", {"length": 3}))
    assert shown["Length of v"] == pytest.approx(0.9) and shown["Margin loss"] == pytest.approx(0, abs=1e-12)
    assert explore("squash", {"law": "tanh"})["disabled"] == {"epsilon": "Only the root of squash has an ε here."}
    assert tiles(explore("squash", {"length": 0, "law": "unit"}))["Slope along s"] is None


@pytest.mark.parametrize(("law", "flat"), (("squash", "here squash is flat"), ("tanh", "here tanh is flat")))
def test_it_is_the_law_shown_that_is_flat_far_out(law, flat):
    problem = explore("squash", {"length": 5, "law": law, "capsule": "other", "angle": -180})["problem"]
    assert flat in problem
