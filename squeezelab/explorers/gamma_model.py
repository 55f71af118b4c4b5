"""The recorded scales of norms under a pull, and what one threshold on them cuts."""

from ..compression.thinned import kept_of
from .kit.measured import measured
from .kit.memo import Memo

SETTINGS = measured("scales")["settings"]
EPOCHS, SHARES = SETTINGS["epochs"], [0] + SETTINGS["shares"]
ROWS = measured("scales")["rows"]
FLOOR = 0.1  # of the channels of a layer stays, as in the recipe `slimming`
PLACES = list(range(len(SHARES)))
WIDTH, BINS = 0.05, 18  # of the histogram
SMALL = 0.05  # a tenth of where each scale starts


class Cut:
    """The scales after an epoch, and one threshold on them. scales: {layer: |γ| of each channel}; layers: in order; limit: the
    smallest scale above the threshold; kept: {layer: channels that stay}; floored: layers that the floor saves from more."""

    def __init__(self, pull, epoch, place):
        self.row = [row for row in ROWS if str(row["pull"]) == pull][0]
        self.epoch, self.share, self.place = epoch, SHARES[place], place
        now = self.row["epochs"][epoch - 1]
        self.layers = sorted(now["scales"])
        self.scales, self.accuracies, self.anew = now["scales"], now["accuracy"], now["anew"]
        every = sorted([scale for layer in self.layers for scale in self.scales[layer]], key=lambda scale: -scale)
        self.count = len(every)
        self.limit = every[kept_of(len(every), self.share) - 1]
        self.kept, self.floored = {}, []
        for layer in self.layers:
            above = len([scale for scale in self.scales[layer] if scale >= self.limit])
            least = max(1, int(FLOOR * len(self.scales[layer]) + 0.5))
            self.kept[layer] = max(above, least)
            if above < least:
                self.floored.append(layer)
        self.removed = self.count - sum(self.kept.values())

    def small(self):
        """How many scales are below a tenth of where they started."""
        return len([1 for layer in self.layers for scale in self.scales[layer] if scale * SETTINGS["unit"] < SMALL])

    def tuned(self):
        """Accuracy after some epochs of recovery, or None where that was not measured."""
        if self.epoch < EPOCHS or self.share not in SETTINGS["tuned"]:
            return None
        return self.row["tuned"][SETTINGS["tuned"].index(self.share)]


# cut_of(pull, epoch, place of the share)
cut_of = Memo(Cut, most=400)


def counts_of(now):
    """Channels kept and channels cut in each bin of the histogram."""
    left, gone = [0] * BINS, [0] * BINS
    for layer in now.layers:
        ordered = sorted(now.scales[layer], key=lambda scale: -scale)
        for number, scale in enumerate(ordered):
            place = min(BINS - 1, int(scale * SETTINGS["unit"] / WIDTH))
            (left if number < now.kept[layer] else gone)[place] += 1
    return left, gone


def tallest(pull):
    """Of all epochs under a pull, so that bars can be compared while the epochs run by."""
    return max([max(counts_of(cut_of(pull, epoch + 1, 0))[0]) for epoch in range(EPOCHS)])


# tallest_of(pull)
tallest_of = Memo(tallest, most=20)
