"""The trained networks that the chapters take apart: shipped with the package, made again by experiments/references.py.

Weights are stored in half precision (11 bits of a value instead of 24), which halves the files; the accuracies that the book
states are those of the stored weights.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from ..bridge import to_torch
from ..core.checks import check_choice
from ..networks import build

FOLDER = Path(__file__).parent / "references"
REFERENCES = ("lenet300", "mini_resnet", "mini_squeezenext", "mini_vgg")


def reference(name: str) -> nn.Module:
    """A network of the zoo with trained weights, on 28×28 digits, in evaluation mode; its `Network` is ``build(name)``.

    Raises a ValueError, listing `REFERENCES`, for any other name.

    >>> reference("mini_vgg").conv4.weight.shape
    torch.Size([64, 64, 3, 3])
    """
    check_choice("trained network", name, REFERENCES)
    with torch.random.fork_rng(devices=[]):  # fresh weights are drawn, and overwritten
        model = to_torch(build(name))
    tensors = load_file(FOLDER / f"{name}.safetensors")
    model.load_state_dict({key: value.float() if value.is_floating_point() else value for key, value in tensors.items()})
    return model.eval()
