"""COLT: tickets of models that each learn some of the classes, and of them what all keep (Hossain et al. 2022, Cyclic Overlapping
Lottery Tickets) [read: code].

A round trains one model on each part of the classes, all from the same weights behind the same mask; each lets the smallest 15 %
of what is left fall, and the next mask is what none of them let fall. So up to 28 % fall in a round (two models that agree in
nothing: 30 %), while each model was trained on its part of the images only. Pruned are convolutions, of a network without them
the hidden linear layers [ours]; the classifier stays whole. A part's head is its rows of the whole one, which has no further part
in its loss.

>>> parts_of_classes(10, 2), rounds_of_overlap(0.991, 0.15, independent=True), rounds_of_overlap(0.991, 0.15, independent=False)
([[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]], 15, 14)
"""

import math

import torch
from torch import nn

from ..core.checks import number, whole
from ..data import Examples
from .allocate import across_weights
from .choosing import Trained, trained_behind
from .rounds import below_zero
from .tickets import Snapshot, masks_before

STEPS_OF_SEARCH = 30  # for the share at which the last round ends at the sparsity


def parts_of_classes(classes: int, parts: int) -> list:
    """The classes in so many runs of, within one, equal length; raises a ValueError where a part would have less than two."""
    if parts < 2 or classes < 2 * parts:
        raise ValueError(f"{classes} classes make at most {classes // 2} parts of two or more, and at least 2; not {parts}")
    ends = [round(classes * part / parts) for part in range(parts + 1)]
    return [list(range(first, last)) for first, last in zip(ends, ends[1:])]


def rounds_of_overlap(sparsity: float, per_round: float, independent: bool) -> int:
    """How many rounds two models need to a sparsity where what they drop is independent, or has nothing in common."""
    kept = (1 - per_round) ** 2 if independent else 1 - 2 * per_round
    return math.ceil(math.log(1 - sparsity) / math.log(kept) - 1e-9)


def overlapping(parts, per_round, begun=None, look=None):
    """The driver of COLT: rounds until the sparsity is reached, and the training of the ticket on all classes.

    begun: masks of rounds before, from which these go on. look: called after each round with what each model would keep of the
    weights that were left, [{layer: mask}], and with what stays, {layer: mask}.

    Raises a ValueError for a share that is none, for fewer than two parts, for parts of less than two classes, and for a sparsity
    that the layers it prunes cannot bear alone.
    """
    per_round = number(per_round, "the share of the weights left that falls in a round", above=0, below=1)
    parts = whole(parts, "the parts of the classes", 2)

    def drive(choosing, data, sparsity, epochs, scaled, settings):
        units, names = choosing.units, prunable(choosing.units)
        pieces = [(Examples(*of_classes(data, some), data.classes), some) for some in parts_of_classes(len(data.classes), parts)]
        kept, least = masks_before(begun, units, sparsity), share_within(units, names, sparsity)
        begin = Snapshot(units.model, 0)
        while share_left(kept, names) > least:
            found = []
            for piece, some in pieces:
                history, meter = trained_behind(kept, units, piece, epochs, settings | {"loss": loss_of(some)})
                if history is not None and history.interrupted:
                    return Trained(kept, None, history, meter)
                choosing.add_spent(meter, history, len(piece))
                found.append(below_zero({name: units.modules[name].weight.detach().abs() for name in names}, kept))
                begin.put_back(units.model)
            before, kept = kept, kept | common_mask(found, kept, names, per_round, least, choosing.notes)
            choosing.notes[-1]["training_macs"] = choosing.spent
            if look is not None:
                look(masks_of_each(found, before, choosing.notes[-1]["dropped_by_each"]), kept)
        start = units.masked(kept)
        return Trained(kept, start, *trained_behind(kept, units, data, epochs, settings))

    return drive


def prunable(units):
    """The layers that COLT prunes."""
    convolutions = [name for name, module in units.modules.items() if not isinstance(module, nn.Linear)]
    return convolutions or list(units.modules)[:-1]


def of_classes(data, some):
    """(images, labels) of some classes."""
    here = torch.isin(data.labels, torch.tensor(some))
    return data.images[here], data.labels[here]


def loss_of(some):
    """The cross-entropy of a head that knows these classes only, which follow one another."""

    def loss(outputs, labels):
        return nn.functional.cross_entropy(outputs[:, some[0] : some[-1] + 1], labels - some[0])

    return loss


def share_within(units, names, sparsity):
    """The share of the weights of these layers that stays at a sparsity of all weights."""
    own, every = sum(units.sizes[name] for name in names), sum(units.sizes.values())
    left = round((1 - sparsity) * every) - (every - own)
    if left < 1:
        raise ValueError(
            f"COLT prunes {', '.join(names)} only: at most {(own - 1) / every:.1%} of the weights can fall, not {sparsity:.1%}"
        )
    return left / own


def share_left(kept, names):
    return sum(int(kept[name].count_nonzero()) for name in names) / sum(kept[name].numel() for name in names)


def common_mask(found, kept, names, per_round, least, notes):
    """{layer: mask} that all models keep, none smaller than the share `least`: the last round drops less."""

    def common(share):
        masks = masks_of_each(found, kept, share)
        return {name: torch.stack([mask[name] for mask in masks]).all(0) for name in names}

    mask, share = common(per_round), per_round
    if share_left(mask, names) < least:
        share, high = 0.0, per_round
        for _ in range(STEPS_OF_SEARCH):
            middle = (share + high) / 2
            share, high = (middle, high) if share_left(common(middle), names) >= least else (share, middle)
        mask = trimmed(common(share), found, least)
    before, after = share_left(kept, names), share_left(mask, names)
    notes.append({"left": after, "kept_of_round": after / before, "dropped_by_each": share})
    return mask


def masks_of_each(found, kept, share):
    """What each model keeps where this share of the weights that are left falls: [{layer: mask}]."""
    fallen = 1 - share_left(kept, list(found[0])) * (1 - share)
    return [across_weights(scores, fallen) for scores in found]


def trimmed(mask, found, least):
    """The mask at exactly the share `least`: of the last few, those of which all models together make least."""
    together = {name: torch.where(each, sum(scores[name] for scores in found), -1.0) for name, each in mask.items()}
    return across_weights(together, 1 - least)
