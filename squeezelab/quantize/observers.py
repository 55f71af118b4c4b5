"""What a model writes on images of the training set, as histograms, and the ranges of codes that follow.

Two passes: the extremes of every map, then its histogram between them, so that nothing but 2,048 counts a map is kept.
"""

import hashlib
from functools import cache

import torch

from ..compression.affine import affine_of
from ..compression.calibration import CLIP_RULES, Histogram, clip_of
from ..core.checks import check_choice, whole
from ..data import Examples
from ..data.embedded import stored_digits
from ..training.models import evaluation_mode, outputs_of

CALIBRATIONS = (*CLIP_RULES, "moving_average")
BINS = 2048
BATCH = 32  # images that are run at once; the batches of "moving_average"
DECAY = 0.9  # of the moving average: the weight of all batches before


def calibration_images(data: Examples, count: int) -> torch.Tensor:
    """The first `count` images of training data, (n, channels, height, width), or all where there are fewer.

    Raises a ValueError for what is no `Examples`, for none, and for test data that the package knows as such: those of
    ``split="test"``, and single images of MNIST's test set among others.
    """
    if not isinstance(data, Examples):
        raise ValueError(f"calibration takes Examples, images with labels, as digits()[0] is, not {type(data).__name__}")
    whole(count, "the number of calibration images")
    images = data.images[:count]
    if data.split == "test" or any(digest(image) in digests_of_test() for image in images):
        raise ValueError(
            "these are test images: ranges chosen on them would make the accuracy there too good; take training images"
        )
    return images


def digest(image):
    return hashlib.blake2b((image * 255).round().byte().numpy().tobytes(), digest_size=12).digest()


@cache
def digests_of_test():
    """What tells the embedded test digits from all others."""
    return frozenset(digest(image) for image in stored_digits()[1].images)


class Observed:
    """Extremes and histograms of the image (place −1) and of what each step of `model` writes, on these images."""

    def __init__(self, model, images):
        self.model, self.names = model, {-1: "the images"} | {place: step.name for place, step in enumerate(model.steps)}
        self.low, self.high, self.moving = {}, {}, {}
        with evaluation_mode(model):
            for place, values in self.maps(images):
                self.note_extremes(place, values)
            self.check()
            self.counts = {place: torch.zeros(BINS) for place in self.low}
            self.zeros = dict.fromkeys(self.low, 0)
            for place, values in self.maps(images):
                self.note_counts(place, values)

    def maps(self, images):
        """(place, values) of every map of every batch."""
        for batch in images.split(BATCH):
            yield -1, batch
            yield from enumerate(outputs_of(self.model.outputs, batch))

    def note_extremes(self, place, values):
        if not torch.isfinite(values).all():
            raise ValueError(f"'{self.names[place]}' gives values that are no numbers (NaN or infinite): these have no range")
        low, high = values.min().item(), values.max().item()
        self.low[place], self.high[place] = min(low, self.low.get(place, low)), max(high, self.high.get(place, high))
        before = self.moving.get(place, (low, high))
        self.moving[place] = tuple(DECAY * old + (1 - DECAY) * new for old, new in zip(before, (low, high)))

    def check(self):
        """Raises for a map of one and the same value: it says nothing about a scale. That of couplings is known without it."""
        couplings = [place for place, step in enumerate(self.model.steps) if step.op == "softmax"]
        for place, low in self.low.items():
            if low == self.high[place] and place not in couplings:
                name = self.names[place] if place < 0 else f"'{self.names[place]}'"
                raise ValueError(f"{name} give{'' if place < 0 else 's'} {low:g} everywhere on the calibration images: no range")

    def note_counts(self, place, values):
        low, high = self.ends(place)
        self.zeros[place] += int((values == 0).sum())
        self.counts[place] += torch.histc(values[values != 0].float(), BINS, low, high)

    def ends(self, place):
        return min(self.low[place], 0.0), max(self.high[place], 0.0)

    @property
    def largest_score(self):
        """The size of the largest value that the last step wrote."""
        last = len(self.model.steps) - 1
        return max(-self.low[last], self.high[last])

    def histogram(self, place):
        low, high = self.ends(place)
        return Histogram(low, (high - low) / BINS, self.counts[place].tolist(), self.zeros[place])

    def affine(self, place, bits, rule, symmetric=False):
        """The codes of a map."""
        check_choice("calibration", rule, CALIBRATIONS)
        if rule == "moving_average":
            return affine_of(*self.moving[place], bits, symmetric)
        if rule == "minmax":
            return affine_of(*self.ends(place), bits, symmetric)
        return affine_of(*clip_of(self.histogram(place), bits, rule, symmetric), bits, symmetric)
