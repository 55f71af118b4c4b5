"""A table of devices has the rows of `device_cost`, and its fronts are the designs that nothing beats."""

import numpy as np
import pytest

from squeezelab.codesign import device_sweep, times_on_front, variants
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
    """Weights of 4 bits for 8 beside maps of 8: bytes everywhere; time on the bit-serial array; on the microcontrollers more."""
    table = device_sweep(mini_vgg(), [8, (4, 8)])
    for name in DEVICES:
        wide, narrow = table[table["device"] == name]
        assert narrow["weight_bytes"] < 0.6 * wide["weight_bytes"]
        share = narrow["seconds_low"] / wide["seconds_low"]
        assert {"simd": 0.98 < share <= 1, "microcontroller": share > 1.1, "gap-8": share > 1.1, "bit-serial": share < 0.9}[name]


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


def beaten(mine, others):
    """Whether one of the others is as good in all and better in one."""
    return any(all(a <= b for a, b in zip(other, mine)) and other != mine for other in others)


def test_a_front_is_what_nothing_beats_seed_by_seed():
    table = device_sweep([mini_vgg(), mini_resnet()], [8, 5, 4, 3])
    errors = np.random.default_rng(0).integers(2, 6, (7, len(table))) / 100  # with ties
    counts = [0] * len(table)
    for trial in errors:
        values = list(zip(trial.tolist(), table["seconds_low"].tolist(), table["weight_bytes"].tolist()))
        for place, device in enumerate(table["device"]):
            others = [value for value, other in zip(values, table["device"]) if other == device]
            counts[place] += not beaten(values[place], others)
    assert times_on_front(table, "device", ("seconds_low", "weight_bytes"), errors).tolist() == counts
    assert len(set(counts)) > 2


def test_what_has_no_room_is_on_no_front():
    small = DEVICES["microcontroller"].with_(flash_bytes=40_000)
    table = device_sweep(mini_vgg(), [8, 4], [small])
    assert times_on_front(table, "device", ("seconds_low",), [[0.1, 0.9], [0.1, 0.9]]).tolist() == [0, 2]
    none = device_sweep(mini_vgg(), [8], [small])
    assert times_on_front(none, "device", ("seconds_low",), [[0.1]]).tolist() == [0]
    with pytest.raises(ValueError, match=r"errors must have the shape \(trials, 2\), one for each design, not \(1, 3\)"):
        times_on_front(table, "device", ("seconds_low",), [[1, 2, 3]])
    with pytest.raises(KeyError, match="no column 'time'"):
        times_on_front(table, "device", ("time",), [[1, 2]])
