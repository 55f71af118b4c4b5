"""The cheap-feature families equal the released definitions to the integer, and their blocks the formulas of their papers."""

import math

import pytest
from support.micropython import printed
from support.single_block import made, weights

from squeezelab.hardware import simulate
from squeezelab.networks import (
    NETWORKS,
    Network,
    build,
    g_ghost_regnet,
    g_ghost_stage,
    ghost_bottleneck,
    ghost_module,
    ghostnet,
    mgic_block,
    mgic_resnet,
    mobilenet_v3,
    mobilenet_v3_block,
    regnet_x,
    regnet_x_block,
    shufflenet,
    shufflenet_unit,
    shufflenet_v2_unit,
    squeeze_excitation,
)

CHEAP = ("g_ghost_regnet", "ghostnet", "mgic_resnet", "mobilenet_v3", "regnet_x", "shufflenet")

# Params and MACs of released implementations, counted there (timm, pytorchcv, huawei-noah/Efficient-AI-Backbones)
TOTALS = [
    (ghostnet(0.5), 2_587_292, 42_328_152),
    (ghostnet(), 5_182_508, 141_150_512),
    (ghostnet(1.3), 7_358_820, 227_003_256),
    (regnet_x("3.2GF"), 15_296_552, 3_176_621_952),
    (regnet_x("4.0GF"), 22_118_248, 3_964_498_816),
    (regnet_x("8.0GF"), 39_572_648, 7_995_132_416),
    (g_ghost_regnet("3.2GF"), 10_511_000, 1_801_746_240),
    (g_ghost_regnet("4.0GF"), 15_726_268, 2_228_368_516),
    (g_ghost_regnet("8.0GF"), 24_586_928, 4_149_668_216),
    (g_ghost_regnet("16GF"), 32_381_704, 8_997_384_192),
    (mobilenet_v3("large"), 5_483_032, 216_589_760),
    (mobilenet_v3("small"), 2_542_856, 56_510_400),
    (shufflenet(), 1_865_728, 137_460_672),
    (shufflenet(version=2), 2_278_604, 144_907_992),
]


@pytest.mark.parametrize("net, params, macs", TOTALS, ids=[net.name for net, _, _ in TOTALS])
def test_totals_equal_the_released_networks(net, params, macs):
    assert (net.params, net.macs) == (params, macs)


def test_mobilenet_v3_scales_as_published():
    """0.75 large: 4.0 M params and 155 M MACs in the table of its released checkpoints."""
    net = mobilenet_v3("large", 0.75)
    assert (round(net.params / 1e6, 1), round(net.macs / 1e6)) == (4.0, 155)


# Blocks on their own


def params_without_norms(net):
    return sum(layer.params for layer in net.mac_layers)


def ghost_weights(s_in, t, ratio=2, k=1, d=3):
    m = math.ceil(t / ratio)
    return s_in * m * k * k + m * (ratio - 1) * d * d


def test_ghost_modules_have_the_weights_of_the_table():
    assert weights(made(ghost_module, 16, 16)) == 200
    assert weights(made(ghost_module, 160, 960)) == 81_120
    assert weights(made(ghost_module, 64, 128, kernel=3)) == 37_440


@pytest.mark.parametrize("ratio", [2, 3, 4, 5])
@pytest.mark.parametrize("t", [1, 7, 24, 960])
@pytest.mark.parametrize("k, d", [(1, 3), (3, 3), (1, 5)])
def test_a_ghost_module_follows_its_formula_and_makes_what_was_asked(ratio, t, k, d):
    net = made(ghost_module, 40, t, ratio=ratio, kernel=k, cheap_kernel=d)
    assert weights(net) == ghost_weights(40, t, ratio, k, d)
    assert net.output.shape == (t, 16, 16)


@pytest.mark.parametrize("channels, saving", [(16, 1.28), (40, 1.63), (160, 1.89), (960, 1.98)])
def test_a_1x1_ghost_module_saves_less_than_its_ratio(channels, saving):
    dense = channels * channels
    assert dense / weights(made(ghost_module, channels, channels)) == pytest.approx(2 * channels / (channels + 9))
    assert 2 * channels / (channels + 9) == pytest.approx(saving, abs=0.005)


