"""The small networks: one frame around any block, counted to the integer, named when they cannot be."""

import math

import pytest

from squeezelab.hardware import simulate
from squeezelab.networks import (
    build,
    ghostnet,
    lenet300,
    mgic_resnet,
    mini_network,
    mini_of,
    mini_resnet,
    mini_squeezenext,
    mini_vgg,
    mobilenet_v2,
    mobilenet_v3,
    resnet_basic_block,
    stage_of,
)

# by hand: stem 144 + 32 norm; blocks 18 c² + 4 c, first ones of a stage 9 c (c/2) + 9 c² + c (c/2) + 6 c; classifier
RESNET = (144 + 32) + (18 * 16**2 + 4 * 16) + sum(13.5 * c**2 + c**2 / 2 + 6 * c for c in (32, 64)) + 650
VGG = (144 + 32) + (16 * 32 * 9 + 64) + (32 * 64 * 9 + 128) + (64 * 64 * 9 + 128) + 576 * 10 + 10


@pytest.mark.parametrize(
    ("network", "params"),
    [(mini_resnet(), RESNET), (mini_vgg(), VGG), (lenet300(), 784 * 300 + 300 + 300 * 100 + 100 + 1010)],
    ids=lambda value: getattr(value, "name", ""),
)
def test_params_equal_the_sum_by_hand(network, params):
    assert network.params == params


def test_squeezenext_blocks_alternate_their_order_through_all_stages():
    names = [layer.name for layer in mini_squeezenext(depths=(2, 1, 2)).layers if ".sep" in layer.name and "_" not in layer.name]
    first = names[::2]
    assert first == ["s1.b1.sep3x1", "s1.b2.sep1x3", "s2.b1.sep3x1", "s3.b1.sep1x3", "s3.b2.sep3x1"]


def test_two_calls_give_the_same_network():
    assert repr(mini_squeezenext()) == repr(mini_squeezenext())


@pytest.mark.parametrize("name", ["mini_resnet", "mini_squeezenext", "mini_vgg"])
def test_they_take_other_widths_images_and_classes(name):
    wide = build(name, width=2.0, resolution=40, channels=3, classes=7)
    assert wide.input_shape == (3, 40, 40) and wide.output.shape == (7,)
    assert wide.macs > 2 * build(name).macs
    assert simulate(wide, "squeezelerator-16").cycles > simulate(build(name), "squeezelerator-16").cycles


def test_a_frame_halves_the_map_from_stage_to_stage():
    net = mini_network("frame", stage_of(resnet_basic_block), widths=(8, 8, 8, 8), depths=(1, 2, 1, 1), resolution=32)
    assert [net[f"s{stage}.b1.relu"].shape[1] for stage in (1, 2, 3, 4)] == [16, 8, 4, 2]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"widths": (8, 8)}, "there are 2 and 3"),
        ({"depths": 3}, "one number a stage, as .* and 3"),
        ({"widths": (), "depths": ()}, "there are 0 and 0"),
        ({"depths": (1, 0, 1)}, "number of blocks must be a whole number of at least 1, not 0"),
        ({"resolution": 0}, "the resolution must be a whole number"),
        ({"channels": 1.5}, "the channels of an image"),
    ],
)
def test_what_cannot_be_built_is_named(options, words):
    with pytest.raises(ValueError, match=words):
        mini_network("frame", stage_of(resnet_basic_block), **options)


@pytest.mark.parametrize("width", [0, -1, math.nan, "1", None])
def test_a_family_takes_no_width_that_is_none(width):
    with pytest.raises(ValueError, match="the width must be a positive number"):
        mini_of("ghost", width=width)


@pytest.mark.parametrize("make", [ghostnet, mobilenet_v2, mobilenet_v3])
def test_networks_that_round_their_widths_have_a_smallest_one(make):
    assert make(width=0.01)["conv1"].shape[0] in (4, 8)  # one step of the rounding


def test_an_mgic_network_cannot_be_narrower_than_its_stem():
    with pytest.raises(ValueError, match="widens its input depthwise, so 32 channels must be a multiple of 64"):
        mgic_resnet(width=0.5)
