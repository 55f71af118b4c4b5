"""NNrelief in both readings, against sums written out."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from squeezelab.bridge import to_torch  # noqa: E402
from squeezelab.data import Examples, digits  # noqa: E402
from squeezelab.networks import Network, lenet300, mini_resnet  # noqa: E402
from squeezelab.prune import WeightUnits, largest_parts, prune  # noqa: E402
from squeezelab.prune.relief import connection_parts  # noqa: E402
from squeezelab.training import reference  # noqa: E402

TRAIN = digits()[0].take(300)


@pytest.mark.parametrize(("alpha", "code", "paper"), [(0.5, 1, 1), (0.8, 2, 2), (0.9, 3, 3), (0.95, 4, 4), (1.0, 4, 5)])
def test_the_two_readings_keep_what_the_reference_says(alpha, code, paper):
    parts = torch.tensor([[0.4, 5.0, 1.0, 3.0, 0.6]])
    assert int(largest_parts(parts, alpha, "code").sum()) == code
    assert int(largest_parts(parts, alpha, "paper").sum()) == paper


def small_net():
    net = Network("small", (3, 6, 6))
    x = net.conv(net.input, 4, 3, padding=1, stride=2, name="a")
    net.linear(net.flatten(net.relu(net.conv(net.relu(x), 6, 3, groups=2, padding=1, name="b"))), 5, name="c")
    torch.manual_seed(1)
    return to_torch(net).eval(), net


IMAGES = Examples(torch.rand(7, 3, 6, 6, generator=torch.Generator().manual_seed(0)), [0] * 7, ["x"])


@pytest.mark.parametrize("reading", ["code", "paper"])
def test_a_kernel_s_part_is_the_norm_of_its_map(reading):
    model, net = small_net()
    units = WeightUnits(model, net)
    parts = connection_parts(model, units, ["a", "b", "c"], IMAGES, reading)
    seen = {}
    for name in "abc":
        units.modules[name].register_forward_hook(lambda module, inputs, output, name=name: seen.update({name: inputs[0].abs()}))
    with torch.no_grad():
        model(IMAGES.images)
    for name in "ab":
        module = units.modules[name]
        per_group = module.in_channels // module.groups
        for k in range(module.out_channels):
            for c in range(per_group):
                source = k // (module.out_channels // module.groups) * per_group + c
                kernel = module.weight[k, c].detach().abs()[None, None]
                maps = nn.functional.conv2d(seen[name][:, source : source + 1], kernel, None, module.stride, module.padding)
                norms = maps.flatten(1).norm(dim=1).mean() if reading == "paper" else maps.mean(0).norm()
                assert float(parts[name][0][k, c]) == pytest.approx(float(norms), rel=1e-4)
        assert torch.allclose(parts[name][1], module.bias.detach().abs() * 3)  # the square root of 3×3 positions
    assert torch.allclose(parts["c"][0], seen["c"].mean(0) * units.modules["c"].weight.detach().abs(), rtol=1e-4)


def test_what_nobody_reads_loses_its_inputs_back_to_the_first_layer():
    model = to_torch(lenet300())
    with torch.no_grad():
        model.get_submodule("fc3").weight[:, 7] = 1e-9  # neuron 7 of fc2 says nothing that is heard
    result = prune(model, TRAIN, "nnrelief", epochs=0, alpha=0.9)
    assert not result.kept["fc3"][:, 7].any() and not result.kept["fc2"][7].any()
    read = result.kept["fc2"].any(0)
    assert not result.kept["fc1"][~read].any()


def test_the_alpha_for_a_sparsity_is_the_largest_and_alpha_one_of_the_paper_cuts_nothing():
    model = reference("mini_resnet")
    result = prune(model, TRAIN, "nnrelief", 0.4, epochs=0)
    assert 0.4 <= result.sparsity < 0.42
    assert prune(to_torch(lenet300()), TRAIN, "nnrelief", epochs=0, alpha=1.0, reading="paper").sparsity < 0.35
    with pytest.raises(ValueError, match="99.9% of the weights cannot fall"):
        prune(model, TRAIN, "nnrelief", 0.999, epochs=0)


def test_neurons_of_one_channel_stay_whole():
    result = prune(reference("mini_vgg"), TRAIN, "nnrelief", epochs=0, alpha=0.9)
    assert "conv1" not in result.kept and result.units.counts(result.kept)["conv1"] == 144


@pytest.mark.parametrize("wrong", [{"alpha": 0}, {"alpha": 1.5}, {"reading": "both"}, {"images": 0}])
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="alpha must be|unknown reading|images must be"):
        prune(to_torch(mini_resnet()), TRAIN, "nnrelief", epochs=0, **wrong)
