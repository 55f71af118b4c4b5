"""Optimizers that take their step from one gradient; those that want a closure are refused in words."""

import inspect
from collections.abc import Iterable

import torch


def adamw(parameters: Iterable, learning_rate: float) -> torch.optim.Optimizer:
    """AdamW with torch's own weight decay of 0.01 (Loshchilov and Hutter 2019).

    >>> adamw(torch.nn.Linear(2, 2).parameters(), 0.1).param_groups[0]["weight_decay"]
    0.01
    """
    return torch.optim.AdamW(parameters, lr=learning_rate)


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


def take_step(optimizer):
    """A step of the optimizer; raises where it turns out to want a closure, which its signature leaves open."""
    try:
        optimizer.step()
    except (TypeError, AssertionError, ValueError, RuntimeError) as error:
        told = " ".join(str(error).split())
        if "closure" not in told.lower() and "'NoneType' object is not callable" not in told:
            raise
        raise ValueError(closure_text(optimizer, f" ({told})")) from error


def closure_text(optimizer, told=""):
    """Why an optimizer that evaluates the loss several times a step has no place here."""
    return (
        f"{type(optimizer).__name__} needs a closure{told}: it computes the loss several times a step, but fit computes it once; "
        f"take an optimizer whose step() needs no argument, such as adamw or torch.optim.SGD, or write the loop yourself"
    )
