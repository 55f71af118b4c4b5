"""The broadcast array: its totals against the recorded ones, its ratios against the SqueezeNext abstract."""

import pytest

from squeezelab.hardware import LoopNest, accelerator, layer_cost, loop_nest, simulate
from squeezelab.hardware.broadcast import broadcast_os, broadcast_ws
from squeezelab.networks import Network, alexnet, mobilenet, resnet, squeezenet, squeezenext

SQUEEZELERATOR = accelerator("squeezelerator-16")
ZEROS = 0.4  # the share of zero weights that the paper assumes


@pytest.mark.parametrize(
    "co, ci, pixels, taps, groups, cycles",
    [
        (24, 16, 196, 9, 1, 1_764),
        (13, 7, 64, 3, 1, 192),
        (64, 512, 196, 1, 1, 6_272),
        (256, 64, 196, 9, 1, 28_224),
        (512, 512, 196, 1, 1, 50_176),
        (1000, 512, 1, 1, 1, 512),
        (1, 1, 196, 9, 64, 112_896),
    ],
)
def test_streaming_cycles_equal_zigzags_ideal_on_32x32(co, ci, pixels, taps, groups, cycles):
    nest = LoopNest(groups=groups, ci=ci, co=co, kh=taps, h=pixels, ho=pixels)
    assert broadcast_ws(nest, SQUEEZELERATOR.with_(rows=32, cols=32), 1).compute_cycles == cycles


TOTALS = [  # (network, cycles at 16x16, cycles at 8x8) of this model: a change here is a change of the book's numbers
    (squeezenext(version=5), 1_169_173, 3_575_654),
    (squeezenext(), 1_566_961, 4_457_460),
    (alexnet(), 9_896_451, 21_945_854),
    (squeezenet("1.0"), 3_377_718, 11_932_898),
    (squeezenet("1.1"), 1_668_326, 5_600_130),
    (mobilenet(), 3_273_721, 10_262_416),
    (resnet(18), 6_824_763, 22_154_318),
]


@pytest.mark.parametrize("net, at16, at8", TOTALS, ids=[net.name for net, _, _ in TOTALS])
def test_totals_are_as_recorded(net, at16, at8):
    assert simulate(net, "squeezelerator-16", sparsity=ZEROS).cycles == at16
    assert simulate(net, "squeezelerator-8", sparsity=ZEROS).cycles == at8


def ratio(net, side, field):
    """A network's time or energy over that of 1.0-SqNxt-23v5."""
    machine = f"squeezelerator-{side}"
    reference = simulate(squeezenext(version=5), machine, sparsity=ZEROS)
    return getattr(simulate(net, machine, sparsity=ZEROS), field) / getattr(reference, field)


@pytest.mark.parametrize(
    "net, field, published, ours",
    [
        (squeezenet(), "cycles", 2.59, 2.89),
        (alexnet(), "cycles", 8.26, 8.46),
        (squeezenet(), "energy", 2.25, 2.09),
        (alexnet(), "energy", 7.5, 6.50),
    ],
    ids=["SqueezeNet time", "AlexNet time", "SqueezeNet energy", "AlexNet energy"],
)
def test_the_abstracts_four_ratios_within_15_percent(net, field, published, ours):
    assert ratio(net, 16, field) == pytest.approx(published, rel=0.15)
    assert ratio(net, 16, field) == pytest.approx(ours, abs=0.005)


VERSIONS = (1, 2, 3, 4, 5)


def test_time_falls_from_v1_to_v5_at_16x16_but_hardly_from_v2_at_8x8():
    at16 = [ratio(squeezenext(version=version), 16, "cycles") for version in VERSIONS]
    assert at16 == sorted(at16, reverse=True) and len(set(at16)) == 5
    assert at16 == pytest.approx([1.34, 1.15, 1.09, 1.04, 1.0], abs=0.005)
    at8 = [ratio(squeezenext(version=version), 8, "cycles") for version in VERSIONS]
    assert at8[1:] == pytest.approx([1, 1, 1, 1], abs=0.03) and at8[0] > 1.2


def test_moving_blocks_pays_at_16x16_because_fewer_layers_wait_for_dram():
    def waiting(version, side):
        report = simulate(squeezenext(version=version), f"squeezelerator-{side}", sparsity=ZEROS)
        rows = [row for row in report.layers if row.stall_cycles > 0]
        return len(rows), sum(row.cycles for row in rows) / report.cycles

    assert waiting(2, 16) == (68, pytest.approx(0.53, abs=0.005))
    assert waiting(5, 16) == (46, pytest.approx(0.33, abs=0.005))
    assert waiting(2, 8)[1] == pytest.approx(0.02, abs=0.005) and waiting(5, 8)[1] < 0.01


