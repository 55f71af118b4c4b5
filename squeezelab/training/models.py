"""A torch module as training, evaluation and timing use it: checked, called, put into its other mode for a while."""

from contextlib import contextmanager

import torch
from torch import nn


def check_model(model):
    """Raises unless `model` is a torch module; a `Network` is the description of one."""
    if not isinstance(model, nn.Module):
        raise ValueError(f"a model is a torch module, not {type(model).__name__}; to_torch(network) makes one of a Network")


def outputs_of(model, images):
    """``model(images)``; where torch cannot compute it, the error says what the batch was like."""
    try:
        return model(images)
    except (RuntimeError, ValueError) as error:
        batch = f"of shape {tuple(images.shape)} and type {dtype_name(images)}"
        alone = "more than 1 value per channel" in str(error)  # what torch's norms say of a last batch of one image
        hint = "; a norm learns nothing from one image alone: choose a batch size that leaves more" if alone else ""
        raise ValueError(f"the model cannot take a batch {batch}: {error}{hint}") from error


def dtype_name(tensor):
    """'float32', as torch's own names go without their prefix."""
    return str(tensor.dtype).removeprefix("torch.")


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


def home_of(model):
    """The device of a model's parameters; the processor for one without any."""
    return next((parameter.device for parameter in model.parameters()), torch.device("cpu"))
