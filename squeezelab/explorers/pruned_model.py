"""The small trained networks at any widths, what their layers cost then, and what their channels were measured to be worth."""

from ..compression.prices import Price
from ..compression.widths import Widths
from ..networks import build
from .kit.controls import choice
from .kit.measured import measured
from .kit.memo import Memo

MACHINE = "squeezelerator-16"
NETWORKS = [("mini_vgg", "mini-VGG"), ("mini_resnet", "mini-ResNet")]
MEASURES = [("macs", "MACs"), ("params", "parameters"), ("cycles", "cycles")]
NETWORK_NAMES, MEASURE_NAMES = dict(NETWORKS), dict(MEASURES)
NETWORK_CONTROL = choice("network", "Network", NETWORKS, "mini_vgg")
COUNTED = (
    "Counted are convolutions and the classifier, norms left out; cycles: of one image on the squeezelerator-16, whose values "
    "are recalled or inferred."
)


# widths_of(network): its groups of channels; both are kept
widths_of = Memo(lambda network: Widths(build(network)), most=4)


class Costs:
    """What the layers of a network cost in a measure at any widths, each priced once; dense: the whole network's."""

    def __init__(self, network, measure):
        self.widths = widths_of(network)
        self.price = Price(measure, MACHINE)
        self.known = {}
        self.dense = self.total(self.widths.full)

    def layer(self, layer, widths):
        """The cost of a layer at these widths; two layers with as many channels in and out are priced apart."""
        key = (layer.name, self.widths.count(layer.sources[0].name, widths), self.widths.count(layer.name, widths))
        if key not in self.known:
            self.known[key] = self.price.layer(self.widths.layer(layer, widths))
        return self.known[key]

    def total(self, widths):
        return sum([self.layer(layer, widths) for layer in self.widths.network.mac_layers])

    def share(self, widths):
        """The cost of the network at these widths, as a share of the dense one's."""
        return self.total(widths) / self.dense


# costs_of_network(network, measure): all six are kept
costs_of_network = Memo(Costs, most=12)


def measured_worths(network):
    """{group: what each of its channels is worth, the most first}, as experiments/importances.py measured it."""
    found = {}
    for row in measured("importances")["rows"]:
        if row["network"] == network:
            for group in row["groups"]:
                found[group["group"]] = sorted(group["importances"], key=lambda value: -value)
    return found


# worths_of(network)
worths_of = Memo(measured_worths, most=4)
