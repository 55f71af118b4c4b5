"""What two models that learn half of the classes each let fall, round by round, and what COLT leaves of it, for chapter 11.

    python experiments/ticket_overlap.py         # two minutes

The recipe `colt` on lenet300 down to `SPARSITY`, one chain: a model of the digits 0-4 and one of 5-9, both from the same start;
each lets 15 % of what is left fall, and a weight stays where both keep it. Beside it the recipe `lottery` with 15 % a round.
Writes recorded/ticket_overlap.json. Of COLT, for each round and layer how many weights are kept (see `counts`), and what share of
the test digits the ticket of then reads once it was trained from the start on all classes; of pieces of the layers, `SHOWN`, the
fate of every weight (see `fates`), and of the first layer how many weights stay pixel by pixel (see `maps`). Of the lottery: the
share left and the same accuracy. One seed, one learning rate, not tuned: it shows how two masks overlap, and nothing about which
way gives the better ticket.
"""

import functools

import torch
from record import Record, arguments

from squeezelab.data import digits
from squeezelab.networks import lenet300
from squeezelab.prune import RECIPES, prune
from squeezelab.prune.colt import overlapping
from squeezelab.training import evaluate, reference

NETWORK, SPARSITY, PER_ROUND = "lenet300", 0.991, 0.15  # of all weights, the paper's target; of those left
IMAGES, LOOK = 5000, 5000  # trained on, half of them by each model; tested on
EPOCHS, RATE, SEED = 4, 0.01, 0  # of each training
LAYERS = ("fc1", "fc2")  # which COLT prunes here
SHOWN = {"fc1": 4, "fc2": 28}  # their first neurons: of fc1 with all 784 inputs, of fc2 with as many inputs
CELL = 2  # pixels, the side of a cell of the maps of fc1
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
SETTINGS = {"learning_rate": RATE, "seed": SEED, "quiet": True}


@functools.cache
def splits():
    """(digits to learn from, test digits)."""
    learn, test = digits()
    return learn.take(IMAGES), test.take(LOOK)


class Chain:
    """What `overlapping` shows after each round. rounds: (masks of each model, the common mask), layer by layer."""

    def __init__(self):
        self.rounds = []

    def look(self, each, kept):
        self.rounds.append(([{name: mask[name].clone() for name in LAYERS} for mask in each], dict(kept)))


def measure(method):
    return {"colt": colt_rounds, "lottery": lottery_rounds}[method]()


def colt_rounds():
    chain, (learn, _) = Chain(), splits()
    recipe = RECIPES["colt"](per_round=PER_ROUND)._replace(driver=overlapping(2, PER_ROUND, look=chain.look))
    found = prune(reference(NETWORK), learn, recipe, SPARSITY, EPOCHS, **SETTINGS)
    rows, left = [], {name: torch.ones_like(mask) for name, mask in found.kept.items()}
    for (each, kept), note in zip(chain.rounds, found.rounds):
        row = {"dropped_by_each": round(note["dropped_by_each"], 4), "accuracy": ticket(kept)}
        rows.append(row | {name: counts(*(mask[name] for mask in (*each, left, kept))) for name in LAYERS})
        left = kept
    return {"rounds": rows, "fates": fates(chain.rounds), "maps": maps(chain.rounds)}


def counts(one, other, left, kept):
    """How many weights of a layer the first model keeps, the second, both, how many are left after the round; and how many both
    would keep if, of the weights left of each input, they chose independently."""
    by_input = one.sum(0).double() * other.sum(0) / left.sum(0).clamp(min=1)
    return [*(int(mask.sum()) for mask in (one, other, one & other, kept)), round(float(by_input.sum()))]


def ticket(kept):
    """The accuracy of the weights of the start behind a mask, trained on all classes."""
    learn, test = splits()
    recipe = RECIPES["static"]()._replace(allocate=lambda *choice: kept)
    trained = prune(reference(NETWORK), learn, recipe, SPARSITY, EPOCHS, scaled=False, **SETTINGS)
    return round(evaluate(trained.small, test).accuracy, 4)


def fates(rounds):
    """{layer: a letter for each weight of its first neurons}: the place in `LETTERS` is 0 for one that is there to the end, and
    3·r − 2, 3·r − 1, 3·r for one that fell in round r because the first model dropped it, the second, or both alike."""
    found = {}
    for name, count in SHOWN.items():
        inputs = count if name == "fc2" else None
        fate = torch.zeros_like(rounds[0][1][name][:count, :inputs], dtype=torch.long)
        there = torch.ones_like(fate, dtype=torch.bool)
        for number, (each, kept) in enumerate(rounds):
            one, other, both = (mask[name][:count, :inputs] for mask in (*each, kept))
            fallen = there & ~both
            fate[fallen] = 3 * number + torch.where(one == other, 3, torch.where(other, 1, 2))[fallen]
            there = both
        found[name] = ["".join(LETTERS[place] for place in row) for row in fate.tolist()]
    return found


def maps(rounds):
    """For each round how many weights of fc1 stay in the cell of `CELL`·`CELL` pixels that has most, and a letter a cell: how
    many stay there, of 63 parts of that."""
    found, side = [], 28 // CELL
    for _, kept in rounds:
        cells = kept["fc1"].sum(0).double().reshape(side, CELL, side, CELL).sum((1, 3)).flatten()
        parts = (63 * cells / cells.max()).round().int().tolist()
        found.append([int(cells.max()), "".join(LETTERS[part] for part in parts)])
    return found


def lottery_rounds():
    """The share left after each round and the accuracy of its ticket; `dense` is that of the whole network, trained as long."""
    learn, test = splits()
    lefts, accuracies, recipe = [], [], RECIPES["lottery"](per_round=PER_ROUND)

    def watched(scores, share, round_to, context):
        """The rule of the recipe; the model is still the trained ticket of the round before."""
        lefts.append(round(1 - share, 5))
        accuracies.append(round(evaluate(context.units.model, test).accuracy, 4))
        return recipe.allocate(scores, share, round_to, context)

    found = prune(reference(NETWORK), learn, recipe._replace(allocate=watched), SPARSITY, EPOCHS, **SETTINGS)
    dense, *accuracies = *accuracies, round(evaluate(found.small, test).accuracy, 4)
    rounds = [{"left": left, "accuracy": accuracy} for left, accuracy in zip(lefts, accuracies)]
    return {"dense": dense, "rounds": rounds}


def main():
    settings = {"network": NETWORK, "sparsity": SPARSITY, "per_round": PER_ROUND, "epochs": EPOCHS, "learning_rate": RATE}
    settings |= {"seed": SEED, "images": IMAGES, "look": LOOK, "layers": LAYERS, "cell": CELL, "letters": LETTERS}
    settings |= {"sizes": {layer.name: layer.weight_words for layer in lenet300().mac_layers}}
    Record("ticket_overlap", settings, arguments(__doc__).fresh).run([{"method": each} for each in ("colt", "lottery")], measure)


if __name__ == "__main__":
    main()
