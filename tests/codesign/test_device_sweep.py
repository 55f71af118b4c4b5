"""A table of devices has the rows of `device_cost`, and its fronts are the designs that nothing beats."""

import pytest

from squeezelab.codesign import device_sweep, variants
from squeezelab.hardware import DEVICES, device_cost
from squeezelab.networks import mini_resnet, mini_vgg

BITS = [8, (4, 8), (1, 8)]


def test_every_row_is_a_cost():
    table = device_sweep([mini_vgg(), mini_resnet()], BITS)
    assert len(table) == 2 * 3 * len(DEVICES) and set(table["device"]) == set(DEVICES)
    for row in table:
        net = {each.name: each for each in (mini_vgg(), mini_resnet())}[row["network"]]
        cost = device_cost(net, row["device"], row["weight_bits"], row["activation_bits"])
        assert (row["seconds_low"], row["seconds_high"]) == cost.seconds
        assert [row[name] for name in ("energy", "weight_bytes", "peak_bytes", "fits")] == list(cost[4:5] + cost[6:9])


def test_a_device_may_be_one_of_your_own():
    small = DEVICES["microcontroller"].with_(name="small", flash_bytes=40_000)
    table = device_sweep(mini_vgg(), [8, 4], [small, "simd"])
    assert table["device"].tolist() == ["small", "simd"] * 2 and table["fits"].tolist() == [False, True, True, True]


def test_options_of_variants_are_columns():
    table = device_sweep(variants("mini_vgg", width=[0.5, 1]), 8, "simd")
    assert table["width"].tolist() == [0.5, 1] and table["weight_bytes"][0] < table["weight_bytes"][1]


def test_fewer_bits_pay_in_another_currency_on_each_device():
    """Weights of 4 bits for 8 beside maps of 8: bytes everywhere; time on the bit-serial array; on the microcontroller more."""
    table = device_sweep(mini_vgg(), [8, (4, 8)])
    for name in DEVICES:
        wide, narrow = table[table["device"] == name]
        assert narrow["weight_bytes"] < 0.6 * wide["weight_bytes"]
        share = narrow["seconds_low"] / wide["seconds_low"]
        assert {"simd": 0.98 < share <= 1, "microcontroller": share > 1.1, "bit-serial": share < 0.9}[name]


@pytest.mark.parametrize(
    "ask, message",
    [
        (lambda: device_sweep(mini_vgg(), []), "needs at least one value"),
        (lambda: device_sweep([], [8]), "needs at least one network"),
        (lambda: device_sweep(mini_vgg(), [8], ["gpu"]), "unknown device 'gpu'"),
        (lambda: device_sweep(mini_vgg(), [(8, 8, 8)]), "weight_bits must be a whole number"),
    ],
)
def test_what_cannot_be_swept(ask, message):
    with pytest.raises(ValueError, match=message):
        ask()
