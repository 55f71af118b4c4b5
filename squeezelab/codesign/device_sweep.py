"""Networks of some bits on the devices of `squeezelab.hardware`, as a table: one row a network, a choice of bits and a device."""

from ..hardware import DEVICES, device_cost
from ..networks import Network
from .axes import as_list, as_pairs
from .sweep import as_column
from .table import DesignTable

COSTS = ("energy", "weight_bytes", "peak_bytes", "fits")


def device_sweep(networks: Network | list, bits: list, devices: object = None) -> DesignTable:
    """Every network with every choice of bits on every device → a `DesignTable`, whose rows are those of `device_cost`.

    networks: as in `sweep`: a `Network`, a list of them, or `variants(...)`. bits: a list of numbers, for weights and maps alike,
    or of pairs (weight_bits, activation_bits). devices: a list of devices or their names; by default all of `DEVICES`.
    Columns: network and its options, weight_bits, activation_bits, device; seconds_low and seconds_high, the band of one input;
    energy (None where it is not known), weight_bytes, peak_bytes, and fits.

    Raises a ValueError that names what is wrong and what would be right, for any argument that cannot be.

    >>> from squeezelab.networks import mini_vgg
    >>> table = device_sweep(mini_vgg(), [8, 2], ["simd", "bit-serial"])
    >>> best = table.pareto("seconds_high", "weight_bytes")
    >>> best["device"].tolist(), best["weight_bits"].tolist()
    (['bit-serial'], [2])
    """
    devices = sorted(DEVICES) if devices is None else as_list(devices)
    pairs, choices = as_pairs(networks), [bit_pair(choice) for choice in as_list(bits)]
    names = list(dict.fromkeys(name for options, _ in pairs for name in options))
    inputs = ("network", *names, "weight_bits", "activation_bits", "device")
    rows = []
    for options, network in pairs:
        for choice in choices:
            for device in devices:
                cost = device_cost(network, device, *choice)
                chosen = [network.name, *[options.get(name) for name in names], *choice, cost.device]
                rows.append([*chosen, *cost.seconds, *[getattr(cost, field) for field in COSTS]])
    columns = zip([*inputs, "seconds_low", "seconds_high", *COSTS], zip(*rows, strict=True), strict=True)
    return DesignTable({name: as_column(list(values)) for name, values in columns}, inputs)


def bit_pair(choice):
    """(weight_bits, activation_bits): one number stands for both."""
    return tuple(choice) if isinstance(choice, (tuple, list)) and len(choice) == 2 else (choice, choice)
