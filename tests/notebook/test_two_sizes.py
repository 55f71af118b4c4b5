"""A plot is drawn twice, for a page and for a telephone: there nothing is smaller, cut or on top of another."""

import re

import pytest

from squeezelab.notebook import ROLES, Plot, axes, broadcast_arrays
from squeezelab.notebook.narrow import LEAST, WIDTH, make_narrow, spans_overlap, ticks

NAMES = ["first 7×7", "1×1, early", "1×1, late", "1×1, last", "3×3, late", "depthwise", "fully connected"]


def bars():
    figure, ax = axes("Depthwise starves", "", "utilisation of 16×16 PEs (%)")
    for place, role in enumerate(("weights", "outputs", "inputs")):
        shown = ax.bar([x + 0.27 * place for x in range(7)], [90 + place] * 7, 0.25, color=ROLES[role], label=f"flow {role}")
        ax.bar_label(shown, fontsize=6)
    ax.set_xticks(range(7), [name.replace(" ", "\n", 1) for name in NAMES])
    ax.legend(loc="upper right")
    return figure, ax


def boxes(axis):
    side = "intervalx" if axis.axis_name == "x" else "intervaly"
    return [getattr(label.get_window_extent(), side) for _, label in ticks(axis)]


def test_a_page_has_both_and_shows_one_with_the_title_as_text_above():
    html = Plot(bars()[0], "depthwise < 5 %")._repr_mimebundle_()["text/html"]
    assert html.startswith('<figure class="sqz-figure"><figcaption>Depthwise starves</figcaption>')
    assert html.count("<svg") == 2 and html.count("display:none") == 2  # one at first, the other by the room there is
    assert html.count("Depthwise starves") == 1 and html.count('aria-label="depthwise &lt; 5 % Drawn: ') == 2
    ids = re.findall(r' id="([^"]+)"', html)
    assert ids and len(set(ids)) == len(ids) and all(f"#{name}" in html for name in ids)


def test_a_plot_that_is_shown_twice_is_the_same():
    plot = Plot(bars()[0], "the same")
    assert plot._repr_mimebundle_() == plot._repr_mimebundle_() and plot.svg() == plot.svg()
    assert Plot(bars()[0], "the same").pictures() == plot.pictures()


def test_on_a_telephone_no_text_is_small_and_the_picture_is_narrow():
    for plot in (Plot(bars()[0], "a"), broadcast_arrays()):
        _, wide, narrow = plot.pictures()
        assert min(map(float, re.findall(r"font-size: ([\d.]+)px", wide))) < LEAST
        assert min(map(float, re.findall(r"font-size: ([\d.]+)px", narrow))) >= LEAST
        assert float(re.search(r'viewBox="0 0 ([\d.]+)', narrow)[1]) == pytest.approx(72 * WIDTH)


def test_names_are_turned_values_stand_upright_and_the_legend_lies_below():
    figure, ax = bars()
    make_narrow(figure)
    assert {label.get_rotation() for _, label in ticks(ax.xaxis)} == {45}
    assert [label.get_text() for _, label in ticks(ax.xaxis)] == NAMES
    assert {value.get_rotation() for value in ax.texts} == {90}
    (legend,) = figure.legends
    assert ax.get_legend() is None and [text.get_text() for text in legend.get_texts()][0] == "flow weights"
    assert legend.get_window_extent().y1 <= ax.get_window_extent().y0 and legend.get_window_extent().x1 <= 72 * WIDTH + 1


def test_of_crowded_numbers_some_go_and_the_ends_of_a_label_stay_within():
    figure, ax = axes("", "a label that is far too long for one line below these axes, in words", "y")
    ax.plot([0, 14], [0, 1])
    ax.set_xticks(range(15), [10_000 + place for place in range(15)])
    make_narrow(figure)
    figure.draw_without_rendering()
    assert 2 < len(boxes(ax.xaxis)) < 15 and not spans_overlap(boxes(ax.xaxis))
    assert "\n" in ax.get_xlabel() and ax.xaxis.label.get_window_extent().x0 >= 0


def test_a_long_note_in_the_axes_comes_below_them():
    figure, ax = axes("", "ms an image", "accuracy (%)")
    ax.text(0.02, 0.05, "● cheap; plain: ■ same width, ▲ equal MACs, ▼ equal params", transform=ax.transAxes)
    make_narrow(figure)
    figure.draw_without_rendering()
    assert ax.get_xlabel().split("\n")[0] == "ms an image" and "▼ equal params" in ax.get_xlabel() and not ax.texts
    assert ax.get_window_extent().width > 36 * WIDTH and ax.xaxis.label.get_window_extent().x1 <= 72 * WIDTH


def test_axes_in_a_row_come_below_one_another():
    figure, ax = axes("", "", "")
    ax.remove()
    panels = figure.subplots(1, 3)
    make_narrow(figure)
    figure.draw_without_rendering()
    tops = [panel.get_window_extent().y1 for panel in panels]
    assert tops == sorted(tops, reverse=True) and len({round(panel.get_window_extent().x0) for panel in panels}) == 1


def test_what_is_drawn_is_said_with_units_and_ranges():
    figure, ax = axes("", "channels", "MACs per word")
    ax.plot([8, 1024], [2, 2000], label="dense")
    ax.set(xscale="log", yscale="log", ylim=(1, 1000), xlim=(10, 1000))
    label = re.search('aria-label="([^"]*)"', Plot(figure, "It grows.").svg())[1]
    across = "channels, 10 to 1\u202f000, logarithmic"
    assert label == f"It grows. Drawn: MACs per word, 1 to 1\u202f000, logarithmic, against {across}. Told apart: dense."
    label = re.search('aria-label="([^"]*)"', Plot(bars()[0], "It starves.").svg())[1]
    assert "against first 7×7; 1×1, early; " in label and label.endswith("Told apart: flow weights, flow outputs, flow inputs.")


def test_a_logarithmic_axis_has_plain_numbers():
    figure, ax = axes("", "x", "y")
    ax.plot([1, 10_000], [1, 2])
    ax.set_xscale("log")
    svg = Plot(figure, "plain").svg()
    assert "1\u202f000" in svg and "mathdefault" not in svg
