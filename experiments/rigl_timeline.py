"""Masks that move while a sparse network is trained, from update to update, for the figure of chapter 11.

    python experiments/rigl_timeline.py          # half a minute

lenet300 with `SHARE` of its weights is trained from new weights on plain digits, once with each of three masks: `static`, drawn
and never moved; `set`, the smallest weights fall and others are drawn; `rigl`, those of the largest gradient grow. All else is
alike, the first masks, too. Writes recorded/rigl_timeline.json, at each update, and as often after the last one: accuracy before
and after masks moved, for each layer what moved (`Watch.layer`), and how many weights of fc1 look at each square of 2x2 pixels.
One run of each: it shows how masks move, and nothing about which method is the better one.
"""

import torch
from record import Record, arguments
from trained_vgg import splits

from squeezelab.prune import RECIPES, prune
from squeezelab.prune.choosing import trained_masked
from squeezelab.prune.drop_grow import MovingMasks, checked_moves, drawn_places, largest_gradient
from squeezelab.training import evaluate, reference

NETWORK, METHODS, SHARE, SEED = "lenet300", ("static", "set", "rigl"), 0.02, 0
GROWTH = {"static": None, "set": drawn_places, "rigl": largest_gradient}
IMAGES, EPOCHS, LEARNING_RATE = 10_000, 20, 0.01
ALPHA, UNTIL = 0.3, 0.75
TEST = 5000  # test digits
SQUARES = 14  # a side, of 2x2 pixels
TENTHS = torch.arange(11) / 10


class Watch(MovingMasks):
    """Masks that move, or stay where `growth` is None, and a row of what they are at every update and as often after the last."""

    def begin(self, steps):
        super().begin(steps)
        self.steps, self.rows, self.first = steps, [], {name: mask.clone() for name, mask in self.kept.items()}
        self.map, self.sizes = torch.zeros(SQUARES**2, dtype=torch.int64), {}

    def __call__(self, training):
        if training.step % self.every:
            return super().__call__(training)
        before, masks, model = judged(training.model), dict(self.kept), training.model
        self.sizes = {name: sizes_of(module) for name, module in self.choosing.units.modules.items()}
        answer = super().__call__(training)
        self.note(training.step, masks, before, judged(model))
        model.train()
        return answer

    def update(self, share, training):
        if self.moves.growth is not None:
            super().update(share, training)

    def note(self, step, masks, before, after):
        """A row. squares: by how much the number of weights changed that look at each square, row by row; [] for not at all."""
        layers = {name: self.layer(name, masks[name], mask) for name, mask in self.kept.items()}
        now = self.kept["fc1"].sum(0).view(SQUARES, 2, SQUARES, 2).sum((1, 3)).flatten()
        changes, self.map = now - self.map, now
        squares = changes.tolist() if changes.any() else []
        self.rows.append({"step": step, "accuracy": [before, after], "layers": layers, "squares": squares})

    def layer(self, name, before, after):
        """What moved in a layer. new: weights that were not there; first: weights of the first mask that are there; fell, grew:
        the mean |w| of what fell and the mean |g| of what grew, in means over all that could have; unread: inputs at which no
        weight looks; idle: outputs without a weight; spread: weights of an input, from least to most, by tenths of the inputs."""
        fell, grew = before & ~after, after & ~before
        found = {"new": int(grew.sum()), "first": int((after & self.first[name]).sum())}
        found |= {"unread": int((after.sum(0) == 0).sum()), "idle": int((after.sum(1) == 0).sum())}
        if grew.any():
            size, gradient = self.sizes[name]
            found |= {"fell": in_means(size, fell, before), "grew": in_means(gradient, grew, ~before | fell)}
        return found | {"spread": after.sum(0).float().quantile(TENTHS).round().int().tolist()}

    def end(self):
        model, kept = self.choosing.units.model, super().end()
        self.note(self.steps, kept, judged(model), judged(model))
        return kept


def sizes_of(module):
    """(|w|, |g|) of a layer, before its masks move."""
    return module.weight.detach().abs().clone(), module.weight.grad.abs().clone()


def in_means(sizes, some, every):
    """The mean of some of the sizes, in means of all of them."""
    return round(float(sizes[some].mean() / sizes[every].mean()), 2)


def judged(model):
    return evaluate(model.eval(), splits()[2].take(TEST)).accuracy


def measure(method):
    moves, watches = checked_moves(GROWTH[method], ALPHA, None, UNTIL, takes_step=method != "rigl"), []

    def make(*settled):
        watches.append(Watch(*settled, moves))
        return watches[0]

    def drive(*settled):
        return trained_masked(*settled, make)

    recipe = RECIPES[method]()._replace(driver=drive)
    data, model = splits()[0].take(IMAGES), reference(NETWORK)  # whose weights are drawn anew
    small = prune(model, data, recipe, 1 - SHARE, EPOCHS, SEED, learning_rate=LEARNING_RATE, quiet=True)
    costs = {"training_macs": small.training_macs, "executed_training_macs": small.executed_training_macs}
    layers = {"counts": small.units.counts(small.kept), "sizes": small.units.sizes}
    layers |= {"inputs": {name: module.weight.shape[1] for name, module in small.units.modules.items()}}
    return {"every": watches[0].every} | costs | layers | {"moments": watches[0].rows}


def ink():
    """How much each square differs from digit to digit, row by row: the standard deviation over training digits, mean of the four
    pixels, in hundredths of the largest."""
    spread = splits()[0].take(IMAGES).images.std(0).view(SQUARES, 2, SQUARES, 2).mean((1, 3)).flatten()
    return (100 * spread / spread.max()).round().int().tolist()


def main():
    fresh = arguments(__doc__).fresh
    settings = {"network": NETWORK, "share": SHARE, "images": IMAGES, "epochs": EPOCHS, "learning_rate": LEARNING_RATE}
    settings |= {"seed": SEED, "alpha": ALPHA, "until": UNTIL, "test": TEST, "densities": "erk"}
    settings |= {"squares": SQUARES, "ink": ink()}
    keys = [{"method": method} for method in METHODS]
    Record("rigl_timeline", settings, fresh).run(keys, measure)


if __name__ == "__main__":
    main()
