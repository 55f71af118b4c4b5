"""Masks that move, and tickets: counts, what new weights begin with, what a gradient of all weights costs, nesting, rewinding."""

import math

import pytest

torch = pytest.importorskip("torch")
from squeezelab.compression import counts_at  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.networks import lenet300  # noqa: E402
from squeezelab.prune import RECIPES, prune  # noqa: E402
from squeezelab.prune.choosing import trained_behind  # noqa: E402
from squeezelab.prune.drop_grow import MovingMasks, largest_gradient, moved  # noqa: E402
from squeezelab.prune.tickets import shares_of_rounds  # noqa: E402
from squeezelab.prune.weight_units import WeightUnits  # noqa: E402
from squeezelab.training import TrainingMeter, fit, reference  # noqa: E402

TRAIN = digits()[0].take(512)
SIZES = {"fc1": 235200, "fc2": 30000, "fc3": 1000}
BATCHES = {"batch_size": 32, "quiet": True}  # 16 steps an epoch


def test_the_smallest_fall_the_largest_gradients_grow_and_what_fell_may_return():
    sizes, mask = torch.tensor([[3.0, 0.1], [2.0, 9.0]]), torch.tensor([[True, True], [True, False]])
    elsewhere, itself = torch.tensor([[9.0, 0.0], [9.0, 1.0]]), torch.tensor([[0.0, 5.0], [0.0, 1.0]])
    assert moved(sizes, elsewhere, mask, 1).tolist() == [[True, False], [True, True]]
    assert moved(sizes, itself, mask, 1).equal(mask)


@pytest.fixture
def watched(monkeypatch):
    """What the masks and weights of fc1 were around each update of a training: [(step, hook, before, after)]."""
    seen, update = [], MovingMasks.update

    def noted(hook, share, training):
        weight = hook.choosing.units.modules["fc1"].weight
        before = hook.kept["fc1"].clone(), weight.detach().clone(), weight.grad.clone(), share
        update(hook, share, training)
        state = training.optimizer.state.get(weight, {})
        moments = [value.clone() for value in state.values() if torch.is_tensor(value) and value.shape == weight.shape]
        seen.append((training.step, before, (hook.kept["fc1"].clone(), weight.detach().clone(), moments)))

    monkeypatch.setattr(MovingMasks, "update", noted)
    return seen


@pytest.mark.parametrize("recipe", ["rigl", "set"])
def test_every_layer_keeps_its_count_and_new_weights_begin_at_zero(recipe, watched):
    result = prune(reference("lenet300"), TRAIN, recipe, 0.9, epochs=5, every=10, **BATCHES)
    assert result.units.counts(result.kept) == counts_at(lenet300(), 0.1, "erk")
    assert [step for step, _, _ in watched] == list(range(0, 60, 10))  # up to three quarters of 80 steps
    for step, (mask, weight, gradient, share), (after, weight_after, moments) in watched:
        assert int(after.count_nonzero()) == int(mask.count_nonzero())
        assert share == pytest.approx(0.15 * (1 + math.cos(math.pi * step / 60)))
        new, stays = after & ~mask, after & mask
        assert bool(new.any()) and torch.equal(weight_after[stays], weight[stays])
        for values in [weight_after, *moments]:
            assert not values[~after].any() and not values[new].any()
        if recipe == "rigl":
            assert gradient.abs()[new].min() >= gradient.abs()[~mask & ~after].max()


def test_no_step_follows_an_update_of_rigl_and_masked_weights_stay_zero(watched):
    result = prune(reference("lenet300"), TRAIN, "rigl", 0.95, epochs=2, every=4, **BATCHES)
    for name, module in result.units.modules.items():
        assert not module.weight[~result.kept[name]].any()
    first = watched[0]
    assert torch.equal(first[1][1] * first[2][0], first[2][1])  # the weights of the start, but for what fell


def step_macs(densities, images):
    """(MACs of a step with so many weights, of its gradient of all weights without those that are there)."""
    parts = [SIZES[name] * share for name, share in densities.items()]
    return images * (3 * sum(parts) - parts[0]), images * (
        sum(SIZES.values()) - sum(parts)
    )  # nobody asks for the image's gradient


