"""Three devices: what is known of them lies in their bands, and each gains by fewer bits in its own way, worked by hand."""

import contextlib
import io

import pytest
from support.micropython import printed

from squeezelab.hardware import DEVICES, accelerator, device_cost, simulate
from squeezelab.hardware.device_kinds import Microcontroller, Simd, lane_bits, power_of_two
from squeezelab.networks import Network, mini_resnet, mini_squeezenext, mini_vgg, mobilenet


def two_layers():
    """A convolution of 36,864 MACs that reads 8 x 8 x 8 and makes 8 x 8 x 8, and a classifier of 5,120."""
    net = Network("two", (8, 8, 8))
    net.linear(net.flatten(net.conv(net.input, 8, 3, padding=1, name="conv")), 10, name="fc")
    return net


def cifar_net():
    """The network of CMSIS-NN's figure: 87 kB of weights and 12.3 M MACs, as its layers are recalled."""
    net = Network("cifar10", (3, 32, 32))
    x = net.max_pool(net.conv(net.input, 32, 5, padding=2), 3, 2, ceil=True)
    x = net.avg_pool(net.conv(x, 32, 5, padding=2), 3, 2, ceil=True)
    x = net.avg_pool(net.conv(x, 64, 5, padding=2), 3, 2, ceil=True)
    net.linear(net.flatten(x), 10)
    return net


def test_a_published_network_lies_in_the_band_of_the_microcontroller():
    """CMSIS-NN on a Cortex-M7 of 216 MHz: 99.1 ms, 24.7 M operations, 87 kB [2nd]; OpenMV: .23 MAC a cycle [read]."""
    net = cifar_net()
    cost = device_cost(net, DEVICES["microcontroller"].with_(clock_ghz=0.216), 8, 8)
    assert net.macs == pytest.approx(24.7e6 / 2, rel=0.02) and cost.weight_bytes == pytest.approx(87 * 1024, rel=0.02)
    assert cost.seconds[0] < 0.0991 < cost.seconds[1] and cost.fits
    low, high = DEVICES["microcontroller"].mac_rate
    assert low <= 0.17 and 0.577 <= high and low < 0.23 < high


BARE = DEVICES["microcontroller"].with_(mac_rate=(0.5, 0.5), call_cycles=(100, 200), unpack_cycles=(1, 3))


@pytest.mark.parametrize(
    "weights, inputs, conv, fc",
    [
        (8, 8, (73_728, 73_728), (10_240, 10_240)),
        (16, 8, (73_728, 73_728), (10_240, 10_240)),
        (32, 32, (147_456, 147_456), (20_480, 20_480)),  # two times as long for what is wider than 16 bits
        (8, 2, (73_728, 73_728), (10_240, 10_240)),
        (
            4,
            8,
            (73_728 + 18_432, 73_728 + 3 * 18_432),
            (10_240 + 5_120, 10_240 + 3 * 5_120),
        ),  # serves two pixels, or one
    ],
)
def test_cycles_of_a_microcontroller_by_hand(weights, inputs, conv, fc):
    cost = device_cost(two_layers(), BARE, weights, inputs)
    assert cost.layers["conv"] == (conv[0] + 100, conv[1] + 200)
    assert cost.layers["fc"] == (fc[0] + 100, fc[1] + 200)
    assert cost.cycles == tuple(cost.layers["conv"][end] + cost.layers["fc"][end] for end in (0, 1))
    assert cost.seconds == tuple(cycles / 480e6 for cycles in cost.cycles)


def test_bytes_beyond_the_fast_memory_take_time():
    """The convolution touches 288 bytes of weights of 4 bits, and 512 bytes on either side: 312 more than 1,000."""
    near = device_cost(two_layers(), BARE, 4, 4).layers["conv"]
    far = device_cost(two_layers(), BARE.with_(fast_bytes=1000, bytes_per_cycle=(1, 4)), 4, 4).layers["conv"]
    assert (far[0] - near[0], far[1] - near[1]) == (312 / 4, 312)


