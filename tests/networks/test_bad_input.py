"""Errors of `squeezelab.networks` teach: each names what is wrong and what would be right."""

import inspect
import math

import numpy as np
import pytest

from squeezelab import networks
from squeezelab.networks import (
    Network,
    alexnet,
    build,
    fire_module,
    inverted_residual_block,
    mobilenet,
    mobilenet_v2,
    resnet,
    resnet_basic_block,
    resnet_bottleneck_block,
    squeezenet,
    squeezenext,
    squeezenext_block,
    vgg,
)

NAN = math.nan
WHOLE = "must be a whole number of at least 1, not "


@pytest.fixture
def net():
    """A network on a map of 4 x 8 x 8."""
    return Network("small", (4, 8, 8))


@pytest.mark.parametrize(
    "shape, message",
    [
        ((3, 0, 8), r"a side of the input shape \(3, 0, 8\) " + WHOLE + "0"),
        ((3, 8.5, 8), WHOLE + "8.5"),
        ((3, True, 8), WHOLE + "True"),
        (("3", 8, 8), WHOLE + "'3'"),
        ((3, 8), r"must be \(channels, height, width\) or \(features,\), not \(3, 8\)"),
        (8, r"must be \(channels, height, width\)"),
        (None, r"must be \(channels, height, width\)"),
    ],
)
def test_input_shapes(shape, message):
    with pytest.raises(ValueError, match=message):
        Network("wrong", shape)


CONVS = [
    ({"channels": 0}, "conv 'conv1': the number of output channels " + WHOLE + "0"),
    ({"channels": -4}, WHOLE + "-4"),
    ({"channels": 4.0}, WHOLE + "4.0"),
    ({"channels": True}, WHOLE + "True"),
    ({"channels": "4"}, WHOLE + "'4'"),
    ({"kernel": 0}, "the kernel " + WHOLE + "0"),
    ({"kernel": (3, 3, 3)}, r"the kernel must be one number or a pair \(rows, columns\), not \(3, 3, 3\)"),
    ({"kernel": 9}, "the kernel reaches over 9 rows, but its padded input has only 8"),
    ({"kernel": (1, 13), "padding": 2}, "the kernel reaches over 13 columns, but its padded input has only 12"),
    ({"dilation": 4}, "the kernel reaches over 9 rows, but its padded input has only 8"),
    ({"stride": 0}, "the stride " + WHOLE + "0"),
    ({"stride": 1.5}, "the stride " + WHOLE + "1.5"),
    ({"padding": -1}, "the padding must be a whole number of at least 0, not -1"),
    ({"padding": "valid"}, "the padding must be a whole number of at least 0, not 'valid'"),
    ({"groups": 3}, "3 groups do not divide its 4 input channels"),
    ({"channels": 6, "groups": 4}, "4 groups do not divide its 6 output channels"),
    ({"groups": 0}, "groups " + WHOLE + "0"),
    ({"name": ""}, "a layer's name must be text, not ''"),
    ({"name": 5}, "a layer's name must be text, not 5"),
    ({"name": "input"}, "small already has a layer named 'input'"),
]


@pytest.mark.parametrize("settings, message", CONVS, ids=[str(settings) for settings, _ in CONVS])
def test_convolutions(net, settings, message):
    with pytest.raises(ValueError, match=message):
        net.conv(net.input, **({"channels": 4, "kernel": 3} | settings))
    assert net.layers == []
    assert net.conv(net.input, 4, 3).name == "conv1"  # a failed attempt uses up no name


def test_layers_of_another_network_and_things_that_are_no_layers(net):
    foreign = Network("other", (4, 8, 8))
    with pytest.raises(ValueError, match="'conv1' reads 'input', which is not a layer of small"):
        net.conv(foreign.input, 4, 3)
    for wrong in (None, "input", net, 3, np.int64(3), np.zeros((4, 8, 8))):
        for use in (net.norm, net.relu, net.flatten, lambda x: net.conv(x, 4, 3), lambda x: net.add(net.input, x)):
            with pytest.raises(ValueError, match=f"it reads layers, as net.input or .*, not {type(wrong).__name__}"):
                use(wrong)


def test_an_error_in_the_making_of_a_layer_is_not_taken_for_another(net):
    def faulty(name, x):
        raise AttributeError("a slip of its own")

    with pytest.raises(AttributeError, match="a slip of its own"):
        net.record(faulty, "odd", None, net.input)


