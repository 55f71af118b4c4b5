"""Rounding that a training passes through: the straight-through estimator, and the learned step.

>>> x = torch.tensor([-5, -0.7, 0.2, 0.6, 1.4, 9.0], requires_grad=True)  # s = ½, codes −4 … 3
>>> scale = torch.tensor(0.5, requires_grad=True)
>>> learned_step(x, scale, -4, 3).tolist()
[-2.0, -0.5, 0.0, 0.5, 1.5, 1.5]
"""

import torch


class RoundThrough(torch.autograd.Function):
    """round(x), to even; its gradient is that of x."""

    @staticmethod
    def forward(context, x):
        return torch.round(x)

    @staticmethod
    def backward(context, gradient):
        return gradient


def straight_through(x: torch.Tensor, scale: torch.Tensor, zero: int, low: int, high: int) -> torch.Tensor:
    """x̂ = s · (clip(round(x / s) + z, low, high) − z), with ∂x̂/∂x = 1 inside of the range and 0 outside (Bengio et al. 2013).

    The scale gets no gradient. x: any shape; scale: of one that broadcasts with it.

    >>> x = torch.tensor([0.3, 9.0], requires_grad=True)
    >>> straight_through(x, torch.tensor(0.5), 0, -4, 3).sum().backward()
    >>> x.grad.tolist()
    [1.0, 0.0]
    """
    scale = scale.detach()
    return scale * (RoundThrough.apply((x / scale).clamp(low - zero, high - zero)))


def learned_step(x: torch.Tensor, scale: torch.Tensor, low: int, high: int, gain: float = 1.0) -> torch.Tensor:
    """v̂ = s · round(clip(v / s, low, high)) with the gradients of LSQ (Esser et al. 2020, arXiv 1902.08153): ∂v̂/∂v = 1
    inside, 0 outside; ∂v̂/∂s = round(v/s) − v/s inside, low below, high above.

    gain: g = 1/√(N · high), by which the gradient of s is multiplied, N values in the layer. low, high: codes less the zero
    point.

    >>> x, scale = torch.tensor([0.6, 9.0]), torch.tensor(0.5, requires_grad=True)
    >>> learned_step(x, scale, -4, 3).sum().backward()
    >>> round(scale.grad.item(), 4)
    2.8
    """
    scale = scale.abs().clamp(min=1e-8)  # a step may turn negative in training
    scale = scale * gain + (scale * (1 - gain)).detach()
    return scale * RoundThrough.apply((x / scale).clamp(low, high))
