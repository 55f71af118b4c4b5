"""`fit`: a training loop that can be read, hooked into, interrupted and resumed.

`fit` goes over the epochs, `train_epoch` over the batches: the two are the loop. What they call stands in `batches` (examples
in), `objective` (loss and score out), `rates` and `optimizers` (the step), `state` (what a hook sees) and `checkpoint`.
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import nn
from tqdm.auto import tqdm

from ..data import Examples
from ..notebook.progress import is_quiet
from .batches import Feed
from .checkpoint import check_writable, resume_from, save
from .device import best_device
from .evaluation import evaluate
from .history import History
from .models import outputs_of
from .objective import Objective, Tally
from .optimizers import adamw, take_step
from .rates import Rates, one_cycle
from .state import Training


def fit(
    model: nn.Module,
    data: Examples | Iterable,
    epochs: int = 3,
    test: Examples | Iterable | None = None,
    batch_size: int = 128,
    learning_rate: float = 0.01,
    seed: int = 0,
    optimizer: Callable = adamw,
    schedule: Callable = one_cycle,
    loss: Callable = nn.functional.cross_entropy,
    device: torch.device | str | None = None,
    checkpoint: str | Path | None = None,
    quiet: bool | None = None,
    *,
    score: Callable | None = None,
    after_backward: Callable | None = None,
) -> History:
    """Trains `model` in place and returns its `History`; afterwards the model is in training mode.

    data, test: `Examples` or loaders of (images, labels). learning_rate: the peak; `schedule(progress)` gives its share at each
    step. seed: fixes the order of the examples and what is random in the model, so that two trainings are the same. optimizer:
    ``optimizer(parameters, learning_rate)``, without a closure (not LBFGS); parameters that need no gradient stay out. device:
    the fastest there is. checkpoint: a file, written after every epoch; a training that finds its own goes on from there, to the
    same result as without the pause. An interrupt (Ctrl-C, the stop button) ends it and keeps what was reached: the rows of the
    epochs that are done, the weights of the last step.

    loss: ``loss(outputs, labels)``, a mean over the batch, of any outputs and labels. score: ``score(outputs, labels)``, how many
    of the batch are right; without it accuracy is only counted under cross-entropy. after_backward: called with the `Training`
    (model, optimizer, epoch, step, steps, rate, loss) between the backward pass and the step, without gradients; False skips the
    step: weights and momenta stay, while the batch, the step and its learning rate count as passed. What it remembers is its
    own, but for buffers of the model and the optimizer's state, which the checkpoint holds.

    Raises a ValueError for empty data, for a batch that the model cannot take, for labels outside the classes, when the loss is
    no longer a number, a score no count or an answer of the hook neither False nor nothing, and for a checkpoint of another
    training; an OSError where the checkpoint cannot be written.

    >>> fit(nn.Linear(4, 4), [(torch.eye(4), torch.arange(4))], epochs=100, learning_rate=0.1)[-1]["accuracy"]
    1.0
    """
    feed = Feed(data, batch_size, best_device(device), seed)
    rates = Rates(learning_rate, schedule, epochs, len(feed))
    training = Training(model, optimizer, feed, rates, Objective(loss, score), after_backward)
    if test is not None:
        check_test(test, score)  # now, not after the first epoch
    if checkpoint is not None:
        resume_from(checkpoint, training)
        check_writable(checkpoint)
    with progress_bar(training, quiet) as bar:
        try:
            for _ in range(training.epoch, training.epochs):
                begin = time.monotonic()
                seen = train_epoch(training, bar)
                right = None if test is None else accuracy_on(model, test, loss, score)
                training.history.add(seen.loss, seen.accuracy, right, training.rate, time.monotonic() - begin)
                if checkpoint is not None:
                    save(checkpoint, training)
        except KeyboardInterrupt:
            training.history.interrupted = True
    return training.history


def train_epoch(training, bar):
    """One pass over the data → its `Tally`, each batch as the model was before the step that it led to."""
    model, optimizer, objective = training.model, training.optimizer, training.objective
    seen = Tally()
    model.train()
    with training.own_randomness():
        for images, labels in training.feed.batches(training.epoch):  # (batch, channels, height, width), (batch,)
            training.set_rate()
            outputs = outputs_of(model, images)  # (batch, classes), or whatever loss and score take
            loss = objective.loss(outputs, labels)  # ()
            right = objective.count_right(outputs, labels)  # before the step, so that a bad score changes nothing
            training.set_loss(loss)
            optimizer.zero_grad()  # not sooner: a forward pass may leave gradients, too
            loss.backward()
            if training.wants_step():  # after_backward
                take_step(optimizer)
            seen.add(len(labels), training.loss * len(labels), right)  # a last, smaller batch counts for less
            training.step += 1
            bar.update()
            bar.set_postfix(epoch=training.epoch + 1, loss=f"{seen.loss:.3f}", refresh=False)
    return seen


def check_test(test, score):
    """Raises for test data without batches, and for `Examples` with several labels an image if nothing says which are right."""
    Feed(test, 1, torch.device("cpu"))
    if score is None and getattr(getattr(test, "labels", None), "ndim", 1) != 1:
        shape = tuple(test.labels.shape)
        raise ValueError(f"test accuracy is counted on one label an image, of shape (n,), not {shape}: give a score of your own")


def accuracy_on(model, test, loss, score):
    """Accuracy on test data; labels are class numbers there unless a score of one's own reads them."""
    if score is None:
        return evaluate(model, test).accuracy
    return evaluate(model, test, loss=loss, score=score).accuracy


def progress_bar(training, quiet):
    """Steps of the whole training, those before a pause done."""
    hidden = is_quiet() if quiet is None else quiet
    return tqdm(total=training.steps, initial=training.step, disable=hidden, unit="step", leave=False)
