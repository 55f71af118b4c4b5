"""Plans by prices over arrays of ranks are, to the byte, those by a network that is built and simulated for every rank."""

import numpy as np
import pytest
from support.micropython import printed

from squeezelab.compression import METHODS, Price, factored
from squeezelab.compression.factored import alone
from squeezelab.networks import Network, mini_squeezenext, mini_vgg

torch = pytest.importorskip("torch")

from squeezelab.bridge import to_torch  # noqa: E402
from squeezelab.decompose import budget, plan_evbmf, plan_ranks  # noqa: E402


class Built(Price):
    """Prices as they were found before: a network of one layer, factored at the rank, counted or simulated."""

    def layer(self, layer):
        return self.network(alone(layer))

    def factors(self, layer, method, rank):
        sides = rank if isinstance(rank, tuple) else (rank,)
        if not any(hasattr(side, "shape") for side in sides):
            return self.network(factored(alone(layer), layer.name, method, rank))
        ranks = [tuple(map(int, one)) for one in np.broadcast(*sides)] if len(sides) == 2 else [int(one) for one in rank]
        return np.array([self.factors(layer, method, one) for one in ranks])


def small():
    """Strides, groups, a wide kernel that pads the same on both sides, points and a matrix."""
    net = Network("small", (1, 12, 12))
    x = net.relu(net.conv(net.input, 8, 4, padding="same", name="stem"))
    x = net.conv_norm_relu(x, 16, 3, stride=2, name="conv")
    x = net.conv(net.conv(x, 16, 3, padding=1, groups=16, name="depthwise"), 24, 1, name="point")
    x = net.conv(x, 24, (3, 5), (1, 2), (1, 2), name="wide")
    net.linear(net.global_avg_pool(x), 10, name="fc")
    return net


CASES = [(small, method, measure, "squeezelerator-8") for method in METHODS for measure in ("params", "macs", "cycles")]
CASES += [(small, method, "energy", "scalesim-16") for method in METHODS]
CASES += [(mini_squeezenext, "svd", "cycles", "eyeriss-like"), (mini_vgg, "tucker2", "cycles", "squeezelerator-16")]
BUDGET = 0.85  # above the lowest ranks of every case, and below all that is dense


def told(plan):
    """All that a plan says, in text and in numbers."""
    rows = [(row.name, row.rank, row.before, row.after, row.error, row.note) for row in plan.layers]
    return repr(plan), plan.before, plan.after, rows


@pytest.mark.parametrize("make, method, measure, machine", CASES)
def test_the_plan_is_the_one_of_built_networks(monkeypatch, make, method, measure, machine):
    torch.manual_seed(1)
    model, options = to_torch(make()).eval(), {"sweeps": 1} if method in ("cp", "cp3") else {}
    plan = plan_ranks(model, make(), method, BUDGET, measure, machine, **options)
    monkeypatch.setattr(budget, "Price", Built)
    assert plan.factorised
    assert told(plan) == told(plan_ranks(model, make(), method, BUDGET, measure, machine, **options))


@pytest.mark.filterwarnings("ignore:EVBMF sees nothing")
@pytest.mark.parametrize("measure", ["params", "cycles"])
def test_the_plan_of_evbmf_is_the_one_of_built_networks(monkeypatch, measure):
    torch.manual_seed(1)
    model = to_torch(small()).eval()
    plan = plan_evbmf(model, small(), measure, "squeezelerator-8")
    monkeypatch.setattr(budget, "Price", Built)
    assert told(plan) == told(plan_evbmf(model, small(), measure, "squeezelerator-8"))


PAGE = """
from squeezelab.compression import Price
from squeezelab.networks import mini_vgg
conv = mini_vgg()["conv3"]
for measure in ("params", "macs", "cycles", "energy"):
    price = Price(measure, "squeezelerator-8")
    print(measure, round(price.layer(conv)), [round(price.factors(conv, "tucker2", (rank, 9))) for rank in (1, 8, 9)])
"""


def test_a_page_finds_the_same_prices(capsys):
    exec(PAGE, {})
    assert printed(PAGE).split("\n") == capsys.readouterr().out.split("\n")
