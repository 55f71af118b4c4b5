"""How good a model is on examples it has not seen."""

from collections import namedtuple
from contextlib import contextmanager

import torch
from torch import nn

from .batches import batches_of, check_labels, check_model, on_device, outputs_of
from .device import best_device

Score = namedtuple("Score", "accuracy loss")
Score.__doc__ = "`accuracy`: share of the examples whose largest output is the right class; `loss`: mean cross-entropy, nats."


def evaluate(model, data, batch_size=500, device=None):
    """The `Score` of `model` on `data`, in evaluation mode; the model's own mode and its gradients stay as they were.

    Works on the model's device unless told otherwise; the model is moved only if `device` is given. Raises a ValueError for
    empty data, for a batch that the model cannot take, and for labels outside the classes.
    """
    check_model(model)
    device = best_device(device) if device is not None else device_of(model)
    model.to(device)
    right = total = 0
    loss = 0.0
    with evaluation_mode(model):
        for batch in batches_of(data, batch_size):
            images, labels = on_device(batch, device)
            outputs = outputs_of(model, images)
            check_labels(labels, outputs)
            right += int((outputs.argmax(1) == labels).sum())
            loss += float(nn.functional.cross_entropy(outputs, labels, reduction="sum"))
            total += len(labels)
    return Score(right / total, loss / total)


@contextmanager
def evaluation_mode(model):
    """The model in evaluation mode and without gradients, for as long as it lasts."""
    training = [module for module in model.modules() if module.training]
    try:
        model.eval()
        with torch.no_grad():
            yield
    finally:
        for module in training:  # one by one: a model may keep some of its norms in evaluation mode
            module.training = True


def device_of(model):
    """The device of a model's parameters; the processor for one without any."""
    return next((parameter.device for parameter in model.parameters()), torch.device("cpu"))
