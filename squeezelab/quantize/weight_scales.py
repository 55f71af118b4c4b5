"""The scales of weights: one for a tensor, or one for each output channel.

Symmetric codes −(2^(b−1) − 1) … 2^(b−1) − 1; of one bit −1 and 1, with the scale α = mean |W| that leaves the least squared
error (XNOR-Net, Rastegari et al. 2016).
"""

import math

import torch

GRANULARITIES = ("channel", "tensor")
GRID = torch.arange(0.1, 1.0001, 0.01)  # shares of the largest weight at which the clip of "mse" is tried


def weight_scales(
    weight: torch.Tensor, bits: int, granularity: str = "channel", rule: str = "mse", power_of_two: bool = False
) -> torch.Tensor:
    """Scales (C_out,) or (1,) of a weight (C_out, …).

    rule: "minmax", the largest weight has the largest code; "mse", of 91 clips between a tenth and all of it, the one with the
    least squared error. power_of_two: the next power of two above. A channel of zeros alone gets the smallest scale of the
    others.

    >>> weight_scales(torch.tensor([[0.5, -1.0], [0.0, 0.0]]), 2, rule="minmax")
    tensor([1., 1.])
    """
    rows = weight.detach().flatten(1) if granularity == "channel" else weight.detach().reshape(1, -1)
    most = rows.abs().amax(1)
    if bits == 1:
        scales = rows.abs().mean(1)
    elif rule == "mse":
        scales = least_squares_clips(rows, most, bits) / largest_code(bits)
    else:
        scales = most / largest_code(bits)
    if power_of_two:
        scales = torch.where(scales > 0, 2 ** torch.ceil(torch.log2(scales) - 1e-6), scales)
    positive = scales[scales > 0]
    floor = positive.min() if len(positive) else torch.tensor(1.0)
    return torch.where(scales > 0, scales, floor)


def largest_code(bits):
    """Of symmetric codes.

    >>> largest_code(8), largest_code(2), largest_code(1)
    (127, 1, 1)
    """
    return max(2 ** (bits - 1) - 1, 1)


def least_squares_clips(rows, most, bits):
    """For each row the clip on the grid with the least squared error; the first of equals."""
    best, clips = torch.full_like(most, math.inf), most.clone()
    for share in GRID.tolist():
        clip = most * share
        scale = (clip / largest_code(bits)).clamp(min=1e-30)[:, None]
        error = (rows - rounded_weights(rows, scale, bits)).square().sum(1)
        better = error < best
        best, clips = torch.where(better, error, best), torch.where(better, clip, clips)
    return clips


def codes_of_weights(weight: torch.Tensor, scales: torch.Tensor, bits: int) -> torch.Tensor:
    """Codes (float tensor of whole numbers) of a weight (C_out, …) at scales (C_out,) or (1,).

    >>> codes_of_weights(torch.tensor([[0.2, -0.7]]), torch.tensor([0.25]), 3)
    tensor([[ 1., -3.]])
    """
    scale = scales.view(-1, *[1] * (weight.ndim - 1))
    if bits == 1:
        return torch.where(weight >= 0, 1.0, -1.0)
    most = largest_code(bits)
    return torch.round(weight / scale).clamp(-most, most)


def rounded_weights(rows, scale, bits):
    return codes_of_weights(rows, scale, bits) * scale
