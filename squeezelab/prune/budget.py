"""`hit`: the sparsity at which a recipe meets a budget, found without training."""

from torch import nn

from ..compression import Price
from ..compression.channel_groups import sliced
from ..core.checks import is_number, plain
from ..data import Examples
from .pruning import dice_of, pulled
from .recipes import Recipe, places_by, recipe_of
from .units import Units, read


def hit(
    model: nn.Module,
    data: Examples,
    recipe: str | Recipe,
    budget: float,
    measure: str = "cycles",
    machine: object = "squeezelerator-16",
    seed: int = 0,
    **options: object,
) -> float:
    """The least sparsity at which the *sliced* network of a recipe costs at most `budget`: a share of the dense network's up to
    1, above it an absolute amount. Only channels are places_by for it; nothing is trained but what the recipe ranks by.

    measure: as of `compression.Price`: params, macs, cycles or energy. Raises a ValueError, with the least that the recipe can
    reach, for a budget below it, and as `prune` does.

    >>> from squeezelab.data import digits
    >>> from squeezelab.prune import prune
    >>> from squeezelab.training import reference
    >>> train, test = digits()
    >>> sparsity = hit(reference("mini_vgg"), train, "l1_filter", 0.5, "macs")
    >>> prune(reference("mini_vgg"), train, "l1_filter", sparsity, epochs=0).network.macs / 3731328 <= 0.5
    True
    """
    price, budget = Price(measure, machine), plain(budget)
    recipe = recipe_of(recipe)
    dense, found = read(model, options.pop("network", None) or data.images.shape[1:])
    total = price.network(found)
    if not is_number(budget) or not budget > 0:
        raise ValueError(f"the budget is a share of the dense network's {measure}, or an amount above 1, not {budget!r}")
    limit = budget * total if budget <= 1 else budget
    multiple = options.pop("multiple", 1)
    settings = {"batch_size": 128, "learning_rate": 0.01, "seed": seed, "quiet": None} | options
    ranked = pulled(dense, data, recipe.pull, 1, settings) if recipe.pull else dense
    units = Units(ranked, found)
    values = recipe.score(units, data, dice_of(seed))

    def cost(sparsity):
        try:
            kept = places_by(recipe, values, sparsity, multiple, units, dice_of(seed))
        except ValueError:
            if recipe.fresh:  # more than the floors of its layers allow
                return None
            raise
        return price.network(sliced(units.channels, kept))

    return least_within(cost, limit, total, measure)


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