def test_a_name_is_given_once(net):
    net.conv(net.input, 4, 3, name="stem")
    with pytest.raises(ValueError, match="small already has a layer named 'stem'"):
        net.conv(net.input, 4, 3, name="stem")
    with pytest.raises(KeyError, match="no layer 'head' in small; it has stem"):
        net["head"]


def test_layers_that_join(net):
    wide, short = net.conv(net.input, 5, 1, name="wide"), net.conv(net.input, 4, 3, name="short")
    with pytest.raises(ValueError, match="add 'add1': 'input' is 4×8×8, but 'wide' is 5×8×8; both must have the same shape"):
        net.add(net.input, wide)
    with pytest.raises(ValueError, match="'input' is 4×8×8, but 'short' is 4×6×6; all but the channels must agree"):
        net.concat([net.input, short])
    with pytest.raises(ValueError, match="it needs at least two layers, not 1"):
        net.concat([wide])
    with pytest.raises(ValueError, match="it needs a list of layers"):
        net.concat(wide)


def test_layers_that_need_another_shape(net):
    vector = net.global_avg_pool(net.input, name="mean")
    with pytest.raises(ValueError, match="it needs a vector, not the map 4×8×8 of 'input': flatten it first"):
        net.linear(net.input, 10)
    for use in (net.global_avg_pool, lambda x: net.conv(x, 4, 1), lambda x: net.max_pool(x, 2)):
        with pytest.raises(ValueError, match="it needs a map"):
            use(vector)
    with pytest.raises(ValueError, match="more than half of its kernel"):
        net.max_pool(net.input, 2, padding=2)
    with pytest.raises(ValueError, match="is not a range within the 4 channels of 'input'"):
        net.slice(net.input, 2, 5)
    with pytest.raises(ValueError, match="3 groups do not divide its 4 input channels"):
        net.shuffle(net.input, 3)
    for wrong in ("maxout", None):
        with pytest.raises(ValueError, match=f"unknown activation {wrong!r}; there are relu, relu6"):
            net.activation(wrong, net.input)


ZOO = [
    (lambda: squeezenext(version=6), "unknown SqueezeNext version 6; there are 1, 2, 3, 4, 5"),
    (lambda: squeezenext(version="5"), "unknown SqueezeNext version '5'"),
    (lambda: squeezenext(version=5.0), "unknown SqueezeNext version 5.0"),
    (lambda: squeezenext(version=True), "unknown SqueezeNext version True"),
    (lambda: squeezenext(version=[5]), "unknown SqueezeNext version"),
    (lambda: squeezenext(0), "the width must be a number of at least 0.125"),
    (lambda: squeezenext(NAN), "the width must be a number of at least 0.125 .*, not nan"),
    (lambda: squeezenext(math.inf), "not inf"),
    (lambda: squeezenext("1"), "the width must be a number"),
    (lambda: squeezenext(depths=(1, 2, 3)), r"four stages, so depths needs four block counts, not \(1, 2, 3\)"),
    (lambda: squeezenext(depths=6), "four block counts, not 6"),
    (lambda: squeezenext(depths=(1, 2, 3, 0)), "a stage's number of blocks " + WHOLE + "0"),
    (lambda: squeezenext(groups=3), "3 groups do not divide the 16 and 8 channels inside a block of 32"),
    (lambda: squeezenext(projection="none"), "unknown projection 'none'; there are serial, parallel"),
    (lambda: squeezenext(resolution=7), "pool 'pool1': the kernel reaches over 3 rows, but its padded input has only 1"),
    (lambda: squeezenext(classes=0), "fc 'fc': the number of output features " + WHOLE + "0"),
    (lambda: squeezenet("2.0"), "unknown SqueezeNet version '2.0'; there are 1.0, 1.1"),
    (lambda: squeezenet(1.0), "unknown SqueezeNet version 1.0; there are '1.0', '1.1'"),
    (lambda: squeezenet(bypass="both"), "unknown bypass 'both'; there are None, 'simple', 'complex'"),
    (lambda: mobilenet(NAN), "the width must be a positive number, not nan"),
    (lambda: mobilenet(0.01), "width 0.01 leaves none of 32 channels"),
    (lambda: mobilenet_v2("1"), "the width must be a positive number, not '1'"),
    (lambda: resnet(20), "unknown ResNet depth 20; there are 18, 34, 50"),
    (lambda: vgg(resolution=16), "pool 'pool5': the kernel reaches over 2 rows, but its padded input has only 1"),
    (lambda: alexnet(groups=5), "conv 'conv2': 5 groups do not divide its 96 input channels"),
    (lambda: alexnet(resolution=0), "the resolution " + WHOLE + "0"),
    (lambda: squeezenext(resolution=np.array([64, 32])), "the resolution must be a whole number of at least 1, not array"),
    (lambda: squeezenext(classes=int), "number of output features must be a whole number of at least 1, not <class 'int'>"),
    (lambda: squeezenext(resolution=10**30), r"the resolution must be less than 10\^15"),
    (lambda: squeezenext(projection=""), "unknown projection ''; there are serial, parallel"),
    (lambda: build("lenet"), "unknown network 'lenet'; there are alexnet, capsnet, g_ghost_regnet, ghostnet, lenet300"),
    (lambda: build("vgg", width=2), "vgg cannot be built with width: .*unexpected keyword argument"),
]


