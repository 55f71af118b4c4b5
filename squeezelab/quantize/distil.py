"""Knowledge distillation: a small network learns from the labels and from what a trained, larger one says of each image.

    loss = (1 − w) · cross-entropy(student, label) + w · T² · KL(softmax(teacher / T) ‖ softmax(student / T))

The temperature T makes the teacher's small probabilities heard: which wrong classes an image resembles. Gradients of the second
term fall with 1 / T², which the factor T² takes back. (Hinton, Vinyals, Dean 2015, arXiv 1503.02531 [recalled].)
"""

import torch
from torch import nn
from torch.nn.functional import cross_entropy, kl_div

from ..core.checks import number
from ..data import Examples
from ..training import History, fit
from ..training.models import evaluation_mode, home_of, outputs_of

TEMPERATURE, WEIGHT = 4.0, 0.9  # usual choices [recalled], not tuned here


def distillation_loss(
    outputs: torch.Tensor,
    labels: torch.Tensor,
    teacher_outputs: torch.Tensor,
    temperature: float = TEMPERATURE,
    weight: float = WEIGHT,
) -> torch.Tensor:
    """The loss above, a mean over the batch: outputs and teacher_outputs (batch, classes) before the softmax, labels (batch,).

    Raises a ValueError for a temperature that is not above 0, a weight outside 0 to 1, and a teacher of other classes.

    >>> outputs, labels = torch.tensor([[2.0, 0.0]]), torch.tensor([0])
    >>> round(distillation_loss(outputs, labels, outputs, weight=1).item(), 6)  # a student that says what the teacher says
    0.0
    """
    check_softness(temperature, weight)
    if outputs.shape != teacher_outputs.shape:
        raise ValueError(
            f"student and teacher must judge the same images by the same classes, but give {tuple(outputs.shape)} and "
            f"{tuple(teacher_outputs.shape)}"
        )
    said, wanted = ((each / temperature).log_softmax(1) for each in (outputs, teacher_outputs))
    soft = kl_div(said, wanted, reduction="batchmean", log_target=True)
    return (1 - weight) * cross_entropy(outputs, labels) + weight * temperature**2 * soft


def check_softness(temperature, weight):
    """Raises for settings that no distillation has."""
    number(temperature, "the temperature", above=0)
    number(weight, "the weight of what the teacher says", least=0, most=1)


class Taught:
    """Examples whose labels are followed by what a teacher says of each, float (n, 1 + classes), as `fit` walks over them.

    What it says is computed once, in evaluation mode, since each epoch shows the same images. A class number is exact as a float.
    """

    def __init__(self, examples, teacher):
        said = []
        with evaluation_mode(teacher):
            for images, _ in examples.batches(500, shuffle=False):
                said.append(outputs_of(teacher, images.to(home_of(teacher))).cpu())
        self.targets = torch.cat([examples.labels[:, None].float(), torch.cat(said)], 1)  # (n, 1 + classes)
        self.numbered = Examples(examples.images, torch.arange(len(examples)), range(len(examples)))

    def batches(self, size, seed=0, shuffle=True):
        """As those of `Examples`, in the same order."""
        return TaughtBatches(self.numbered.batches(size, seed, shuffle), self.targets)


class TaughtBatches:
    """(images, targets) of one pass."""

    def __init__(self, batches, targets):
        self.numbered, self.targets = batches, targets

    def __len__(self):
        return len(self.numbered)

    def __iter__(self):
        for images, rows in self.numbered:
            yield images, self.targets[rows]


def distil(
    student: nn.Module,
    teacher: nn.Module,
    data: Examples,
    epochs: int = 3,
    *,
    temperature: float = TEMPERATURE,
    weight: float = WEIGHT,
    **training: object,
) -> History:
    """Trains `student` in place on `data` and on what `teacher`, which stays as it is, says of it, and returns the `History`.

    temperature, weight: of `distillation_loss`; a weight of 0 is plain training, in the same order of images. training: what
    `fit` takes beside (learning_rate, seed, batch_size, quiet, …). Raises a ValueError for data without one label an image, for
    settings outside their range, and for a teacher of other classes.

    >>> images = Examples(torch.rand(8, 1, 2, 2), torch.arange(8) % 2, ("even", "odd"))
    >>> small, large = (nn.Sequential(nn.Flatten(), nn.Linear(4, 2)) for _ in range(2))
    >>> len(distil(small, large, images, epochs=2, quiet=True))
    2
    """
    check_softness(temperature, weight)
    if not isinstance(data, Examples) or data.labels.ndim != 1:
        raise ValueError("a teacher is asked about Examples with one label an image, as digits() returns them")

    def loss(outputs, targets):
        return distillation_loss(outputs, targets[:, 0].long(), targets[:, 1:], temperature, weight)

    return fit(student, Taught(data, teacher), epochs, loss=loss, score=right_labels, **training)


def right_labels(outputs, targets):
    """How many images have the largest of their outputs at their label, which is the first of their targets."""
    return (outputs.argmax(1) == targets[:, 0]).sum()
