"""The state of a training: what `after_backward` is called with, and what a checkpoint holds."""

import math
from contextlib import contextmanager

import torch

from .choices import check_callable
from .device import device_text, for_convolutions
from .history import History
from .models import check_model
from .optimizers import checked_optimizer


class Training:
    """The state of one `fit`: what a checkpoint holds of it is enough to go on from it.

    model, optimizer: as they learn; a hook may change ``.grad``, weights, buffers and the optimizer's state in place.
    epoch, step: those at hand, counted from 0, steps over all epochs; `epochs`, `steps`: of the whole training.
    rate, loss: of the step at hand, numbers. history: the `History` of the epochs that are done.

    A hook that adds a penalty on the scales of a norm to the loss, by its gradient (Network Slimming, Liu et al. 2017, Eq. 1):

    >>> norm = torch.nn.BatchNorm2d(1)
    >>> def shrink(training):
    ...     norm.weight.grad += 0.3 * norm.weight.sign()
    >>> data = [(torch.zeros(2, 1, 1, 1), torch.zeros(2))]  # no gradient but the hook's
    >>> penalised = {"optimizer": torch.optim.SGD, "schedule": lambda progress: 1.0, "after_backward": shrink}
    >>> from squeezelab.training import fit
    >>> history = fit(norm, data, epochs=1, learning_rate=1, loss=lambda outputs, labels: outputs.square().mean(), **penalised)
    >>> norm.weight
    Parameter containing:
    tensor([0.7000], requires_grad=True)
    """

    def __init__(self, model, optimizer, feed, rates, objective, after_backward):
        check_model(model)
        check_callable("optimizer", optimizer)
        if after_backward is not None:
            check_callable("after_backward", after_backward)
        self.model, self.feed, self.rates = for_convolutions(model.to(feed.device)), feed, rates
        self.objective, self.after_backward = objective, after_backward
        parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        if not parameters:
            raise ValueError("the model has no parameter that needs a gradient: there is nothing to train")
        self.optimizer = checked_optimizer(optimizer(parameters, rates.peak))
        self.epochs, self.steps = rates.epochs, rates.steps
        self.step, self.rate, self.loss = 0, rates.peak, math.nan
        self.history = History(device=device_text(feed.device))

    @property
    def epoch(self):
        """The epoch at hand, which is how many are done."""
        return len(self.history)

    def resume(self, rows):
        """Goes on after the epochs of these rows of a history."""
        self.history.rows = rows
        self.step = self.epoch * len(self.feed)

    def set_rate(self):
        """The learning rate of the step at hand, for all parameters."""
        self.rate = self.rates.at(self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate

    def set_loss(self, loss):
        """The loss of the step at hand as a number; raises, saying when, where it is none to go on from."""
        self.loss = loss.item()
        if not math.isfinite(self.loss):
            raise ValueError(
                f"the loss is {self.loss} at step {self.step + 1} of {self.steps}, where the learning rate is {self.rate:g}: "
                f"try a smaller one than {self.rates.peak:g}, and check that the images are finite"
            )

    def wants_step(self):
        """Whether the step at hand is taken: asks the hook; raises for an answer that leaves it open."""
        if self.after_backward is None:
            return True
        with torch.no_grad():  # the hook is no part of what is trained: it may change weights, and nothing of it is metered
            answer = self.after_backward(self)
        if answer is None or answer is True or answer is False:  # 0 or a tensor may be meant as anything
            return answer is not False
        raise ValueError(f"after_backward(training) gives False to skip the step, or nothing, not {answer!r}")

    @contextmanager
    def own_randomness(self):
        """Dropout, say, draws from numbers that the epoch alone decides; the caller's go on where they were."""
        devices = [self.feed.device] if self.feed.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices):
            torch.manual_seed(self.feed.epoch_seed(self.epoch))
            yield
