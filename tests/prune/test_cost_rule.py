"""Channels within a budget of cost: SMCP's rule against trying everything, and what its tables promise against what is true."""

import itertools

import pytest

torch = pytest.importorskip("torch")

from squeezelab.compression import Price  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.networks import Network, build, mini_vgg  # noqa: E402
from squeezelab.prune import Context, prune  # noqa: E402
from squeezelab.prune.cost_rule import Costs, within_cost  # noqa: E402
from squeezelab.prune.recipes import RECIPES  # noqa: E402
from squeezelab.prune.units import Units  # noqa: E402
from squeezelab.training import reference  # noqa: E402

TRAIN = digits()[0].take(256)


def tiny():
    net = Network("tiny", (3, 8, 8))
    x = net.relu(net.conv(net.input, 4, 3, padding=1, name="a"))
    x = net.relu(net.conv(x, 5, 3, padding=1, stride=2, name="b"))
    net.linear(net.global_avg_pool(net.relu(net.conv(x, 3, 3, padding=1, name="c"))), 4, name="d")
    return net


def best_of_all(costs, scores, limit):
    """The highest importance of all choices whose network costs at most `limit`."""
    best = -1.0
    for counts in itertools.product(*(range(1, size + 1) for size in costs.full.values())):
        choice = dict(zip(costs.full, counts))
        if costs.total(choice) <= limit:
            best = max(best, sum(float(scores[name].sort(descending=True).values[:n].sum()) for name, n in choice.items()))
    return best


@pytest.mark.parametrize(
    ("measure", "share"),
    [("macs", 0.2), ("macs", 0.5), ("macs", 0.7), ("params", 0.5), ("params", 0.7), ("cycles", 0.2), ("cycles", 0.4)],
)
def test_the_choice_keeps_nearly_all_that_the_best_of_all_keeps_and_never_costs_more(measure, share):
    network = tiny()
    costs = Costs(network, Price(measure, "squeezelerator-16"))
    for seed in range(5):
        dice = torch.Generator().manual_seed(seed)
        scores = {name: torch.rand(size, generator=dice) for name, size in costs.full.items()}
        context = Context(type("Only", (), {"network": network}), None, None, None)
        kept = within_cost(measure)(scores, share, 1, context)
        limit = (1 - share) * costs.total(costs.full) * (1 + 1e-9)
        assert costs.total({name: len(places) for name, places in kept.items()}) <= limit
        value = sum(float(scores[name][places].sum()) for name, places in kept.items())
        assert value >= 0.75 * best_of_all(costs, scores, limit)


@pytest.mark.parametrize("family", ["mini_vgg", "mini_resnet", "mini_squeezenext"])
@pytest.mark.parametrize("measure", ["channels", "macs", "cycles"])
def test_a_share_of_the_cost_falls_in_networks_with_sums_and_concatenations(family, measure):
    network = build(family)
    result = prune(reference_or_new(family, network), TRAIN, "smcp", 0.5, epochs=0, cost=measure)
    costs = Costs(network, None if measure == "channels" else Price(measure, "squeezelerator-16"))
    counts = {name: len(places) for name, places in result.kept.items()}
    assert 0.47 < costs.total(counts) / costs.total(costs.full) <= 0.5


def reference_or_new(family, network):
    from squeezelab.bridge import to_torch

    return to_torch(network) if family == "mini_squeezenext" else reference(family)


def test_widths_are_rounded_where_asked():
    kept = prune(reference("mini_vgg"), TRAIN, "smcp", 0.4, epochs=0, cost="cycles", round_to=8).kept
    assert all(len(places) % 8 == 0 for places in kept.values())


def test_a_share_that_no_choice_reaches_names_the_least():
    with pytest.raises(ValueError, match=r"99.9% of the cycles cannot be removed: with 6 of 176 channels left, \d"):
        prune(reference("mini_vgg"), TRAIN, "smcp", 0.999, epochs=0, cost="cycles")
    with pytest.raises(ValueError, match="there are channels, params, macs, cycles, energy"):
        prune(reference("mini_vgg"), TRAIN, "smcp", 0.5, epochs=0, cost="time")


def test_importance_is_the_first_order_loss_of_all_weights_that_read_a_channel():
    model = reference("mini_vgg").eval()
    units = Units(model, mini_vgg())
    found = RECIPES["smcp"]().score(units, TRAIN.take(128), None)
    model.zero_grad()
    torch.nn.functional.cross_entropy(model(TRAIN.images[:128]), TRAIN.labels[:128]).backward()
    conv3, fc = model.conv3.weight, model.fc.weight
    assert torch.allclose(found["conv2"], (conv3 * conv3.grad).sum((0, 2, 3)).abs().detach(), rtol=1e-3, atol=1e-7)
    by_channel = (fc * fc.grad).reshape(10, 64, -1).sum((0, 2)).abs().detach()
    assert torch.allclose(found["conv4"], by_channel, rtol=1e-3, atol=1e-7)
