"""Ranks from a budget: the budget is kept, the best is made of it, and the plan tells the truth about every layer."""

import itertools
import math
import re

import pytest

from squeezelab.networks import Network

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from squeezelab import decompose as lab  # noqa: E402
from squeezelab.bridge import from_torch, to_torch  # noqa: E402
from squeezelab.compression import Price  # noqa: E402
from squeezelab.decompose.offers import Offers, spend  # noqa: E402
from squeezelab.hardware import simulate  # noqa: E402

torch.set_num_threads(1)

MACHINE = "squeezelerator-8"
MEASURES = ["params", "macs", "cycles", "energy"]


def small_network():
    net = Network("small", (1, 12, 12))
    x = net.relu(net.conv(net.input, 8, 3, padding=1, name="stem"))
    with net.scope("s1"):
        x = net.conv_norm_relu(x, 16, 3, stride=2, name="conv")
        y = net.conv(x, 16, 3, padding=1, groups=16, name="depthwise")
        y = net.conv(y, 24, 1, name="point")
        x = net.conv(y, 24, (3, 5), padding=(1, 2), name="wide")
    net.linear(net.global_avg_pool(x), 10, name="fc")
    return net


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    model = to_torch(small_network()).eval()
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim == 4 and weight.shape[1] > 1 and weight.shape[2] == 3:  # strengths that fall as in trained kernels
                weight.mul_(torch.arange(1.0, weight.shape[0] + 1)[:, None, None, None] ** -1)
    return model


def spent(network, measure):
    if measure in ("params", "macs"):
        return getattr(network, measure)
    return sum(getattr(row, measure) for row in simulate(network, MACHINE).layers)


def energy_kept(plan):
    return math.prod(1 - row.given_up for row in plan.layers)


# The budget is kept


@pytest.mark.parametrize("method", lab.METHODS)
@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("budget", [0.65, 0.8, 1.0])
def test_a_plan_costs_what_it_says_and_never_more_than_its_budget(model, method, measure, budget):
    net = small_network()
    plan = lab.plan_ranks(model, net, method, budget, measure, MACHINE)
    assert plan.before == spent(net, measure) and plan.after == spent(plan.network, measure)
    assert plan.after <= budget * plan.before * (1 + 1e-9)
    assert plan.before - plan.after == pytest.approx(sum(row.before - row.after for row in plan.layers))
    assert budget < 1 or not plan.factorised


@pytest.mark.parametrize("method", lab.METHODS)
def test_a_larger_budget_keeps_more(model, method):
    kept = [energy_kept(lab.plan_ranks(model, (1, 12, 12), method, budget)) for budget in (0.3, 0.45, 0.6, 0.75, 0.9)]
    assert all(after > before for before, after in itertools.pairwise(kept))


@pytest.mark.parametrize("measure", MEASURES)
def test_a_budget_below_the_lowest_ranks_names_the_least(model, measure):
    with pytest.raises(ValueError, match="at the lowest ranks .* are left, which is") as caught:
        lab.plan_ranks(model, (1, 12, 12), "svd", 0.001, measure, MACHINE)
    least = int(re.search(r"(\d+) are left", str(caught.value)).group(1))
    share = (least + 0.5) / spent(small_network(), measure)  # the message rounds
    plan = lab.plan_ranks(model, (1, 12, 12), "svd", share, measure, MACHINE)
    assert round(plan.after) == least


# The best is made of it


def two_layers(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Conv2d(6, 6, 3, bias=False), nn.Conv2d(6, 6, 3, bias=False))
    model[0].weight.data *= torch.arange(1.0, 7)[:, None, None, None] ** -seed
    return model


@pytest.mark.parametrize("method", ["svd", "separable"])
@pytest.mark.parametrize("budget", [0.25, 0.4, 0.5])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_other_ranks_keep_more_where_all_ranks_cost_the_same(method, budget, seed):
    model = two_layers(seed)
    plan = lab.plan_ranks(model, (6, 9, 9), method, budget)
    most = 0
    for ranks in itertools.product(range(1, 7), repeat=2):
        results = [lab.factorise(layer.weight, method, rank) for layer, rank in zip(model, ranks)]
        if sum(result.params for result in results) <= budget * plan.before:
            most = max(most, math.prod(1 - result.error**2 for result in results))
    assert energy_kept(plan) == pytest.approx(most)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("method", lab.METHODS)
