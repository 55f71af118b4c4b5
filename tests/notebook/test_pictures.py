"""The drawings: the same bytes in every run, in the page's own ink, and true to the laws they stand beside."""

from squeezelab.hardware import accelerator, loop_nest, simulate
from squeezelab.networks import Network
from squeezelab.notebook.pictures import SIDE, broadcast_arrays


def picture():
    return broadcast_arrays().svg()


def test_two_drawings_are_the_same_bytes():
    assert picture() == picture()


def test_text_follows_the_page_and_the_finding_is_read_aloud():
    assert "currentColor" in picture() and "#123456" not in picture()
    assert 'aria-label="Under broadcast WS a depthwise group holds one weight' in picture()


def test_a_depthwise_layer_fills_as_many_pes_as_are_drawn():
    """On an array of the drawing's size: 16 of 16 PEs with a dense layer, one with a depthwise one, under broadcast WS."""
    machine = accelerator("squeezelerator-16").with_(rows=SIDE, cols=SIDE)
    for groups, filled in ((1, SIDE * SIDE), (8, 1)):
        net = Network("one", (8, 8, 8))
        net.conv(net.input, 8, 3, padding=1, groups=groups, bias=False, name="conv")
        streaming = simulate(net, machine, "ws")["conv"].compute_cycles
        assert loop_nest(net["conv"]).macs == filled * streaming
    assert picture().count(">w11<") == 2 and picture().count(">w12<") == 1
