"""Blocks side by side: their weights and words are those of the formulas."""

import itertools

from squeezelab.explorers import block_composer, explore


def test_blocks_have_the_weights_of_their_formulas():
    c = 128
    blocks = {block.name: block.fused.weight_words for block in block_composer.blocks_on(c, 28)[0]}
    assert blocks["ResNet basic"] == 18 * c * c
    assert blocks["SqueezeNext"] == 2.25 * c * c
    assert blocks["ResNet bottleneck"] == 17 * (c // 4) ** 2
    assert blocks["depthwise + 1×1"] == 9 * c + c * c
    assert blocks["Fire"] == 24576
    assert blocks["inverted residual"] == 6 * c * (2 * c + 9)


def test_words_are_those_of_the_reference_table():
    blocks = {block.name: (block.words, block.fused.dram_words) for block in block_composer.blocks_on(128, 28)[0]}
    assert blocks["SqueezeNext"] == (588_800, 237_568)
    assert blocks["depthwise + 1×1"] == (418_944, 218_240)


def test_the_cheapest_in_parameters_is_not_the_fastest():
    figure = explore("block_composer")
    rows = figure["table"]["rows"]
    assert min(rows, key=lambda row: row[1])[0] == "depthwise + 1×1"
    assert min(rows, key=lambda row: row[5])[0] == "ResNet bottleneck"
    assert "depthwise + 1×1" in figure["finding"] and "ResNet bottleneck" in figure["finding"]


def test_fusing_a_block_never_costs_anything():
    for channels, size in itertools.product((16, 64, 256), (7, 28)):
        apart, fused = (
            {row[0]: row for row in explore("block_composer", {"channels": channels, "size": size, "fused": on})["table"]["rows"]}
            for on in (False, True)
        )
        for name in apart:
            assert fused[name][3] <= apart[name][3] and fused[name][5] <= apart[name][5]


def test_a_block_that_cannot_be_built_is_left_out():
    figure = explore("block_composer", {"channels": 130})
    assert [row[0] for row in figure["table"]["rows"]] == ["ResNet basic", "depthwise + 1×1", "inverted residual"]
    assert "SqueezeNext" in figure["problem"]
