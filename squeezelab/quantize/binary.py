"""Layers of one bit: signs of the weights with a scale α a filter, and, if asked, signs of what they read.

    ‖W − αB‖² is least for B = sign(W), α = mean |W|;   I ∗ W ≈ (sign(I) ∗ sign(W)) · α     (XNOR-Net, Rastegari et al. 2016)

The paper also multiplies by K, the box-filtered mean of |I| over the channels; its released code drops K [read], and so do
we unless asked. What is trained are the float weights behind the signs: the gradient of a sign is 1 where |x| < 1, else 0 [read].

>>> from squeezelab.bridge import from_torch, to_torch
>>> from squeezelab.networks import mini_vgg
>>> small = binarised(to_torch(mini_vgg()))
>>> [name for name, layer in small.named_children() if isinstance(layer, BinaryConv2d)]
['conv2', 'conv3', 'conv4']
>>> net = from_torch(small.eval(), (1, 28, 28))
>>> net.macs == mini_vgg().macs, net.weight_bits
(True, {'conv2.conv': 1, 'conv3.conv': 1, 'conv4.conv': 1})
"""

import torch
from torch import nn
from torch.nn import functional

from ..bridge import register
from ..bridge.independent import independent_copy
from ..core.checks import there_are

EPSILON = 1e-4  # of the norm before a sign, in the released code [read]


class SignFunction(torch.autograd.Function):
    """sign(x), of 0 as 1, with the gradient of x clipped to −1 … 1."""

    @staticmethod
    def forward(context, x):
        context.save_for_backward(x)
        return torch.where(x >= 0, 1.0, -1.0).to(x.dtype)

    @staticmethod
    def backward(context, gradient):
        (x,) = context.saved_tensors
        return gradient * (x.abs() < 1)


def sign(x: torch.Tensor) -> torch.Tensor:
    """−1 or 1 for each number, 0 counting as 1; backward it lets through what lies between −1 and 1 (straight-through).

    >>> x = torch.tensor([-2.0, -0.5, 0.0, 3.0], requires_grad=True)
    >>> sign(x).sum().backward()
    >>> sign(x).tolist(), x.grad.tolist()
    ([-1.0, -1.0, 1.0, 1.0], [0.0, 1.0, 1.0, 0.0])
    """
    return SignFunction.apply(x)


def filter_scales(weight: torch.Tensor) -> torch.Tensor:
    """α of each filter, mean |W|: (filters,) of a weight (filters, …).

    >>> filter_scales(torch.tensor([[0.5, -1.5, 2.0, -0.2]]))
    tensor([1.0500])
    """
    return weight.abs().flatten(1).mean(1)


class BinaryConv2d(nn.Conv2d):
    """A convolution with weights α · sign(W), one α a filter.

    binary_inputs: it reads signs, too, of the input after a norm without scale and shift, since behind a ReLU all signs are 1;
    zeros around the map stay zeros. scale_inputs: K, as in the paper. The other arguments are those of `nn.Conv2d`.
    Raises a ValueError for K without binary inputs, and for another padding than zeros.

    >>> layer = BinaryConv2d(16, 32, 3, padding=1, bias=False)
    >>> layer(torch.randn(2, 16, 8, 8)).shape
    torch.Size([2, 32, 8, 8])
    """

    def __init__(self, *arguments, binary_inputs: bool = True, scale_inputs: bool = False, **options):
        super().__init__(*arguments, **options)
        check_inputs_of(binary_inputs, scale_inputs)
        if self.padding_mode != "zeros":
            raise ValueError(f"a binary convolution pads with zeros, not by {self.padding_mode!r}")
        self.norm = nn.BatchNorm2d(self.in_channels, EPSILON, affine=False) if binary_inputs else None
        self.scale_inputs = scale_inputs

    def forward(self, x):
        x, scales = (x, None) if self.norm is None else (self.norm(x), None)
        if self.scale_inputs:
            scales = self.input_scales(x)  # (batch, 1, height, width)
        x = x if self.norm is None else sign(x)
        sums = self.conv(x, sign(self.weight), None, self.groups)  # whole numbers where x are signs
        sums = sums * filter_scales(self.weight).view(-1, 1, 1)
        sums = sums if scales is None else sums * scales
        return sums if self.bias is None else sums + self.bias.view(-1, 1, 1)

    def conv(self, x, weight, bias, groups):
        return functional.conv2d(x, weight, bias, self.stride, self.padding, self.dilation, groups)

    def input_scales(self, x):
        """K: the mean of |x| over the channels, then over what each place of the kernel sees."""
        box = torch.full((1, 1, *self.kernel_size), 1 / (self.kernel_size[0] * self.kernel_size[1]), dtype=x.dtype)
        return self.conv(x.abs().mean(1, keepdim=True), box.to(x.device), None, 1)


class BinaryLinear(nn.Linear):
    """A linear layer with weights α · sign(W), one α an output, on signs if `binary_inputs`; `scale_inputs` multiplies by
    mean |x|. The other arguments are those of `nn.Linear`. Raises a ValueError for `scale_inputs` without binary inputs.

    >>> BinaryLinear(64, 10)(torch.randn(2, 64)).shape
    torch.Size([2, 10])
    """

    def __init__(self, *arguments, binary_inputs: bool = True, scale_inputs: bool = False, **options):
        super().__init__(*arguments, **options)
        check_inputs_of(binary_inputs, scale_inputs)
        self.norm = nn.BatchNorm1d(self.in_features, EPSILON, affine=False) if binary_inputs else None
        self.scale_inputs = scale_inputs

    def forward(self, x):
        if self.norm is not None:
            x = self.norm(x)
            scale = x.abs().mean(1, keepdim=True) if self.scale_inputs else 1
            x = sign(x) * scale
        sums = functional.linear(x, sign(self.weight)) * filter_scales(self.weight)
        return sums if self.bias is None else sums + self.bias


