"""What torch's own counter of operations says of a model."""

import torch
from torch.utils.flop_counter import FlopCounterMode


def counted_by_torch(model, shape):
    """(MACs of one input, shape of what it makes), on the meta device."""
    model = model.to("meta").eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        made = model(torch.zeros(1, *shape, device="meta"))
    return counter.get_total_flops() / 2, tuple(made.shape[1:])
