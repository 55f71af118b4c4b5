"""Schedules: when how much of the sparsity holds, and lengths that fit into a training or are refused."""

import pytest

pytest.importorskip("torch")
from squeezelab.prune.schedules import cubic, exponential, once  # noqa: E402

SCHEDULES = [once, cubic(), exponential(), cubic(0, 1), exponential(warm_up=1, ramp=2, frozen=1)]


def asked(schedule, steps, epochs):
    return [schedule(step, steps, epochs) for step in range(steps)]


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("steps", [4, 32, 300, 4711])
def test_every_schedule_rises_to_the_whole_sparsity(schedule, steps):
    shares = [share for share in asked(schedule, steps, 4) if share is not None]
    assert shares == sorted(shares) and shares[-1] == 1.0 and min(shares) >= 0


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_without_training_all_falls_at_once(schedule):
    assert schedule(0, 0, 0) == 1.0


def test_the_cubic_ramp_has_a_mean_density_of_one_less_three_quarters_of_the_sparsity():
    """Ramp over .1-.7 of training: of the density, 1 − s in the last .3, 1 − 3s/4 on the ramp, 1 before: 1 − .75 s in all."""
    now, total = 0.0, 0.0
    for share in asked(cubic(every=0.001), 10_000, 1):
        now = now if share is None else share
        total += 1 - 0.9 * now
    assert total / 10_000 == pytest.approx(1 - 0.75 * 0.9, abs=1e-3)


def test_the_lengths_of_smcp_are_shares_of_ninety_epochs():
    shares = asked(exponential(every=1e-4), 9000, 90)
    changed = [step for step, share in enumerate(shares) if share not in (None, 0.0)]
    assert changed[0] == pytest.approx(1000, abs=2) and changed[-1] == 6500
    first_whole = next(step for step in changed if shares[step] == 1.0)
    assert first_whole == 6500
    halfway = shares[1000 + 2750]
    assert halfway == pytest.approx((1 - 2.718281828**-1.375) / (1 - 2.718281828**-2.75), abs=1e-3)


def test_lengths_given_are_epochs_and_too_long_ones_are_refused():
    assert exponential(warm_up=2)(0, 800, 8) is None and exponential(warm_up=0)(0, 800, 8) == 0.0
    with pytest.raises(ValueError, match="10 epochs of warm-up and 55 epochs of ramp do not fit into 8 epochs"):
        exponential(warm_up=10, ramp=55)(0, 800, 8)
    with pytest.raises(ValueError, match="the end of the ramp must be a number above 0.5"):
        cubic(0.5, 0.2)