def test_no_choice_of_offers_beats_the_greedy_one_by_more_than_its_last_step(model, measure, method):
    layers = [small_network()[name] for name in ("s1.conv", "s1.wide")]
    kernels = [model.get_submodule(layer.name).weight for layer in layers]
    offers = [Offers(layer, kernel, method, Price(measure, MACHINE)) for layer, kernel in zip(layers, kernels)]
    room = 0.3 * sum(one.dense for one in offers)
    cheapest = sum(float(one.costs[0]) for one in offers)
    spend(offers, room)
    found = sum(float(one.losses[one.place]) for one in offers)
    costs = offers[0].costs[:, None] + offers[1].costs
    losses = offers[0].losses[:, None] + offers[1].losses
    best = float(losses[costs <= cheapest + room].min())
    rate = max(one.step(math.inf)[0] for one in offers)  # what the next steps would have given
    left = cheapest + room - sum(float(one.costs[one.place]) for one in offers)
    assert left >= 0 and found - best <= rate * left + 1e-9


def test_no_layer_is_emptied_for_the_others(model):
    plan = lab.plan_ranks(model, (1, 12, 12), "tucker2", 0.5)
    assert max(row.given_up for row in plan.factorised) < 0.6


def test_ranks_fill_the_array_where_that_costs_no_cycles(model):
    plan = lab.plan_ranks(model, small_network(), "tucker2", 0.6, "cycles", MACHINE)
    for row in plan.factorised:
        r_out, r_in = row.rank
        layer = small_network()[row.name]
        raised = [
            pair for pair in ((r_out + 1, r_in), (r_out, r_in + 1)) if pair[0] <= layer.shape[0] and pair[1] <= layer.in_shape[0]
        ]
        net = Network("alone", layer.in_shape)
        net.conv(net.input, layer.shape[0], layer.kernel, layer.stride, layer.padding, name="conv")
        assert all(spent(lab.factored(net, "conv", "tucker2", pair), "cycles") > row.after for pair in raised)