NAMES = ["a b", "a\n", "a'", 'a"', "x); print(1", "a-b", "a/b", "", ".", ".a", "a.", "a..b", "a. b", "1,0", b"a", 3, ["a"]]


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_names_are_words_joined_by_dots(net, name):
    with pytest.raises(ValueError, match="a layer's name must be (text|words of letters, digits and _ joined by dots)"):
        net.conv(net.input, 4, 1, name=name)
    with pytest.raises(ValueError, match="a layer's name must be"):
        net.add(net.input, net.input, name=name)
    with pytest.raises(ValueError, match="the prefix of a scope must be"), net.scope(name):
        pass
    assert len(net) == 0


@pytest.mark.parametrize("name", ["features.0.conv", "1.0", "_", "größe", "train", "class"])
def test_names_of_torch_modules_are_names_of_layers(net, name):
    with net.scope(name):
        assert net.conv(net.input, 4, 1, name=name).name == f"{name}.{name}"


MAPS = [
    (lambda n, x: n.conv_transpose(x, 4, 2, 2, output_padding=2), "padding of 2 must be less than its stride 2 or dilation 1"),
    (lambda n, x: n.conv_transpose(x, 4, 1, padding=4), "a padding of 4 leaves nothing of 8 rows or columns"),
    (lambda n, x: n.conv_transpose(x, 3, 2, groups=2), "2 groups do not divide its 3 output channels"),
    (lambda n, x: n.conv_transpose(n.flatten(x), 3, 2), "it needs a map .*, but 'flatten1' has the shape 256: no map"),
    (lambda n, x: n.pad(x, (1, 2)), r"pad takes \(left, right, top, bottom\), perhaps .* not \(1, 2\)"),
    (lambda n, x: n.pad(x, (-4, -4, 0, 0)), "leaves nothing of 'input'"),
    (lambda n, x: n.pad(x, (9, -8, 0, 0)), "leaves nothing of 'input'"),
    (lambda n, x: n.pad(x, (8, 0, 0, 0), "reflect"), "a reflect padding of 8 needs a larger map"),
    (lambda n, x: n.pad(x, (0, 0, 0, 0), "mirror"), "unknown mode of padding 'mirror'; there are constant, reflect"),
    (lambda n, x: n.crop(x, (0, 9)), "0:9 is not a range within the 8 rows of 'input'"),
    (lambda n, x: n.crop(x, columns=(3, 3)), "3:3 is not a range within the 8 columns of 'input'"),
    (lambda n, x: n.crop(x, 4), r"rows of 'input' are chosen by \(start, stop\) .*, not 4"),
    (lambda n, x: n.slice(x, 0, 4, 0), "step " + WHOLE + "0"),
    (lambda n, x: n.interpolate(x), "give the size .* or the factor, one of the two"),
    (lambda n, x: n.interpolate(x, factor=0.1), "the size " + WHOLE + "0"),
    (lambda n, x: n.interpolate(x, factor=NAN), "the factor must be a number above 0 or a pair of them, not nan"),
    (lambda n, x: n.interpolate(x, 4, mode="cubic"), "unknown mode of interpolation 'cubic'; there are nearest"),
    (lambda n, x: n.pixel_shuffle(x, 3), "4 channels do not divide into 3² pixels each"),
    (lambda n, x: n.pixel_unshuffle(x, 3), "a map of 8×8 does not divide into squares of 3×3"),
    (lambda n, x: n.prelu(x, 2), "it has one slope, or one for each of its 4 channels, not 2"),
    (lambda n, x: n.group_norm(x, 3), "3 groups do not divide its 4 input channels"),
    (lambda n, x: n.layer_norm(x, "rows"), "a layer norm goes over channels or map, not over 'rows'"),
    (lambda n, x: n.adaptive_avg_pool(x, 0), "the size " + WHOLE + "0"),
    (lambda n, x: n.reduce("median", x, 0), "unknown reduction 'median'; there are mean, max, sum"),
    (lambda n, x: n.reduce("mean", x, 3), r"\(3,\) are no sides of 'input' \(4×8×8\), which has 3"),
    (lambda n, x: n.norm(n.squeeze(n.reduce("max", x, (0, 1, 2)))), "norm 'norm1': .* not the number 'squeeze1'"),
    (lambda n, x: n.squeeze(x), "'input' is 4×8×8; only a single value can be squeezed to a number"),
    (lambda n, x: n.multiply(x, n.conv(x, 2, 1)), "sides that differ must be 1"),
]


