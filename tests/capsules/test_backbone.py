"""Capsules on a backbone: its maps come through as they were, and channels that were pruned away leave fewer types."""

import pytest

torch = pytest.importorskip("torch")

from squeezelab.bridge import from_torch, to_torch  # noqa: E402
from squeezelab.capsules import margin_loss, masked_types, remove_types, types_of, with_capsules  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.networks import Network, lenet300, mini_resnet, mini_vgg  # noqa: E402
from squeezelab.prune import prune  # noqa: E402
from squeezelab.training import fit, reference  # noqa: E402

TRAIN, _ = digits()
IMAGES = TRAIN.images[:4]


@pytest.mark.parametrize("make", [mini_vgg, mini_resnet])
def test_the_last_map_is_that_of_the_backbone(make):
    torch.manual_seed(0)
    backbone = to_torch(make()).eval()
    model = with_capsules(backbone, (1, 28, 28)).eval()
    maps = {}
    for name, each in (("before", backbone), ("after", model)):
        last = each.pool4 if make is mini_vgg else each.s3.b1.relu
        last.register_forward_hook(lambda module, inputs, made, name=name: maps.update({name: made}))
        each(IMAGES)
    assert torch.equal(maps["before"], maps["after"])
    assert model(IMAGES).shape == (4, 10)


def test_a_pruned_backbone_has_fewer_types_and_the_rest_follows():
    pruned = prune(reference("mini_vgg"), TRAIN.take(128), "l1_filter", sparsity=0.5, epochs=0)
    model = with_capsules(pruned.small, pruned.network)
    channels = pruned.small.conv4.out_channels
    assert types_of(model) == channels // 8 < 8
    assert model.primary.weight.shape == (types_of(model) * 8, channels, 3, 3)
    assert torch.equal(model.conv4.weight, pruned.small.conv4.weight)
    dense = with_capsules(reference("mini_vgg"), (1, 28, 28))
    assert from_torch(model.eval(), (1, 28, 28)).macs < from_torch(dense.eval(), (1, 28, 28)).macs / 2


def test_types_on_a_backbone_are_removed_as_if_masked():
    torch.manual_seed(0)
    model = with_capsules(to_torch(mini_vgg()), (1, 28, 28)).eval()
    with torch.no_grad():
        assert torch.allclose(remove_types(model, [1, 6])(IMAGES), masked_types(model, [1, 6])(IMAGES), atol=1e-6)


def test_a_frozen_backbone_keeps_its_weights_in_training():
    torch.manual_seed(0)
    model = with_capsules(reference("mini_vgg"), (1, 28, 28), frozen=True, routing_bias=True)
    before = model.conv1.weight.clone(), model.primary.weight.clone()
    fit(model, TRAIN.take(64), epochs=1, batch_size=32, loss=margin_loss, quiet=True)
    assert torch.equal(model.conv1.weight, before[0]) and not torch.equal(model.primary.weight, before[1])


def test_what_carries_no_capsules_is_refused():
    with pytest.raises(ValueError, match="LeNet-300-100 has no layer that makes a map|no layer that makes a map"):
        with_capsules(to_torch(lenet300()), lenet300())
    with pytest.raises(ValueError, match="a model is a torch module, not Network"):
        with_capsules(mini_vgg(), (1, 28, 28))
    with pytest.raises(ValueError, match="'conv1' .* is not in the model: give the network"):
        with_capsules(torch.nn.Sequential(torch.nn.Conv2d(1, 16, 3)), mini_vgg())
    thin = Network("thin", (1, 9, 9))
    thin.conv(thin.input, 4, 3, name="conv")
    with pytest.raises(ValueError, match="the 4 channels of 'conv' make no capsule of 8 values: state the types"):
        with_capsules(to_torch(thin), thin)