def check_inputs_of(binary_inputs, scale_inputs):
    """Raises for K on inputs that are no signs."""
    if scale_inputs and not binary_inputs:
        raise ValueError("scale_inputs stands for what signs of the inputs leave out: it needs binary_inputs")


def binarised(model: nn.Module, layers: list = None, binary_inputs: bool = True, scale_inputs: bool = False) -> nn.Module:
    """A copy of `model` whose convolutions and linear layers are binary, with the weights that they have as a start for `fit`.

    layers: the paths of those meant; without them all but the first and the last, in the order in which the model names them,
    which stay float in the released code [read]. Raises a ValueError, listing what there is, for a path of no convolution or
    linear layer, and where no layer is left.

    >>> net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.Conv2d(8, 8, 3), nn.Flatten(), nn.Linear(8, 2))
    >>> [type(layer).__name__ for layer in binarised(net)]
    ['Conv2d', 'BinaryConv2d', 'Flatten', 'Linear']
    """
    made = independent_copy(model)
    known = {path: module for path, module in made.named_modules() if type(module) in TWINS}
    for path in chosen_layers(known, layers):
        replacement = binary_twin(known[path], binary_inputs, scale_inputs)
        if not path:
            return replacement
        parent, _, name = path.rpartition(".")
        setattr(made.get_submodule(parent), name, replacement)
    return made


def chosen_layers(known, layers):
    """The paths of the layers to replace, of the modules in `known`."""
    wanted = list(known)[1:-1] if layers is None else list(layers)
    unknown = [path for path in wanted if path not in known]
    if unknown:
        raise ValueError(f"no plain convolution or linear layer {unknown[0]!r} to make binary; {there_are(known)}")
    if not wanted:
        raise ValueError("no layer is left to make binary: the first and the last stay float unless `layers` names them")
    return wanted


def binary_twin(layer, binary_inputs, scale_inputs):
    """The binary layer of a plain one, its parameters the same objects."""
    options = {"binary_inputs": binary_inputs, "scale_inputs": scale_inputs, "bias": layer.bias is not None}
    made = TWINS[type(layer)](layer, options).to(layer.weight.device, layer.weight.dtype)
    made.weight, made.bias = layer.weight, layer.bias
    return made.train(layer.training)


def conv_twin(layer, options):
    sides = (layer.kernel_size, layer.stride, layer.padding, layer.dilation, layer.groups)
    return BinaryConv2d(layer.in_channels, layer.out_channels, *sides, padding_mode=layer.padding_mode, **options)


def linear_twin(layer, options):
    return BinaryLinear(layer.in_features, layer.out_features, **options)


TWINS = {nn.Conv2d: conv_twin, nn.Linear: linear_twin}


def centred_and_clamped(training: object) -> None:
    """An ``after_backward`` for `fit`: before each step the weights behind the signs lose their mean over the input channels and
    are clamped to −1 … 1, as the released code of XNOR-Net does [read].

    >>> model = nn.Sequential(BinaryLinear(2, 2, binary_inputs=False, bias=False))
    >>> nn.init.constant_(model[0].weight, 3.0) is model[0].weight
    True
    >>> from squeezelab.training import fit
    >>> still = {"after_backward": centred_and_clamped, "schedule": lambda progress: 0.0, "quiet": True}
    >>> history = fit(model, [(torch.eye(2), torch.tensor([0, 1]))], epochs=1, **still)
    >>> model[0].weight.abs().max().item()
    0.0
    """
    with torch.no_grad():
        for module in training.model.modules():
            if isinstance(module, (BinaryConv2d, BinaryLinear)):
                module.weight.sub_(module.weight.mean(1, keepdim=True)).clamp_(-1, 1)


def read_binary(net, layer, x):
    """A binary layer in a `Network`: its norm and its products, with their bits; a sign, like every rounding to codes, is a width
    and no layer. K is a mean, a pool and a product of maps, its inputs no signs."""
    x = x if layer.norm is None else net.norm(x, affine=False, name="norm")
    if layer.norm is not None and not layer.scale_inputs:
        net.activation_bits = with_width(net.activation_bits, x)
    if isinstance(layer, BinaryLinear):
        made = net.linear(x, layer.out_features, layer.bias is not None, name="fc")
    else:
        sides = (layer.kernel_size, layer.stride, layer.padding, layer.dilation, layer.groups, layer.bias is not None)
        made = net.conv(x, layer.out_channels, *sides, name="conv")
    net.weight_bits = with_width(net.weight_bits, made)
    if not layer.scale_inputs or isinstance(layer, BinaryLinear):
        return made
    scales = net.avg_pool(net.reduce("mean", x, 0, name="mean"), layer.kernel_size, layer.stride, layer.padding, name="box")
    return net.multiply(made, scales, name="scaled")


def with_width(widths, layer):
    """{layer: bits} of a network that is being read, and this layer of one bit."""
    return (widths or {}) | {layer.name: 1}


for kind in (BinaryConv2d, BinaryLinear):
    register(kind, read_binary)
