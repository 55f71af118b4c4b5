"""What training costs: the MACs of its three passes, and the activations that it keeps for the second and third.

A layer Y = W·X is computed once forward and twice backward: dX = Wᵀ·dY passes the error on, dW = dY·Xᵀ changes the weights.
All three have the same MACs (batch and bias aside), but the backward two are not always needed: nobody reads the error of the
image, and a frozen weight wants no gradient. Counted are convolutions and linear layers, as everywhere in the book. Not counted
are transposed convolutions, attention, recurrent layers, and products that no layer makes (F.conv2d, x @ y): the meter names
those that were called.
"""

import math
import sys

import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.checkpoint import CheckpointFunction

from ..bridge.weights import learns
from ..core.checks import number, there_are
from .left_out import LeftOut
from .models import check_model
from .saved import SavedBytes

COUNTED = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)
PASSES = ("forward", "backward_inputs", "backward_weights")


class TrainingMeter:
    """Counts while it is open: ``with TrainingMeter(model) as meter: fit(model, ...)``.

    frozen: {name of a layer: share of its output channels that are not updated}, read anew at each step; those rows of dW
        are not computed. Parameters that need no gradient need not be named.

    `macs` is a dict {pass: MACs}, `dense_macs` the same where zeros are multiplied and gradients of frozen rows computed, too;
    `peak_saved_bytes` the most that autograd kept at one time for the backward pass, parameters and buffers not counted, and of a
    view (a batch that is a slice of the data) what it shows. `left_out` names the products that were made but not counted,
    {torch's function: calls}. A weight with a mask, as torch's pruning has it (``weight_mask``), counts by the share it keeps, in
    all three passes. Forward passes without gradients are not training and not counted: neither evaluation, nor what `score` and
    `after_backward` of `fit` compute, unless they ask for gradients themselves. A backward pass counts when it happens, as
    ``backward()`` makes it; a forward that is checkpointed counts again. Raises a ValueError for a model that calls no hooks,
    such as a compiled one, and for a layer or share that cannot be frozen.

    >>> with TrainingMeter(nn.Linear(3, 4)) as meter:
    ...     meter.model(torch.zeros(2, 3)).sum().backward()
    >>> meter.macs
    {'forward': 24, 'backward_inputs': 0, 'backward_weights': 24}
    """

    def __init__(self, model: nn.Module, frozen: dict | None = None):
        check_model(model)
        check_hooks_are_called(model)
        self.layers = {name: module for name, module in model.named_modules() if isinstance(module, COUNTED)}
        self.frozen = {} if frozen is None else frozen
        if not isinstance(self.frozen, dict):
            raise ValueError(f"frozen is a dict {{layer: share}}, not {type(frozen).__name__}")
        unknown = sorted(set(self.frozen) - set(self.layers))
        if unknown:
            raise ValueError(f"no layer {unknown[0]!r} in this model; {there_are(self.layers)}")
        self.model = model
        self.macs, self.dense_macs = dict.fromkeys(PASSES, 0), dict.fromkeys(PASSES, 0)
        self.saved = SavedBytes()
        self.functions = LeftOut()
        self.evaluates = False

    @property
    def left_out(self):
        """{function of torch: calls} of the products that are not counted."""
        return self.functions.calls

    @property
    def total(self):
        """MACs of all three passes."""
        return sum(self.macs.values())

    @property
    def peak_saved_bytes(self):
        """The most that autograd kept at one time."""
        return self.saved.peak

    def __enter__(self):
        self.hooks = []
        for name, module in self.layers.items():
            self.hooks.append(module.register_forward_pre_hook(self.enters))
            self.hooks.append(module.register_forward_hook(self.counter(name), with_kwargs=True))
            self.hooks.append(module.register_forward_hook(self.leaves, always_call=True))
        self.hooks.append(self.model.register_forward_pre_hook(self.begins))
        self.saved.leave_out(self.model)
        self.modes = [saved_tensors_hooks(self.saved.pack, self.saved.unpack), self.functions]
        for mode in self.modes:
            mode.__enter__()
        return self

    def __exit__(self, *error):
        for mode in reversed(self.modes):
            mode.__exit__(*error)
        for hook in self.hooks:
            hook.remove()

    def begins(self, model, inputs):
        """A forward pass of the whole model begins: what it holds by now, and whether it is training at all."""
        self.saved.leave_out(model)
        self.evaluates = not torch.is_grad_enabled() and not in_checkpoint()

    def enters(self, module, inputs):
        """Products of a counted layer are not left out."""
        self.functions.inside += 1

    def leaves(self, module, inputs, output):
        self.functions.inside -= 1

    def counter(self, name):
        """The hook that counts one call of a layer: forward at once, backward when the error of its output arrives."""

        def count(module, inputs, named, output):
            trains = torch.is_grad_enabled() or in_checkpoint() and not self.evaluates
            if not trains:
                return
            check_output(name, module, output)
            macs, kept = layer_macs(module, output), kept_share(module)
            updated = 1 - frozen_share(name, self.frozen.get(name, 0))
            backward = {"backward_inputs": needs_gradient([*inputs, *named.values()])}
            backward["backward_weights"] = learns(module)
            self.add(macs, kept, {"forward": 1})
            if output.requires_grad:
                output.register_hook(lambda error: self.add(macs, kept, backward, updated))

        return count

    def add(self, macs, kept, shares, updated=1):
        """Adds the MACs of a layer to its passes, `shares` of them; returns nothing, so that an error passes a hook unchanged.
        updated: the share of its rows whose gradient is wanted."""
        for name, share in shares.items():
            wanted = share * updated if name == "backward_weights" else share
            self.macs[name] += round(round(macs * kept) * wanted)
            self.dense_macs[name] += round(macs * share)

    def __repr__(self):
        parts = [f"{name.replace('_', ' ')} {self.macs[name]:,}" for name in PASSES]
        text = f"{self.total:,} MACs ({', '.join(parts)}); at most {self.peak_saved_bytes:,} bytes saved"
        return text + "".join(f"; not counted: {name} ({calls} calls)" for name, calls in sorted(self.left_out.items()))