@pytest.mark.parametrize("make, message", MAPS)
def test_maps(net, make, message):
    with pytest.raises(ValueError, match=message):
        make(net, net.input)


@pytest.mark.parametrize("make, message", ZOO)
def test_the_zoo(make, message):
    with pytest.raises(ValueError, match=message):
        make()


PLACE = "a block takes a network and the layer it stands on, as .*, not Network and str"
COUNT = "the number of output channels " + WHOLE
# Every exported function, with arguments that make no sense: those of blocks and stages after (net, x)
EXPORTS = {
    "alexnet": ({"resolution": 0}, "the resolution " + WHOLE + "0"),
    "alternating_squeezenext": ({"projection": "none"}, "unknown projection 'none'; there are serial, parallel"),
    "build": ({"name": "lenet"}, "unknown network 'lenet'; there are alexnet"),
    "capsnet": ({"size": "huge"}, "unknown CapsNet size 'huge'; there are mcu, paper, tiny"),
    "capsnet_baseline": ({"task": "cifar"}, "unknown task 'cifar'; there are mnist, multimnist"),
    "capsnet_on": ({"backbone": "vgg"}, "capsules are put on a Network .*, not on 'vgg'"),
    "capsule_classifier": ({"backbone": "vgg"}, "unknown backbone 'vgg'; there are mobilenet_v2, resnet50"),
    "capsule_norm": ({}, r"it needs capsules \(count, values\), but 'input' has the shape 4×8×8"),
    "cheap_families": ({"resolution": 0}, "the resolution " + WHOLE + "0"),
    "counterpart": (
        {"block": "basic", "target": "ghost", "measure": "macs"},
        "compared with a Network, .*, not with 'ghost'",
    ),
    "depthwise_separable_block": ({"channels": 0}, COUNT + "0"),
    "dynamic_routing": (
        {"capsules": 10, "dim": 16},
        r"it needs capsules \(count, values\), but 'input' has the shape 4×8×8",
    ),
    "fire_module": ({"squeeze": 0, "expand1x1": 1, "expand3x3": 1}, COUNT + "0"),
    "frozen_params": ({"network": None, "backbone": "vgg"}, "unknown backbone 'vgg'; there are mobilenet_v2, resnet50"),
    "g_ghost_regnet": ({"size": "1GF"}, "unknown RegNet size '1GF'; there are 16GF, 3.2GF"),
    "g_ghost_stage": ({"channels": "64", "blocks": 3, "group_width": 16}, COUNT + "'64'"),
    "ghost_bottleneck": ({"expanded": 16, "channels": 0}, COUNT + "0"),
    "ghost_module": ({"channels": 16, "ratio": 1}, "the ratio of a Ghost module must be a whole number of at least 2, not 1"),
    "ghostnet": ({"width": 0}, "the width must be a positive number, not 0"),
    "inverted_residual_block": ({"channels": 4, "expand": 0}, "the expansion factor " + WHOLE + "0"),
    "lenet300": ({"classes": 0}, "the number of output features " + WHOLE + "0"),
    "mgic_block": ({"channels": 3}, "so 3 channels must be a multiple of 4"),
    "mgic_resnet": ({"depth": 50}, "unknown MGIC-ResNet depth 50; there are 18, 34"),
    "mini_network": ({"name": "mine", "stage": 3}, r"a stage is a function .*, as stage_of\(block\) makes it, not 3"),
    "mini_of": ({"block": "dense"}, "unknown block 'dense'; there are basic, bottleneck"),
    "mini_resnet": ({"width": "1"}, "the width must be a positive number, not '1'"),
    "mini_squeezenext": ({"depths": 4}, "widths and depths have one number a stage, .* and 4"),
    "mini_vgg": ({"kernel": 2}, "the kernel must be odd, so that padding keeps the map's size, not 2"),
    "mobilenet": ({"width": 0.01}, "width 0.01 leaves none of 32 channels"),
    "mobilenet_v2": ({"width": "1"}, "the width must be a positive number, not '1'"),
    "mobilenet_v3": ({"size": "huge"}, "unknown MobileNetV3 size 'huge'; there are large, small"),
    "mobilenet_v3_block": ({"expanded": "64", "channels": 4}, COUNT + "'64'"),
    "regnet_x": ({"size": 3.2}, "unknown RegNet size 3.2; there are '16GF'"),
    "regnet_x_block": ({"channels": 30, "group_width": 16}, "of 30 channels does not split into groups of 16"),
    "regnet_x_stage": ({"channels": 32, "blocks": 0, "group_width": 16}, "the number of blocks " + WHOLE + "0"),
    "resnet": ({"depth": 20}, "unknown ResNet depth 20; there are 18, 34, 50"),
    "resnet_basic_block": ({"channels": 6, "groups": 4}, "4 groups do not divide its 6 output channels"),
    "resnet_bottleneck_block": ({"channels": "8"}, COUNT + "'8'"),
    "routing_cost": (
        {"inputs": 128, "capsules": 10, "dim_in": 8, "dim": 16, "form": "bmm"},
        "unknown form of routing 'bmm'; there are votes, vote_free",
    ),
    "shufflenet": ({"groups": 5}, "unknown number of groups of ShuffleNet 5; there are 1, 2, 3, 4, 8"),
    "shufflenet_unit": ({"channels": "8"}, COUNT + "'8'"),
    "shufflenet_v2_unit": ({"channels": 7}, "a ShuffleNetV2 unit halves its channels, but 7 is odd"),
    "squeeze_excitation": ({"reduced": 0}, "the number of output features " + WHOLE + "0"),
    "squeezenet": ({"bypass": "both"}, "unknown bypass 'both'; there are None, 'simple', 'complex'"),
    "squeezenext": ({"version": 6}, "unknown SqueezeNext version 6; there are 1, 2, 3, 4, 5"),
    "squeezenext_block": ({"channels": None}, COUNT + "None"),
    "stage_of": ({"block": "basic"}, "a block is a function .*, as resnet_basic_block, not 'basic'"),
    "vgg": ({"depth": 11}, "unknown VGG depth 11; there are 16, 19"),
}
FUNCTIONS = [name for name in networks.__all__ if inspect.isfunction(getattr(networks, name))]


