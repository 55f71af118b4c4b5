"""`hit`: the sparsity at which a recipe meets a budget, found without training."""

from torch import nn

from ..compression.prices import MEASURES
from ..core.checks import check_choice, is_number, plain
from ..data import Examples
from .pruning import prepared
from .recipes import Recipe, recipe_of
from .unit_prices import BUDGETS


def hit(
    model: nn.Module,
    data: Examples,
    recipe: str | Recipe,
    budget: float,
    measure: str = "cycles",
    machine: object = "squeezelerator-16",
    seed: int = 0,
    *,
    network: object = None,
    round_to: int = 1,
    judged_on: Examples | None = None,
    batch_size: int = 128,
    learning_rate: float = 0.01,
    quiet: bool | None = None,
    **options: object,
) -> float:
    """The least sparsity at which what is left of a model costs at most `budget`: a share of the dense network's up to 1, above
    it an absolute amount. Only units are chosen for it, and the *sliced* network priced; nothing is trained but what the recipe
    ranks by.

    measure: params, macs, cycles or energy on `machine`, stored_bytes, peak_activation_bytes. The other arguments are those of
    `prune`. SMCP's knapsack is given the measure itself, and what is found is then the sparsity of ``prune(…, cost=measure)``.
    Raises a ValueError, with the least that the recipe can reach, for a budget below it, and as `prune` does.

    >>> from squeezelab.data import digits
    >>> from squeezelab.prune import prune
    >>> from squeezelab.training import reference
    >>> train, test = digits()
    >>> sparsity = hit(reference("mini_vgg"), train, "l1_filter", 0.5, "macs")
    >>> prune(reference("mini_vgg"), train, "l1_filter", sparsity, epochs=0).network.macs / 3731328 <= 0.5
    True
    """
    check_choice("measure", measure, BUDGETS)
    settings = {"batch_size": batch_size, "learning_rate": learning_rate, "seed": seed, "quiet": quiet}
    if recipe == "smcp" and measure in MEASURES:
        options = {"cost": measure, "machine": machine, **options}
    choosing, _ = prepared(model, data, recipe_of(recipe, options), round_to, settings, network, judged_on)
    units = choosing.units
    total = units.cost({}, measure, machine)
    limit = limit_of(budget, total, measure)

    def cost(sparsity):
        try:
            kept = choosing(sparsity)
        except ValueError:
            if sparsity:  # more than the recipe can remove
                return None
            raise
        return units.cost(kept, measure, machine)

    least = least_within(cost, limit, total, measure)
    if options.get("cost") == measure:  # a rule that spends up to its share: what it left here, it may spend after training
        return max(least, 1 - limit / total)
    return least


def limit_of(budget, total, measure):
    """The most that may be left of `total`."""
    amount = plain(budget)
    if not is_number(amount) or not amount > 0:
        raise ValueError(f"the budget is a share of the dense network's {measure}, or an amount above 1, not {budget!r}")
    return amount * total if amount <= 1 else amount


STEPS = 1000  # sparsities are tried to a thousandth


def least_within(cost, limit, total, measure):
    """The least of the sparsities 0, 1/1000, … whose cost is within the limit; costs fall with the sparsity, if in stairs, and
    are None beyond the most that a recipe can remove."""
    most = first_where(lambda step: cost(step / STEPS) is None, STEPS) - 1
    least = cost(most / STEPS)
    if least > limit:
        raise ValueError(
            f"the recipe cannot bring the network down to {limit / total:.1%} of its {round(total)} {measure}: "
            f"at {most / STEPS:.1%} sparsity {round(least)} are left, {least / total:.1%}"
        )
    return first_where(lambda step: cost(step / STEPS) <= limit, most) / STEPS


def first_where(holds, end):
    """The first of 0, 1, …, end - 1 from which on something holds, by halving; `end` where it never does."""
    low, high = 0, end
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
