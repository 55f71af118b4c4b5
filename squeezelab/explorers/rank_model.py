"""A convolution and its factorised forms on an array: what every rank costs, and what it was measured to lose."""

from ..compression.factored import factored
from ..compression.rank_choice import factored_weights, rank_within
from ..hardware.workload import Workload
from ..networks import Network
from .kit.measured import measured
from .kit.memo import Memo
from .kit.zoo import square_machine

SIDE = 16  # PEs a side of the array
METHODS = [
    ("svd", "SVD"),
    ("separable", "Separable"),
    ("tucker2", "Tucker-2"),
    ("cp", "CP"),
    ("cp3", "Joint CP"),
]
METHOD_NAMES = dict(METHODS)
SHARES = [1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2]  # of the dense layer's weights; up to 1 they were measured


class PricedForm:
    """A layer on the array, as it is or as its factors; error and accuracy as measured, None where they were not.

    parts: for each convolution in the order of execution its name and `LayerCost`.
    """

    def __init__(self, network, machine, rank, weights, lost=(None, None)):
        run = Workload(network).run(machine, "hybrid", 0)
        self.rank, self.weights = rank, weights
        self.error, self.accuracy = lost
        self.macs, self.words, self.cycles = run.work.macs, run.dram_words, run.cycles
        self.parts = []
        for name, place in zip(run.work.names, run.work.which):
            self.parts.append((name.split(".")[-1], run.costs[place]))

    def slowest(self):
        """(name, cost) of the part that takes longest, the first of them at a tie."""
        return max(self.parts, key=lambda part: part[1].cycles)


class Forms:
    """A layer of `channels` in and out on a square map: dense, and by one method at every rank that `SHARES` allow.

    dense: its PricedForm; ranks: for each of `SHARES`; costs: those of the factored layers by rising rank; break_even: the
    largest rank with at most as many weights as the dense layer; as_promised: the largest with at most 2K ÷ K² of them;
    dense_accuracy: of the network in which the kernel was measured.
    """

    def __init__(self, method, kernel, channels, size):
        shape = (channels, channels, kernel, kernel)
        self.weights = channels * channels * kernel * kernel
        self.ranks = [most(method, share * self.weights, shape) for share in SHARES]
        self.break_even = self.ranks[SHARES.index(1)]
        self.as_promised = most(method, 2 * channels * channels * kernel, shape)
        row = measured_row(method, kernel, channels)
        self.dense_accuracy = row["dense_accuracy"]
        lost = {}
        for rank, error, accuracy in zip(row["ranks"], row["errors"], row["accuracies"]):
            lost[rank] = (error, accuracy)
        net, machine = Network("one layer", (channels, size, size)), square_machine(SIDE)
        net.conv(net.input, channels, kernel, padding=kernel // 2, bias=False, name="dense")
        self.dense = PricedForm(net, machine, None, self.weights, (0, self.dense_accuracy))
        self.costs = []
        for rank in sorted(set(self.ranks)):
            weights, loss = factored_weights(method, rank, shape), lost.get(rank, (None, None))
            self.costs.append(PricedForm(factored(net, "dense", method, rank), machine, rank, weights, loss))

    def at(self, share):
        """The cost of the factored layer within a share of the weights."""
        rank = self.ranks[SHARES.index(share)]
        return [cost for cost in self.costs if cost.rank == rank][0]


def most(method, weights, shape):
    """The largest rank with at most so many weights, or 1 where even that has more."""
    return max(1, rank_within(method, weights, shape))


def measured_row(method, kernel, channels):
    """What experiments/rank.py recorded of such a kernel."""
    for row in measured("rank")["rows"]:
        if row["method"] == method and row["kernel"] == kernel and row["channels"] == channels:
            return row
    raise ValueError(f"no measured kernel of {channels} channels and {kernel}x{kernel} taps by {method!r}")


# forms_of(method, kernel, channels, size): priced once; all 135 there are
forms_of = Memo(Forms, most=270)
