"""Ranks for all layers of a model at once: from a budget, or by EVBMF.

>>> from torch import nn
>>> model = nn.Sequential(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Conv2d(16, 16, 3), nn.Flatten(), nn.Linear(256, 10))
>>> plan = plan_ranks(model, (8, 8, 8), "tucker2", budget=0.7)
>>> plan.after <= 0.7 * plan.before
True
>>> plan["4"].note
"is fully connected, a matrix without taps for 'tucker2' to factorise; use 'svd'"
"""

import numpy as np
from torch import nn

from ..bridge import from_torch
from ..compression.factored import obstacle
from ..compression.prices import Price
from ..core.checks import is_number, plain, there_are
from ..hardware import Accelerator
from ..networks import Network
from .evbmf import tucker2_ranks
from .find import find_layer, weight_and_bias
from .offers import Offers, spend
from .plan import LayerPlan, Plan
from .replace import check_options, factorise
from .result import as_kernel

ROUNDING = 1e-12  # relative; cycles and energies are fractions, whose sum depends on the order by some 1e-16 a layer


def plan_ranks(
    model: nn.Module,
    network: Network | tuple,
    method: str,
    budget: float,
    measure: str = "params",
    machine: Accelerator | str = None,
    keep: tuple | list | str = (),
    **options: object,
) -> Plan:
    """The `Plan` that keeps the most of the kernels of `model` at a cost of at most `budget`, a share of the dense network's.

    network: the model's `Network`, or the shape of its input. measure: "params", "macs", or the simulated "cycles" or
    "energy" on `machine`; all are those of the whole network, with what is not factorised. keep: names of layers that stay
    as they are. options: those of the method. What is kept is the product of the kernels' shares of energy; the plan states
    the errors of the factorisations themselves. A budget below the cheapest ranks raises a ValueError with the least that is
    possible.

    >>> from squeezelab.networks import mini_vgg
    >>> from squeezelab.training import reference
    >>> plan = plan_ranks(reference("mini_vgg"), mini_vgg(), "svd", 0.5, "cycles", "squeezelerator-16")
    >>> [(row.name, row.rank) for row in plan.factorised]
    [('conv2', 8), ('conv3', 16), ('conv4', 16)]
    """
    check_options(method, options)
    network, price = as_network(model, network), Price(measure, machine)
    total = price.network(network)
    share = checked_budget(budget, measure, total)
    reasons = reasons_to_stay(network, method, keep)
    layers = [layer for layer in network.mac_layers if layer.name not in reasons]
    offers = {layer.name: Offers(layer, kernel_of(model, layer), method, price) for layer in layers}
    spend(list(offers.values()), room_in(share, measure, method, total, offers.values()))
    for name, one in offers.items():
        reasons[name] = "no rank costs less than dense" if len(one.ranks) == 1 else "the budget has room for all of it"
    ranks = {name: one.rank for name, one in offers.items() if one.rank is not None}
    if method == "tucker2":
        ranks = {name: raised_for_nothing(network[name], ranks[name], price) for name in ranks}
    return plan_of(model, network, method, ranks, reasons, price, budget, options)


def plan_evbmf(
    model: nn.Module,
    network: Network | tuple,
    measure: str = "params",
    machine: Accelerator | str = None,
    keep: tuple | list | str = (),
) -> Plan:
    """The `Plan` of Tucker-2 in which EVBMF chooses every layer's ranks (`tucker2_ranks`), without a budget. A layer whose
    ranks cost no less than its dense kernel stays dense. `network`, `measure`, `machine` and `keep` are as in `plan_ranks`.

    >>> from squeezelab.networks import mini_vgg
    >>> from squeezelab.training import reference
    >>> [(row.name, row.rank) for row in plan_evbmf(reference("mini_vgg"), mini_vgg(), keep="conv1").factorised]
    [('conv2', (6, 5)), ('conv3', (9, 11)), ('conv4', (13, 15))]
    """
    network, price = as_network(model, network), Price(measure, machine)
    reasons = reasons_to_stay(network, "tucker2", keep)
    ranks = {}
    for layer in [layer for layer in network.mac_layers if layer.name not in reasons]:
        pair = tucker2_ranks(kernel_of(model, layer))
        if price.factors(layer, "tucker2", pair) < price.layer(layer):
            ranks[layer.name] = pair
        else:
            reasons[layer.name] = f"EVBMF asks for {pair[0]}×{pair[1]}, which costs no less than dense"
    return plan_of(model, network, "tucker2", ranks, reasons, price)


