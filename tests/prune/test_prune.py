"""`prune` from scores to a smaller model: what it keeps, what it costs, what it refuses."""

import json

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from squeezelab.bridge import from_torch, to_torch  # noqa: E402
from squeezelab.compression import Price  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.networks import Network, build, lenet300, mini_vgg  # noqa: E402
from squeezelab.prune import RECIPES, Plan, Recipe, Units, across_groups, hit, per_group, prune  # noqa: E402
from squeezelab.training import evaluate, reference  # noqa: E402


@pytest.fixture(scope="module")
def data():
    train, test = digits()
    return train.take(512), test.take(500)


@pytest.mark.parametrize("recipe", sorted(RECIPES))
def test_every_recipe_gives_a_smaller_model_that_computes_what_the_masked_one_does(recipe, data):
    train, test = data
    model = reference("mini_vgg")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    result = prune(model, train, recipe, sparsity=0.5, epochs=1, seed=1, quiet=True)
    small, dense_shaped = result.sliced(), result.model
    with torch.no_grad():
        assert torch.allclose(small(test.images[:50]), dense_shaped.eval()(test.images[:50]), atol=1e-5)
    assert from_torch(small, (1, 28, 28)).params == result.network.params == sum(value.numel() for value in small.parameters())
    assert result.units.cost(result.kept, "params", None) < mini_vgg().params
    assert (result.network.params < mini_vgg().params) == (result.units.unit == "channel")
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_the_same_seed_is_the_same_model_and_another_seed_another(data):
    train, _ = data
    runs = [prune(reference("mini_vgg"), train, "uniform", 0.5, epochs=1, seed=seed, quiet=True) for seed in (3, 3, 4)]
    one, same, other = [run.sliced().state_dict() for run in runs]
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert runs[0].plan == runs[1].plan != runs[2].plan
    assert not torch.equal(one["conv4.weight"], other["conv4.weight"])


def test_half_of_the_filters_of_a_trained_network_recover(data):
    """One epoch on 10,000 digits: l1 at half of the channels is back within 3 points of the dense network."""
    train, test = digits()
    result = prune(reference("mini_vgg"), train, "l1_filter", 0.5, epochs=1, quiet=True)
    report = result.report(test)
    without = prune(reference("mini_vgg"), train, "l1_filter", 0.5, epochs=0)
    assert report["accuracy"] > report["dense_accuracy"] - 0.03 > evaluate(without.sliced(), test).accuracy
    assert report["params"] == 18114 and report["dense_params"] == 66170
    assert report["cycles"] == Price("cycles", "squeezelerator-16").network(result.network) < report["dense_cycles"]
    assert report["stored_bytes"] == 4 * (18114 + 2 * (8 + 16 + 32 + 32)) and report["peak_activation_bytes"] == 4 * 7840
    assert report["training_macs"] > 2 * 10_000 * result.network.macs


def test_a_plan_cuts_a_fresh_model_alike_and_survives_a_file(data, tmp_path):
    train, test = data
    result = prune(reference("mini_resnet"), train, "taylor", 0.3, epochs=0)
    result.plan.save(tmp_path / "plan.json")
    plan = Plan.load(tmp_path / "plan.json")
    assert plan == result.plan and [path.name for path in tmp_path.iterdir()] == ["plan.json"]
    again = plan.apply(reference("mini_resnet"), (1, 28, 28))
    with torch.no_grad():
        assert torch.equal(again(test.images[:9]), result.sliced()(test.images[:9]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda plan: Plan(plan.kept, dict(plan.sizes, conv2=16)), "'conv2' has 32 channels in this model, and 16 in the plan"),
        (lambda plan: Plan(plan.kept, dict(plan.sizes, conv9=16)), "'conv9' is no group of channels in this model"),
        (lambda plan: Plan({}, {"conv1": 16}), "'conv2' of this model is not in it"),
    ],
)
def test_a_plan_that_does_not_fit_names_the_first_group(change, words, data):
    plan = prune(reference("mini_vgg"), data[0], "l1_filter", 0.5, epochs=0).plan
    with pytest.raises(ValueError, match=words):
        change(plan).apply(reference("mini_vgg"), (1, 28, 28))


@pytest.mark.parametrize("text", ["no JSON", "[1]", json.dumps({"format": 2}), json.dumps({"format": 1, "unit": "weight"})])
def test_what_is_no_plan_is_refused(text):
    with pytest.raises(ValueError, match="plan"):
        Plan.from_json(text)


def test_a_scorer_of_ones_own(data):
    def by_place(units, data, dice):
        return {group.name: torch.arange(group.size).float() for group in units.groups}

    plan = prune(reference("mini_vgg"), data[0], "l1_filter", 0.75, epochs=0, score=by_place).plan
    assert plan.kept["conv1"] == [12, 13, 14, 15]
    own = Recipe(by_place, per_group)
    assert prune(reference("mini_vgg"), data[0], own, 0.75, epochs=0).plan == plan


def test_widths_are_multiples_of_eight_where_asked(data):
    for recipe in ("l1_filter", "taylor"):
        plan = prune(reference("mini_vgg"), data[0], recipe, 0.6, epochs=0, round_to=8).plan
        assert all(len(places) % 8 == 0 for places in plan.kept.values())


