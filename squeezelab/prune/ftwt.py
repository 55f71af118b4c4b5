"""FTWT: a head in front of every convolution foretells which of its filters will fire for this image, and only those run
(Elkerdawy et al. 2022, Fire Together Wire Together) [read: code].

A head pools its layer's input over space and maps it to one number a filter; above 0 the filter runs. It learns, as so many
questions of yes or no, whether the filter is among those of the largest maxima of the image's maps; the network learns behind the
masks that the heads give. In the second half of training heads stay as they are. The share of the maxima is the only knob, and
what it will cost can be counted on the dense network before any training.

>>> firing(torch.tensor([10.0, 6, 2, 1, 1]).view(1, 5, 1, 1), 0.95).sum().item()
4
"""

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from ..bridge.independent import independent_copy
from ..core.checks import check_choice, number, whole
from ..data import Examples
from ..networks import Network
from ..training import fit
from .routes import Skipping, firing, macs_of, routed_layers
from .units import read

POOLS = ("max", "average")
BATCH = 500  # images at a time, where nothing is trained


class Head(nn.Module):
    """Pooled inputs (images, channels) to a number a filter. normed: through a softmax over channels first, as released."""

    def __init__(self, channels, filters, pool, normed):
        super().__init__()
        self.pool, self.normed, self.linear = pool, normed, nn.Linear(channels, filters)

    def forward(self, maps):
        pooled = maps.flatten(2).amax(2) if self.pool == "max" else maps.flatten(2).mean(2)
        return self.linear(pooled.softmax(1) if self.normed else pooled)


class Routed(nn.Module):
    """A model whose heads decide for each image which filters run. layers: of `routed_layers`; masks: those of the last pass,
    {layer: (images, filters)}; question: the heads' loss in it; share: of the maxima that count as firing."""

    def __init__(self, model, network, share, pool, normed, joint):
        super().__init__()
        self.model, self.network, self.share, self.joint = model, network, share, joint
        self.layers = routed_layers(model, network)
        heads = [Head(module.in_channels, module.out_channels, pool, normed) for _, module, _ in self.layers]
        self.heads, self.masks, self.logits, self.question = nn.ModuleList(heads), {}, {}, 0.0
        for place, (layer, module, relu) in enumerate(self.layers):
            module.register_forward_pre_hook(self.asker(layer.name, place))
            relu.register_forward_hook(self.masker(layer.name))

    def forward(self, images):
        self.masks, self.logits, self.question = {}, {}, 0.0
        return self.model(images)

    def asker(self, name, place):
        def ask(module, inputs):
            self.logits[name] = self.heads[place](inputs[0] if self.joint else inputs[0].detach())

        return ask

    def masker(self, name):
        def mask(module, inputs, output):
            logits, target = self.logits[name], firing(output.detach(), self.share)
            answers = binary_cross_entropy_with_logits(logits, target.to(logits.dtype), reduction="none")
            self.question = self.question + answers.sum(1).mean() / len(self.layers)
            self.masks[name] = with_the_top(logits)
            return output * self.masks[name][:, :, None, None]

        return mask

    def head_macs(self):
        """MACs of all heads for an image."""
        return sum(head.linear.weight.numel() for head in self.heads)


def with_the_top(logits):
    """Which filters run: those above 0, and at least the highest."""
    return (logits > 0) | (logits == logits.amax(1, keepdim=True))


class Dynamic:
    """What `ftwt` gives. model: the `Routed` one, in evaluation mode; history: of `fit`; predicted_macs: the mean for an image,
    counted on the dense network before training."""

    def __init__(self, model, history, predicted_macs):
        self.model, self.history, self.predicted_macs = model, history, predicted_macs

    def routes(self, images: torch.Tensor) -> dict:
        """{layer: which filters run, (images, filters)}."""
        with torch.no_grad():
            found = []
            for some in images.split(BATCH):
                self.model(some)
                found.append(dict(self.model.masks))
        return {name: torch.cat([each[name] for each in found]) for name in found[0]}

    def macs(self, images: torch.Tensor) -> torch.Tensor:
        """MACs for each image, (images,), its heads' included."""
        return macs_of(self.model.network, self.routes(images)) + self.model.head_macs()

    def run_alone(self, image: torch.Tensor) -> tuple:
        """(outputs for one image (1, channels, height, width), MACs {routed layer: number}) where filters that do not run are
        really left out."""
        masks = self.routes(image)
        with torch.no_grad(), Skipping(self.model.layers, self.model.network, masks) as skipping:
            return self.model(image), skipping.macs


def predicted(model: nn.Module, network: Network, images: torch.Tensor, share: float) -> float:
    """The mean MACs for an image that runs just the filters with this share of the maxima, counted on the dense model: what heads
    that answered all questions rightly would cost."""
    masks, hooks = {}, []
    for layer, _, relu in routed_layers(model, network):

        def note(module, inputs, output, name=layer.name):
            masks[name] = firing(output, share)

        hooks.append(relu.register_forward_hook(note))
    total = 0.0
    with torch.no_grad():
        for some in images.split(BATCH):
            model.eval()(some)
            total += float(macs_of(network, masks).sum())
    for hook in hooks:
        hook.remove()
    return total / len(images)


def ftwt(
    model: nn.Module,
    data: Examples,
    share: float = 0.9,
    epochs: int = 4,
    seed: int = 0,
    *,
    pool: str = "max",
    normed: bool = False,
    joint: bool = False,
    network: Network | None = None,
    **settings: object,
) -> Dynamic:
    """A copy of a trained `model` that learns to run, for each image, the filters that fire.

    share: r, of an image's maxima that counts as firing; 1 keeps all that fire at all. pool: max, the paper's, or average, the
    released code's. normed: a softmax over channels in the heads, as released; on images of one channel it is always 1, and it
    tends to one mask for all images. joint: whether the heads' loss reaches the network. settings: as `fit` has them.

    Raises a ValueError for a share outside 0 < share ≤ 1, another pool, and a model in which nothing can be routed.

    >>> from squeezelab.data import digits
    >>> from squeezelab.training import reference
    >>> made = ftwt(reference("mini_vgg"), digits()[0].take(128), share=0.7, epochs=1, quiet=True)
    >>> {name: tuple(mask.shape) for name, mask in made.routes(digits()[1].take(5).images).items()}["conv4"]
    (5, 64)
    """
    share = number(share, "the share of the maxima", above=0, most=1)
    check_choice("pool of ftwt", pool, POOLS)
    dense, found = read(model, network if network is not None else data.images.shape[1:])
    promise = predicted(dense, found, data.images, share)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        routed = Routed(independent_copy(dense), found, share, pool, normed, joint)
    history = trained_by_halves(routed, data, whole(epochs, "epochs", 1), seed, settings)
    return Dynamic(routed.eval(), history, promise + routed.head_macs())


def trained_by_halves(routed, data, epochs, seed, settings):
    """The `History` of a training in whose second half the heads stay as they are."""
    asked = [True]

    def loss(outputs, labels):
        return cross_entropy(outputs, labels) + (routed.question if asked[0] else 0.0)

    def halfway(training):
        asked[0] = 2 * (training.step + 1) < training.steps

    def right(outputs, labels):
        return int((outputs.argmax(1) == labels).sum())

    return fit(routed, data, epochs=epochs, seed=seed, loss=loss, score=right, after_backward=halfway, **settings)
