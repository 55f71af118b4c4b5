"""Gradients for scorers: those of the step at hand while a model is trained, else means over some batches."""

import torch
from torch.nn.functional import cross_entropy

from ..training.models import outputs_of

BATCHES, BATCH = 4, 128


def gradients_of(units, data, train=False):
    """{layer: {parameter: gradient of the cross-entropy}}, means over some batches; the model stays as it is.

    train: whether norms see the batch, as in training. Inside of a training, where `units.at_hand` is set, these are the
    gradients of its step.
    """
    batches = list(gradients_by_batch(units, data, train))
    found = {}
    for name, each in batches[0].items():
        found[name] = {key: sum(batch[name][key] for batch in batches) / len(batches) for key in each}
    return found


def gradients_by_batch(units, data, train=False):
    """The gradients of each batch; see `gradients_of`."""
    if units.at_hand:
        yield collected(units)
        return
    model, modes = units.model, {module: module.training for module in units.model.modules()}
    buffers = {name: value.clone() for name, value in model.named_buffers()}
    model.train(train)
    for seen, (images, labels) in enumerate(data.batches(BATCH, shuffle=False), 1):
        model.zero_grad(set_to_none=True)
        cross_entropy(outputs_of(model, images), labels).backward()
        yield collected(units)
        if seen == BATCHES:
            break
    model.zero_grad(set_to_none=True)
    with torch.no_grad():
        for name, value in model.named_buffers():
            value.copy_(buffers[name])
    for module, mode in modes.items():
        module.training = mode


def collected(units):
    """The gradients that the parameters of the units' layers have now."""
    found = {}
    for name, module in units.modules.items():
        parameters = module.named_parameters(recurse=False)
        found[name] = {key: value.grad.clone() for key, value in parameters if value.grad is not None}
    return found