@pytest.mark.parametrize("recipe", ["l1_filter", "slimming", "complexity"])
@pytest.mark.parametrize("measure", ["params", "macs", "cycles", "energy"])
def test_a_budget_is_hit_by_the_sliced_network_from_below(recipe, measure, data):
    options = {"quiet": True}
    sparsity = hit(reference("mini_vgg"), data[0], recipe, 0.5, measure, **options)
    price = Price(measure, "squeezelerator-16")
    total = price.network(mini_vgg())
    less, more = (prune(reference("mini_vgg"), data[0], recipe, at, epochs=0, **options) for at in (sparsity, sparsity - 0.02))
    assert price.network(less.network) <= 0.5 * total < price.network(more.network)


def test_a_budget_that_cannot_be_reached_says_the_least_that_can(data):
    with pytest.raises(ValueError, match=r"cannot bring the network down to 0.1% .* are left, \d"):
        hit(reference("mini_vgg"), data[0], "taylor", 0.001, "macs")
    with pytest.raises(ValueError, match="not 0"):
        hit(reference("mini_vgg"), data[0], "l1_filter", 0)


@pytest.mark.parametrize("sparsity", [-0.1, 1, 1.5, float("nan"), "half"])
def test_a_sparsity_that_is_none_is_refused(sparsity, data):
    with pytest.raises(ValueError, match="sparsity"):
        prune(reference("mini_vgg"), data[0], "l1_filter", sparsity, epochs=0)


def test_an_unknown_recipe_lists_them(data):
    with pytest.raises(ValueError, match="fpgm, gradual, l1_filter"):
        prune(reference("mini_vgg"), data[0], "best", 0.5)


def test_scores_that_are_no_numbers_are_refused(data):
    def broken(units, data, dice):
        return {group.name: torch.full((group.size,), float("nan")) for group in units.groups}

    with pytest.raises(ValueError, match="scores of 'conv1' are not all numbers"):
        prune(reference("mini_vgg"), data[0], "l1_filter", 0.5, epochs=0, score=broken)


def test_slimming_needs_norms(data):
    with pytest.raises(ValueError, match="'fc1' has no batch norm"):
        prune(to_torch(lenet300()), data[0], "slimming", 0.5, epochs=0, network=lenet300(), pull_epochs=0)


# The scorers against what they stand for.


def small_mlp():
    net = Network("mlp", (6,))
    net.linear(net.relu(net.linear(net.relu(net.linear(net.input, 5, name="a")), 4, name="b")), 3, name="c")
    torch.manual_seed(0)
    return Units(to_torch(net).eval(), net)


def test_propagated_importance_is_the_explicit_product():
    units = small_mlp()
    b, c = (units.modules[name].weight.detach().abs() for name in "bc")
    found = RECIPES["nisp"]().score(units, None, None)
    assert torch.allclose(found["b"], c.sum(0)) and torch.allclose(found["a"], b.T @ c.sum(0))


def test_propagated_importance_through_maps_is_that_of_the_unrolled_sums():
    """A unit's score is the sum of |W| along all paths to the outputs: what an all-positive network gives more for it."""
    network = build("mini_vgg")
    model = reference("mini_vgg").eval()
    units = Units(model, network)
    found = RECIPES["nisp"]().score(units, None, None)
    conv4, fc = units.modules["conv4"], units.modules["fc"].weight.detach().abs().sum(0)
    norm = units.modules["conv4_norm"]
    by_pixel = fc.reshape(64, 3, 3)  # each pooled pixel looks at 2×2 of 7×7: the last row and column are cut off
    expected = 4 * by_pixel.sum((1, 2)) * norm.weight.detach().abs() / (norm.running_var + norm.eps).sqrt()
    assert conv4.out_channels == 64 and torch.allclose(found["conv4"], expected, rtol=1e-4)


def test_magnitude_and_distance_are_those_of_the_filters():
    units = small_mlp()
    a = units.modules["a"].weight.detach()
    assert torch.allclose(RECIPES["l1_filter"]().score(units, None, None)["a"], a.abs().sum(1))
    each = [sum(float((a[i] - a[j]).norm()) for j in range(5)) for i in range(5)]
    assert torch.allclose(RECIPES["fpgm"]().score(units, None, None)["a"], torch.tensor(each), atol=1e-5)


def test_taylor_is_the_square_of_what_the_loss_would_change_by_to_first_order(data):
    train = data[0].take(128)
    model = reference("mini_vgg").eval()
    units = Units(model, mini_vgg())
    found = RECIPES["taylor"]().score(units, train, None)["conv3"]
    norm = model.conv3_norm
    model.zero_grad()
    nn.functional.cross_entropy(model(train.images), train.labels).backward()
    terms = norm.weight.grad * norm.weight + norm.bias.grad * norm.bias  # without them, nothing is left of a channel
    mine = RECIPES["taylor"]().score(units, train, None)["conv3"]
    assert torch.allclose(found, mine) and torch.allclose(found, terms.detach() ** 2, rtol=1e-3, atol=1e-9)


def test_shares_are_exact_and_floors_hold():
    scores = {"a": torch.arange(10.0), "b": 100 + torch.arange(30.0)}
    assert {name: len(places) for name, places in per_group(scores, 0.4).items()} == {"a": 6, "b": 18}
    kept = across_groups(scores, 0.5)
    assert kept["a"] == [9] and len(kept["b"]) == 20  # all of a is weaker, but a tenth stays
