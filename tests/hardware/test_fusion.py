"""Fused blocks: what lies on the chip is what a run row by row needs, and a block that does not fit is not fused."""

import pytest

from squeezelab.explorers import explore
from squeezelab.explorers.block_composer import BLOCKS
from squeezelab.hardware import accelerator
from squeezelab.hardware.fusion import Fused
from squeezelab.networks import Network


def block(build, channels=8, size=14):
    net = Network("block", (channels, size, size))
    build(net, net.input, channels)
    return net


def words_by_running(net):
    """Most words of maps on the chip while the output is made row by row, by asking for each row only when it is needed."""
    size, born, used = net.input.shape[1], {}, {}

    def need(layer, row, step):
        if not 0 <= row < size:
            return
        key = layer.name, row
        used[key] = step
        if key in born and layer.op != "input":
            return
        born.setdefault(key, step)
        reach = (layer.kernel[0] - 1) // 2 if layer.op == "conv" else 0
        for source in layer.sources:
            for other in range(row - reach, row + reach + 1):
                need(source, other, step)

    for step in range(size):
        need(net.output, step, step)
    last = {}  # a row that something works on in place lives as long as what became of it
    for layer in reversed(net.layers):
        for row in range(size):
            end = max(used.get((layer.name, row), -1), last.get((layer.name, row), -1))
            last[layer.name, row] = end
            if layer.op != "conv":
                sources = layer.sources if layer.op == "concat" else layer.sources[:1]
                for source in sources:
                    last[source.name, row] = max(last.get((source.name, row), -1), end)
    made = [net.input] + [layer for layer in net.layers if layer.op == "conv"]
    most, middle = {}, size // 2
    for layer in made:
        spans = [(born[layer.name, r], max(used[layer.name, r], last.get((layer.name, r), -1))) for r in range(size)]
        most[layer.name] = sum(start <= middle <= end for start, end in spans)
    return most


@pytest.mark.parametrize("name, build", BLOCKS)
def test_the_rows_held_are_those_that_a_run_row_by_row_needs(name, build):
    net = block(build)
    outputs = {"ResNet basic": ["conv2"], "ResNet bottleneck": ["conv3"], "Fire": ["expand1x1", "expand3x3"]}
    outputs |= {"depthwise + 1×1": ["pw"], "inverted residual": ["project"], "SqueezeNext": ["expand"]}
    spare = {key: 1 for key in ["input", *outputs[name]]}  # one row arrives, one leaves
    expected = {key: rows + spare.get(key, 0) for key, rows in words_by_running(net).items()}
    assert Fused(net).rows == expected


def test_squeezenext_block_by_hand():
    """128 channels on 28 × 28: two rows of the input and one more, one row of each inner map but three before the 3×1."""
    fused = Fused(block(dict(BLOCKS)["SqueezeNext"], 128, 28))
    rows_of_128, rows_of_64, rows_of_32 = 3 + 2, 1 + 1 + 1, 3
    assert fused.weight_words == 9 * 128**2 // 4
    assert fused.line_words == 28 * (128 * rows_of_128 + 64 * rows_of_64 + 32 * rows_of_32)
    assert fused.dram_words == 2 * 128 * 28 * 28 + fused.weight_words


def test_a_row_of_a_wide_map_is_as_long_as_the_map_is_wide():
    net = Network("wide", (4, 6, 30))
    net.conv(net.input, 4, 3, padding=1, name="conv")
    fused = Fused(net)
    assert fused.rows == {"input": 3 + 1, "conv": 1 + 1}
    assert fused.line_words == 4 * 30 * (4 + 2)


def test_what_cannot_be_fused_row_by_row_is_refused():
    net = Network("stride", (8, 14, 14))
    net.conv(net.input, 8, 3, stride=2, padding=1, name="half")
    with pytest.raises(ValueError, match="conv 'half'"):
        Fused(net)


def test_the_composer_fuses_what_fits_and_names_what_does_not():
    apart, fused = (explore("block_composer", {"channels": 128, "size": 28, "fused": on}) for on in (False, True))
    before, after = ({row[0]: row for row in figure["table"]["rows"]} for figure in (apart, fused))
    assert before["ResNet basic"][3] == after["ResNet basic"][3] > after["ResNet basic"][6]
    assert after["SqueezeNext"][3] == 237_568 < before["SqueezeNext"][3]
    assert "Too large to fuse: ResNet basic and inverted residual" in fused["finding"] and "Too large" not in apart["finding"]
    for row in after.values():
        assert row[7] == ("yes" if row[6] <= 65_536 else "no")


def test_a_larger_buffer_takes_the_basic_block():
    fused, machine = Fused(block(dict(BLOCKS)["ResNet basic"], 128, 28)), accelerator("squeezelerator-16")
    assert not fused.fits(machine)
    assert fused.fits(machine.with_(buffer_bytes=2 * fused.chip_words))
    assert not fused.fits(machine.with_(buffer_bytes=2 * fused.chip_words - 1))
