"""Momentum residual blocks, forward, undone, and trained without what autograd keeps.

    forward    v ← g·v + (1−g)·f(x) ;  x ← x + v          v begins at 0
    undone     x ← x − v ;  v ← (v − (1−g)·f(x)) / g       g > 0

The input of each block follows from its output, so that none has to be kept: the backward pass goes from the last block to the
first, undoes it, computes f once more, this time with a graph, and lets that graph go again. The division costs digits: an
error of v grows like g^−L over L blocks, and faster where f stretches it, too. `carry` is what x and v are added up in: with
float64 the same f, in float32, is given the same x again, but for the rare one that lies between two float32 numbers.

Source: Sander, Ablin, Blondel, Peyré 2021, Momentum Residual Neural Networks (arXiv 2102.07870) [recalled]; MoCapsNet
(Gugglberger, Peer, Rodríguez-Sánchez 2022, arXiv 2201.11091) takes their package for its capsules [read]. The steps of the
backward pass are derived here.
"""

from collections.abc import Sequence

import torch
from torch import nn

from ..core.checks import number


def momentum_steps(blocks: Sequence, x: torch.Tensor, momentum: float = 0.9, carry: torch.dtype | None = None) -> tuple:
    """(x, v) behind the blocks, each a function of a tensor that gives one of the same shape. carry: the type of the sums, that
    of x without one; the blocks read the type of x all the same.

    Raises a ValueError for a momentum below 0 or from 1 on, for a block that changes the shape, and for sums in whole numbers.

    >>> x, v = momentum_steps([torch.cos, torch.sin], torch.zeros(3), momentum=0.5)
    >>> x.tolist() == (0.5 + v).tolist()  # cos(0) / 2, then v
    True
    """
    momentum, read = checked_momentum(momentum), x.dtype
    x = x.to(checked_carry(read if carry is None else carry))
    v = torch.zeros_like(x)
    for place, block in enumerate(blocks):
        v = momentum * v + (1 - momentum) * made_by(block, x.to(read), place).to(x.dtype)
        x = x + v
    return x, v


def momentum_undone(
    blocks: Sequence, x: torch.Tensor, v: torch.Tensor, momentum: float = 0.9, read: torch.dtype | None = None
) -> tuple:
    """(x, v) before the blocks, of what is behind them: `momentum_steps` the other way round; v is 0 again but for rounding.
    read: the type that the blocks read, that of x without one.

    Raises a ValueError for a momentum that is not between 0 and 1, 0 among them: what f(x) replaced cannot come back.

    >>> before = torch.tensor([0.5, -1.0])
    >>> x, v = momentum_undone([torch.cos, torch.sin], *momentum_steps([torch.cos, torch.sin], before))
    >>> torch.allclose(x, before), v.abs().max().item() < 1e-6
    (True, True)
    """
    momentum = checked_momentum(momentum, undone=True)
    for place in range(len(blocks) - 1, -1, -1):
        x = x - v
        v = (v - (1 - momentum) * made_by(blocks[place], x.to(read or x.dtype), place).to(x.dtype)) / momentum
    return x, v


def reversible(blocks: Sequence, x: torch.Tensor, momentum: float = 0.9, carry: torch.dtype | None = None) -> torch.Tensor:
    """x behind the blocks, modules, as `momentum_steps` has it, and autograd keeps x and v there, nothing of what is between.

    Gradients of x and of the parameters are those of `momentum_steps` but for rounding. The blocks must give the same for the
    same input: what is random in them, or changes from call to call, is computed a second time. Raises a ValueError as
    `momentum_undone` does, for no blocks, and for blocks that are no modules, whose parameters nobody would find; a RuntimeError
    in the backward pass for a gradient of a gradient (``create_graph=True``), which would need what was let go, and for
    parameters that were changed in place since the forward pass.

    >>> block = nn.Linear(2, 2)
    >>> reversible([block], torch.ones(1, 2)).sum().backward()
    >>> torch.allclose(block.bias.grad, torch.tensor([0.1, 0.1]))  # 1 − g
    True
    """
    momentum = checked_momentum(momentum, undone=True)
    if not len(blocks) or not all(isinstance(block, nn.Module) for block in blocks):
        found = ", ".join(type(block).__name__ for block in blocks) or "none"
        raise ValueError(f"reversible blocks are modules, one or more, so that what they learn is found; here are {found}")
    return ReversibleBlocks.apply(tuple(blocks), momentum, carry, x, *trained_in(blocks))