def test_training_macs_are_those_of_the_formula():
    """RigL: 3f_S a step, but f_D for the gradients of the weights where masks move; SET and static: 3f_S."""
    shares = {name: count / SIZES[name] for name, count in counts_at(lenet300(), 0.1).items()}
    sparse, more = step_macs(shares, 32)
    settings = {"epochs": 2, **BATCHES}  # 32 steps; RigL's masks move every 4 up to step 24
    for recipe, updates in (("static", 0), ("set", 0), ("rigl", 6)):
        options = {} if recipe == "static" else {"every": 4}
        result = prune(reference("lenet300"), TRAIN, recipe, 0.9, **settings, **options)
        assert result.training_macs == pytest.approx(32 * sparse + updates * more, rel=1e-6)
        assert result.executed_training_macs == pytest.approx(32 * step_macs(dict.fromkeys(SIZES, 1), 32)[0])


def test_a_drawn_mask_that_never_moves_is_the_same_for_the_same_seed():
    one, same, other = (prune(reference("lenet300"), TRAIN, "static", 0.9, 0, seed=seed) for seed in (1, 1, 2))
    assert all(torch.equal(one.kept[name], same.kept[name]) for name in SIZES)
    assert not torch.equal(one.kept["fc1"], other.kept["fc1"])


def test_an_interval_that_exceeds_training_is_refused_and_the_model_unchanged():
    model = reference("lenet300")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(ValueError, match="every 40 steps never do in 16: shorten the interval"):
        prune(model, TRAIN, "rigl", 0.9, epochs=1, every=40, **BATCHES)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"alpha": 0}, "alpha, the share of the weights that move"),
        ({"until": 2}, "the share of training until which masks move"),
        ({"every": 0.5}, "the steps between two updates"),
        ({"densities": "best"}, "unknown kind of density 'best'"),
    ],
)
def test_settings_of_rigl_that_make_no_sense_are_refused(options, said):
    with pytest.raises(ValueError, match=said):
        prune(reference("lenet300"), TRAIN, "rigl", 0.9, epochs=1, **options)


# Tickets.


def test_rounds_remove_a_share_of_what_is_left_and_end_at_the_sparsity():
    assert shares_of_rounds(0.9, 0.5) == [0.5, 0.75, 0.875, 0.9]
    assert len(shares_of_rounds(0.991, 0.15)) == 29 and shares_of_rounds(0.991, 0.15)[-1] == 0.991
    assert shares_of_rounds(0.75, 0.5) == [0.5, 0.75] and shares_of_rounds(0, 0.2) == []


@pytest.fixture
def rounds(monkeypatch):
    """[(masks, weights at the begin of the training behind them)] of a ticket's trainings."""
    from squeezelab.prune import tickets

    seen = []

    def noted(kept, units, *rest):
        weights = {name: module.weight.detach().clone() for name, module in units.modules.items()}
        seen.append(({name: mask.clone() for name, mask in kept.items()}, weights))
        return trained_behind(kept, units, *rest)

    monkeypatch.setattr(tickets, "trained_behind", noted)
    return seen


def test_masks_of_a_ticket_are_nested_and_each_round_begins_with_the_same_weights(rounds):
    result = prune(reference("lenet300"), TRAIN, "lottery", 0.9, epochs=1, per_round=0.5, **BATCHES)
    assert len(rounds) == 5 and result.sparsity == pytest.approx(0.9, abs=1e-5)
    for (outer, first), (inner, weights) in zip(rounds, rounds[1:]):
        assert not any(bool((inner[name] & ~outer[name]).any()) for name in SIZES)
        assert all(torch.equal(first[name], weights[name]) for name in SIZES)
    left = [sum(int(mask.count_nonzero()) for mask in masks.values()) / sum(SIZES.values()) for masks, _ in rounds]
    assert left == pytest.approx([1, 0.5, 0.25, 0.125, 0.1], abs=1e-5)
    assert result.images_seen == 5 * len(TRAIN)


