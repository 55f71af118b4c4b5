"""`Explorer` and `Prediction` in a notebook: their outputs, their answers, and how they reach the page."""

import json
import re
from types import SimpleNamespace

import pytest

from squeezelab import explorers
from squeezelab.recorded import board_with, recorded
from squeezelab.widgets import MIME, STATIC, Explorer, Prediction, YourBoard, fallback
from squeezelab.widgets.myst import ExplorerRenderer, embedded, page_html

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
HOSTILE = "</script><script>alert(1)</script>&amp;"


def bundle(widget):
    return widget._repr_mimebundle_()[0]


def question(**changes):
    given = {"question": "How many?", "options": ["two", "four"], "answer": 1, "reveal": "It is four."}
    return Prediction(**{**given, **changes})


def test_outputs_serve_a_kernel_a_page_and_a_reader():
    data = bundle(Explorer("layer_cost", kernel=5))
    assert set(data) >= {WIDGET_VIEW, MIME, "text/html", "text/plain"}
    assert data[MIME]["values"]["kernel"] == 5
    assert data[MIME]["figure"] == explorers.explore("layer_cost", {"kernel": 5})
    assert data["text/plain"].startswith("Explorer('layer_cost')  ")


def test_outputs_are_the_same_in_every_run():
    first, second = (bundle(Explorer("layer_cost")) for _ in range(2))
    for kind in (MIME, "text/html", "text/plain"):
        assert json.dumps(first[kind]) == json.dumps(second[kind])


def test_start_values_are_where_reset_returns_to():
    controls = {control["name"]: control for control in Explorer("layer_cost", kernel=5).payload()["controls"]}
    assert controls["kernel"]["value"] == 5


def test_new_values_make_a_new_figure():
    explorer = Explorer("layer_cost")
    explorer.values = {**explorer.values, "kernel": 7}
    assert explorer.figure == explorers.explore("layer_cost", {"kernel": 7})
    assert explorer.error == ""


def test_an_impossible_state_is_a_sentence_and_the_figure_stays():
    explorer = Explorer("layer_cost")
    before = explorer.figure
    explorer.values = {**explorer.values, "channels": -1}
    assert "between 4 and 512" in explorer.error
    assert explorer.figure is before
    explorer.values = {**explorer.values, "channels": 8}
    assert explorer.error == ""


def test_the_answer_of_a_prediction_is_folded_away():
    shown, hidden = bundle(question())["text/html"].split("<details>")
    assert "It is four." not in shown and "It is four." in hidden
    assert bundle(question())["text/plain"] == "Prediction('How many?')"


def test_no_text_can_leave_its_place():
    payload = {**question(question=HOSTILE, options=[HOSTILE, "b"], reveal=HOSTILE).payload()}
    page = page_html(payload)
    assert page.count("<script") == page.count("</script>") == 1
    assert json.loads(re.search(r"<script[^>]*>(.*?)</script>", page)[1]) == payload
    assert "<" not in embedded({"x": HOSTILE}) and json.loads(embedded({"x": HOSTILE})) == {"x": HOSTILE}


def test_the_fallback_of_an_explorer_escapes_everything():
    payload = Explorer("layer_cost").payload()
    table = {"caption": HOSTILE, "columns": [{"label": HOSTILE}], "rows": [[HOSTILE]]}
    readout = [{"label": HOSTILE, "value": HOSTILE, "unit": HOSTILE}]
    figure = {"finding": HOSTILE, "problem": HOSTILE, "formula": HOSTILE, "readout": readout, "table": table}
    assert "<script" not in fallback.html({**payload, "title": HOSTILE, "figure": figure})


def test_the_page_takes_our_output_and_no_other():
    data = SimpleNamespace(mime_type=MIME, content=Explorer("layer_cost").payload())
    node = ExplorerRenderer.handle_mime(None, data, False)[0]
    assert node["format"] == "html" and 'class="sqz sqz-explorer"' in node.astext()
    assert ExplorerRenderer.handle_mime(None, SimpleNamespace(mime_type="text/html"), False) is None


def test_other_outputs_keep_their_rank_in_the_book():
    from myst_nb.core.render import base_render_priority, get_mime_priority

    ranked = get_mime_priority("html", [])
    usual = base_render_priority()["html"]
    assert ranked.index(MIME) < ranked.index(WIDGET_VIEW)
    assert [kind for kind in ranked if kind in usual] == sorted(usual, key=usual.get)


def test_the_bundle_is_small():
    assert (STATIC / "explorer.js").stat().st_size <= 86_000  # 4,000 of them are the kernels of whole numbers and the pen


def test_a_setting_is_shown_as_it_is_set():
    """0.625 times the channels are not 0.63 times, and a choice has its label."""
    width = {"label": "Width", "kind": "range", "unit": "× channels"}
    assert fallback.setting(width, 0.625) == "Width: 0.625 × channels"
    assert fallback.setting({"label": "Zeros", "kind": "range", "format": "percent"}, 0.4).replace("\u202f", " ") == "Zeros: 40 %"
    choice = {"label": "Version", "kind": "choice", "options": [{"value": 5, "label": "v5"}]}
    assert fallback.setting(choice, 5) == "Version: v5"
    assert fallback.setting({"label": "Fused", "kind": "toggle"}, False) == "Fused: no"


def test_a_board_with_a_method_of_ones_own_pins_it_and_stays_out_of_the_page():
    record = recorded("pruning")
    rows = [row | {"method": "mine"} for row in record["rows"] if row["method"] == "gradual" and row["kept"] == 0.1]
    shown = YourBoard(board_with({"settings": record["settings"], "rows": rows}), level=0.1)
    assert shown.values["pinned"] == "mine" and "mine" in shown.figure["finding"]
    assert MIME not in shown._repr_mimebundle_()[0] and "JupyterLab" in shown.payload()["live"]
    shown.values = {**shown.values, "cost": "stored_bytes"}
    assert "Bytes" in shown.figure["charts"][0]["x"]["label"] and shown.error == ""
    with pytest.raises(ValueError, match="YourBoard shows what squeezelab.recorded.board_with returns"):
        YourBoard(rows)
