"""Kinds of devices, and what becomes of a network's bits on each: no one of them gains by all that the others gain by.

* A SIMD processor has vectors of 256 bits: 32 lanes of 8 bits, 16 of 16 or 8 of 32. A product is as wide as the wider of its
  factors, rounded up to one of these, so that below 8 bits only bytes are saved.
* A microcontroller makes so many MACs a cycle, no more of them for fewer bits; few bits save its flash and its RAM, which end at
  a wall. Weights of less than 8 bits have to be unpacked first.
* A bit-serial array takes time in proportion to the bits of a weight times those of an input.

All times are bands, [low, high], for what is known of such devices is no more than that. They are models of classes, not of
products, and nothing here was measured by us. Layers without MACs and code itself are left out.

>>> from squeezelab.networks import mini_vgg
>>> for device in ("simd", "microcontroller", "bit-serial"):
...     wide, narrow = [device_cost(mini_vgg(), device, weight_bits=bits, activation_bits=8) for bits in (8, 2)]
...     print(device, round(wide.cycles[0] / narrow.cycles[0], 1), round(wide.weight_bytes / narrow.weight_bytes, 1))
simd 1.0 3.8
microcontroller 0.8 3.8
bit-serial 1.6 3.8
"""

from collections import namedtuple

from ..core.checks import choose
from ..networks.bits import made_bits, operand_bits
from ..networks.graph import Network
from ..networks.stored import FLOAT_BITS, peak_bytes, weight_bytes
from .device_kinds import BitSerial, Device, Microcontroller, Simd
from .energy import HOROWITZ_BY_WIDTH
from .presets import accelerator
from .simulate import check_network

CORTEX_M7 = "STM32H743, Cortex-M7 [read]"
DEVICES = {
    "simd": Simd(
        "simd",
        {"machine": "cpu-like: two units of 256 bits [assumed]", "efficiency": "half of what is simulated, or all [assumed]"},
        machine=accelerator("cpu-like"),
        efficiency=(0.5, 1),
    ),
    "microcontroller": Microcontroller(
        "microcontroller",
        {
            "clock_ghz": CORTEX_M7,
            "mac_rate": "int8 on Cortex-M7: .17 of Q7-CapsNets's layer [inferred], .23 OpenMV [read], .58 CMSIS-NN [2nd]",
            "full_bits": "codes of 8 bits are widened to 16 for its products [inferred]",
            "routing_rate": "80 to 100 cycles a MAC in Q7-CapsNets's kernels, whatever its layer was [inferred]",
            "unpack_cycles": "one or two instructions [assumed]",
            "fast_bytes": CORTEX_M7 + ", its DTCM",
            "ram_bytes": CORTEX_M7,
            "flash_bytes": CORTEX_M7,
        },
        clock_ghz=0.48,
        mac_rate=(0.17, 0.6),
        full_bits=16,
        routing_rate=(1 / 100, 1 / 80),
        call_cycles=(1_000, 10_000),
        unpack_cycles=(1, 2),
        fast_bytes=128 * 1024,
        bytes_per_cycle=(0.5, 4),
        ram_bytes=1024 * 1024,
        flash_bytes=2 * 1024 * 1024,
    ),
    "gap-8": Microcontroller(
        "gap-8",
        {
            "clock_ghz": "GAP-8 as Q7-CapsNets ran it [read]",
            "mac_rate": "8 cores: 15.5 at its best in PULP-NN [read], 8 of Q7-CapsNets's layer [inferred]",
            "full_bits": "products of four int8 at once [recalled]",
            "routing_rate": "12 to 15 cycles a MAC in Q7-CapsNets's kernels, whatever its layer was [inferred]",
            "unpack_cycles": "one or two instructions [assumed]",
            "fast_bytes": "L1 of the cluster [read]",
            "ram_bytes": "L2 in all [recalled]",
            "flash_bytes": "beside the chip [assumed]",
        },
        clock_ghz=0.17,
        mac_rate=(5, 15),
        full_bits=8,
        routing_rate=(1 / 15, 1 / 12),
        call_cycles=(1_000, 10_000),
        unpack_cycles=(1, 2),
        fast_bytes=64 * 1024,
        bytes_per_cycle=(0.5, 4),
        ram_bytes=512 * 1024,
        flash_bytes=8 * 1024 * 1024,
    ),
    "bit-serial": BitSerial(
        "bit-serial",
        {"machine": "squeezelerator-16 with a bit-serial product [assumed]; energy of a MAC by width, Horowitz 45 nm [inferred]"},
        machine=accelerator("squeezelerator-16").with_(energy=HOROWITZ_BY_WIDTH),
    ),
}
COST = ("device", "seconds", "cycles", "layers", "energy", "energy_unit", "weight_bytes", "peak_bytes", "fits", "why")