@pytest.mark.parametrize("method", lab.METHODS)
@pytest.mark.parametrize("shape", [(6, 5, 3, 3), (4, 7, 1, 5), (9, 1, 3, 3), (1, 6, 2, 3)])
def test_what_a_rank_gives_up_is_certain(method, shape):
    kernel = torch.randn(*shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    for rank, share in list(zip(*lab.given_up(kernel, method)))[::3]:
        options = {"sweeps": 0} if method in ("tucker2", "cp", "cp3") else {}  # their starts; alternations do better
        assert lab.factorise(kernel, method, rank, **options).error ** 2 == pytest.approx(float(share), abs=1e-9)


def test_every_pair_of_the_front_is_better_than_all_with_fewer_weights():
    kernel = lab.trained_like_kernel(6, 5).double()
    pairs, shares = lab.given_up(kernel, "tucker2")
    weights = [5 * r_in + 9 * r_out * r_in + 6 * r_out for r_out, r_in in pairs]
    for r_out, r_in in itertools.product(range(1, 7), range(1, 6)):
        share = lab.tucker2(kernel, (r_out, r_in), sweeps=0).error ** 2
        better = [one for one, weight in zip(shares, weights) if weight <= 5 * r_in + 9 * r_out * r_in + 6 * r_out]
        assert float(min(better)) <= share + 1e-9


# The plan tells the truth


@pytest.mark.parametrize("method", lab.METHODS)
def test_errors_of_a_plan_are_those_of_the_kernels_in_its_model(model, method):
    plan = lab.plan_ranks(model, small_network(), method, 0.6)
    small = plan.apply(model)
    assert plan.factorised
    for row in plan.factorised:
        weight = model.get_submodule(row.name).weight.detach()
        rebuilt = row.factorisation.rebuild().reshape(weight.shape)
        assert row.error == pytest.approx(float((weight - rebuilt).norm() / weight.norm()), abs=1e-5)
        x = torch.randn(2, *small_network()[row.name].in_shape)
        dense = model.get_submodule(row.name)
        bias = 0 if dense.bias is None else dense.bias.reshape(-1, *[1] * (weight.ndim - 2))
        exact = (dense(x) - bias).detach().norm()
        assert float((small.get_submodule(row.name)(x) - dense(x)).detach().norm() / exact) < 3 * row.error + 1e-5


@pytest.mark.parametrize("method", lab.METHODS)
def test_model_and_network_of_a_plan_are_twins(model, method):
    plan = lab.plan_ranks(model, small_network(), method, 0.6)
    read = from_torch(plan.apply(model), (1, 12, 12))
    assert [(one.name, one.shape, one.params) for one in read.layers] == [
        (one.name, one.shape, one.params) for one in plan.network.layers
    ]
    assert read.params == plan.after


def test_the_model_itself_stays_as_it_is(model):
    before = {name: value.clone() for name, value in model.state_dict().items()}
    lab.plan_ranks(model, small_network(), "svd", 0.5).apply(model)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_every_layer_says_why_it_stays_dense(model):
    plan = lab.plan_ranks(model, small_network(), "cp", 0.95, keep=["s1.wide"])
    notes = {row.name: row.note for row in plan.layers}
    assert list(notes) == ["stem", "s1.conv", "s1.depthwise", "s1.point", "s1.wide", "fc"]
    assert "16 groups" in notes["s1.depthwise"] and "1x1" in notes["s1.point"] and "fully connected" in notes["fc"]
    assert notes["s1.wide"] == "kept as it is" and notes["s1.conv"] == ""
    assert all(row.before == row.after and row.error == 0 for row in plan.layers if row.note)
    cycles = lab.plan_ranks(model, small_network(), "cp", 0.95, "cycles", MACHINE)
    assert cycles["stem"].note == "no rank costs less than dense"


def test_svd_takes_pointwise_and_fully_connected_layers_too(model):
    ranks = {row.name: row.rank for row in lab.plan_ranks(model, small_network(), "svd", 0.078).factorised}
    assert {"s1.point", "fc"} <= set(ranks)


def test_a_plan_is_a_table(model):
    text = repr(lab.plan_ranks(model, small_network(), "tucker2", 0.5))
    lines = text.splitlines()
    assert lines[0].startswith("small by tucker2: ") and lines[0].endswith("allowed were 50.0%)")
    assert lines[1].split() == ["layer", "rank", "before", "after", "error", "given", "up"]
    assert len(lines) == 2 + 6 and re.search(r"s1.wide +\d+×\d+ +8,664 .* \d\.\d{3} +\d+\.\d%$", lines[6])


def test_evbmf_plans_every_layer_and_leaves_what_would_grow():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(24, 32, 3), nn.Conv2d(32, 2, 3), nn.Conv2d(2, 2, 1), nn.Conv2d(2, 1, (1, 2)))
    model[0].weight.data = lab.trained_like_kernel(32, 24)
    with pytest.warns(UserWarning, match="trained"):
        plan = lab.plan_evbmf(model, (24, 16, 16))
    assert plan["0"].rank == lab.tucker2_ranks(model[0].weight)
    assert plan["1"].rank == (1, 1) and "1x1" in plan["2"].note
    assert plan["3"].note == "EVBMF asks for 1×1, which costs no less than dense"
    assert plan.after < plan.before and plan.budget is None


def test_a_model_that_was_trained_on_needs_a_new_plan(model):
    plan = lab.plan_ranks(model, small_network(), "svd", 0.5)
    torch.manual_seed(1)
    with pytest.raises(ValueError, match="is not the one that was planned for; plan again"):
        plan.apply(to_torch(small_network()))
