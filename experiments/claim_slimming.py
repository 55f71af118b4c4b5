"""Network slimming's claim: several passes of pulling, pruning and training shrink a network further than one does, at no loss of
accuracy (Liu et al. 2017) [recalled]. Here both end at the same size, so what is asked is which is more accurate there.

`mini_vgg` on cluttered digits, 10 % of its parameters left, the same number of epochs in all. Three passes cut to the same share
each time, 46 % of what was there. One pass pulls as long as one of the three does, or as long as all of them together; the rest
of its epochs is recovery. Three passes and one have their own learning rates, the longer pull has that of one pass; the pull of a
pass is half of a scale, however long it takes.
"""

from claim_tuning import SEEDS, chosen_rates, compare, judged, rates_record, tested
from pruning_runs import dense, splits

from squeezelab.prune import RECIPES, hit, prune
from squeezelab.prune.pruning import pulled

NETWORK, KEPT = "mini_vgg", 0.1  # of the parameters
EPOCHS = 9  # pulling and recovery, all passes together
SIDES = {"three passes": (3, 1), "one pass": (1, 1), "one pass, long pull": (1, 3)}  # (passes, ninths of all epochs for its pull)
TUNED = ("three passes", "one pass")
BATCH = 128


def slimmed(side, epochs, learning_rate, seed):
    """The `Pruned` of the last pass."""
    passes, ninths = SIDES[side]
    pull_epochs = epochs * ninths // 9
    model, data = dense(NETWORK, seed), splits(NETWORK, seed)[0]
    size = sum(value.numel() for value in model.parameters())
    training = {"learning_rate": learning_rate, "seed": seed, "quiet": True}
    for number in range(1, passes + 1):
        recipe = RECIPES["slimming"](pull_epochs=pull_epochs)
        model, _ = pulled(model, data, recipe, training | {"batch_size": BATCH})
        sparsity = hit(model, data, "slimming", size * KEPT ** (number / passes), "params", pull=0)
        found = prune(model, data, "slimming", sparsity, epochs // passes - pull_epochs, **training, pull=0)
        model = found.small
    return found


def held_out(side, epochs, learning_rate, seed):
    """A row by which choices are made."""

    def pruned():
        found = slimmed(side, epochs, learning_rate, seed)
        return found.small, found.history[-1]["accuracy"]

    return judged(pruned, splits(NETWORK, seed)[1])


def measure(side, epochs, learning_rate, seed):
    """A row on test images; widths: channels left of each group."""
    found = slimmed(side, epochs, learning_rate, seed)
    widths = [len(places) for places in found.kept.values()]
    return {"params": found.network.params, "widths": widths} | tested(found.small, splits(NETWORK, seed)[2])


def run(chosen):
    """Writes recorded/pruning_claims_slimming.json, and the choices before it."""
    best = chosen_rates(rates_record("slimming", NETWORK, chosen), TUNED, EPOCHS, held_out, chosen.way)
    best["one pass, long pull"] = best["one pass"]
    keys = [{"side": side, "epochs": EPOCHS, "learning_rate": best[side], "seed": seed} for seed in SEEDS for side in SIDES]
    compare("slimming", NETWORK, keys, measure, best, chosen, kept=KEPT)