def test_every_exported_function_that_is_asked_for_something_is_here():
    assert sorted(set(FUNCTIONS) - {"mini_blocks"}) == sorted(EXPORTS)


@pytest.mark.parametrize("name", EXPORTS)
def test_an_exported_function_names_what_is_wrong(name, net):
    function, (arguments, message) = getattr(networks, name), EXPORTS[name]
    if "net" in inspect.signature(function).parameters:
        with pytest.raises(ValueError, match=PLACE):
            function(net, "input", **arguments)
        arguments = {"net": net, "x": net.input, **arguments}
    with pytest.raises(ValueError, match=message):
        made = function(**arguments)
        made(net, net.input, 8, 1, 1)  # what makes stages says it when it makes one


def test_blocks(net):
    with pytest.raises(ValueError, match="a block takes a network and .*, not Input and Network"):
        resnet_basic_block(net.input, net, 8)
    with pytest.raises(ValueError, match="of 2 channels cannot narrow to a quarter: use 4 or more"):
        squeezenext_block(net, net.input, 2)
    with pytest.raises(ValueError, match="of 6 channels cannot narrow to a quarter: use a multiple of 4"):
        resnet_bottleneck_block(net, net.input, 6)
    with pytest.raises(ValueError, match="the expansion factor " + WHOLE + "0"):
        inverted_residual_block(net, net.input, 4, expand=0)
    with pytest.raises(ValueError, match="conv 'squeeze': the number of output channels " + WHOLE + "0"):
        fire_module(net, net.input, 0, 1, 1)
