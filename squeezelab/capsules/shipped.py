"""The trained CapsNets that the chapters look into: shipped with the package, made again by experiments/capsule_models.py.

A file holds half-precision weights, or codes of 8 bits with a scale for each entry of their first side; what the book states of a
model is measured on what is stored.
"""

from functools import partial
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import fx

from ..bridge import to_torch
from ..bridge.capsule_modules import shape_or_kind
from ..core.checks import choose, in_one_line
from ..networks import capsnet

FOLDER = Path(__file__).parent / "models"
VERSION = "1"
SCALE = ".scale"  # ends the name of the scales of a tensor of codes
MODELS = {  # name: its network
    "tiny": lambda: capsnet("tiny"),
    "mcu": lambda: capsnet("mcu"),
    "two_digits": lambda: capsnet("tiny", input_shape=(1, 36, 36), decoder=(128,)),
}


def trained(name: str) -> fx.GraphModule:
    """A CapsNet with trained weights, in evaluation mode: "tiny" and "mcu" read 28×28 digits, "two_digits" two of them on 36×36,
    each of which its decoder draws alone.

    Raises a ValueError, listing them, for any other name, and for a file that another version of the package has written, or
    that holds another network. The network itself refuses images of another size, of which its strides would pass some.

    >>> trained("tiny").digits.votes.weight.shape
    torch.Size([128, 10, 8, 16])
    """
    network = choose("trained CapsNet", name, MODELS)()
    with torch.random.fork_rng(devices=[]):  # fresh weights are drawn, and overwritten
        model = to_torch(network)
    try:
        model.load_state_dict(stored_weights(FOLDER / f"{name}.safetensors"))
    except RuntimeError as error:  # torch's, of names and shapes
        raise ValueError(f"{name}.safetensors holds other weights than those of {network.name}: {in_one_line(error)}") from error
    model.register_forward_pre_hook(partial(check_images, tuple(network.input_shape)))
    return model.eval()


def check_images(shape, model, inputs):
    """Raises unless a model is called on images of this shape, (n, *shape)."""
    for images in inputs:  # one
        if not isinstance(images, torch.Tensor) or images.ndim != 4 or tuple(images.shape[1:]) != shape:
            raise ValueError(f"this network reads images (n, {', '.join(map(str, shape))}), not {shape_or_kind(images)}")
        if not images.is_floating_point():
            raise ValueError(f"this network reads floating-point images in 0..1, not {images.dtype}; divide bytes by 255")


def store_weights(state: dict, path: Path, codes: bool) -> None:
    """Writes weights, {name: tensor}, in half precision, or with `codes` those of two sides and more as 8-bit codes."""
    kept = {}
    for name, tensor in state.items():
        if codes and tensor.ndim > 1:
            scale = tensor.flatten(1).abs().amax(1).clamp(min=1e-12).half().float() / 127
            kept[name] = torch.round(tensor / along(scale, tensor)).clamp(-127, 127).to(torch.int8)
            kept[name + SCALE] = (127 * scale).half()
        else:
            kept[name] = tensor.half()
    save_file({name: tensor.contiguous() for name, tensor in kept.items()}, path, {"version": VERSION})


def stored_weights(path: Path) -> dict:
    """The weights in a file, as float32. Raises a ValueError for a file that is none of ours."""
    try:
        with safe_open(path, "pt") as file:
            version = (file.metadata() or {}).get("version")
            kept = {name: file.get_tensor(name) for name in file.keys()}
    except SafetensorError as error:
        raise ValueError(f"{path.name} is no safetensors file, or not whole: {error}") from error
    if version != VERSION:
        raise ValueError(f"{path.name} has version {version} of the stored CapsNets, and this package reads version {VERSION}")
    scales = {name: tensor.float() / 127 for name, tensor in kept.items() if name.endswith(SCALE)}
    state = {name: tensor.float() for name, tensor in kept.items() if not name.endswith(SCALE)}
    return {name: along(scales[name + SCALE], part) * part if name + SCALE in scales else part for name, part in state.items()}


def along(scale, tensor):
    """Scales of the first side, as they multiply a tensor."""
    return scale.view(-1, *[1] * (tensor.ndim - 1))