@pytest.mark.parametrize(
    "net, os, ws",
    [
        (alexnet(), 1.00, 1.20),
        (mobilenet(), 2.74, 6.36),
        (squeezenet("1.0"), 1.47, 1.90),
        (squeezenet("1.1"), 1.58, 1.24),
        (squeezenext(), 1.54, 2.21),
        (squeezenext(version=5), 1.77, 1.82),
    ],
    ids=lambda value: value.name if isinstance(value, Network) else "",
)
def test_what_one_flow_alone_costs_over_both(net, os, ws):
    hybrid, only_os, only_ws = (simulate(net, SQUEEZELERATOR, flow, sparsity=ZEROS).cycles for flow in ("hybrid", "os", "ws"))
    assert (only_os / hybrid, only_ws / hybrid) == (pytest.approx(os, abs=0.005), pytest.approx(ws, abs=0.005))


@pytest.mark.parametrize("machine", ["squeezelerator-16", "squeezelerator-8", "eyeriss-like"])
@pytest.mark.parametrize("net", [squeezenext(), mobilenet(), alexnet(), squeezenet()], ids=lambda net: net.name)
def test_hybrid_is_never_slower_than_one_flow_in_any_layer(net, machine):
    """Before DRAM by choice; after it too, since a flow does not change the traffic."""
    reports = [simulate(net, machine, flow, sparsity=ZEROS) for flow in ("hybrid", "ws", "os")]
    for hybrid, ws, os in zip(*[report.layers for report in reports]):
        assert hybrid.cycles <= min(ws.cycles, os.cycles)
        assert hybrid.compute_cycles + hybrid.fill_cycles <= min(
            ws.compute_cycles + ws.fill_cycles, os.compute_cycles + os.fill_cycles
        )
        assert hybrid.dram_words == ws.dram_words == os.dram_words


def test_the_faster_flow_costs_more_energy():
    """A limit of the model (and perhaps of the machine): weight stationary sends every partial sum to the buffer."""
    for net in (squeezenext(version=5), mobilenet(), squeezenet()):
        hybrid, only_os = (simulate(net, SQUEEZELERATOR, flow, sparsity=ZEROS).energy for flow in ("hybrid", "os"))
        assert 1.02 < hybrid / only_os < 1.15


def test_fully_connected_layers_run_weight_stationary_even_when_os_is_asked_for():
    report = simulate(alexnet(), SQUEEZELERATOR, "os")
    assert [row.dataflow for row in report.layers if row.kind == "fc"] == ["ws"] * 3
    assert report["conv3"].dataflow == "os"


def busy(layer, side, flow):
    """Share of the processing elements with work while a layer streams, without loading and draining."""
    machine, nest = SQUEEZELERATOR.with_(rows=side, cols=side), loop_nest(layer)
    compute = (broadcast_ws if flow == "ws" else broadcast_os)(nest, machine, 1).compute_cycles
    return nest.macs / (compute * side * side)


@pytest.mark.parametrize(
    "layer, side, flow, share",
    [
        ("conv1", 16, "ws", 0.1875),
        ("conv1", 16, "os", 0.982),
        ("conv1", 8, "ws", 0.375),
        ("s2.b2.expand", 16, "ws", 1.0),
        ("s1.b2.expand", 16, "os", 0.739),
        ("s1.b2.expand", 8, "os", 0.965),
        ("s2.b2.expand", 16, "os", 0.766),
        ("s4.b1.expand", 16, "os", 0.191),
    ],
)
def test_how_much_of_the_array_a_layer_keeps_busy(layer, side, flow, share):
    assert busy(squeezenext()[layer], side, flow) == pytest.approx(share, abs=0.0005)


def test_depthwise_keeps_one_of_256_busy_when_weights_stay():
    assert busy(mobilenet()["dw6"], 16, "ws") == 1 / 256


@pytest.mark.parametrize("flow", ["ws", "os"])
def test_a_grouped_layer_is_the_sum_of_its_groups(flow):
    def one(groups, channels, filters):
        net = Network("grouped", (channels, 13, 11))
        layer = net.conv(net.input, filters, (3, 2), stride=(2, 1), padding=(1, 0), groups=groups)
        return layer_cost(loop_nest(layer), SQUEEZELERATOR.with_(dram_gb_per_s=None, latency_cycles=0), flow, 1, "none", "dense")

    together, alone = one(5, 15, 35), one(1, 3, 7)
    for field in ("compute_cycles", "fill_cycles", "stall_cycles", "issued_macs", "buffer_words"):
        assert getattr(together, field) == 5 * getattr(alone, field)