def check_hooks_are_called(model):
    """Raises for a compiled model: its graph calls no hooks, and nothing would be counted."""
    if any(hasattr(module, "_orig_mod") or getattr(module, "_compiled_call_impl", None) for module in model.modules()):
        raise ValueError("a compiled model cannot be metered: meter the model before torch.compile, it does the same MACs")
    if any(isinstance(module, torch.jit.ScriptModule) for module in model.modules()):
        raise ValueError("a TorchScript cannot be metered: meter the module that was scripted, it does the same MACs")


def check_output(name, module, output):
    """Raises for a layer, derived from one of torch's, that gives something else than its values."""
    if not isinstance(output, torch.Tensor):
        found = f"'{name}', a {type(module).__name__}, gives a {type(output).__name__}"
        raise ValueError(f"{found}: only layers that give one tensor can be metered")


def in_checkpoint():
    """Whether this is the first pass of a checkpoint with ``use_reentrant=True``, which is training though it keeps no graph."""
    frame, code = sys._getframe(), CheckpointFunction.forward.__code__
    while frame and frame.f_code is not code:
        frame = frame.f_back
    return frame is not None and any(frame.f_locals["ctx"].needs_input_grad)


def layer_macs(module, output):
    """Dense MACs of one call: every weight of a row is used once per output value."""
    if isinstance(module, nn.Linear):
        return output.numel() * module.in_features
    return output.numel() * module.in_channels // module.groups * math.prod(module.kernel_size)


def kept_share(module):
    """The share of the weights that a mask keeps."""
    mask = getattr(module, "weight_mask", None)
    return 1.0 if mask is None else float(mask.count_nonzero()) / mask.numel()


def needs_gradient(inputs):
    """Whether the error of what a layer was called with, by place or by keyword, is asked for."""
    return any(value.requires_grad for value in inputs if isinstance(value, torch.Tensor))


def frozen_share(name, share):
    """`share` as a plain number; raises, naming the layer, where it is none."""
    return number(share, f"the frozen share of {name!r}", least=0, most=1)
