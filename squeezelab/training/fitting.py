"""`fit`: a training loop that can be read, interrupted and resumed."""

import inspect
import math
import time

import torch
from torch import nn
from tqdm.auto import tqdm

from ..core.checks import plain, whole
from ..notebook.progress import is_quiet
from .batches import batches_of, check_labels, check_model, on_device, outputs_of
from .checkpoint import check_writable, restore, save
from .device import best_device, device_text, for_convolutions
from .evaluation import evaluate
from .history import History


def adamw(parameters, learning_rate):
    """AdamW with torch's own weight decay of 0.01 (Loshchilov and Hutter 2019)."""
    return torch.optim.AdamW(parameters, lr=learning_rate)


def one_cycle(progress):
    """The learning rate as a share of its peak: up during the first 30 %, then down to almost nothing along a cosine (Smith and
    Topin 2018, with torch's defaults); `progress` runs from 0 to 1."""
    low, end, warm = 1 / 25, 1 / 250_000, 0.3
    if progress < warm:
        return low + (1 - low) * (1 - math.cos(math.pi * progress / warm)) / 2
    return end + (1 - end) * (1 + math.cos(math.pi * (progress - warm) / (1 - warm))) / 2


def constant(progress):
    """The learning rate never changes."""
    return 1.0


def fit(
    model,
    data,
    epochs=3,
    test=None,
    batch_size=128,
    learning_rate=0.01,
    seed=0,
    optimizer=adamw,
    schedule=one_cycle,
    loss=nn.functional.cross_entropy,
    device=None,
    checkpoint=None,
    quiet=None,
):
    """Trains `model` in place and returns its `History`.

    data, test: `Examples` or loaders of (images, labels). learning_rate: the peak; `schedule(progress)` gives its share at each
    step. seed: fixes the order of the examples and what is random in the model, so that two trainings are the same.
    optimizer: ``optimizer(parameters, learning_rate)``, which takes its step from one gradient, without a closure (not LBFGS);
    parameters that need no gradient stay out. loss: another
    ``loss(outputs, labels)`` takes any labels, but no training accuracy is counted with it. device: the fastest there is.
    checkpoint: a file, written after every epoch; a training that finds its own goes on from there, to the same result as
    without the pause. An interrupt (Ctrl-C, the stop button) ends it and keeps what was reached: the rows of the epochs that
    are done, the weights of the last step. Afterwards the model is in training mode.

    Raises a ValueError for empty data, for a batch that the model cannot take, for labels outside the classes, when the loss is
    no longer a number, and for a checkpoint of another training; an OSError where the checkpoint cannot be written.
    """
    training = Training(model, data, test, epochs, batch_size, learning_rate, seed, optimizer, schedule, loss, device)
    if checkpoint is not None:
        restore(checkpoint, training)
        check_writable(checkpoint)
    quiet = is_quiet() if quiet is None else quiet
    try:
        with tqdm(total=training.steps, initial=training.step, disable=quiet, unit="step", leave=False) as bar:
            while len(training.history) < training.epochs:
                training.run_epoch(bar)
                if checkpoint is not None:
                    save(checkpoint, training)
    except KeyboardInterrupt:
        training.history.interrupted = True
    return training.history


