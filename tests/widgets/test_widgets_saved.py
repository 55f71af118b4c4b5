"""What a reader without a kernel sees of a saved notebook, and how `readable` makes it see the figures."""

import nbformat
import pytest

from squeezelab.widgets import Explorer, Prediction, readable
from squeezelab.widgets.saved import STATES, VIEW

nbconvert = pytest.importorskip("nbconvert")


def notebook(*widgets, state=False):
    """A notebook as JupyterLab saves it after these widgets were shown, with what it may save of their state."""
    from ipywidgets import Widget

    cells = []
    for widget in widgets:
        made = widget._repr_mimebundle_()
        data, metadata = made if isinstance(made, tuple) else (made, {})
        output = nbformat.v4.new_output("execute_result", data, metadata=metadata, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("shown", outputs=[output], execution_count=1))
    made = nbformat.v4.new_notebook(cells=cells)
    if state:
        made.metadata["widgets"] = {
            STATES: {"version_major": 2, "version_minor": 0, "state": Widget.get_manager_state()["state"]}
        }
    return made


def page(path, template="lab"):
    """The page that ``jupyter nbconvert --to html`` makes of a notebook."""
    return nbconvert.HTMLExporter(template_name=template).from_filename(str(path))[0]


def saved(made, tmp_path):
    path = tmp_path / "mine.ipynb"
    nbformat.write(made, path)
    return path


def figures():
    return Explorer("layer_cost", kernel=5), Prediction("How many?", ["two", "four"], answer=1, reveal="It is four.")


@pytest.mark.parametrize("template", ["lab", "classic", "basic"])
def test_nbconvert_shows_the_fallback_where_no_state_was_saved(tmp_path, template):
    explorer, prediction = figures()
    html = page(saved(notebook(explorer, prediction), tmp_path), template)
    assert explorer.figure["finding"][:40] in html and "<table>" in html and "It is four." in html and VIEW not in html


@pytest.mark.parametrize("template", ["lab", "classic", "basic"])
def test_with_saved_state_nbconvert_shows_the_fallback_once_the_notebook_is_made_readable(tmp_path, template):
    explorer, prediction = figures()
    path = saved(notebook(explorer, prediction, state=True), tmp_path)
    assert VIEW in page(path, template)  # what needs a network, and shows nothing without one
    assert readable(path) == 2
    html = page(path, template)
    assert explorer.figure["finding"][:40] in html and "<table>" in html and "It is four." in html and VIEW not in html
    assert "widgets" not in nbformat.read(path, 4).metadata


def test_widgets_of_others_stay_and_so_does_the_original(tmp_path):
    from ipywidgets import IntSlider

    slider, (explorer, _) = IntSlider(3), figures()
    path, to = saved(notebook(explorer, slider, state=True), tmp_path), tmp_path / "readable.ipynb"
    before = path.read_text("utf-8")
    assert readable(path, to) == 1
    assert path.read_text("utf-8") == before
    made = nbformat.read(to, 4)
    nbformat.validate(made)
    ours, other = [cell.outputs[0].data for cell in made.cells]
    assert VIEW not in ours and VIEW in other
    states = made.metadata["widgets"][STATES]["state"]
    assert slider.model_id in states and explorer.model_id not in states
    assert readable(to) == 0
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 3}', "{}", '{"cells": [3]}', None])
def test_what_is_no_notebook_is_named(tmp_path, text):
    path = tmp_path / "other.ipynb"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ValueError, match=r"other\.ipynb is no notebook that can be read"):
        readable(path)


def test_the_fallback_names_groups_and_reasons():
    html = Explorer("network_cost", family="alexnet")._repr_mimebundle_()[0]["text/html"]
    assert "Kind of zeros, machine, dataflow: Zeros are: random" in html and "has one depth" in html
