"""Types of capsules that are removed: the rest computes what it did, the small network is the one that the builder makes, and the
scores are what their formulas say."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from squeezelab.bridge import from_torch, to_torch  # noqa: E402
from squeezelab.capsules import (  # noqa: E402
    PrimaryCapsules,
    Routing,
    best_types,
    margin_loss,
    masked_types,
    remove_types,
    sparse_report,
    squash,
    type_scores,
    types_of,
    vote_free,
    with_xnor,
)
from squeezelab.data import digits  # noqa: E402
from squeezelab.networks import Network, capsnet, capsule_norm, dynamic_routing, mini_vgg  # noqa: E402

TRAIN, TEST = digits()
IMAGES = TRAIN.images[:6]

WAYS = {
    "tiny": {},
    "a decoder": {"decoder": (16,)},
    "a routing bias": {"routing_bias": True},
    "shared matrices": {"shared": True},
    "one iteration": {"iterations": 1},
    "five iterations": {"iterations": 5},
    "32 types of 4 values": {"types": 32, "primary_dim": 4},
    "mcu": {"size": "mcu"},
}


def fresh(seed=0, **options):
    """A CapsNet with matrices large enough that its couplings are far from uniform."""
    torch.manual_seed(seed)
    model = to_torch(capsnet(**options))
    model.digits.votes.weight.data.mul_(5)
    return model


@pytest.mark.parametrize("options", WAYS.values(), ids=list(WAYS))
def test_a_network_without_types_computes_what_it_does_with_them_at_zero(options):
    model = fresh(**options)
    keep = [0, 3, types_of(model) - 1]
    with torch.no_grad():
        small, zero = remove_types(model, keep), masked_types(model, keep)
        assert torch.allclose(small(IMAGES), zero(IMAGES), atol=1e-6)
        assert not torch.allclose(small(IMAGES), model(IMAGES), atol=1e-3)


@pytest.mark.parametrize("options", WAYS.values(), ids=list(WAYS))
def test_the_small_network_is_the_one_that_its_builder_makes(options):
    small = remove_types(fresh(**options), [1, 2])
    expected = capsnet(**(options | {"types": 2}))
    found = from_torch(small.eval(), (1, 28, 28))
    assert [(layer.name, layer.op, layer.shape, layer.params) for layer in found.layers] == [
        (layer.name, layer.op, layer.shape, layer.params) for layer in expected.layers
    ]
    to_torch(expected).load_state_dict(small.state_dict())


def test_params_for_8_6_4_2_and_1_types_are_those_of_the_closed_form():
    model = fresh()
    counts = [sum(value.numel() for value in remove_types(model, range(kept)).parameters()) for kept in (8, 6, 4, 2, 1)]
    assert counts == [216704, 162928, 109152, 55376, 28488]


@pytest.mark.parametrize("twin", [vote_free, lambda model: with_xnor(model, "xnidr")], ids=["vote_free", "xnidr"])
def test_types_of_other_loop_orders_and_of_binary_agreement_are_removed_alike(twin):
    model = fresh()
    with torch.no_grad():
        assert torch.allclose(remove_types(twin(model), [2, 5])(IMAGES), twin(remove_types(model, [2, 5]))(IMAGES), atol=1e-5)


def test_zero_is_not_nothing_where_signs_are_read():
    """XnODR reads a zero as −1 times a mean size of 0: no vote either."""
    model = with_xnor(fresh(), "xnodr")
    with torch.no_grad():
        assert torch.allclose(remove_types(model, [2, 5])(IMAGES), masked_types(model, [2, 5])(IMAGES), atol=1e-6)


def test_primary_capsules_before_a_routing_are_understood_without_a_graph():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 9, 3), PrimaryCapsules(4, 6, 4, 3, 2), Routing(6 * 9, 5, 4, 3))
    with torch.no_grad():
        assert torch.allclose(remove_types(model, [0, 4])(IMAGES), masked_types(model, [0, 4])(IMAGES), atol=1e-6)
    assert sum(value.numel() for value in remove_types(model[1:], [3]).parameters()) == 4 * 36 + 4 + 9 * 5 * 4 * 3


def test_a_norm_makes_something_of_nothing_and_is_refused():
    net = Network("normed", (1, 9, 9))
    x = net.squash(net.capsules(net.conv(net.input, 8, 3, name="primary"), 4))
    net.lengths(dynamic_routing(net, capsule_norm(net, x, "norm"), 3, 5))
    with pytest.raises(ValueError, match="the shift of 'norm' makes something of capsules of zeros"):
        remove_types(to_torch(net), [0])


def wrong_axis(u, weight, iterations=3):
    """Routing with its softmax over *input* capsules, as some public code has it."""
    votes = torch.einsum("bnk,njkd->bjnd", u, weight)
    logits = torch.zeros(votes.shape[:3])
    for _ in range(iterations):
        v = squash(torch.einsum("bjn,bjnd->bjd", logits.softmax(2), votes))
        logits = logits + torch.einsum("bjnd,bjd->bjn", votes, v)
    return v


def test_with_the_softmax_over_inputs_zero_capsules_are_not_as_if_removed():
    torch.manual_seed(0)
    u, weight = torch.randn(2, 12, 4), torch.randn(12, 3, 4, 5)
    zero = u.clone()
    zero[:, 4:] = 0
    assert (wrong_axis(zero, weight) - wrong_axis(u[:, :4], weight[:4])).abs().max() > 0.1
    right = Routing(12, 3, 4, 5), Routing(4, 3, 4, 5)
    right[0].weight.data, right[1].weight.data = weight, weight[:4]
    with torch.no_grad():
        assert torch.allclose(right[0](zero), right[1](u[:, :4]), atol=1e-6)


def capsules_of(model, images):
    """Primary capsules (B, types, places, values), and the matrices of each type."""
    u = squash(model.capsules(model.primary(model.relu1(model.conv1(images)))))
    return u.unflatten(1, (types_of(model), -1)), model.digits.votes.weight.unflatten(0, (types_of(model), -1))


def test_activity_is_a_mean_length_times_the_norm_of_the_matrices():
    model, data = fresh(), TRAIN.take(70)
    with torch.no_grad():
        u, matrices = capsules_of(model, data.images)
        expected = torch.stack([u[:, t].norm(dim=2).mean() * matrices[t].norm() for t in range(8)])
    assert torch.allclose(type_scores(model, data, batch_size=32), expected, rtol=1e-4)
    assert torch.allclose(type_scores(model, by="weights"), torch.stack([matrices[t].norm() for t in range(8)]).detach())


def test_taylor_is_what_a_small_step_of_a_capsule_towards_zero_changes_of_the_loss():
    model, image, label = fresh(detach=False), TRAIN.images[:1].double(), TRAIN.labels[:1]
    model = model.double()
    u, _ = capsules_of(model, image)
    step = 1e-6

    def loss(capsules):
        x = capsules.flatten(1, 2)
        for name, part in model.digits.named_children():
            if name == "votes":
                votes = part(x)
        v = squash(votes.sum(2) / 10)
        logits = 0
        for _ in range(2):
            logits = logits + torch.einsum("bjnd,bjd->bjn", votes, v)
            v = squash(torch.einsum("bjn,bjnd->bjd", logits.softmax(1), votes))
        return margin_loss(model.lengths(v), label).item()

    expected = []
    with torch.no_grad():
        for t in range(8):
            changes = []
            for place in range(16):
                nearer = u.clone()
                nearer[:, t, place] *= 1 - step
                changes.append(abs(loss(u) - loss(nearer)) / step)
            expected.append(sum(changes) / 16)
    data = type(TRAIN)(image.float(), label, TRAIN.classes, "train")
    found = type_scores(model.float(), data, by="taylor")
    assert found.tolist() == pytest.approx(expected, rel=2e-2, abs=1e-6)


def test_a_taylor_score_adds_up_over_batches_and_leaves_no_gradient_behind():
    model, data = fresh(), TRAIN.take(20)
    assert torch.allclose(type_scores(model, data, "taylor", batch_size=20), type_scores(model, data, "taylor", batch_size=7))
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_draw_is_told_by_its_seed():
    model = fresh()
    assert torch.equal(type_scores(model, by="random", seed=3), type_scores(model, by="random", seed=3))
    assert not torch.equal(type_scores(model, by="random", seed=3), type_scores(model, by="random", seed=4))


def test_the_first_of_equal_types_stay():
    assert best_types(torch.tensor([1.0, 2.0, 1.0, 1.0]), 3) == [0, 1, 2]


def test_the_report_has_what_was_and_what_is():
    model = fresh()
    found = sparse_report(model, remove_types(model, [0, 1]), IMAGES, milliseconds=True)
    dense, small = capsnet("tiny"), capsnet("tiny", types=2)
    assert (found["dense_params"], found["params"]) == (dense.params, small.params)
    assert (found["dense_macs"], found["macs"]) == (dense.macs, small.macs)
    assert (found["dense_routing_macs"], found["routing_macs"]) == (163840 + 5 * 20480, (163840 + 5 * 20480) / 4)
    assert (found["dense_votes_bytes"], found["votes_bytes"]) == (81920, 20480)
    assert (found["dense_stored_bytes"], found["capsules"]) == (4 * 216704, 32)
    assert found["cycles"] < found["dense_cycles"] and found["milliseconds"] > 0


def two_primaries():
    net = Network("two", (1, 28, 28))
    x = net.conv(net.input, 16, 9, 9, name="primary")
    u = net.capsules(x, 4, name="capsules")
    net.lengths(net.squash(net.capsule_sum(net.votes(u, 5, 3, name="votes"))))
    return net


def test_what_is_not_understood_is_refused_by_name():
    with pytest.raises(ValueError, match="one layer of Capsules; this one has none"):
        remove_types(to_torch(mini_vgg()), [0])
    with pytest.raises(ValueError, match="one layer of Votes or Routing; this one has 2, 1, 2"):
        remove_types(nn.Sequential(PrimaryCapsules(1, 2, 4, 9), Routing(800, 5, 4, 3), Routing(5, 5, 3, 3)), [0])
    net = two_primaries()
    net.relu(net["primary"], name="again")
    with pytest.raises(ValueError, match="'primary', which 'capsules' reads, must be a convolution that nothing else reads"):
        remove_types(to_torch(net), [0])
    net = Network("no conv", (16, 3, 3))
    net.squash(net.capsule_sum(net.votes(net.capsules(net.input, 4), 5, 3)))
    with pytest.raises(ValueError, match="'x', which 'capsules' reads, must be a convolution|'x', which"):
        remove_types(to_torch(net), [0])
    net = Network("normed", (4, 9, 9))
    net.squash(net.capsule_sum(net.votes(net.capsules(net.conv_norm(net.input, 16, 3, name="conv"), 4), 5, 3)))
    with pytest.raises(ValueError, match="'conv_norm' must be a convolution without groups .*, not BatchNorm2d"):
        remove_types(to_torch(net), [0])
    with pytest.raises(ValueError, match="a model is a torch module, not Network"):
        remove_types(capsnet("tiny"), [0])
    with pytest.raises(ValueError, match="'1' votes for 90 capsules of 4 values, which are not the 7 types"):
        remove_types(nn.Sequential(PrimaryCapsules(1, 7, 4, 9), Routing(90, 5, 4, 3)), [0])


KEEPS = [
    ([], "no type would be left: keep at least one of the 8"),
    ([8], "the model has the types 0 to 7, so that 8 cannot be kept"),
    ([-1], "a type to keep must be a whole number of at least 0, not -1"),
    ([1, 1], r"a type is kept twice: \[1, 1\]"),
    ([0.5], "a type to keep must be a whole number"),
    (4, "the types to keep are their numbers, as .*, not 4"),
    (None, "the types to keep are their numbers"),
]


@pytest.mark.parametrize("keep, message", KEEPS, ids=[str(keep) for keep, _ in KEEPS])
def test_a_wrong_choice_of_types_is_refused(keep, message):
    for cut in (remove_types, masked_types):
        with pytest.raises(ValueError, match=message):
            cut(to_torch(capsnet("tiny")), keep)


def test_wrong_scores_are_refused():
    model = to_torch(capsnet("tiny"))
    with pytest.raises(ValueError, match="unknown score of types 'l1'; there are activity, random, taylor, weights"):
        type_scores(model, TRAIN, "l1")
    with pytest.raises(ValueError, match="types are scored by activity on examples"):
        type_scores(model)
    with pytest.raises(ValueError, match="scored on training examples"):
        type_scores(model, TEST, "taylor")
    with pytest.raises(ValueError, match="on examples, as .* has them, not on a Tensor"):
        type_scores(model, TRAIN.images)
    with pytest.raises(ValueError, match="9 types cannot be kept of 8"):
        best_types(torch.zeros(8), 9)
    for scores in (torch.tensor([1.0, float("nan"), 2.0]), torch.zeros(2, 4), [0.1, 0.2]):
        with pytest.raises(ValueError, match="scores are numbers .types,., as type_scores gives them"):
            best_types(scores, 1)
    with pytest.raises(ValueError, match="has no votes"):
        sparse_report(to_torch(mini_vgg()), to_torch(mini_vgg()), IMAGES)
    with pytest.raises(ValueError, match="the example is a batch of images .*, not 'digits'"):
        sparse_report(model, model, "digits")
