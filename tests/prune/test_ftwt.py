"""FTWT: the reference's targets, masks that differ between images, MACs that are those really done, what heads never touch."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from squeezelab.bridge import to_torch  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.networks import mini_resnet, mini_vgg  # noqa: E402
from squeezelab.prune import ftwt  # noqa: E402
from squeezelab.prune.ftwt import Routed, predicted  # noqa: E402
from squeezelab.prune.routes import firing, macs_of, routed_layers, source_of  # noqa: E402
from squeezelab.training import reference  # noqa: E402

TRAIN, TEST = (part.take(count) for part, count in zip(digits(), (512, 200)))
SETTINGS = {"quiet": True, "batch_size": 64}


def count(masses, share):
    return int(firing(torch.tensor(masses).view(1, -1, 1, 1), share).sum())


@pytest.mark.parametrize(
    ("masses", "share", "kept"),
    [
        ([10.0, 6, 2, 1, 1], 0.5, 1),
        ([10.0, 6, 2, 1, 1], 0.8, 2),
        ([10.0, 6, 2, 1, 1], 0.9, 3),
        ([10.0, 6, 2, 1, 1], 0.95, 4),
        ([10.0, 6, 2, 1, 1], 0.97, 4),
        ([10.0, 6, 2, 1, 1], 1.0, 5),
        ([5.5, 7.9, 0.3, 8.6, 2.2, 3.1, 0.9], 0.95, 4),
        ([10.0, 1, 1], 0.5, 1),  # one alone exceeds the share: it runs all the same
        ([0.0, 0, 0], 0.9, 1),
        ([3.0, 0, 0], 1.0, 1),  # what does not fire does not run
    ],
)
def test_the_targets_are_those_of_the_released_code(masses, share, kept):
    assert count(masses, share) == kept


@pytest.fixture(scope="module")
def routed():
    return ftwt(reference("mini_vgg"), TRAIN, 0.7, epochs=2, **SETTINGS)


def test_one_image_alone_does_the_macs_that_are_counted_and_gives_the_same(routed):
    for place in range(5):
        image = TEST.images[place : place + 1]
        outputs, macs = routed.run_alone(image)
        masks = routed.routes(image)
        assert torch.allclose(outputs, routed.model(image), atol=1e-4)
        rest = mini_vgg()["fc"].macs * float(masks["conv4"].double().mean())
        heads = 1 * 16 + 16 * 32 + 32 * 64 + 64 * 64
        assert float(routed.macs(image)) == pytest.approx(sum(macs.values()) + rest + heads)


def test_images_take_many_routes_and_at_least_one_filter_of_each_layer_runs(routed):
    routes = routed.routes(TEST.images)
    assert list(routes) == ["conv1", "conv2", "conv3", "conv4"]
    assert all(mask.any(1).all() and mask.shape == (200, filters) for mask, filters in zip(routes.values(), (16, 32, 64, 64)))
    assert len(set(map(tuple, routes["conv4"].tolist()))) > 20


def test_the_prediction_is_what_heads_without_error_would_cost():
    model = reference("mini_vgg").eval()
    masks, hooks = {}, []
    for layer, _, relu in routed_layers(model, mini_vgg()):
        hooks.append(relu.register_forward_hook(lambda m, x, y, name=layer.name: masks.update({name: firing(y, 0.7)})))
    with torch.no_grad():
        model(TRAIN.images)
    by_hand = torch.zeros(len(TRAIN), dtype=torch.float64)
    runs = {name: mask.sum(1).double() for name, mask in masks.items()}
    sizes = {"conv1": 784, "conv2": 196, "conv3": 49, "conv4": 49}
    read = {"conv1": 1, "conv2": runs["conv1"], "conv3": runs["conv2"], "conv4": runs["conv3"]}
    for name, size in sizes.items():
        by_hand += 9 * size * runs[name] * read[name]
    by_hand += 10 * 9 * runs["conv4"]
    for hook in hooks:
        hook.remove()
    assert predicted(model, mini_vgg(), TRAIN.images, 0.7) == pytest.approx(float(by_hand.mean()))
    assert torch.allclose(macs_of(mini_vgg(), masks), by_hand)


def test_the_loss_of_the_heads_does_not_reach_the_network_unless_joint():
    for joint in (False, True):
        model = Routed(to_torch(mini_vgg()), mini_vgg(), 0.7, "max", False, joint)
        model.train()(TRAIN.images[:8])
        model.question.backward()
        assert all(head.linear.weight.grad.any() for head in model.heads)
        reached = [value.grad is not None and bool(value.grad.any()) for value in model.model.conv1.parameters()]
        assert reached == [joint]


def test_heads_stay_as_they_are_in_the_second_half(monkeypatch):
    seen = []

    def sgd(parameters, learning_rate):
        optimizer = torch.optim.SGD(parameters, lr=learning_rate)
        weight = next(value for value in optimizer.param_groups[0]["params"] if value.shape == (16, 1))
        optimizer.register_step_post_hook(lambda *_: seen.append(weight.detach().clone()))
        return optimizer

    ftwt(reference("mini_vgg"), TRAIN, 0.7, epochs=2, optimizer=sgd, **SETTINGS)  # 16 steps
    moved = [not torch.equal(one, other) for one, other in zip(seen, seen[1:])]
    assert any(moved[:7]) and not any(moved[8:])


def test_in_a_residual_network_what_ends_in_a_sum_is_not_routed():
    net = mini_resnet()
    names = [layer.name for layer, _, _ in routed_layers(to_torch(net), net)]
    assert "stem" in names and "s1.b1.conv1" in names and "s1.b1.conv2" not in names
    assert source_of(net, net["s1.b1.conv2"]) == "s1.b1.conv1" and source_of(net, net["s2.b1.conv1"]) == "s1.b1.add"
    made = ftwt(to_torch(net), TRAIN.take(128), 0.8, epochs=1, **SETTINGS)
    outputs, _ = made.run_alone(TEST.images[:1])
    assert torch.allclose(outputs, made.model(TEST.images[:1]), atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"share": 0}, "the share of the maxima must be"),
        ({"share": 1.2}, "the share of"),
        ({"pool": "mean"}, "unknown pool of ftwt"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        ftwt(reference("mini_vgg"), TRAIN, **arguments, **SETTINGS)


def test_a_network_in_which_nothing_can_be_routed_is_refused():
    with pytest.raises(ValueError, match="no convolution with a ReLU behind it"):
        ftwt(reference("lenet300"), TRAIN, **SETTINGS)


def test_two_images_at_once_are_not_run_alone(routed):
    with pytest.raises(ValueError, match="one image at a time, not for 2"):
        routed.run_alone(TEST.images[:2])
    assert isinstance(routed.model.model.conv1, nn.Conv2d) and "forward" not in vars(routed.model.model.conv1)
