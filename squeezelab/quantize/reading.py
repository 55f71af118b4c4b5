"""From a model to its steps, and the proof that they compute what the model does."""

import torch
from torch import nn

from ..bridge import from_torch
from ..bridge.capsule_modules import forget_classes
from ..bridge.independent import independent_copy
from ..bridge.paths import paths_of
from ..networks import Network
from ..training.models import check_model, evaluation_mode, outputs_of
from .integers import Integers
from .steps import Compiler
from .stepwise import Stepwise

TOLERANCE = 1e-3  # of the largest output; folding alone moves it by 1e-6


def float_steps(model: nn.Module, images: torch.Tensor, network: Network | None = None) -> Stepwise:
    """The model as `Stepwise`, in evaluation mode: norms folded, ReLUs in what is written. images: some that it reads.

    Raises a ValueError for a model that is quantised already, for a layer without an integer form (named, with its line), and
    where the steps compute something else than the model: what a `Network` does not state, as a factor in its forward.
    """
    check_model(model)
    check_not_quantised(model)
    model = forget_classes(independent_copy(model).eval())
    if network is None:
        network = from_torch(model, tuple(images.shape[1:]))
    elif not isinstance(network, Network):
        raise ValueError(f"network is the model's Network, as build('mini_vgg') makes it, not {type(network).__name__}")
    made = Stepwise(Compiler(model, network).compiled()).eval()
    if not made.weights:
        raise ValueError(f"{network.name} has no convolution and no linear layer: there is nothing to quantise")
    check_same(model, made, images)
    return made


def check_not_quantised(model):
    """Raises for what `quantize` gave, and for modules that torch quantised."""
    for name, module in model.named_modules():
        torchs = type(module).__module__.startswith(("torch.ao", "torchao"))
        if torchs or isinstance(module, Integers) or hasattr(module, "weight_ratios"):
            place = f"'{name}'" if name else "the model"
            raise ValueError(f"{place} ({type(module).__name__}) is quantised already: give the float model that it was made of")


def check_same(model, made, images):
    """Raises, naming the first layer that differs, unless the steps compute what the model computes."""
    kept, paths = {}, paths_of(model)
    hooks = []
    for step in made.steps:
        if step.name in paths:
            hooks.append(model.get_submodule(paths[step.name]).register_forward_hook(keeper(kept, step.name)))
    try:
        with evaluation_mode(model), evaluation_mode(made):
            wanted, found = outputs_of(model, images), made.outputs(images)
    finally:
        for hook in hooks:
            hook.remove()
    if not torch.isfinite(wanted).all():
        raise ValueError("the model gives values that are no numbers (NaN or infinite) on training images: train it again")
    if differs(found[-1].reshape(wanted.shape), wanted):
        raise ValueError(f"{first_difference(made, found, kept)}the model computes something else than its layers say{HINT}")


HINT = ": a factor, a constant or a setting in its forward is in none of them; put it into a layer"


def keeper(kept, name):
    def keep(module, inputs, output):
        kept[name] = output.detach().clone()  # a ReLU in place would change it

    return keep


def differs(found, wanted):
    """Whether two results differ by more than float numbers do."""
    return not torch.allclose(found, wanted, rtol=0, atol=TOLERANCE * max(wanted.abs().max().item(), 1e-6))


def first_difference(made, found, kept):
    for step, values in zip(made.steps, found):
        if step.name in kept and values.numel() == kept[step.name].numel():
            if differs(values.reshape(kept[step.name].shape), kept[step.name]):
                return f"{step.line}at '{step.name}' "
    return ""