class ReversibleBlocks(torch.autograd.Function):
    """The blocks as one function of x and of all that they learn."""

    @staticmethod
    def forward(context, blocks, momentum, carry, x, *parameters):
        context.blocks, context.momentum, context.read = blocks, momentum, x.dtype
        context.versions, context.autocast = versions_in(blocks), autocast_now(x)
        x, v = momentum_steps(blocks, x, momentum, carry)
        context.save_for_backward(x, v)
        return x.to(context.read)

    @staticmethod
    def backward(context, to_x):
        if torch.is_grad_enabled():
            raise RuntimeError(
                "reversible blocks have no gradient of a gradient: create_graph=True needs mode='autograd', which keeps the graph"
            )
        if versions_in(context.blocks) != context.versions:
            raise RuntimeError("a parameter of the blocks was changed in place since the forward pass: they cannot be undone")
        (x, v), momentum = context.saved_tensors, context.momentum
        to_x = to_x.to(x.dtype)
        to_v, found = torch.zeros_like(to_x), {}
        for block in reversed(context.blocks):
            x, to_v = x - v, to_v + to_x
            with torch.autocast(**context.autocast):  # as f was computed when it went forward
                f, to_inputs, to_parameters = vector_jacobian(block, x.to(context.read), (1 - momentum) * to_v)
            v = (v - (1 - momentum) * f.to(v.dtype)) / momentum
            to_x, to_v = to_x + to_inputs, momentum * to_v
            for parameter, gradient in to_parameters:
                found[parameter] = found[parameter] + gradient if parameter in found else gradient
        return None, None, None, to_x.to(context.read), *[found.get(parameter) for parameter in trained_in(context.blocks)]


def vector_jacobian(block, x, to_output):
    """What a block makes of x, and what reaches x and each parameter of it, [(parameter, gradient)], when `to_output` reaches
    its output."""
    parameters = trained_in([block])
    with torch.enable_grad():
        x = x.detach().contiguous().requires_grad_()
        made = block(x)
    to_x, *rest = torch.autograd.grad(made, [x, *parameters], to_output.to(made.dtype), allow_unused=True)
    to_x = torch.zeros_like(x) if to_x is None else to_x
    return made.detach(), to_x, [pair for pair in zip(parameters, rest) if pair[1] is not None]


def trained_in(blocks):
    """The parameters of the blocks that want a gradient, each once, in order."""
    return list(dict.fromkeys(each for block in blocks for each in block.parameters() if each.requires_grad))


def versions_in(blocks):
    """How often each value that the blocks hold was changed in place."""
    return [each._version for block in blocks for each in (*block.parameters(), *block.buffers())]


def autocast_now(x):
    """What `torch.autocast` has to be told so that it computes again as it does now, where x lies."""
    kind = x.device.type
    return {"device_type": kind, "dtype": torch.get_autocast_dtype(kind), "enabled": torch.is_autocast_enabled(kind)}


def made_by(block, x, place):
    """f(x); raises unless it has the shape of x."""
    made = block(x.contiguous())  # sums of the same numbers in another order of memory are rounded in another way
    if made.shape != x.shape:
        raise ValueError(f"block {place} makes {tuple(made.shape)} of {tuple(x.shape)}: what is added to x must have its shape")
    return made


def checked_carry(carry):
    """A type in which x and v can be added up; None is that of x."""
    if carry is not None and not (isinstance(carry, torch.dtype) and carry.is_floating_point):
        raise ValueError(f"x and v are added up in floating-point numbers, as torch.float64, not in {carry!r}")
    return carry


def checked_momentum(momentum, undone=False):
    """A momentum of at least 0 and below 1; if it shall be undone, above 0."""
    if undone and momentum == 0:
        raise ValueError(
            "momentum 0 cannot be undone: v is divided by it; take one above 0, or mode='residual', which is what 0 computes"
        )
    return number(momentum, "momentum", above=0 if undone else None, least=None if undone else 0, below=1)
