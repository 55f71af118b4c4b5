"""A model as before its training: every layer drawn anew by its own rule."""

import torch
from torch import nn

from ..bridge.independent import independent_copy


def reinitialised(model: nn.Module, seed: int) -> nn.Module:
    """A copy of `model` with weights drawn anew by each module's `reset_parameters`, from `seed` alone.

    Raises a ValueError, naming the module, for parameters that no such method draws.

    >>> one, same = (reinitialised(nn.Linear(2, 2), seed=3) for _ in range(2))
    >>> torch.equal(one.weight, same.weight)
    True
    """
    made = independent_copy(model)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for path, module in made.named_modules():
            own = [name for name, _ in module.named_parameters(recurse=False)]
            if hasattr(module, "reset_parameters"):
                module.reset_parameters()
            elif own:
                where = f"'{path}'" if path else "the model"
                raise ValueError(f"{where} has parameters ({', '.join(own)}) and no reset_parameters() that draws them anew")
    return made
