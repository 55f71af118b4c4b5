"""A device's cost as a readable table: a band a layer, never to more than two digits."""

from ..networks.table import aligned, commas


def device_table(network, cost):
    """Seconds, bytes and room in the first line, then the band of cycles of each layer."""
    energy = "" if cost.energy is None else f"; {two_digits(cost.energy / 1e6)} M {cost.energy_unit}"
    memory = f"weights {commas(cost.weight_bytes)} B, maps at their peak {commas(cost.peak_bytes)} B"
    title = f"{network.name} on {cost.device}: {band([1000 * each for each in cost.seconds])} ms; {memory}"
    head = ["layer", "kind", "MACs", "cycles (k), at least", "at most"]
    rows = [[layer.name, layer.kind, commas(layer.macs)] + kilocycles(cost.layers[layer.name]) for layer in network.mac_layers]
    wall = [] if cost.fits else [f"It has no room: {cost.why}."]
    return "\n".join([f"{title}{energy}"] + wall + aligned([head] + rows))


def kilocycles(ends):
    return [two_digits(each / 1000) for each in ends]


def band(ends):
    """'0.5 to 2.1', or one number where both ends come out the same."""
    low, high = [two_digits(each) for each in ends]
    return low if low == high else f"{low} to {high}"


def two_digits(value):
    """A positive number to two digits.

    >>> [two_digits(value) for value in (0.01234, 0.999, 7.06, 45.6, 12345)]
    ['0.012', '1.0', '7.1', '46', '12,000']
    """
    unit = 1
    while value >= 99.5 * unit:
        unit *= 10
    if unit > 1:
        return commas(int(value / unit + 0.5) * unit)
    digits = 0
    while value * 10**digits < 9.95 and digits < 9:
        digits += 1
    return f"{value:.{digits}f}"