class Training:
    """The state of one `fit`: what a checkpoint holds is enough to go on from it."""

    def __init__(self, model, data, test, epochs, batch_size, learning_rate, seed, optimizer, schedule, loss, device):
        self.epochs = whole(epochs, "the number of epochs")
        self.batch_size = whole(batch_size, "the batch size")
        self.seed = whole(seed, "the seed", 0)
        self.learning_rate = checked_rate(learning_rate)
        check_model(model)
        check_functions(optimizer=optimizer, schedule=schedule, loss=loss)
        self.model, self.data, self.test, self.loss, self.schedule = model, data, test, loss, schedule
        self.device = best_device(device)
        for_convolutions(model.to(self.device))
        parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        if not parameters:
            raise ValueError("the model has no parameter that needs a gradient: there is nothing to train")
        self.optimizer = checked_optimizer(optimizer(parameters, self.learning_rate))
        self.per_epoch = len(batches_of(data, self.batch_size))
        if test is not None:
            batches_of(test, self.batch_size)  # raises now, not after the first epoch
        self.history = History(device=device_text(self.device))

    @property
    def counts_classes(self):
        """Whether labels are class numbers; what a loss of one's own reads, it must check itself."""
        return self.loss is nn.functional.cross_entropy

    @property
    def steps(self):
        """Steps of the whole training."""
        return self.epochs * self.per_epoch

    @property
    def step(self):
        """Steps in the epochs that are done."""
        return len(self.history) * self.per_epoch

    def run_epoch(self, bar):
        """One pass over the data. Its order and the model's own randomness depend on seed and epoch alone, so that an epoch
        after a pause is the epoch that it would have been."""
        begin, epoch = time.monotonic(), len(self.history)
        seed = self.seed * 10_007 + epoch  # a prime apart: no two short trainings share an epoch
        loss = right = count = 0
        self.model.train()
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices):  # the caller's random numbers go on where they were
            torch.manual_seed(seed)
            for number, batch in enumerate(batches_of(self.data, self.batch_size, seed)):
                images, labels = on_device(batch, self.device)
                value, hits = self.run_step(self.step + number, images, labels)
                loss, right, count = loss + value * len(labels), right + hits, count + len(labels)
                bar.update()
                bar.set_postfix(epoch=epoch + 1, loss=f"{loss / count:.3f}", refresh=False)
        test_accuracy = None if self.test is None else evaluate(self.model, self.test).accuracy
        accuracy = right / count if self.counts_classes else None
        row = {"epoch": epoch + 1, "loss": loss / count, "accuracy": accuracy, "test_accuracy": test_accuracy}
        rate = self.optimizer.param_groups[0]["lr"]
        self.history.rows.append(row | {"learning_rate": rate, "seconds": time.monotonic() - begin})

    def run_step(self, step, images, labels):
        """One step down the gradient → (loss, how many were right before it)."""
        rate = self.rate_at(step)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        outputs = outputs_of(self.model, images)
        if self.counts_classes:
            check_labels(labels, outputs)
        loss = self.loss(outputs, labels)
        value = self.value_of(loss, step, rate)
        self.optimizer.zero_grad()
        loss.backward()
        self.take_step()
        return value, int((outputs.detach().argmax(1) == labels).sum()) if self.counts_classes else 0

    def take_step(self):
        """A step of the optimizer; raises where it turns out to want a closure, which its signature leaves open."""
        try:
            self.optimizer.step()
        except (TypeError, AssertionError, ValueError, RuntimeError) as error:
            told = " ".join(str(error).split())
            if "closure" not in told.lower() and "'NoneType' object is not callable" not in told:
                raise
            raise ValueError(closure_text(self.optimizer, f" ({told})")) from error

    def rate_at(self, step):
        """The learning rate of a step."""
        given = self.schedule(step / self.steps)
        share = plain(given)
        if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share < math.inf:
            raise ValueError(f"the schedule gives {given} at step {step + 1} of {self.steps}, but a share is not negative")
        return self.learning_rate * share

    def value_of(self, loss, step, rate):
        """The loss as a number; raises, saying when, where it is none to go on from."""
        if not isinstance(loss, torch.Tensor) or loss.numel() != 1:
            found = f"a tensor of shape {tuple(loss.shape)}" if isinstance(loss, torch.Tensor) else type(loss).__name__
            raise ValueError(f"the loss must be a tensor of one number, such as the mean over a batch, not {found}")
        value = loss.item()
        if not math.isfinite(value):
            raise ValueError(
                f"the loss is {value} at step {step + 1} of {self.steps}, where the learning rate is {rate:g}: "
                f"try a smaller one than {self.learning_rate:g}, and check that the images are finite"
            )
        return value


def checked_rate(learning_rate):
    """The learning rate as Python's own number."""
    rate = plain(learning_rate)
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 < rate < math.inf:
        raise ValueError(f"the learning rate is a positive number, not {learning_rate!r}")
    return rate


def checked_optimizer(optimizer):
    """`optimizer`; raises, before the first epoch, for what is none, and for one that computes the loss itself."""
    missing = [name for name in ("step", "zero_grad", "param_groups", "state_dict") if not hasattr(optimizer, name)]
    if missing:
        made = type(optimizer).__name__
        raise ValueError(
            f"optimizer(parameters, learning_rate) must make an optimizer of torch, not a {made} without {missing[0]}"
        )
    arguments = inspect.signature(optimizer.step).parameters.values()
    if any(one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD) for one in arguments):
        raise ValueError(closure_text(optimizer))
    return optimizer


def closure_text(optimizer, told=""):
    """Why an optimizer that evaluates the loss several times a step has no place here."""
    return (
        f"{type(optimizer).__name__} needs a closure{told}: it computes the loss several times a step, but fit computes it once; "
        f"take an optimizer whose step() needs no argument, such as adamw or torch.optim.SGD, or write the loop yourself"
    )


# what each choice must be able to do, with an example
HOW = {
    "optimizer": "is called as optimizer(parameters, learning_rate), like adamw or torch.optim.SGD",
    "schedule": "is called as schedule(progress), like one_cycle or constant",
    "loss": "is called as loss(outputs, labels), like torch.nn.functional.cross_entropy",
}


def check_functions(**given):
    """Raises for a choice that is no function: its name, or an optimizer that is made already."""
    for name, function in given.items():
        if not callable(function):
            raise ValueError(f"the {name} {HOW[name]}, so it cannot be of type {type(function).__name__}")
