"""What no factors would repeat is refused in a sentence: layers and models of every strange kind."""

from collections import OrderedDict

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402
from torch.nn.utils import prune  # noqa: E402

from squeezelab import decompose as lab  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")


def plain_model(last=None):
    """conv 3→16, relu, conv 16→8, whose last layer is the patient."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Conv2d(16, 8, 3) if last is None else last)


def image():
    return torch.randn(2, 3, 9, 9, generator=torch.Generator().manual_seed(1))


def changed(change):
    """A plain model after `change(model)`."""
    model = plain_model()
    change(model)
    return model


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU())
        self.group = nn.Conv2d(8, 8, 3, padding=1, groups=2)
        self.head = nn.Conv2d(8, 4, 1)

    def forward(self, x):
        return self.head(self.group(x + self.body(x)))


class Standardised(nn.Conv2d):
    def _conv_forward(self, x, weight, bias):
        return super()._conv_forward(x, weight - weight.mean(), bias)


class Doubled(nn.Conv2d):
    def __call__(self, x):
        return 2 * super().__call__(x)


def closed_over(model):
    model.forward = lambda x: model[2](model[0](x))


def hook_closed_over(model):
    model[0].register_forward_hook(lambda layer, inputs, output: model[1](output))


REFUSED = {
    "forward hook": (lambda model: model[2].register_forward_hook(lambda *_: None), "'2' has a forward hook of its own"),
    "forward pre-hook": (
        lambda model: model[2].register_forward_pre_hook(lambda layer, inputs: (F.pad(inputs[0], (1, 1, 1, 1)),)),
        "'2' has a forward pre hook of its own, which its factors would not call: remove it first",
    ),
    "backward hook": (lambda model: model[2].register_full_backward_hook(lambda *_: None), "'2' has a backward hook"),
    "patched layer": (lambda model: setattr(model[2], "forward", lambda x: x), "a Conv2d with a forward of its own"),
    "own _conv_forward": (lambda model: model.__setitem__(2, Standardised(16, 8, 3)), "Standardised with a forward of its own"),
    "own __call__": (lambda model: model.__setitem__(2, Doubled(16, 8, 3)), "Doubled with a forward of its own"),
    "patched by a function": (closed_over, "the forward put on the model is a function that holds layers of this model"),
    "hooked by a function": (hook_closed_over, "the hook put on '0' is a function that holds layers of this model"),
    "kept in a list": (lambda model: setattr(model, "both", [model[2]]), "'2' is also kept in 'both'.*use nn.ModuleList"),
    "shared": (lambda model: model.append(model[2]), "'2' shares its weights with '3'"),
    "sharing its bias": (lambda model: model.append(sharing_bias(model[2])), "'2' shares its weights with '3'"),
    "lazy": (lambda model: model.__setitem__(2, nn.LazyConv2d(8, 3)), "'2' has no weights yet: run the model once"),
    "complex": (lambda model: model.__setitem__(2, nn.Conv2d(16, 8, 3, dtype=torch.complex64)), "'2': the kernel is complex"),
    "meta": (lambda model: model.to("meta"), "on the meta device"),
    "pruned to nothing": (lambda model: prune.l1_unstructured(model[2], "weight", 1.0), "'2': the kernel is zero everywhere"),
    "not to be copied": (lambda model: setattr(model, "stream", (number for number in [1])), "the model cannot be copied"),
}


def sharing_bias(conv):
    twin = nn.Conv2d(8, 8, 3)
    twin.bias = conv.bias
    return twin


@pytest.mark.parametrize("kind", REFUSED)
def test_what_factors_would_not_repeat_is_refused_in_a_sentence(kind):
    change, words = REFUSED[kind]
    model = changed(change)
    with pytest.raises(ValueError, match=words) as caught:
        lab.decompose(model, "2", "svd", 4)
    assert "\n" not in str(caught.value)


class Tied(nn.Module):
    """An autoencoder whose way back uses the weights of its way there."""

    def __init__(self):
        super().__init__()
        self.there = nn.Sequential()
        self.there.add_module("conv", nn.Conv2d(3, 8, 3))
        self.last = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.last(self.back(self.there(x)))

    def back(self, x):
        return F.conv_transpose2d(x, self.there.conv.weight) * self.last.training


def test_weights_that_the_model_reads_itself_are_not_factorised():
    words = "'there.conv' is not only called: Tied reads self.there.conv.weight, which its factors do not have"
    with pytest.raises(ValueError, match=words):
        lab.decompose(Tied(), "there.conv", "svd", 4)
    assert lab.decompose(Tied(), "last", "svd", 4)(image()).shape == (2, 8, 7, 7)


def test_a_layer_given_by_itself_is_checked_alike():
    conv = nn.Conv2d(16, 8, 3)
    factors = lab.svd(conv.weight, 4)
    conv.register_forward_hook(lambda *_: None)
    with pytest.raises(ValueError, match="the layer has a forward hook of its own"):
        lab.as_layers(conv, factors)


def test_other_things_than_models_and_names_are_refused():
    with pytest.raises(ValueError, match="the layers of a TorchScript cannot be replaced: give the module that was scripted"):
        lab.decompose(torch.jit.script(plain_model()), "2", "svd", 4)
    for name in (2, None, ["2"]):
        with pytest.raises(ValueError, match="a layer goes by its name"):
            lab.decompose(plain_model(), name, "svd", 4)
    attention = nn.MultiheadAttention(8, 2)
    with pytest.raises(ValueError, match="'out_proj' is not called: its MultiheadAttention reads the weights itself"):
        lab.decompose(attention, "out_proj", "svd", 4)


def test_layers_that_cannot_be_replaced_say_why():
    with pytest.raises(KeyError, match="what can be factorised is body.0, head"):
        lab.decompose(Block(), "conv9", "cp", 4)
    with pytest.raises(ValueError, match="2 groups"):
        lab.decompose(Block(), "group", "cp", 4)
    with pytest.raises(ValueError, match="BatchNorm2d"):
        lab.decompose(Block(), "body.1", "cp", 4)
    with pytest.raises(ValueError, match="'body.0': the rank of 'cp' is 99"):
        lab.decompose(Block(), "body.0", "cp", 99)
    with pytest.raises(ValueError, match="unknown method 'pca'; there are svd, separable"):
        lab.decompose(Block(), "body.0", "pca", 4)
    with pytest.raises(ValueError, match="in an nn.Module or in a Network, not in 'conv.pt'"):
        lab.decompose("conv.pt", "conv", "cp", 4)
    with pytest.raises(ValueError, match="but the layer's is"):
        lab.as_layers(nn.Conv2d(8, 8, 5), lab.cp(torch.ones(8, 8, 3, 3), 2))


@pytest.mark.parametrize("layer", [nn.Conv1d(4, 4, 3), nn.Conv3d(4, 4, 3), nn.ConvTranspose2d(4, 4, 3)])
def test_other_convolutions_are_refused_by_name(layer):
    with pytest.raises(ValueError, match=f"'0' is a {type(layer).__name__}; what can be factorised is 1"):
        lab.decompose(nn.Sequential(layer, nn.Conv2d(4, 4, 3)), "0", "cp", 2)


def test_a_convolution_with_a_forward_of_its_own_is_refused():
    class Standardised(nn.Conv2d):
        def forward(self, x):
            return self._conv_forward(x, self.weight - self.weight.mean(), self.bias)

    with pytest.raises(ValueError, match="Standardised with a forward of its own"):
        lab.decompose(nn.Sequential(Standardised(4, 4, 3)), "0", "cp", 2)


def test_weights_that_two_layers_share_are_not_torn_apart():
    conv, twin = nn.Conv2d(4, 4, 3), nn.Conv2d(4, 4, 3)
    twin.weight = conv.weight
    block = nn.Sequential(nn.Conv2d(4, 4, 3))
    for one, two, name in [(conv, conv, "one"), (conv, twin, "one"), (block, block, "one.0")]:
        model = nn.Sequential(OrderedDict(one=one, two=two))
        with pytest.raises(ValueError, match=f"'{name}' shares its weights with '{name.replace('one', 'two')}'"):
            lab.decompose(model, name, "cp", 2)