def test_the_walls_of_a_microcontroller():
    """Weights are packed in flash, and maps lie in RAM as whole bytes: 1,024 of them while the convolution runs."""
    cost = device_cost(two_layers(), BARE.with_(flash_bytes=3000, ram_bytes=1024), 4, 4)
    assert (cost.weight_bytes, cost.peak_bytes, cost.fits, cost.why) == (288 + 2560 + 4 * 18, 1024, True, "")
    small = BARE.with_(flash_bytes=2919, ram_bytes=1023)
    cost = device_cost(two_layers(), small, 4, 4)
    assert not cost.fits and "weights of 2920 bytes are too many for a flash of 2919; live maps of 1024 bytes" in cost.why
    assert "chosen by the reader" in repr(small) and "[read]" in repr(DEVICES["microcontroller"])
    assert [device_cost(mobilenet(resolution=32), "microcontroller", bits, 8).fits for bits in (8, 2)] == [False, True]


@pytest.mark.parametrize("build", [mini_vgg, mini_resnet, mini_squeezenext])
def test_a_processor_has_more_lanes_for_narrow_factors_but_not_below_a_byte(build):
    net, machine = build(), accelerator("cpu-like")
    simd = DEVICES["simd"].with_(efficiency=(1, 1), machine=machine.with_(dram_gb_per_s=None, latency_cycles=0))
    for bits, lane, widened in ((32, 32, 32), (16, 16, 16), (12, 16, 16), (8, 8, 16), (5, 8, 16), (1, 8, 16)):
        cost = device_cost(net, simd, bits, bits)
        at = [simulate(net, machine.with_(cols=4 * 32 // each)).compute_cycles for each in (lane, widened)]
        filled = [simulate(net, machine.with_(cols=4 * 32 // each)).fill_cycles for each in (lane, widened)]
        assert cost.cycles == pytest.approx((at[0] + filled[0], at[1] + filled[1]))
    narrow = device_cost(net, simd, 1, 8)
    assert device_cost(net, simd, 8, 1).cycles == narrow.cycles == device_cost(net, simd, 8, 8).cycles
    assert narrow.weight_bytes < device_cost(net, simd, 8, 8).weight_bytes / 3
    waiting = DEVICES["simd"].with_(machine=machine.with_(dram_gb_per_s=0.01))  # so slow that the bytes set the time
    assert device_cost(net, waiting, 4, 4).cycles[0] == pytest.approx(device_cost(net, waiting, 8, 8).cycles[0] / 2, rel=0.02)


def test_lanes_go_layer_by_layer():
    """Weights of 8 bits that meet inputs of 16 have the lanes of 16."""
    bits = {"input": 8, "conv1": 16, "conv2": 8, "conv3": 8, "conv4": 8}
    simd = DEVICES["simd"].with_(machine=accelerator("cpu-like").with_(dram_gb_per_s=None, latency_cycles=0))
    mixed, wide, narrow = [device_cost(mini_vgg(), simd, 8, each).layers for each in (bits, 16, 8)]
    for name, other, as_others in (("conv1", wide, narrow), ("conv2", narrow, wide), ("conv3", wide, narrow)):
        assert mixed[name][0] == as_others[name][0] != other[name][0]


@pytest.mark.parametrize("weights, inputs", [(8, 8), (4, 8), (3, 5), (1, 1), (16, 16), (32, 32)])
def test_a_bit_serial_product_takes_weights_times_inputs(weights, inputs):
    """Bit by bit: each cycle of a whole product of 16 x 16 bits stands for 256 of pairs of bits."""
    net, machine = mini_vgg(), DEVICES["bit-serial"].machine.with_(dram_gb_per_s=None, latency_cycles=0)
    cost, whole = device_cost(net, DEVICES["bit-serial"].with_(machine=machine), weights, inputs), simulate(net, machine)
    for layer in net.mac_layers:
        row = whole[layer.name]
        pairs = sum(1 for _ in range(weights) for _ in range(inputs))
        low = row.compute_cycles * pairs / 256 + row.fill_cycles * max(weights, inputs) / 16
        assert cost.layers[layer.name][0] == pytest.approx(low)
        assert cost.layers[layer.name][1] >= cost.layers[layer.name][0]
    if weights == inputs == 16:
        assert cost.cycles == (whole.compute_cycles + whole.fill_cycles,) * 2
    assert [power_of_two(bits) for bits in (1, 3, 9)] == [1, 4, 16]


def test_energy_is_known_where_a_mac_is_priced_by_width():
    at_8, at_2 = [device_cost(mini_vgg(), "bit-serial", bits, bits) for bits in (8, 2)]
    assert at_8.energy_unit == "pJ" and at_2.energy < at_8.energy
    machine = DEVICES["bit-serial"].machine
    assert at_8.energy == simulate(mini_vgg(), machine, weight_bits=8, activation_bits=8, sum_bits=32).energy
    assert [device_cost(mini_vgg(), name, 8, 8).energy for name in ("simd", "microcontroller")] == [None, None]


@pytest.mark.parametrize("name", sorted(DEVICES))
def test_fewer_bits_never_cost_more_except_for_unpacking(name):
    for net in (mini_vgg(), mini_resnet()):
        costs = [device_cost(net, name, bits, max(bits, 8)) for bits in (1, 2, 4, 8, 16, 32)]
        if name in ("microcontroller", "gap-8"):
            assert costs[2].cycles > costs[3].cycles
            costs = costs[3:]
        for less, more in zip(costs, costs[1:]):
            assert less.cycles[0] <= more.cycles[0] and less.cycles[1] <= more.cycles[1] and less.cycles[0] <= less.cycles[1]
            assert less.weight_bytes < more.weight_bytes and less.peak_bytes <= more.peak_bytes


def test_the_bits_of_the_network_are_its_own_and_what_nobody_says_has_32():
    net = mini_vgg()
    own = net.with_bits({"conv1": 8, "conv2": 4}, {"input": 8, "conv1": 8})
    for name in DEVICES:
        assert device_cost(own, name) == device_cost(net, name, {"conv1": 8, "conv2": 4}, {"input": 8, "conv1": 8})
        assert device_cost(net, name) == device_cost(net, name, 32, 32)
    assert device_cost(own, "simd", 2, 2) == device_cost(net, "simd", 2, 2)


@pytest.mark.parametrize(
    "ask, message",
    [
        (lambda: device_cost(mini_vgg(), "gpu"), "unknown device 'gpu'; there are bit-serial, gap-8, microcontroller, simd"),
        (lambda: device_cost(mini_vgg(), 3), "a device is one of bit-serial, gap-8, microcontroller, simd, or made from one"),
        (lambda: device_cost("mini_vgg", "simd"), "a Network, not the name 'mini_vgg'"),
        (lambda: device_cost(mini_vgg(), "simd", 33), "the weight_bits of 'conv1' must be at most 32 on a device, not 33"),
        (lambda: device_cost(mini_vgg(), "simd", 8, {"conv9": 8}), "no layer 'conv9' in mini-VGG-1.0; there are input"),
        (lambda: device_cost(mini_vgg(), "simd", 0), "weight_bits must be a whole number of at least 1, not 0"),
        (lambda: DEVICES["simd"].with_(ram_bytes=1), "a Simd has no 'ram_bytes'; it has machine, efficiency"),
        (lambda: DEVICES["simd"].with_(efficiency=(1, 0.5)), r"device 'simd': efficiency must be a band \(low, high\), not"),
        (lambda: DEVICES["simd"].with_(machine="cpu-like"), "device 'simd': machine must be a number above 0, not 'cpu-like'"),
        (lambda: BARE.with_(ram_bytes=0), "ram_bytes must be a number above 0, not 0"),
        (lambda: Simd("mine", machine=accelerator("cpu-like")), "device 'mine' needs its efficiency"),
        (lambda: Microcontroller("a b" * 0), "a device's name"),
    ],
)
def test_what_is_no_device_and_no_width(ask, message):
    with pytest.raises(ValueError, match=message):
        ask()


def test_lanes():
    assert [lane_bits(bits) for bits in (1, 7, 8, 9, 16, 17, 32)] == [8, 8, 8, 16, 16, 32, 32]


PROGRAM = """
from squeezelab.hardware import DEVICES, device_cost
from squeezelab.networks import mini_resnet
for name in ("simd", "microcontroller", "bit-serial"):
    print(DEVICES[name])
    for bits in ((None, None), (8, 8), (3, 5), ({"stem": 2, "fc": 8}, {"input": 8, "stem": 4})):
        cost = device_cost(mini_resnet(), name, bits[0], bits[1])
        print([round(each) for each in cost.cycles], round(cost.energy or 0), cost.weight_bytes, cost.peak_bytes, cost.fits)
small = DEVICES["microcontroller"].with_(ram_bytes=10000, flash_bytes=1000)
print(device_cost(mini_resnet(), small).why)
"""


def test_devices_are_the_same_in_a_page():
    with contextlib.redirect_stdout(io.StringIO()) as ours:
        exec(PROGRAM, {})
    assert printed(PROGRAM).rstrip() == ours.getvalue().rstrip()
    assert len(ours.getvalue().splitlines()) > 25
