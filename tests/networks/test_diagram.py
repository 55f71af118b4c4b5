"""The picture of a network: well-formed, within its width, and showing what the network has."""

import xml.etree.ElementTree as ElementTree

import pytest

from squeezelab.networks import NETWORKS, Network, alexnet, build, capsnet, mobilenet_v2, resnet, squeezenet, squeezenext
from squeezelab.networks.diagram import PAGE, PHONE, boxes, network_svg

SVG = "{http://www.w3.org/2000/svg}"


def tiny():
    net = Network("tiny <a & b>", (3, 32, 32))
    x = net.conv_norm_relu(net.input, 16, 3)
    y = net.conv_norm_relu(x, 16, 3)
    net.linear(net.global_avg_pool(net.add(x, y)), 10)
    return net


def drawing(net):
    return ElementTree.fromstring(net.diagram())


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("frame", [PAGE, PHONE])
def test_the_zoo_is_drawn_within_its_frame(name, frame):
    svg = ElementTree.fromstring(network_svg(build(name), frame))
    left, _, width, height = (float(side) for side in svg.get("viewBox").split())
    assert svg.get("role") == "img" and float(svg.get("width")) == frame.width
    for rect in svg.iter(SVG + "rect"):
        x, y = float(rect.get("x")), float(rect.get("y"))
        assert left <= x and x + float(rect.get("width")) <= left + width
        assert 0 <= y and y + float(rect.get("height")) <= height


def test_the_title_states_the_counts_and_is_escaped():
    assert (
        drawing(squeezenext(version=5)).find(SVG + "title").text
        == "1.0-SqNxt-23v5: 930\u202f016 params, 224\u202f916\u202f480 MACs"
    )
    assert drawing(tiny()).find(SVG + "title").text.startswith("tiny <a & b>: ")


def test_every_layer_is_in_one_box_and_every_count_too():
    for net in (squeezenext(), resnet(50), squeezenet(), mobilenet_v2(), alexnet(), tiny()):
        found = boxes(net)
        assert [layer for box in found for layer in box.layers] == net.layers
        assert (sum(box.params for box in found), sum(box.macs for box in found)) == (net.params, net.macs)


def decoder():
    net = Network("decoder", (8, 9, 9))
    x = net.prelu(net.group_norm(net.conv_transpose(net.input, 8, 3, 2, name="up"), 4))
    x = net.crop(net.interpolate(net.pad(x, (1, 1, 1, 1)), factor=2), (0, 42, 2))
    x = net.multiply(x, net.reduce("mean", x, 0))
    x = net.adaptive_avg_pool(net.pixel_unshuffle(x, 21, name="unshuffle"), (1, 1))
    net.squeeze(net.linear(net.flatten(x), 1))
    return net


def test_every_kind_of_layer_is_drawn_and_listed():
    net, svg = decoder(), drawing(decoder())
    assert [layer for box in boxes(net) for layer in box.layers] == net.layers
    words = [text.text for text in svg.iter(SVG + "text")]
    assert "transposed" in words and "avg to 1×1" in words and "pixel unshuffle" in words
    for rect in svg.iter(SVG + "rect"):
        assert "None" not in rect.get("style", "")
    rows = repr(net).splitlines()
    assert [row.split()[:2] for row in rows[2:4]] == [["up", "transposed"], ["pad1", "pad"]]
    assert rows[-2].split()[:4] == ["squeeze1", "squeeze", "1", "number"]
    assert rows[-1].startswith("and 2 norms and activations")


def shortcuts(net):
    kinds = [box.shortcut for box in boxes(net)]
    return kinds.count("identity"), kinds.count("convolution")


def test_shortcuts_of_the_zoo():
    assert shortcuts(squeezenext()) == shortcuts(squeezenext(version=5)) == (17, 4)
    assert shortcuts(resnet(18)) == (5, 3)
    assert shortcuts(resnet(50)) == (12, 4)
    assert shortcuts(squeezenet()) == (0, 0)
    assert shortcuts(squeezenet(bypass="complex")) == (4, 4)
    assert shortcuts(mobilenet_v2()) == (10, 0)


def test_the_strip_of_a_block_is_as_wide_as_its_box():
    svg = drawing(squeezenext())
    widths = {}
    for rect in svg.iter(SVG + "rect"):
        if rect.find(SVG + "title") is not None:
            widths.setdefault(rect.find(SVG + "title").text.split(",")[0].rsplit(".", 1)[0], []).append(float(rect.get("width")))
    assert sum(widths["s2.b3"]) == pytest.approx(83, abs=1e-9) and len(widths["s2.b3"]) == 5


def test_text_takes_the_colour_of_the_page():
    text = squeezenext().diagram()
    assert 'fill="currentColor"' in text and "var(--sqz-os, #a64d86)" in text


def test_a_notebook_shows_the_picture():
    html = tiny()._repr_html_()
    assert tiny().diagram() in html and network_svg(tiny(), PHONE) in html and html.count("<svg") == 2


def test_an_empty_network_is_drawn_too():
    assert drawing(Network("empty", (3, 8, 8))).find(SVG + "title").text == "empty: 0 params, 0 MACs"


def test_routing_has_its_key_and_no_shortcut():
    picture = capsnet("paper").diagram()
    assert ">routing<" in picture and ">capsules<" in picture and "shortcut" not in picture
    assert "digits.agreement2, agreement: " in picture
    assert ">routing<" not in resnet().diagram() and "shortcut" in resnet().diagram()
