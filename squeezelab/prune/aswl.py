"""ASWL: one learnt number a layer says how much of it falls, and scales its output (He, Shi, Dong 2021, Learning Pruned
Structure and Weights Simultaneously from Scratch) [read: code].

A layer's attention a, from 0.5 on, multiplies its output; the share (1 − a)^α of its weights, the smallest, takes no part in a
forward pass, while all of them go on learning. The loss is that of the task and decay·(S − d)², S the density of the whole
network, d the one asked for. As released the method prunes nothing: the pruned weights are not assigned, the threshold is one of
signed weights, and only a copy of a is clipped; mended here [ours], and so is the budget d, which is 0 there. Biases stay.

In front of a norm a is invisible to the task's loss, and only the penalty moves it; without norms it is a gain that the task
wants large, and little falls.

>>> float(density_of(torch.tensor([0.5, 1.0]), torch.tensor([300, 100]), alpha=1.0))
0.625
"""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from ..core.checks import number
from ..training import TrainingMeter, fit
from .choosing import Trained
from .gates import Gate

START, LEAST = 0.5, 0.01  # of an attention [read]
MOMENTUM = 0.9


def density_of(attention: torch.Tensor, sizes: torch.Tensor, alpha: float) -> torch.Tensor:
    """S, the share of all weights that takes part."""
    return (sizes * (1 - (1 - attention) ** alpha)).sum() / sizes.sum()


class Attended(nn.Module):
    """A model whose layers' outputs are multiplied by their `attention`, (layers,)."""

    def __init__(self, units):
        super().__init__()
        self.model, self.units = units.model, units
        self.attention = nn.Parameter(torch.full((len(units.sizes),), START))
        self.sizes = torch.tensor(list(units.sizes.values()), dtype=torch.float32)
        self.handles = [module.register_forward_hook(self.scaler(place)) for place, module in enumerate(units.modules.values())]

    def scaler(self, place):
        return lambda module, inputs, output: output * self.attention[place]

    def forward(self, images):
        return self.model(images)

    def masks(self, alpha):
        """{layer: mask}: of each the share (1 − a)^α with the smallest sizes falls."""
        found = {}
        for attention, (name, module) in zip(self.attention.tolist(), self.units.modules.items()):
            sizes = module.weight.detach().abs()
            falls = int((1 - attention) ** alpha * sizes.numel())
            limit = sizes.flatten().kthvalue(falls).values if falls else -1.0
            found[name] = sizes > limit
        return found

    def fold(self):
        """The attentions become part of the weights, and the hooks go."""
        for handle in self.handles:
            handle.remove()
        with torch.no_grad():
            for attention, module in zip(self.attention.tolist(), self.units.modules.values()):
                for parameter in module.parameters(recurse=False):
                    parameter.mul_(attention)


def attended(alpha, decay):
    """The driver of ASWL, trained by SGD with momentum .9 as its code. Raises a ValueError for settings that are no numbers."""
    alpha = number(alpha, "alpha, the exponent of the share that falls,", above=0)
    decay = number(decay, "the decay, the weight of the density in the loss,", least=0)

    def drive(choosing, data, sparsity, epochs, scaled, settings):
        """The `Trained` model, whose density is what was learnt, not exactly what was asked for."""
        model, units, wanted = Attended(choosing.units), choosing.units, 1 - sparsity
        gate, history, meter = Gate(units.model, "soft"), None, None
        gate.set(units.masks(model.masks(alpha)))

        def loss(outputs, labels):
            return cross_entropy(outputs, labels) + decay * (density_of(model.attention, model.sizes, alpha) - wanted) ** 2

        def hook(training):
            gate.after_backward(training.optimizer)
            if not training.step:
                training.optimizer.register_step_post_hook(settle)

        def settle(*_):
            with torch.no_grad():
                model.attention.clamp_(LEAST, 1)
            gate.set(units.masks(model.masks(alpha)))

        if epochs:
            with TrainingMeter(model) as meter:
                history = fit(
                    model, data, epochs=epochs, optimizer=nesterov, loss=loss, score=right, after_backward=hook, **settings
                )
        kept = model.masks(alpha)
        gate.set(units.masks(kept))
        gate.close()
        model.fold()
        rows = zip(units.sizes, model.attention.tolist())
        choosing.notes.append({"attention": {name: round(value, 4) for name, value in rows}})
        return Trained(kept, None, history, meter)

    return drive


def right(outputs, labels):
    return int((outputs.argmax(1) == labels).sum())


def nesterov(parameters, learning_rate):
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=MOMENTUM, nesterov=True)
