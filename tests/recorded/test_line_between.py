"""The line between two trainings: what a pair shares, what lies between, and what the record says of it."""

import pytest

torch = pytest.importorskip("torch")

import line_between as line  # noqa: E402

from squeezelab.data import Examples  # noqa: E402
from squeezelab.recorded import mean_se, recorded  # noqa: E402


def orders(steps, seed, epochs=2):
    """The labels of each batch of a training of ten examples in batches of two."""
    examples = Examples(torch.zeros(10, 1, 2, 2), list(range(10)), [str(n) for n in range(10)])
    parting = line.PartingOrder(examples, steps)
    return [labels.tolist() for epoch in range(epochs) for _, labels in parting.batches(2, 10_007 * seed + epoch)]


def test_two_orders_are_the_same_for_so_many_steps_and_not_after_them():
    usual, parting, other = orders(10, seed=3), orders(7, seed=3), orders(0, seed=3)
    assert len(usual) == len(parting) == 10
    assert parting[:7] == usual[:7] and parting[7:] != usual[7:]
    assert parting[7:] == other[7:] and other[:5] != usual[:5]


def test_every_epoch_of_the_other_order_has_every_example_once():
    for epoch in (slice(0, 5), slice(5, 10)):
        assert sorted(sum(orders(0, seed=0)[epoch], [])) == list(range(10))


def test_the_ends_of_the_line_are_the_two_networks():
    one, other = line.drawn(0), line.drawn(1)
    ends = [line.between(one, other, place) for place in (0, 1)]
    for model, end in zip((one, other), ends):
        assert all(torch.equal(value, end.state_dict()[name]) for name, value in model.state_dict().items())
    middle = line.between(one, other, 0.5)
    assert torch.allclose(middle.fc1.weight, (one.fc1.weight + other.fc1.weight) / 2)


def barriers(start, rate, shared):
    """Points that the middle of each pair's line is above the mean of its ends, on the training digits."""
    key, found = {"start": start, "learning_rate": rate, "shared": shared}, []
    for row in recorded("line_between")["rows"]:
        if key.items() <= row.items():
            errors = row["training_errors"]
            found.append(errors[line.PLACES.index(0.5)] - (errors[0] + errors[-1]) / 2)
    assert len(found) == len(line.SEEDS)
    return mean_se(found)


@pytest.mark.parametrize("rate", line.RATES)
def test_the_barrier_falls_with_what_two_trainings_share(rate):
    found = [barriers("dense", rate, shared).mean for shared in line.SHARED]
    assert found == sorted(found, reverse=True)
    assert found[0] > 5 * found[1] and found[-1] < 0.1


def test_a_ticket_has_no_barrier_where_its_twin_has_one():
    for rewind in line.REWINDS:
        assert abs(barriers("ticket", line.RATES[-1], rewind).mean) < 0.1
    twin = barriers("twin", line.RATES[-1], 0)
    assert twin.mean > 2 * twin.error
