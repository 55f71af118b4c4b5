"""Batch norms, which at inference are one factor and one shift a channel, folded into the weights before them."""

import torch


def norm_factors(norm: torch.nn.Module) -> tuple:
    """(factor, shift), each (channels,), of a batch norm in evaluation mode: y = factor · x + shift.

    factor = γ / √(σ² + ε), shift = β − μ · factor, of the running statistics; computed in double precision, since σ may be
    small.

    >>> factor, shift = norm_factors(torch.nn.BatchNorm2d(3))
    >>> factor.tolist()[0] < 1, shift.tolist()
    (True, [0.0, 0.0, 0.0])
    """
    with torch.no_grad():
        spread = (norm.running_var.double() + norm.eps).sqrt()
        factor = (1 if norm.weight is None else norm.weight.double()) / spread
        shift = (0 if norm.bias is None else norm.bias.double()) - norm.running_mean.double() * factor
    return factor.float(), shift.float()
