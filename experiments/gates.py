"""What becomes of masked channels under SMCP's three gates, from choice to choice, for the figure of chapter 10.

    python experiments/gates.py                  # two minutes

The trained mini_vgg is pruned by the recipe `smcp` to `LEFT` of its channels, once under each gate, soft, hard and permanent,
with all else alike. Writes recorded/gates.json: for each of `GROUP`'s channels, whenever channels are chosen, and as often while
the masks are frozen, the norm of the stored weights that read it, in hundredths, and whether it is kept from there on; of all
groups, how many are. One run of each: it shows what a gate does to a channel, and nothing about which gate is the better one.
"""

import torch
from record import Record, arguments

from squeezelab.data import digits
from squeezelab.prune import RECIPES, prune
from squeezelab.prune.gates import KINDS_OF_GATE
from squeezelab.prune.schedules import exponential
from squeezelab.training import evaluate, reference

GROUP = "conv2"  # its channels are read by conv3
LEFT, COST, EPOCHS, IMAGES, SEED = 0.5, "channels", 4, 6000, 0
EVERY = 0.025  # of training, from one choice to the next
MEMORY = "average"  # of the scores since the last choice


class Watch:
    """A recipe's schedule and rule, and what passes through them. rows: (step, norms, whether it is a choice, kept)."""

    def __init__(self, recipe):
        self.recipe, self.units, self.rows, self.step = recipe, None, [], 0
        self.asked = exponential(every=EVERY)

    def watched(self):
        return self.recipe._replace(schedule=self.schedule, allocate=self.allocate)

    def schedule(self, step, steps, epochs):
        self.step, share = step, self.asked(step, steps, epochs)
        stride = max(1, round(EVERY * steps))
        if share is None and self.rows and step - self.rows[-1][0] >= stride:
            self.rows.append((step, norms_of(self.units), False, self.rows[-1][-1]))
        return share

    def allocate(self, scores, share, round_to, context):
        kept, self.units = self.recipe.allocate(scores, share, round_to, context), context.units
        self.rows.append((self.step, norms_of(self.units), True, kept))
        return kept


def norms_of(units):
    """The norm of the stored weights that read each channel of the group."""
    squares = torch.zeros(units.sizes[GROUP])
    for layer, module in units.reading():
        if layer.inputs[0] in units.unit_of and GROUP in units.unit_of[layer.inputs[0]]:
            squares += module.weight.detach().square().transpose(0, 1).flatten(1).sum(1)
    return squares.sqrt()


def measure(gate):
    train, test = digits()
    recipe = RECIPES["smcp"](cost=COST, gate=gate, memory=MEMORY)
    watch = Watch(recipe)
    small = prune(reference("mini_vgg"), train.take(IMAGES), watch.watched(), 1 - LEFT, EPOCHS, SEED, quiet=True)
    moments = []
    for step, norms, chosen, kept in watch.rows:
        stays = "".join("1" if place in kept[GROUP] else "0" for place in range(len(norms)))
        counts = {name: len(places) for name, places in kept.items()}
        hundredths = (100 * norms).round().int().tolist()
        moments.append({"step": step, "chosen": chosen, "kept": stays, "counts": counts, "norms": hundredths})
    return {"accuracy": evaluate(small.sliced(), test).accuracy, "steps": EPOCHS * -(-IMAGES // 128), "moments": moments}


def main():
    settings = {"network": "mini_vgg", "group": GROUP, "left": LEFT, "cost": COST, "epochs": EPOCHS, "images": IMAGES}
    settings |= {"every": EVERY, "memory": MEMORY, "seed": SEED}
    Record("gates", settings, arguments(__doc__).fresh).run([{"gate": gate} for gate in KINDS_OF_GATE], measure)


if __name__ == "__main__":
    main()