def test_a_ticket_may_be_rewound_to_early_weights(rounds):
    prune(reference("lenet300"), TRAIN, "lottery", 0.75, epochs=1, per_round=0.5, rewind=0.25, **BATCHES)
    (_, initial), (_, second), (_, third) = rounds
    assert not torch.equal(initial["fc1"], second["fc1"]) and torch.equal(second["fc1"], third["fc1"])


def test_a_ticket_costs_all_its_rounds():
    result = prune(reference("lenet300"), TRAIN, "lottery", 0.5, epochs=1, per_round=0.5, **BATCHES)
    fresh = reference("lenet300")
    with TrainingMeter(fresh) as meter:
        fit(fresh, TRAIN, epochs=1, **BATCHES)
    kept = {name: result.units.counts(result.kept)[name] / SIZES[name] for name in SIZES}
    assert result.executed_training_macs == 2 * meter.total
    assert result.training_macs == pytest.approx(meter.total + 16 * step_macs(kept, 32)[0], rel=1e-6)


@pytest.mark.parametrize("recipe", ["lottery", "colt"])
def test_rounds_go_on_from_masks_as_if_they_had_never_stopped(recipe):
    settings = {"epochs": 1, "per_round": 0.3} | BATCHES
    first = prune(reference("lenet300"), TRAIN, recipe, 0.51, **settings)
    second = prune(reference("lenet300"), TRAIN, recipe, 0.75, **settings, kept=first.kept)
    nested = [not bool((second.kept[name] & ~first.kept[name]).any()) for name in SIZES]
    assert all(nested) and second.sparsity == pytest.approx(0.75, abs=1e-5)
    same = prune(reference("lenet300"), TRAIN, recipe, 0.51, **settings, kept=first.kept)
    assert not same.rounds and all(torch.equal(same.kept[name], first.kept[name]) for name in SIZES)
    weights = zip(same.units.modules.values(), first.units.modules.values())
    assert all(torch.equal(one.weight, other.weight) for one, other in weights)
    if recipe == "lottery":  # .51 is the end of its second round
        whole = prune(reference("lenet300"), TRAIN, recipe, 0.75, **settings)
        assert len(whole.rounds) == len(first.rounds) + len(second.rounds)
        assert all(torch.equal(whole.kept[name], second.kept[name]) for name in SIZES)


ONES = {"fc1": (300, 784), "fc2": (100, 300), "fc3": (10, 100)}


@pytest.mark.parametrize(
    ("masks", "options", "said"),
    [
        ({"fc1": ONES["fc1"]}, {}, "the masks lack the layer 'fc2'; there are fc1"),
        (ONES | {"fc2": (300, 100)}, {}, r"the mask of 'fc2' is a tensor of True and False of the shape \(100, 300\)"),
        (ONES, {"rewind": 0.1}, "rewind is 0 with kept"),
    ],
)
def test_masks_that_do_not_fit_are_refused(masks, options, said):
    kept = {name: torch.ones(shape, dtype=torch.bool) for name, shape in masks.items()}
    with pytest.raises(ValueError, match=said):
        prune(reference("lenet300"), TRAIN, "lottery", 0.9, epochs=1, kept=kept, **options, **BATCHES)


def test_masks_that_keep_less_than_is_asked_for_are_refused():
    kept = {name: torch.zeros(shape, dtype=torch.bool) for name, shape in ONES.items()}
    with pytest.raises(ValueError, match="the masks keep 0.00% of the weights, less than 10.00%"):
        prune(reference("lenet300"), TRAIN, "colt", 0.9, epochs=1, kept=kept, **BATCHES)


# COLT.


