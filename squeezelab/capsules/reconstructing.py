"""Training with a decoder: what is left of a capsule must do to draw its digit again.

Source: Sabour, Frosst, Hinton 2017 (arXiv 1710.09829), Sec. 4.1; with two digits each is drawn on its own, Sec. 6.
"""

from typing import NamedTuple

import torch
from torch import fx, nn

from ..core.checks import number
from .losses import longest_is_right, margin_loss
from .reading import decoded, decoder_of, encoder

WEIGHT = 0.0005  # of the sum of squared errors, Sec. 4.1


class Seen(NamedTuple):
    """What `Reconstructing` gives: lengths (B, J), poses (B, J, D), and the images that it was given."""

    lengths: torch.Tensor
    poses: torch.Tensor
    images: torch.Tensor


class Reconstructing(nn.Module):
    """A CapsNet with a decoder, as `fit` trains both: give it `.loss` and `.score`.

    Called on images (B, 1, height, width), or (B, 1 + k, height, width) whose further channels show the k things of an image
    alone, in the order of its labels (`overlapping_digits(…, parts=True)`). The model itself is trained in place. Raises a
    ValueError for a model without a decoder, and for a weight below 0.

    >>> from squeezelab.bridge import to_torch
    >>> from squeezelab.networks import capsnet
    >>> training = Reconstructing(to_torch(capsnet("tiny", decoder=(32,))))
    >>> training(torch.rand(2, 1, 28, 28)).poses.shape
    torch.Size([2, 10, 16])
    """

    def __init__(self, model: fx.GraphModule, weight: float = WEIGHT):
        super().__init__()
        self.model, self.weight = model, number(weight, "the weight of the reconstruction", least=0)
        decoder_of(model)  # raises where there is none
        self.encoder = encoder(model)

    def forward(self, images: torch.Tensor) -> Seen:
        return Seen(*self.encoder(images[:, :1]), images)

    def loss(self, seen: Seen, labels: torch.Tensor) -> torch.Tensor:
        """Margin loss and `weight` times the squared error of what is drawn, summed over pixels, a mean over the batch."""
        columns = labels.reshape(len(labels), -1)  # (B, k)
        targets = seen.images[:, 1:] if seen.images.shape[1] > 1 else seen.images
        if targets.shape[1] != columns.shape[1]:
            raise ValueError(f"{columns.shape[1]} labels an image need as many images to draw, not {targets.shape[1]}")
        loss = margin_loss(seen.lengths, labels)
        for place in range(columns.shape[1]):
            drawn = decoded(self.model, seen.poses, columns[:, place])
            loss = loss + self.weight * ((drawn - targets[:, place].flatten(1)) ** 2).sum(1).mean()
        return loss

    @staticmethod
    def score(seen: Seen, labels: torch.Tensor) -> torch.Tensor:
        """How many images have their longest capsules at their labels."""
        return longest_is_right(seen.lengths, labels)