class DeviceCost(namedtuple("DeviceCost", COST)):
    """seconds, cycles: (low, high) for one input; layers: {layer with MACs: (low, high) cycles}; energy: a number in
    `energy_unit`, None where nothing is known; weight_bytes, peak_bytes: of the weights, and of the live maps at their peak, as
    the device holds them; fits: whether it has room for both, and why: which wall they meet, empty if none."""

    __slots__ = ()


def device_cost(network: Network, device: object, weight_bits: object = None, activation_bits: object = None) -> DeviceCost:
    """What `network` costs on a device (one of `DEVICES`, or its name).

    weight_bits, activation_bits: as in `simulate`, for all layers or {layer: bits}; None: those of the network, else 32.

    Raises a ValueError for an unknown device, for bits above 32, and for layers that the network does not have.

    >>> from squeezelab.networks import mini_vgg
    >>> cost = device_cost(mini_vgg(), "microcontroller", weight_bits=8, activation_bits=8)
    >>> cost.fits, cost.weight_bytes, cost.peak_bytes
    (True, 67256, 15680)
    >>> device_cost(mini_vgg(), DEVICES["microcontroller"].with_(flash_bytes=65536), weight_bits=8, activation_bits=8).why
    'weights of 67256 bytes are too many for a flash of 65536'
    """
    device = choose("device", device, DEVICES) if isinstance(device, str) else device
    if not isinstance(device, Device):
        raise ValueError(f"a device is one of {', '.join(sorted(DEVICES))}, or made from one by with_(...), not {device!r}")
    check_network(network)
    net = with_all_bits(network, weight_bits, activation_bits)
    layers = device.layer_cycles(net)
    cycles = [sum([layers[layer.name][end] for layer in net.mac_layers]) for end in (0, 1)]
    stored, peak = weight_bytes(net), peak_bytes(device.as_held(net))
    energy, unit = device.energy_of(net)
    why = device.wall(stored, peak)
    seconds = tuple([each / (device.clock_ghz * 1e9) for each in cycles])
    return DeviceCost(device.name, seconds, tuple(cycles), layers, energy, unit, stored, peak, not why, why)


def with_all_bits(network, weight_bits=None, activation_bits=None):
    """The network with a width for every weight and value, 32 where nobody says one; its sums have 32."""
    own = network.bits
    bits = [own[0] if weight_bits is None else weight_bits, own[1] if activation_bits is None else activation_bits]
    said = network.with_bits(*bits)
    names = ["input"] + [layer.name for layer in network.layers]
    found = operand_bits(said, said.bits)
    weighted = [layer.name for layer in network.weight_layers]
    weights = {name: checked_device_bits(found[name][0], "weight_bits", name) for name in weighted}
    values = said.activation_bits
    made = made_bits(said, values) if isinstance(values, dict) else dict.fromkeys(names, values)
    values = {name: checked_device_bits(made[name], "activation_bits", name) for name in names}
    return network.with_bits(weights, values, FLOAT_BITS)


def checked_device_bits(bits, what, name):
    """The bits, 32 for None; raises above 32."""
    if bits is not None and bits > FLOAT_BITS:
        raise ValueError(f"the {what} of '{name}' must be at most {FLOAT_BITS} on a device, not {bits}")
    return FLOAT_BITS if bits is None else bits
