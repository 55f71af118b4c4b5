"""Weights as units: exact densities, masks that hold through training, from-scratch recipes, plans, bytes and MACs."""

import json

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from squeezelab.bridge import to_torch  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.networks import lenet300, mini_vgg  # noqa: E402
from squeezelab.prune import Plan, WeightUnits, across_weights, hit, per_layer, prune, two_of_four  # noqa: E402
from squeezelab.training import reference  # noqa: E402

TRAIN, TEST = (part.take(512) for part in digits())


def zeros_of(model):
    modules = [module for module in model.modules() if isinstance(module, (nn.Conv2d, nn.Linear))]
    return sum(int((module.weight == 0).sum()) for module in modules), sum(module.weight.numel() for module in modules)


@pytest.mark.parametrize("recipe", ["magnitude", "gradual", "snip", "synflow"])
@pytest.mark.parametrize("sparsity", [0.5, 0.9, 0.98])
def test_the_density_is_exact_and_holds_through_training(recipe, sparsity):
    result = prune(reference("mini_vgg"), TRAIN, recipe, sparsity, epochs=2, seed=1, quiet=True)
    zeros, count = zeros_of(result.sliced())
    assert zeros == count - int((1 - sparsity) * count + 0.5)
    assert result.sparsity == pytest.approx(sparsity, abs=1e-4)


def test_random_masks_have_the_same_density_in_every_layer_or_that_of_a_list():
    result = prune(to_torch(lenet300()), TRAIN, "random", 0.9, epochs=0, unit="weight")
    assert result.units.counts(result.kept) == {"fc1": 23520, "fc2": 3000, "fc3": 100}
    densities = {"fc1": 0.008, "fc2": 0.093, "fc3": 0.65}
    result = prune(to_torch(lenet300()), TRAIN, "random", 0.9, epochs=0, unit="weight", densities=densities)
    assert result.units.counts(result.kept) == {"fc1": 1882, "fc2": 2790, "fc3": 650}


def test_recipes_from_scratch_start_anew_and_enlarge_what_is_left():
    model = to_torch(lenet300())
    scaled, plain = (prune(model, TRAIN, "random", 0.75, epochs=0, unit="weight", scaled=scaled) for scaled in (True, False))
    one, other = scaled.sliced().get_parameter("fc1.weight"), plain.sliced().get_parameter("fc1.weight")
    assert torch.equal(one != 0, other != 0)
    assert not torch.equal(other[other != 0], model.get_parameter("fc1.weight")[other != 0])
    assert scaled.before.get_parameter("fc1.weight").std() < 1.01 * other.std()  # `before` is as drawn
    assert torch.allclose(one, 2 * other)  # a quarter is left: twice as large


def test_synflow_in_rounds_keeps_every_layer_alive_where_one_round_does_not():
    network = lenet300()
    many, single = (prune(to_torch(network), TRAIN, "synflow", 0.999, epochs=0, rounds=rounds) for rounds in (100, 1))
    assert min(many.units.counts(many.kept).values()) > 0
    assert min(many.units.counts(many.kept).values()) > min(single.units.counts(single.kept).values())


def test_two_of_four_is_two_in_every_four_inputs():
    result = prune(reference("mini_vgg"), TRAIN, "two_four", epochs=0)
    weight = result.sliced().conv3.weight  # (64, 32, 3, 3)
    assert ((weight != 0).unflatten(1, (8, 4)).sum(2) == 2).all()
    assert (result.sliced().conv1.weight != 0).all()  # one input channel
    with pytest.raises(ValueError, match="a sparsity of 0.5, not 0.9"):
        prune(reference("mini_vgg"), TRAIN, "two_four", 0.9, epochs=0)


@pytest.mark.parametrize("count", [1, 3])
def test_one_or_three_of_four_may_stay_instead(count):
    result = prune(reference("mini_vgg"), TRAIN, "two_four", 1 - count / 4, epochs=0, count=count)
    fours = result.kept["conv2"].unflatten(1, (-1, 4)).sum(2)
    assert bool((fours == count).all()) and bool(result.kept["conv1"].all())
    assert result.recipe.allocate.__name__ == "two_of_four"
    with pytest.raises(ValueError, match="of four weights 1, 2 or 3 stay, not 4"):
        prune(reference("mini_vgg"), TRAIN, "two_four", 0, epochs=0, count=4)


