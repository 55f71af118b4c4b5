"""What a reader takes away of a figure: one SVG that stands alone, and its data for programs."""

import csv
import xml.etree.ElementTree as ElementTree

import pytest
from support.browser import SETTLED, move, wait_until_warm, write_explorer_page

from squeezelab import explorers

TimeoutError = pytest.importorskip("playwright.sync_api").TimeoutError
pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"


def taken(page, explorer, name):
    """(file name, text) of what this button gives; a busy browser may lose one file, not two."""
    button = explorer.get_by_role("button", name=name).first
    try:
        with page.expect_download(timeout=SETTLED / 4) as waiting:
            button.click()
    except TimeoutError:
        with page.expect_download(timeout=SETTLED) as waiting:
            button.click()
    return waiting.value.suggested_filename, waiting.value.path().read_text("utf-8")


def checked_svg(text):
    """The root of a drawing in which nothing is left to a style sheet, a theme or another file."""
    root = ElementTree.fromstring(text)
    for word in ("var(", "color-mix", "currentColor", "class=", "<style", "<script", 'href="http', "color(srgb"):
        assert word not in text, word
    assert {node.get("fill") for node in root.iter(f"{SVG}text")} != {None}
    return root


def columns_of(text):
    """(lines above, head, rows) of a CSV file."""
    lines = text.splitlines()
    above = [line for line in lines if line.startswith("# ")]
    head, *rows = csv.reader(lines[len(above) :])
    return above, head, rows


def is_number(cell):
    try:
        return cell == "" or float(cell) is not None
    except ValueError:
        return False


@pytest.fixture(scope="module")
def everything(browser, tmp_path_factory):
    """A page from disk with every explorer, in the dark."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, color_scheme="dark", accept_downloads=True)
    page = context.new_page()
    page.goto(write_explorer_page(tmp_path_factory.mktemp("all"), *explorers.names()).as_uri())
    yield page
    context.close()


@pytest.mark.parametrize("name", explorers.names())
def test_pictures_and_data_of_every_figure_stand_alone(everything, name):
    explorer = everything.locator(f"[data-explorer={name}]")
    figure = explorers.explore(name)
    file, text = taken(everything, explorer, "SVG")
    root = checked_svg(text)
    assert file == f"{name}.svg" and root.find(f"{SVG}title").text == figure["finding"]
    assert f"#explorer={name}&" in root.find(f"{SVG}desc").text
    assert len(root.findall(f"{SVG}svg")) == len(figure["charts"])
    file, text = taken(everything, explorer, "CSV")
    above, head, rows = columns_of(text)
    columns, expected = figure["table"]["columns"], figure["table"]["rows"]
    assert file == f"{name}.csv" and len(rows) == len(expected)
    assert above[0] == f"# {explorers.module(name).TITLE}" and f"#explorer={name}&" in above[-1]
    assert [label.split(" (")[0] for label in head] == [column["label"].split(" (")[0] for column in columns]
    for row, values in zip(rows, expected, strict=True):
        assert len(row) == len(values)
        assert all(is_number(cell) for cell, value in zip(row, values, strict=True) if isinstance(value, (int, float)))


def test_the_pictures_are_the_same_in_the_dark_and_in_the_light(everything):
    explorer = everything.locator("[data-explorer=staircase]")
    dark = taken(everything, explorer, "SVG")
    everything.emulate_media(color_scheme="light")
    assert taken(everything, explorer, "SVG") == dark and "#ffffff" in dark[1]


def test_numbers_come_as_they_were_computed_and_with_the_present_state(page, tmp_path):
    page.goto(write_explorer_page(tmp_path, "layer_cost").as_uri())
    wait_until_warm(page)
    explorer = page.locator(".sqz-explorer")
    move(explorer.locator("input[name=channels]"))
    expected = explorers.explore("layer_cost", {"channels": 68})
    explorer.locator(".sqz-finding", has_text=expected["finding"]).wait_for(timeout=SETTLED)
    above, head, rows = columns_of(taken(page, explorer, "CSV")[1])
    assert "# Channels in and out: 68" in above and head[-1] == "Busy, at most (%)"
    assert float(rows[0][1]) == expected["table"]["rows"][0][1]
    assert float(rows[1][-1]) == pytest.approx(100 * expected["table"]["rows"][1][-1])


def test_the_buttons_are_large_enough_and_fit_a_telephone(everything):
    for button in everything.locator(".sqz-actions button:visible").all():
        box = button.bounding_box()
        assert box["height"] >= 24 and box["width"] >= 24 and box["x"] >= 0 and box["x"] + box["width"] <= 360


@pytest.mark.parametrize(("chapter", "number"), [("02_dataflows", "2.1"), ("05_bottlenecks", "5.1"), ("07_squeezenext", "7.1")])
def test_a_plot_and_a_drawing_stand_alone(page, book, chapter, number):
    page.goto(f"file://{book}/book/{chapter}.html")
    figure = page.locator(f'[data-figure="{number}"]')
    file, text = taken(page, figure, "SVG")
    root = checked_svg(text)
    assert file.startswith(f"figure-{number.replace('.', '-')}-") and f"Figure {number}" in text
    assert f"#figure-{number.replace('.', '-')}" in root.find(f"{SVG}desc").text
    assert len(list(root.iter(f"{SVG}path"))) + len(list(root.iter(f"{SVG}rect"))) > 15
    assert page.problems == []
