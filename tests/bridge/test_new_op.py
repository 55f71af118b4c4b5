"""A new op is its class, its loops, its module and its reader: then it is counted, drawn, simulated, trained and read back."""

import pytest

torch = pytest.importorskip("torch")

from squeezelab.bridge import from_torch, makers, reader_table, to_torch  # noqa: E402
from squeezelab.bridge.views import View, layer_of  # noqa: E402
from squeezelab.codesign import sweep  # noqa: E402
from squeezelab.hardware import loop_nest, loops, simulate  # noqa: E402
from squeezelab.networks import Network  # noqa: E402
from squeezelab.networks.weighted import Weighted  # noqa: E402


class Votes(Weighted):
    """Each input capsule of `size` values votes on all values of the output capsules by a matrix of its own."""

    op = "votes"
    uses = 1
    bias = False

    def __init__(self, name, x, size, values):
        self.capsules = x.shape[0] // size
        Weighted.__init__(self, name, (x,), (self.capsules * values,))

    @property
    def weight_words(self):
        return self.in_shape[0] * self.shape[0] // self.capsules


def votes_loops(layer):
    """What the loops are made of: the function, and all that it takes but the batch."""
    return votes_nest, layer.capsules, layer.in_shape[0] // layer.capsules, layer.shape[0] // layer.capsules


def votes_nest(batch, capsules, size, values):
    """A group for each input capsule."""
    return loops.LoopNest(batch, groups=capsules, ci=size, co=values)


class VotesModule(torch.nn.Module):
    def __init__(self, capsules, size, values):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(capsules, size, values))
        self.bias = None

    def forward(self, x):
        x = x.unflatten(1, self.weight.shape[:2])  # (batch, capsules, size)
        return torch.einsum("bcs,csv->bcv", x, self.weight).flatten(1)


def votes_module(layer):
    return VotesModule(layer.capsules, layer.in_shape[0] // layer.capsules, layer.shape[0] // layer.capsules)


def read_votes(at, module, x):
    _, size, values = module.weight.shape
    layer = at.net.record(Votes, "votes", at.name("votes"), layer_of(at, x), size, values)
    return View(at.learnt(layer, *at.weights(module)))


@pytest.fixture
def net(monkeypatch):
    """A convolution, ten capsules of four values, and their votes on three capsules of six values."""
    monkeypatch.setitem(loops.NESTS, "votes", votes_loops)
    monkeypatch.setitem(makers.MAKERS, "votes", votes_module)
    monkeypatch.setitem(reader_table.OURS, VotesModule, read_votes)
    net = Network("capsules", (3, 8, 8))
    x = net.flatten(net.conv(net.input, 10, 3, stride=3, name="primary"))
    net.record(Votes, "votes", "votes", x, 4, 18)
    return net


def test_it_is_counted(net):
    votes = net["votes"]
    assert votes.params == votes.macs == votes.weight_words == 10 * 4 * 18
    assert votes.words == 40 + 10 * 4 * 18 + 180
    assert net.mac_layers == [net["primary"], votes]
    assert "votes" in repr(net).splitlines()[-1]


def test_it_is_drawn(net):
    picture = net.diagram()
    assert "votes" in picture and "None" not in picture


@pytest.mark.parametrize("machine", ["squeezelerator-16", "scalesim-16"])
def test_it_is_simulated_and_swept(net, machine):
    report = simulate(net, machine)
    nest = loop_nest(net["votes"])
    assert (nest.macs, nest.weights, nest.inputs, nest.outputs) == (720, 720, 40, 180)
    assert report["votes"].cycles > 0 and report.macs == net.macs
    assert sweep(net, machine, batch=[1, 2], progress=False)["cycles"][0] == report.cycles


def test_it_becomes_a_module_and_comes_back(net):
    model = to_torch(net)
    assert model(torch.rand(2, 3, 8, 8)).shape == (2, 180)
    assert sum(parameter.numel() for parameter in model.parameters()) == net.params
    again = from_torch(model, net.input_shape)
    assert [(layer.name, layer.op, layer.params, layer.macs) for layer in again.layers] == [
        (layer.name, layer.op, layer.params, layer.macs) for layer in net.layers
    ]


def test_without_its_entries_it_is_named(net, monkeypatch):
    for table in (loops.NESTS, makers.MAKERS):
        monkeypatch.delitem(table, "votes")
    with pytest.raises(
        ValueError,
        match="'votes' cannot be simulated: its 720 MACs are a 'votes'; loops are known of",
    ):
        simulate(net, "squeezelerator-16")
    with pytest.raises(ValueError, match="'votes': torch has no counterpart of 'votes' here; there are conv"):
        to_torch(net)
