"""What training costs: the MACs of its three passes, and the activations that it keeps for the second and third.

A layer Y = W·X is computed once forward and twice backward: dX = Wᵀ·dY passes the error on, dW = dY·Xᵀ changes the weights.
All three have the same MACs (batch and bias aside), but the backward two are not always needed: nobody reads the error of the
image, and a frozen weight wants no gradient. Counted are convolutions and linear layers, as everywhere in the book. Not counted
are transposed convolutions, attention, recurrent layers, and calls of torch.nn.functional, which no module makes.
"""

import math

import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks

from .batches import check_model

COUNTED = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)
PASSES = ("forward", "backward_inputs", "backward_weights")


class TrainingMeter:
    """Counts while it is open: ``with TrainingMeter(model) as meter: fit(model, ...)``.

    frozen: {name of a layer: share of its output channels that are not updated}, read anew at each step; those rows of dW
        are not computed. Parameters that need no gradient need not be named.

    `macs` is a dict {pass: MACs}, `peak_saved_bytes` the most that autograd kept at one time for the backward pass, parameters
    and buffers not counted. A weight with a mask, as torch's pruning has it (``weight_mask``), counts by the share it keeps, in
    all three passes. Forward passes without gradients (evaluation) are not training and not counted. A backward pass counts
    when it happens; a forward that torch's checkpointing repeats counts again.

    >>> with TrainingMeter(nn.Linear(3, 4)) as meter:
    ...     meter.model(torch.zeros(2, 3)).sum().backward()
    >>> meter.macs
    {'forward': 24, 'backward_inputs': 0, 'backward_weights': 24}
    """

    def __init__(self, model, frozen=None):
        check_model(model)
        check_uncompiled(model)
        self.layers = {name: module for name, module in model.named_modules() if isinstance(module, COUNTED)}
        self.frozen = {} if frozen is None else frozen
        if not isinstance(self.frozen, dict):
            raise ValueError(f"frozen is a dict {{layer: share}}, not {type(frozen).__name__}")
        unknown = sorted(set(self.frozen) - set(self.layers))
        if unknown:
            raise ValueError(f"no layer {unknown[0]!r} in this model; there are {', '.join(self.layers)}")
        self.model = model
        self.macs = dict.fromkeys(PASSES, 0)
        self.saved = SavedBytes()

    @property
    def total(self):
        """MACs of all three passes."""
        return sum(self.macs.values())

    @property
    def peak_saved_bytes(self):
        """The most that autograd kept at one time."""
        return self.saved.peak

    def __enter__(self):
        self.hooks = [module.register_forward_hook(self.counter(name)) for name, module in self.layers.items()]
        self.hooks.append(self.model.register_forward_pre_hook(lambda model, inputs: self.saved.leave_out(model)))
        self.hook = saved_tensors_hooks(self.saved.pack, self.saved.unpack)
        self.hook.__enter__()
        return self

    def __exit__(self, *error):
        self.hook.__exit__(*error)
        for hook in self.hooks:
            hook.remove()

    def counter(self, name):
        """The hook that counts one call of a layer: forward at once, backward when the error of its output arrives."""

        def count(module, inputs, output):
            if not torch.is_grad_enabled():
                return
            macs = round(layer_macs(module, output) * kept_share(module))
            updated = 1 - checked_share(name, self.frozen.get(name, 0))
            backward = {"backward_inputs": macs * inputs[0].requires_grad}
            backward["backward_weights"] = round(macs * updated) * needs_gradient(module)
            self.add({"forward": macs})
            if output.requires_grad:
                output.register_hook(lambda error: self.add(backward))

        return count

    def add(self, macs):
        """Adds to what was counted; returns nothing, so that an error passes a hook unchanged."""
        for name, count in macs.items():
            self.macs[name] += count

    def __repr__(self):
        parts = [f"{name.replace('_', ' ')} {self.macs[name]:,}" for name in PASSES]
        return f"{self.total:,} MACs ({', '.join(parts)}); at most {self.peak_saved_bytes:,} bytes saved"


def check_uncompiled(model):
    """Raises for a compiled model: its graph calls no hooks, and nothing would be counted."""
    if any(hasattr(module, "_orig_mod") or getattr(module, "_compiled_call_impl", None) for module in model.modules()):
        raise ValueError("a compiled model cannot be metered: meter the model before torch.compile, it does the same MACs")


def layer_macs(module, output):
    """Dense MACs of one call: every weight of a row is used once per output value."""
    return output.numel() * math.prod(module.weight.shape[1:])


def kept_share(module):
    """The share of the weights that a mask keeps."""
    mask = getattr(module, "weight_mask", None)
    return 1.0 if mask is None else float(mask.count_nonzero()) / mask.numel()


def needs_gradient(module):
    """A masked weight is computed from the parameter ``weight_orig``, which is what is trained."""
    return getattr(module, "weight_orig", module.weight).requires_grad


def checked_share(name, share):
    """`share`; raises, naming the layer, where it is none."""
    if not 0 <= share <= 1:
        raise ValueError(f"the frozen share of {name!r} lies between 0 and 1, not {share!r}")
    return share


class Saved:
    """A tensor that autograd keeps; the count goes down when it is let go. Detached, since a result that kept its own graph
    would never be let go."""

    def __init__(self, tensor, books):
        self.tensor, self.books = tensor.detach(), books
        books.add(tensor)

    def __del__(self):
        self.books.remove(self.tensor)


class SavedBytes:
    """How many bytes autograd keeps right now, and at most so far; memory that two tensors share counts once."""

    def __init__(self):
        self.own = set()  # addresses of parameters and buffers, which are there anyway
        self.users = {}
        self.now = self.peak = 0

    def leave_out(self, model):
        """What the model itself holds, wherever it lies by now, is not counted."""
        self.own = {tensor.untyped_storage().data_ptr() for tensor in [*model.parameters(), *model.buffers()]}

    def pack(self, tensor):
        """What autograd keeps in place of a tensor."""
        return Saved(tensor, self)

    def unpack(self, saved):
        """The tensor, when the backward pass asks for it."""
        return saved.tensor

    def add(self, tensor):
        """Counts the memory of a tensor, unless it is the model's own or counted already."""
        storage = tensor.untyped_storage()
        address = storage.data_ptr()
        if address in self.own:
            return
        self.users[address] = self.users.get(address, 0) + 1
        if self.users[address] == 1:
            self.now += storage.nbytes()
            self.peak = max(self.peak, self.now)

    def remove(self, tensor):
        """Counts the memory no longer once its last user is gone."""
        storage = tensor.untyped_storage()
        address = storage.data_ptr()
        if address not in self.users:
            return
        self.users[address] -= 1
        if not self.users[address]:
            del self.users[address]
            self.now -= storage.nbytes()
