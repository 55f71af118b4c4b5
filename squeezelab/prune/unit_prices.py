"""What a pruned network costs, in all measures in which a budget is stated."""

from ..compression import Price
from ..compression.memory import WORD
from ..compression.prices import MEASURES as PRICED
from ..core.checks import check_choice
from ..networks.stored import peak_bytes

BUDGETS = (*PRICED, "stored_bytes", "peak_activation_bytes")  # params, macs, cycles, energy, and bytes


def price_of(measure, machine, network, statistics):
    """What a `Network` costs. statistics: names of the norms with a running mean and variance, which are stored, too; a value
    takes 4 bytes. Raises a ValueError that lists the measures for another one.

    >>> from squeezelab.networks import lenet300
    >>> price_of("stored_bytes", None, lenet300(), []), price_of("peak_activation_bytes", None, lenet300(), [])
    (1066440, 4336)
    """
    check_choice("measure", measure, BUDGETS)
    if measure == "peak_activation_bytes":
        return peak_bytes(network)
    if measure == "stored_bytes":
        return WORD * (network.params + sum(2 * network[name].shape[0] for name in statistics))
    return Price(measure, machine).network(network)


def statistics_of(modules):
    """Names of the norms that keep running statistics."""
    return [name for name, module in modules.items() if getattr(module, "running_mean", None) is not None]
