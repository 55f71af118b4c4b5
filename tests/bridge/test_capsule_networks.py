"""Capsule networks to torch and back: the same layers, and a student's own modules are read into them."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from squeezelab.bridge import from_torch, to_torch  # noqa: E402
from squeezelab.bridge.capsule_modules import Lengths, Mask, Squash  # noqa: E402
from squeezelab.bridge.routing import PrimaryCapsules, Routing  # noqa: E402
from squeezelab.capsules import vote_free  # noqa: E402
from squeezelab.networks import capsnet  # noqa: E402


def counts(net):
    return [(layer.name, layer.op, layer.inputs, tuple(layer.shape), layer.params, layer.macs) for layer in net.layers]


KINDS = [
    {"size": "tiny"},
    {"size": "mcu"},
    {"size": "paper"},
    {"size": "paper", "routing_bias": True, "input_shape": (1, 36, 36), "decoder": False},
    {"decoder": (16,), "iterations": 4, "routing_bias": True},
    {"shared": True, "iterations": 1},
    {"detach": False, "iterations": 2},
]


@pytest.mark.parametrize("options", KINDS, ids=str)
def test_a_capsnet_comes_back_from_torch_layer_by_layer(options):
    net = capsnet(**options)
    model = to_torch(net)
    assert sum(value.numel() for value in model.parameters()) == net.params
    again = from_torch(model, net.input_shape)
    assert counts(again) == counts(net)
    assert [layer.detach for layer in again.layers if layer.op == "agreement"] == [
        layer.detach for layer in net.layers if layer.op == "agreement"
    ]


def test_gradients_reach_all_that_is_learnt():
    torch.manual_seed(0)
    model = to_torch(capsnet(routing_bias=True))
    lengths = model(torch.rand(3, 1, 28, 28))
    assert lengths.shape == (3, 10) and 0 <= lengths.min().item() and lengths.max().item() < 1
    lengths.sum().backward()
    assert all(value.grad.abs().sum().item() > 0 for value in model.parameters())


class Student(nn.Module):
    def __init__(self, form="votes", **options):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 7, stride=2)
        self.primary = PrimaryCapsules(32, 8, 8, kernel=5, stride=2)
        self.digits = Routing(128, 10, 8, 16, form=form, **options)

    def forward(self, x):
        return torch.linalg.vector_norm(self.digits(self.primary(self.conv1(x).relu())), dim=2)


class WithLengths(Student):
    def __init__(self, **options):
        super().__init__(**options)
        self.lengths = Lengths()

    def forward(self, x):
        return self.lengths(self.digits(self.primary(self.conv1(x).relu())))


@pytest.mark.parametrize("form", ["votes", "vote_free"])
@pytest.mark.parametrize(
    "options", [{}, {"iterations": 1}, {"bias": True}, {"shared": True}, {"detach": False, "iterations": 5}], ids=str
)
def test_a_routing_is_read_into_the_layers_of_dynamic_routing_in_either_order_of_loops(form, options):
    read = from_torch(WithLengths(form=form, **options), (1, 28, 28))
    asked = {"routing_bias" if name == "bias" else name: value for name, value in options.items()}
    net = capsnet("tiny", **asked)
    assert [row[1:2] + row[3:] for row in counts(read)] == [row[1:2] + row[3:] for row in counts(net)]
    assert [layer.name for layer in read.layers if layer.macs] == [
        {"primary": "primary.conv"}.get(layer.name, layer.name) for layer in net.layers if layer.macs
    ]


@pytest.mark.parametrize("options", [{}, {"routing_bias": True, "shared": True}, {"iterations": 1, "detach": False}], ids=str)
def test_a_vote_free_twin_is_the_same_network(options):
    net = capsnet("tiny", **options)
    twin = from_torch(vote_free(to_torch(net)), (1, 28, 28))
    assert [layer.kind for layer in twin.layers if layer.op != "learnt"] == [
        layer.kind for layer in net.layers if layer.op != "learnt"
    ]
    assert (twin.params, twin.macs) == (net.params, net.macs)


def test_layers_are_named_by_the_paths_of_their_modules():
    net = from_torch(nn.Sequential(PrimaryCapsules(4, 2, 4, 3), Routing(72, 3, 4, 5)), (4, 8, 8))
    assert [layer.name for layer in net.layers][:4] == [
        "0.conv",
        "0.capsules",
        "0.squash",
        "1.votes",
    ] and net.output.name == "1.squash3"


def test_what_no_layer_is_is_named():
    with pytest.raises(ValueError, match="the call of 'linalg_vector_norm'"):
        from_torch(Student(), (1, 28, 28))
    with pytest.raises(ValueError, match="matrices for capsules .images, 128, 8., not .31, 200, 8."):
        from_torch(WithLengths(), (1, 32, 32))

    class Twice(WithLengths):
        def forward(self, x):
            u = self.primary(self.conv1(x).relu())
            return self.lengths(self.digits(u) + self.digits(u))

    with pytest.raises(ValueError, match="its weights were used before"):
        from_torch(Twice(), (1, 28, 28))


def test_a_decoder_beside_the_result_is_read_whatever_forward_returns():
    class Both(WithLengths):
        def __init__(self):
            super().__init__()
            self.mask, self.draw = Mask(), nn.Linear(160, 784)

        def forward(self, x):
            v = self.digits(self.primary(self.conv1(x).relu()))
            self.drawn = self.draw(self.mask(v))
            return self.lengths(v)

    net = from_torch(Both(), (1, 28, 28))
    assert net["draw"].shape == (784,) and net.output.name == "lengths"
    assert net.params == capsnet("tiny").params + 160 * 784 + 784


def test_what_a_mask_was_told_is_no_part_of_the_network():
    net = capsnet(decoder=(16,))
    model = to_torch(net)
    model.decoder.mask.classes = torch.tensor([3, 0])
    assert counts(from_torch(model, (1, 28, 28))) == counts(net)
    assert model.decoder.mask.classes.tolist() == [3, 0]


def test_a_squash_works_on_capsules_only():
    with pytest.raises(ValueError, match=r"it needs capsules \(count, values\)"):
        from_torch(nn.Sequential(nn.Conv2d(1, 8, 3), Squash()), (1, 8, 8))
