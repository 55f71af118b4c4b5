"""How masked weights take part in training: a `Gate` before the forward pass and between backward pass and step.

>>> import torch
>>> from squeezelab.prune.gates import Gate
>>> layer = torch.nn.Linear(2, 1, bias=False)
>>> gate = Gate(layer, "soft")
>>> gate.set({layer: torch.tensor([[True, False]])})
>>> stored = layer.weight.detach().clone()
>>> float(layer(torch.tensor([[0.0, 1.0]])))  # nothing comes through …
0.0
>>> gate.after_backward(None)
>>> torch.equal(layer.weight, stored)  # … and nothing is lost
True
"""

import torch

from ..core.checks import check_choice

KINDS_OF_GATE = ("soft", "hard", "permanent")


class Gate:
    """Masks on the weights of layers. kind (Humble et al. 2022, SMCP) [read]:

    "soft": the forward pass sees w·m, the backward pass nothing of m, so that what is masked goes on learning and may return;
    "hard": forward and backward see m, stored values wait; "permanent": they are 0, with their gradient and momentum.

    Raises a ValueError for another kind.
    """

    def __init__(self, model, kind):
        check_choice("kind of gate", kind, KINDS_OF_GATE)
        self.kind = kind
        self.masks, self.hidden = {}, {}  # {module: mask of its weight}, {module: what the mask hides in a forward pass}
        self.hook = model.register_forward_pre_hook(self.before_forward)

    def set(self, masks, optimizer=None):
        """New masks, {module: bool tensor of the shape of its weight}; a module that is not named keeps its own."""
        self.show()
        for module, mask in masks.items():
            self.masks[module] = module.weight_mask = mask  # `weight_mask` is read by `TrainingMeter`
        if self.kind == "permanent":
            with torch.no_grad():
                for module, mask in masks.items():
                    module.weight.mul_(mask)
                    calm(optimizer, module.weight, mask)

    def before_forward(self, model, inputs):
        """Hides what is masked, unless it is gone for good."""
        if self.kind == "permanent" or self.hidden:
            return
        with torch.no_grad():
            for module, mask in self.masks.items():
                self.hidden[module] = module.weight * ~mask
                module.weight.mul_(mask)

    def after_backward(self, optimizer):
        """Shows the stored weights again, and lets those gradients through that the gate passes."""
        self.show()
        if self.kind == "soft":
            return
        for module, mask in self.masks.items():
            if module.weight.grad is not None:
                module.weight.grad.mul_(mask)
            calm(optimizer, module.weight, mask)

    def show(self):
        with torch.no_grad():
            for module, values in self.hidden.items():
                module.weight.add_(values)
        self.hidden = {}

    def close(self):
        """Ends the gate: from now on the weights are what the forward pass saw."""
        self.show()
        self.hook.remove()
        with torch.no_grad():
            for module, mask in self.masks.items():
                module.weight.mul_(mask)
                del module.weight_mask


def calm(optimizer, parameter, mask):
    """Takes momentum from masked values, so that no step moves them."""
    if optimizer is None:
        return
    for value in optimizer.state.get(parameter, {}).values():
        if isinstance(value, torch.Tensor) and value.shape == parameter.shape:
            value.mul_(mask)
