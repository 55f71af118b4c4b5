"""Networks with capsules on top: counted as the authors' own logs count them, and what one bit saves of them."""

import pytest
from support.micropython import printed

from squeezelab.compression.binary_capsules import (
    binary_routing_work,
    binary_votes_bytes,
    flop_readings,
    param_readings,
)
from squeezelab.networks import (
    Network,
    capsnet,
    capsnet_on,
    capsule_classifier,
    dynamic_routing,
    frozen_params,
    mini_vgg,
    mobilenet_v2,
    resnet,
)

KERAS_BIASES = 26560  # Keras' ResNet-50 has a bias in each convolution, which the norms behind them make idle
LOGGED = {  # trainable variables, as the authors' scripts printed them [read]
    ("mobilenet_v2", "capsules"): 3714864,
    ("mobilenet_v2", "dense"): 3045258,
    ("resnet50", "capsules"): 28327984 - KERAS_BIASES,
}


@pytest.mark.parametrize("backbone, head", LOGGED)
def test_params_are_those_of_the_authors_logs(backbone, head):
    assert capsule_classifier(backbone, head).params == LOGGED[backbone, head]


def test_the_biases_that_keras_has_more_are_one_a_channel_of_each_convolution_of_the_backbone():
    assert sum(layer.shape[0] for layer in resnet(50).layers if layer.op == "conv") == KERAS_BIASES


def test_trainable_params_are_those_that_the_authors_summary_prints():
    """28,387,296 params in all, 23,862,320 trainable: the last ten layers of ResNet-50 are frozen [read]."""
    net = capsule_classifier("resnet50")
    frozen_biases = 512 + 512 + 2048
    assert net.params - frozen_params(net, "resnet50") + KERAS_BIASES - frozen_biases == 23862320


def test_the_published_2_99_million_leaves_out_what_is_frozen():
    net = capsule_classifier("mobilenet_v2")
    assert frozen_params(net) == 960 * 320 + 2 * 320 + 320 * 1280 + 2 * 1280
    assert round((net.params - frozen_params(net)) / 1e6, 2) == 2.99
    assert param_readings()[0].value == 2994864
    assert net.params > capsule_classifier("mobilenet_v2", "dense").params  # it has more, not fewer


def test_no_reading_of_the_work_as_released_is_what_was_published():
    values = {each.reading: each.value for each in flop_readings()}
    assert values["a MAC is one"] == capsule_classifier().macs == 364550272
    strided = 299494272 + 9 * (1280 * 9 + 1280 * 1024) + 163840 + 5 * 20480
    assert values["the 3×3 at stride 2, no padding: 3×3 places"] == strided
    offs = [abs(each.off) for each in flop_readings("v3")]
    assert offs == sorted(offs) and offs[0] < 1e-3


def test_the_mean_before_the_1x1_leaves_params_alone_and_49_times_fewer_of_its_macs():
    late, early = capsule_classifier(), capsule_classifier(pool_first=True)
    assert late.params == early.params
    assert (late["primary_pw"].macs, early["primary_pw"].macs) == (64225280, 1310720)
    assert late.macs - early.macs == 64225280 - 1310720


def test_the_bounds_are_those_of_short_capsules():
    net = capsule_classifier()
    outside, inside = (binary_routing_work(net, form) for form in ("xnodr", "xnidr"))
    assert outside.bound == pytest.approx(64 * 8 / (8 + 64)) and inside.bound == pytest.approx(64 * 16 / (16 + 64))
    assert (outside.macs, outside.words, outside.scales) == (163840, 20480, 20480)
    assert (inside.macs, inside.words, inside.scales) == (2 * 20480, 2560, 2560)
    assert (outside.in_words, inside.in_words) == (4, 8)
    assert binary_routing_work(net, "xnodr", word=4).words == 2 * 20480
    assert binary_votes_bytes(net) == (4 * 163840, 163840 // 8 + 4 * 20480)


@pytest.mark.parametrize("resolution, weights", [(64, 2048 * 2048 * 4), (224, 2048 * 2048 * 49)])
def test_the_primary_convolution_on_resnet_50_is_most_of_what_pruning_its_channels_saves(resolution, weights):
    """16.8 and 205.5 million weights on CIFAR-10 and Tiny-ImageNet, at 64 and 224 pixels [computed]."""
    net = capsnet_on(resnet(50, resolution=resolution))
    assert net["primary"].params == weights + 2048
    assert net["capsules"].shape == (256, 8)


def test_of_944_channels_118_types_are_left():
    net = Network("pruned ResNet-50", (3, 2, 2))
    net.conv(net.input, 944, 1, name="conv")
    assert capsnet_on(net)["capsules"].shape == (118, 8)


def test_the_backbone_stays_as_it_is():
    backbone = mini_vgg()
    before = [layer.name for layer in backbone.layers]
    net = capsnet_on(backbone, types=3, primary_dim=4, dim=5, classes=7, iterations=2)
    assert [layer.name for layer in backbone.layers] == before
    assert net["conv4"] is backbone["conv4"] and net["digits.squash2"].shape == (7, 5)
    assert net.macs == sum(layer.macs for layer in net.layers)


def test_widths_come_along_but_for_those_of_the_classifier():
    net = capsnet_on(mini_vgg().with_bits(weight_bits={"conv1": 8, "fc": 4}, activation_bits=8))
    assert (net.weight_bits, net.activation_bits) == ({"conv1": 8}, 8)


def test_a_page_counts_them_alike():
    program = """
from squeezelab.compression.binary_capsules import flop_readings, param_readings
from squeezelab.networks.capsnet_heads import capsnet_on, capsule_classifier
from squeezelab.networks.minis import mini_vgg
print(capsnet_on(mini_vgg()).params, capsule_classifier("resnet50").macs, flop_readings()[0].value, param_readings()[0].value)
"""
    assert printed(program).split() == ["107568", "4074823680", "311660672", "2994864"]


def test_what_carries_no_capsules_is_refused():
    with pytest.raises(ValueError, match="capsules are put on a Network .*, not on 'mini_vgg'"):
        capsnet_on("mini_vgg")
    with pytest.raises(ValueError, match="CapsNet-tiny already has a layer named|already has a layer named 'primary'"):
        capsnet_on(capsnet("tiny"))
    with pytest.raises(ValueError, match="has ReLUs before its mean, which cannot come first"):
        capsule_classifier("resnet50", pool_first=True)
    with pytest.raises(KeyError, match="no layer 's4.b3.conv1'"):
        frozen_params(mobilenet_v2(), "resnet50")


def test_work_that_is_not_there_is_not_counted():
    with pytest.raises(ValueError, match="unknown binary routing 'xnor'; there are xnidr, xnodr"):
        binary_routing_work(capsnet("tiny"), "xnor")
    with pytest.raises(ValueError, match="has no layer of agreement, which xnidr would binarise"):
        binary_routing_work(capsnet("tiny", iterations=1), "xnidr")
    with pytest.raises(ValueError, match="has no layer of votes"):
        binary_votes_bytes(mini_vgg())
    with pytest.raises(ValueError, match="the work is counted of a Network"):
        binary_routing_work("capsnet", "xnodr")
    net = Network("two routings", (8, 2, 2))
    dynamic_routing(net, dynamic_routing(net, net.capsules(net.input, 4), 3, 5, name="first"), 2, 6)
    with pytest.raises(ValueError, match="two routings has votes of capsules of several sizes"):
        binary_routing_work(net, "xnodr")
    with pytest.raises(ValueError, match="unknown version of the paper 'v2'; there are v1, v3"):
        flop_readings("v2")