def test_ghost_bottlenecks_are_the_sum_of_their_parts():
    assert params_without_norms(made(ghost_bottleneck, 16, 16, 16)) == 400
    assert params_without_norms(made(ghost_bottleneck, 24, 72, 40, kernel=5, stride=2, excite=True)) == 9_140
    shortcut = 16 * 9 + 16 * 24
    assert weights(made(ghost_bottleneck, 16, 48, 24)) == ghost_weights(16, 48) + ghost_weights(48, 24) + shortcut


def test_only_the_first_module_of_a_ghost_bottleneck_has_relus():
    relus = [layer.name for layer in made(ghost_bottleneck, 16, 48, 16, stride=1).layers if layer.op == "relu"]
    assert relus == ["ghost1_primary_relu", "ghost1_cheap_relu"]


@pytest.mark.parametrize("channels, reduced", [(72, 24), (120, 32), (8, 1)])
def test_squeeze_and_excitation_runs_once_for_an_image(channels, reduced):
    small, large = (made(squeeze_excitation, channels, reduced, side=side) for side in (2, 56))
    assert small.macs == large.macs == 2 * channels * reduced
    assert large.params == 2 * channels * reduced + channels + reduced
    assert large.output.shape == (channels, 56, 56)


def test_a_mobilenet_v3_block_has_12600_weights_and_a_gate_of_7832():
    net = made(mobilenet_v3_block, 40, 120, 40, kernel=5)
    gate = sum(layer.params for layer in net.mac_layers if layer.op == "linear")
    assert (params_without_norms(net) - gate, gate) == (12_600, 7_832)


def test_a_mobilenet_v3_block_without_expansion_has_no_first_convolution():
    net = made(mobilenet_v3_block, 16, 16, 16, excite=False)
    assert [layer.name for layer in net.mac_layers] == ["depthwise", "project"]


def test_regnet_blocks_have_the_weights_of_the_table():
    assert weights(made(regnet_x_block, 96, 96, 48)) == 59_904
    assert weights(made(regnet_x_block, 432, 432, 48)) == 559_872


# ShuffleNet


def test_shufflenet_units_have_the_weights_of_the_table():
    assert weights(made(shufflenet_unit, 240, 240)) == 10_140
    assert weights(made(shufflenet_v2_unit, 116, 116)) == 7_250


@pytest.mark.parametrize("groups", [1, 2, 3, 4, 8])
def test_a_shufflenet_unit_follows_its_formula_for_every_number_of_groups(groups):
    channels = 96
    assert weights(made(shufflenet_unit, channels, channels, groups=groups)) == channels**2 // (2 * groups) + 9 * channels // 4


def test_a_strided_unit_stacks_its_averaged_input():
    net = made(shufflenet_unit, 24, 240, stride=2, first_groups=1)
    assert net["expand"].shape == (216, 8, 8) and net["shortcut"].shape == (24, 8, 8)
    assert net.output.shape == (240, 8, 8)
    assert net["squeeze"].groups == 1 and net["expand"].groups == 3


def order(channels, groups):
    return made(lambda net, x: net.shuffle(x, groups), channels).output.order


def test_the_shuffle_of_six_channels_in_two_groups():
    assert order(6, 2) == (0, 3, 1, 4, 2, 5)


