"""The same figures in a real JupyterLab with a kernel: they move, also by keyboard alone, and axe-core finds nothing serious."""

import json
import os
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from support import ROOT
from support.axe import stoppers
from support.browser import QUESTION, move, picture, wait_for_change
from support.webdriver import free_port

TOKEN = "squeezelab-tests"
PATIENCE = 90_000  # ms: a server, a kernel and a front end start on a busy machine
CELLS = [
    'from squeezelab.widgets import Explorer, Prediction\nExplorer("layer_cost")',
    f"Prediction(**{QUESTION.payload()!r})".replace("'kind': 'prediction', ", ""),
]

LINK = "Now [go to 32 channels](#explorer=layer_cost&channels=32)."
THEME = "light => { document.body.dataset.jpThemeLight = light; }"  # where JupyterLab says which of its themes is on

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def wait_until_up(address, server):
    for _ in range(240):
        if server.poll() is not None:
            pytest.fail(f"JupyterLab ended with code {server.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/api/status?token={TOKEN}", timeout=2) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.25)
    pytest.fail("JupyterLab did not answer within a minute")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab that serves one notebook, live.ipynb."""
    tmp_path = tmp_path_factory.mktemp("lab")
    cells = [nbformat.v4.new_markdown_cell(LINK), *map(nbformat.v4.new_code_cell, CELLS)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, tmp_path / "live.ipynb")
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={tmp_path}", "--ServerApp.port_retries=0"]
    home = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "RUNTIME")}
    environment = {**os.environ, **home, "PYTHONPATH": str(ROOT), "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "spaces")}
    server = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_up(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def notebook(browser, lab):
    """The notebook in JupyterLab, with both cells run."""
    context = browser.new_context(viewport={"width": 1300, "height": 1400})
    page = context.new_page()
    page.goto(f"{lab}/lab/tree/live.ipynb?token={TOKEN}")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=PATIENCE)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=PATIENCE)  # earlier, JupyterLab would run nothing
    choose(page, "Run", "Run All Cells")
    page.locator(".sqz svg").first.wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="Commit").wait_for(timeout=PATIENCE)
    yield page
    context.close()


def choose(page, *items):
    """Walks the menu."""
    for item in items:
        page.get_by_role("menuitem", name=item, exact=True).click()


def test_a_slider_in_jupyterlab_changes_the_picture(notebook):
    explorer = notebook.locator(".sqz", has_text="What a layer costs")
    before = picture(explorer)
    move(explorer.locator("input[name=channels]"))
    wait_for_change(explorer, before)
    assert explorer.locator(".sqz-finding").inner_text()
    notebook.get_by_role("link", name="go to 32 channels").click()
    explorer.locator("output", has_text="32").first.wait_for(timeout=PATIENCE)
    assert explorer.locator("input[name=channels]").input_value() == "32"


def test_by_keyboard_alone_a_slider_a_chart_and_a_prediction(notebook):
    explorer = notebook.locator(".sqz", has_text="What a layer costs")
    before = picture(explorer)
    explorer.get_by_role("button", name="Reset").focus()
    tab_to(notebook, "input[type=range]")
    notebook.keyboard.press("ArrowRight")
    wait_for_change(explorer, before)
    tab_to(notebook, ".sqz-stage")
    notebook.keyboard.press("End")
    assert notebook.evaluate("document.activeElement.querySelector('.sqz-tip').textContent")
    notebook.get_by_role("radio", name="two").focus()
    notebook.keyboard.press("ArrowUp")  # from the first to the last
    tab_to(notebook, ".sqz-commit")
    notebook.keyboard.press("Enter")
    notebook.get_by_text("Two and two make four.", exact=True).wait_for(timeout=PATIENCE)


def tab_to(page, selector, most=12):
    """Presses Tab until what is named has the focus, each time in sight."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    pytest.fail(f"{most} times Tab did not lead to {selector}")


@pytest.mark.parametrize("light", ["true", "false"])
def test_axe_finds_nothing_serious_in_either_theme(notebook, light):
    notebook.evaluate(THEME, light)
    assert stoppers(notebook, ".sqz") == []