def plan_of(model, network, method, ranks, reasons, price, budget=None, options=()):
    """The plan of these ranks; a layer without one stays dense, for the reason given."""
    rows = []
    for layer in network.mac_layers:
        before, rank = price.layer(layer), ranks.get(layer.name)
        if rank is None:
            rows.append(LayerPlan(layer.name, before, before, note=reasons[layer.name]))
            continue
        kernel = kernel_of(model, layer).clone()
        after = price.factors(layer, method, rank)
        rows.append(LayerPlan(layer.name, before, after, factorise(kernel, method, rank, **dict(options)), kernel=kernel))
    return Plan(network, method, rows, price, budget)


def as_network(model, network):
    """`network`, or that of `model` on an input of that shape."""
    return network if isinstance(network, Network) else from_torch(model, network)


def reasons_to_stay(network, method, keep):
    """{name: why the layer stays dense} of the layers that `method` cannot take or that are in `keep`."""
    keep = (keep,) if isinstance(keep, str) else keep
    names = [layer.name for layer in network.mac_layers]
    for name in keep:
        if name not in names:
            raise ValueError(f"no layer {name!r} to keep in {network.name}; {there_are(names)}")
    reasons = {layer.name: "kept as it is" if layer.name in keep else obstacle(layer, method) for layer in network.mac_layers}
    return {name: reason for name, reason in reasons.items() if reason}


def kernel_of(model, layer):
    """The weights of a network's layer in the model, as a kernel."""
    try:
        weight, _ = weight_and_bias(find_layer(model, layer.name))
    except ValueError as error:
        raise ValueError(f"{error}; keep={layer.name!r} leaves the layer as it is") from error
    shape = (layer.shape[0], layer.in_shape[0]) + (layer.kernel if layer.op == "conv" else ())
    if tuple(weight.shape) != shape:
        raise ValueError(f"'{layer.name}' has weights {tuple(weight.shape)} in the model, but {shape} in the network")
    try:
        return as_kernel(weight, least=2)
    except ValueError as error:
        raise ValueError(f"'{layer.name}': {error}; keep={layer.name!r} leaves the layer as it is") from error


def checked_budget(budget, measure, total):
    """The budget as a share of `total`, which is what the dense network costs."""
    share = plain(budget)
    if not is_number(share) or not 0 < share < float("inf"):
        raise ValueError(f"the budget is a share of the dense network's {measure}, as 0.5, not {budget!r}")
    if share > 1:
        raise ValueError(
            f"the budget is a share of the dense network's {measure}: {budget} of {round(total)} is {share / total:.3g}"
        )
    return share


def room_in(share, measure, method, total, offers):
    """What a budget leaves over when every layer takes its cheapest offer; raises if that is already too much."""
    least = total - sum(one.saved for one in offers)
    room = share * total * (1 + ROUNDING) - least
    if room < 0:
        raise ValueError(
            f"{method!r} cannot bring the network down to {share:.1%} of its {round(total)} {measure}: at the lowest ranks "
            f"{round(least)} are left, which is {least / total:.1%}"
        )
    return room


def raised_for_nothing(layer, pair, price):
    """A pair of ranks, r_out and then r_in, raised as far as the layer costs no more: on an array, to the edge of a stair."""
    limit = price.factors(layer, "tucker2", pair)
    r_out, r_in = pair
    higher = np.arange(r_out, layer.shape[0] + 1)
    r_out += steps_within(limit, price.factors(layer, "tucker2", (higher, r_in)))
    higher = np.arange(r_in, layer.in_shape[0] + 1)
    return r_out, r_in + steps_within(limit, price.factors(layer, "tucker2", (r_out, higher)))


def steps_within(limit, costs):
    """How many steps lead from the first of some costs, which is within the limit, to the last before one that is not."""
    return int(np.logical_and.accumulate(costs <= limit).sum()) - 1