def test_a_colt_is_what_all_models_keep_and_ends_at_the_sparsity(monkeypatch):
    from squeezelab.prune import colt

    seen, common_mask = [], colt.common_mask

    def noted(found, kept, names, *rest):
        mask = common_mask(found, kept, names, *rest)
        seen.append((found, {name: kept[name].clone() for name in names}, mask))
        return mask

    monkeypatch.setattr(colt, "common_mask", noted)
    result = prune(reference("lenet300"), TRAIN, "colt", 0.6, epochs=1, **BATCHES)
    assert result.sparsity == pytest.approx(0.6, abs=1e-5) and bool(result.kept["fc3"].all())
    for found, before, mask in seen[:-1]:  # the last round drops less than 15 %
        names, left = list(mask), sum(int(each.count_nonzero()) for each in before.values())
        falls = round(0.15 * left)
        for scores in found:  # none of the 15 % that a model drops is kept
            weakest = torch.cat([scores[name][before[name]] for name in names]).sort().values[falls - 1]
            assert min(float(scores[name][mask[name]].min()) for name in names) >= float(weakest)
        assert not any(bool((mask[name] & ~before[name]).any()) for name in names)
    kept = [each["kept_of_round"] for each in result.rounds[:-1]]
    assert len(result.rounds) == len(seen) and all(0.7 <= share <= 0.85 for share in kept)
    images = (len(result.rounds) + 1) * len(TRAIN)  # both halves of the classes together are all images
    assert result.images_seen == images


def test_who_looks_at_colt_sees_what_each_model_keeps_of_what_was_left_and_what_stays():
    from squeezelab.prune.colt import overlapping

    rounds = []
    recipe = RECIPES["colt"]()._replace(driver=overlapping(2, 0.15, look=lambda each, kept: rounds.append((each, kept))))
    result = prune(reference("lenet300"), TRAIN, recipe, 0.6, epochs=1, **BATCHES)
    left = {"fc1": torch.ones(300, 784, dtype=torch.bool), "fc2": torch.ones(100, 300, dtype=torch.bool)}
    for (each, kept), note in zip(rounds, result.rounds):
        sizes = {sum(int((mask[name] & left[name]).sum()) for name in left) for mask in each}
        before = sum(int(mask.sum()) for mask in left.values())
        assert len(each) == 2 and sizes == {round(before * (1 - note["dropped_by_each"]))}
        assert note["dropped_by_each"] < 0.15 or all(torch.equal(kept[name], each[0][name] & each[1][name]) for name in left)
        left = {name: kept[name] for name in left}
    assert len(rounds) == len(result.rounds) and all(torch.equal(left[name], result.kept[name]) for name in left)


def test_the_part_models_begin_alike_and_see_their_classes_only(monkeypatch):
    from squeezelab.prune import colt

    seen = []

    def noted(kept, units, data, *rest):
        seen.append((sorted(set(data.labels.tolist())), units.modules["fc1"].weight.detach().clone()))
        return trained_behind(kept, units, data, *rest)

    monkeypatch.setattr(colt, "trained_behind", noted)
    result = prune(reference("lenet300"), TRAIN, "colt", 0.2, epochs=1, **BATCHES)
    (low, one), (high, other), (every, ticket) = seen
    assert (low, high, every) == ([0, 1, 2, 3, 4], [5, 6, 7, 8, 9], list(range(10)))
    assert torch.equal(one, other) and torch.equal(one * result.kept["fc1"], ticket * result.kept["fc1"])


@pytest.mark.parametrize(
    ("options", "sparsity", "said"),
    [
        ({"parts": 6}, 0.5, "10 classes make at most 5 parts"),
        ({"parts": 1}, 0.5, "the parts of the classes"),
        ({}, 0.999, "COLT prunes fc1, fc2 only: at most 99.6% of the weights can fall, not 99.9%"),
    ],
)
def test_what_colt_cannot_do_is_refused(options, sparsity, said):
    with pytest.raises(ValueError, match=said):
        prune(reference("lenet300"), TRAIN, "colt", sparsity, epochs=1, **options, **BATCHES)


def test_the_scores_of_rigl_read_what_is_not_there():
    model = reference("lenet300")
    units = WeightUnits(model, lenet300())
    model(TRAIN.images[:8]).sum().backward()
    assert largest_gradient(units.modules["fc3"], None).shape == (10, 100)