@pytest.mark.parametrize("channels, groups", [(6, 2), (60, 3), (116, 2), (12, 12), (12, 1)])
def test_a_shuffle_is_a_permutation_that_the_other_grouping_undoes(channels, groups):
    there, back = order(channels, groups), order(channels, channels // groups)
    assert sorted(there) == list(range(channels))
    assert [there[place] for place in back] == list(range(channels))


@pytest.mark.parametrize("channels, groups", [(60, 3), (24, 4)])
def test_after_a_shuffle_every_group_holds_channels_of_every_group(channels, groups):
    each, shuffled = channels // groups, order(channels, groups)
    for group in range(groups):
        assert {channel // each for channel in shuffled[group * each : (group + 1) * each]} == set(range(groups))


# G-Ghost

# raw, cheap and mixed channels of the ghosted stages 2 and 3
GHOSTED = {
    "3.2GF": ((72, 120, 480), (216, 216, 3240)),
    "4.0GF": ((120, 120, 600), (270, 290, 3800)),
    "8.0GF": ((90, 150, 510), (360, 360, 5400)),
    "16GF": ((192, 320, 1280), (384, 512, 5120)),
}


@pytest.mark.parametrize("size", GHOSTED)
def test_ghosted_stages_split_and_mix_as_released(size):
    net = g_ghost_regnet(size)
    for stage, expected in zip((2, 3), GHOSTED[size]):
        named = [net[f"s{stage}.{name}"].shape[0] for name in ("split.raw", "split.rest", "ghost.means")]
        assert tuple(named) == expected


@pytest.mark.parametrize("size", GHOSTED)
def test_only_stages_of_more_than_two_blocks_are_ghosted_and_never_the_first(size):
    stages = {layer.name.split(".")[0] for layer in g_ghost_regnet(size).layers if ".ghost." in layer.name}
    assert stages == {"s2", "s3"}


@pytest.mark.parametrize("size", GHOSTED)
def test_the_mix_has_many_params_and_almost_no_macs(size):
    net = g_ghost_regnet(size)
    mixes = [layer for layer in net.mac_layers if ".ghost.mix" in layer.name]
    assert sum(layer.params for layer in mixes) > 0.05 * net.params
    assert sum(layer.macs for layer in mixes) < 0.001 * net.macs


@pytest.mark.parametrize("size", GHOSTED)
def test_a_g_ghost_network_has_fewer_params_and_macs_than_its_regnet(size):
    ghost, plain = g_ghost_regnet(size), regnet_x(size)
    assert ghost.params < 0.75 * plain.params and ghost.macs < 0.6 * plain.macs


# What the families need from the layers below


def test_a_vector_is_added_to_a_map_channel_by_channel():
    net = Network("offset", (4, 8, 8))
    mean = net.global_avg_pool(net.input)
    for joined in (net.add(net.input, mean), net.subtract(net.input, mean), net.multiply(net.input, mean)):
        assert joined.shape == (4, 8, 8) and joined.input_words == 4 * 64 + 4
    with pytest.raises(ValueError, match="both must have the same shape, or the second one value per channel"):
        net.subtract(mean, net.input)


def test_a_difference_reads_its_second_operand_again_and_a_slice_nothing():
    net = Network("both", (4, 8, 8))
    y = net.conv(net.input, 8, 1)
    net.subtract(net.slice(y, 0, 4, name="slice"), net.input, name="change")
    fused, separate = (simulate(net, "squeezelerator-16", other_layers=how) for how in ("fused", "separate"))
    assert fused["change"].dram_words == 4 * 64
    assert (fused["slice"].cycles, separate["slice"].cycles) == (0, 0)


def test_an_offset_per_channel_is_not_drawn_as_a_shortcut():
    from squeezelab.networks.diagram import boxes

    found = {box.name: box.shortcut for box in boxes(g_ghost_regnet())}
    assert found["s2.ghost"] is None and found["s2.b2"] == "identity" and found["s2.b1"] == "convolution"


@pytest.mark.parametrize("resolution", [64, 193, 224, 256])
@pytest.mark.parametrize("name", CHEAP)
def test_params_do_not_depend_on_the_resolution(name, resolution):
    assert build(name, resolution=resolution).params == build(name).params


@pytest.mark.parametrize("name", CHEAP)
def test_the_last_layer_has_as_many_outputs_as_there_are_classes(name):
    assert build(name, classes=10).output.shape == (10,)


def test_micropython_counts_and_simulates_the_same():
    program = """
from squeezelab.hardware import simulate
from squeezelab.networks import NETWORKS, build
for name in sorted(NETWORKS):
    net = build(name)
    report = simulate(net, "squeezelerator-16")
    print(name, net.params, net.macs, report.cycles, report.dram_words, len(net.diagram()))
"""
    lines = []
    for name in sorted(NETWORKS):
        net = build(name)
        report = simulate(net, "squeezelerator-16")
        lines.append(f"{name} {net.params} {net.macs} {report.cycles} {report.dram_words} {len(net.diagram())}")
    assert printed(program).split("\n")[:-1] == lines


# Bad input


BAD = [
    (lambda: made(ghost_module, 16, 16, ratio=1), "the ratio of a Ghost module must be a whole number of at least 2, not 1"),
    (lambda: made(ghost_module, 16, 0), "the number of output channels must be a whole number of at least 1, not 0"),
    (lambda: ghostnet("1"), "the width must be a positive number, not '1'"),
    (lambda: ghostnet(float("nan")), "the width must be a positive number, not nan"),
    (lambda: regnet_x("1.6GF"), "unknown RegNet size '1.6GF'; there are 16GF, 3.2GF, 4.0GF, 8.0GF"),
    (lambda: g_ghost_regnet(3.2), "unknown RegNet size 3.2"),
    (lambda: made(regnet_x_block, 100, 100, 48), "a RegNet block of 100 channels does not split into groups of 48"),
    (lambda: made(g_ghost_stage, 96, 192, 2, 48), "needs a first, a last and at least one inner block, so 3 or more, not 2"),
    (lambda: made(g_ghost_stage, 96, 48, 5, 48), "half of 48 channels holds no group of 36, 3/4 of 48"),
    (lambda: made(g_ghost_stage, 96, 48, 5, 1), "half of 48 channels holds no group of 0, 3/4 of 1"),
    (lambda: made(mgic_block, 24, 24, coarsest_size=2), "fewer than 2 are left, but 3 is odd"),
    (lambda: made(mgic_block, 64, 64, group_size=7), "half of 64 channels does not split into 9 groups, of 7 channels each"),
    (lambda: made(mgic_block, 64, 64, group_size=0), "the group size must be a whole number of at least 1, not 0"),
    (lambda: made(mgic_block, 64, 64, coarsest_size=1), "the coarsest size must be a whole number of at least 2, not 1"),
    (lambda: made(mgic_block, 64, 100), "widens its input depthwise, so 100 channels must be a multiple of 64"),
    (lambda: mgic_resnet(50), "unknown MGIC-ResNet depth 50; there are 18, 34"),
    (lambda: mobilenet_v3("medium"), "unknown MobileNetV3 size 'medium'; there are large, small"),
    (lambda: mobilenet_v3(width=0), "the width must be a positive number, not 0"),
    (lambda: made(shufflenet_unit, 30, 30), "a ShuffleNet unit of 30 channels cannot narrow to a quarter"),
    (lambda: made(shufflenet_unit, 240, 240, stride=2), "a ShuffleNet unit with a stride stacks its input, so it makes more"),
    (lambda: made(shufflenet_unit, 40, 40, groups=3), "3 groups do not divide its 40 input channels"),
    (lambda: made(shufflenet_v2_unit, 7, 7), "a ShuffleNetV2 unit halves its channels, but 7 is odd"),
    (lambda: made(shufflenet_v2_unit, 8, 6), "without a stride keeps its 8 channels and cannot make 6"),
    (lambda: shufflenet(version=3), "unknown ShuffleNet version 3; there are 1, 2"),
    (lambda: shufflenet(groups=5), "unknown number of groups of ShuffleNet 5; there are 1, 2, 3, 4, 8"),
    (lambda: shufflenet(version=2, width=0.75), "unknown ShuffleNetV2 width 0.75; there are 0.5, 1.0, 1.5, 2.0"),
    (lambda: shufflenet(version=2, groups=3), "ShuffleNetV2 has no grouped 1x1 convolutions, so groups=3 means nothing"),
]


@pytest.mark.parametrize("make, message", BAD, ids=[message for _, message in BAD])
def test_nonsense_is_refused_with_its_reason(make, message):
    with pytest.raises(ValueError, match=message):
        make()