def test_the_highest_scores_stay_and_of_equals_the_first():
    scores = {"a": torch.tensor([[1.0, 3.0], [2.0, 2.0]]), "b": torch.tensor([0.0, 2.0])}
    kept = across_weights(scores, 0.5)
    assert kept["a"].tolist() == [[False, True], [True, True]] and kept["b"].tolist() == [False, False]
    assert per_layer()(scores, 0.5)["a"].tolist() == [[False, True], [True, False]]
    assert two_of_four({"c": torch.arange(8.0).view(1, 8, 1)}, 0.5)["c"].flatten().tolist() == [False, False, True, True] * 2


def test_sensitivity_at_the_start_is_the_weight_times_its_gradient():
    model, network = to_torch(lenet300()), lenet300()
    units = WeightUnits(model, network)
    from squeezelab.prune.weight_scores import sensitivity_of_weight

    found = sensitivity_of_weight(units, TRAIN, None)["fc3"]
    model.zero_grad()
    nn.functional.cross_entropy(model(TRAIN.images), TRAIN.labels).backward()
    fc3 = model.get_submodule("fc3").weight
    assert torch.allclose(found, (fc3 * fc3.grad).abs().detach(), rtol=1e-4, atol=1e-9)


def test_scoring_leaves_norms_gradients_and_mode_as_they_were():
    model = reference("mini_vgg").train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    from squeezelab.prune.weight_scores import sensitivity_of_weight

    sensitivity_of_weight(WeightUnits(model, mini_vgg()), TRAIN, None)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert model.training and all(parameter.grad is None for parameter in model.parameters())


def test_a_plan_of_weights_survives_a_file_and_masks_a_fresh_model(tmp_path):
    result = prune(reference("mini_vgg"), TRAIN, "magnitude", 0.9, epochs=0)
    result.plan.save(tmp_path / "plan.json")
    plan = Plan.load(tmp_path / "plan.json")
    assert plan == result.plan and json.loads(plan.to_json())["unit"] == "weight"
    again = plan.apply(reference("mini_vgg"), (1, 28, 28))
    with torch.no_grad():
        assert torch.equal(again(TEST.images[:9]), result.sliced()(TEST.images[:9]))
    with pytest.raises(ValueError, match="'conv1' is no layer with weights in this model"):
        plan.apply(to_torch(lenet300()), (1, 28, 28))


def test_what_is_left_counts_in_bytes_and_macs_but_not_in_cycles():
    report = prune(reference("mini_vgg"), TRAIN, "magnitude", 0.9, epochs=0).report(TEST)
    assert report["nonzero"] == 6581 and report["params"] == 66170 - 65808 + 6581 and report["dense_nonzero"] == 65808
    assert report["cycles"] == report["dense_cycles"] and report["energy"] == report["dense_energy"]
    assert report["macs"] < 0.3 * report["dense_macs"]
    dense = 4 * (66170 + 2 * 176)
    assert report["dense_stored_bytes"] == dense and 0.12 * dense < report["stored_bytes"] < 0.16 * dense


def test_a_budget_in_bytes_is_met_by_weights_and_one_in_cycles_is_out_of_their_reach():
    at = hit(reference("mini_vgg"), TRAIN, "magnitude", 0.25, "stored_bytes")
    units = prune(reference("mini_vgg"), TRAIN, "magnitude", at, epochs=0)
    assert units.units.cost(units.kept, "stored_bytes", None) <= 0.25 * units.units.cost({}, "stored_bytes", None)
    with pytest.raises(ValueError, match="cannot bring the network down to 50.0% of its 20533 cycles"):
        hit(reference("mini_vgg"), TRAIN, "magnitude", 0.5, "cycles")


def test_training_behind_masks_is_counted_as_executed_and_without_the_zeros():
    report = prune(reference("mini_vgg"), TRAIN, "magnitude", 0.9, epochs=1, quiet=True).report(TEST)
    assert report["executed_training_macs"] == report["dense_training_macs"] > 3 * report["training_macs"] > 0


def test_weights_that_two_layers_share_are_refused_by_name():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Linear(784, 784), nn.Linear(784, 784)
            self.second.weight = self.first.weight

        def forward(self, x):
            return self.second(self.first(x.flatten(1)).relu())

    with pytest.raises(ValueError, match="share|before"):
        prune(Twice(), TRAIN, "magnitude", 0.5, epochs=0)
