"""Groups, widths and params against torch-pruning (Fang et al. 2023), a tool of others that cuts the same channels."""

import pytest

torch = pytest.importorskip("torch")
pruner = pytest.importorskip("torch_pruning")

from squeezelab.bridge import from_torch, to_torch  # noqa: E402
from squeezelab.compression import channel_groups, sliced  # noqa: E402
from squeezelab.networks import build  # noqa: E402


def theirs(model, example, ratio):
    """A copy that torch-pruning cut by that share of every group, the classifier's outputs left alone."""
    importance = pruner.importance.GroupMagnitudeImportance(p=2)
    last = [module for module in model.modules() if isinstance(module, torch.nn.Linear)][-1:]
    last = last or [module for module in model.modules() if isinstance(module, torch.nn.Conv2d)][-1:]
    pruner.pruner.BasePruner(model, example, importance=importance, pruning_ratio=ratio, ignored_layers=last).step()
    return model


@pytest.mark.parametrize("family", ["mini_vgg", "mini_resnet", "mini_squeezenext"])
@pytest.mark.parametrize("ratio", [0.25, 0.5, 0.75])
def test_widths_and_params_are_theirs(family, ratio):
    network = build(family)
    small = theirs(to_torch(network).eval(), torch.zeros(1, *network.input_shape), ratio)
    found = from_torch(small, network.input_shape)
    kept = {group.name: range(group.size - int(group.size * ratio)) for group in channel_groups(network)}
    ours = sliced(network, kept)
    assert [layer.shape for layer in found.mac_layers] == [layer.shape for layer in ours.mac_layers]
    assert found.params == ours.params == sum(value.numel() for value in small.parameters())
