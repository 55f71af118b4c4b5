"""The same explorer in a real JupyterLab with a kernel: run the cell, move a slider, see a new picture."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from support import ROOT
from support.browser import QUESTION, move, picture, wait_for_change

TOKEN = "squeezelab-tests"
PATIENCE = 90_000  # ms: a server, a kernel and a front end start on a busy machine
CELLS = [
    'from squeezelab.widgets import Explorer, Prediction\nExplorer("layer_cost")',
    f"Prediction(**{QUESTION.payload()!r})".replace("'kind': 'prediction', ", ""),
]

LINK = "Now [go to 32 channels](#explorer=layer_cost&channels=32)."

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab that serves one notebook, live.ipynb."""
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


def test_a_slider_in_jupyterlab_changes_the_picture(browser, lab):
    context = browser.new_context(viewport={"width": 1300, "height": 1400})
    page = context.new_page()
    page.goto(f"{lab}/lab/tree/live.ipynb?token={TOKEN}")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=PATIENCE)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=PATIENCE)  # earlier, JupyterLab would run nothing
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    explorer = page.locator(".sqz", has_text="What a layer costs")
    explorer.locator("svg").first.wait_for(timeout=PATIENCE)
    before = picture(explorer)
    move(explorer.locator("input[name=channels]"))
    wait_for_change(explorer, before)
    assert explorer.locator(".sqz-finding").inner_text()
    page.get_by_role("link", name="go to 32 channels").click()
    explorer.locator("output", has_text="32").first.wait_for(timeout=PATIENCE)
    assert explorer.locator("input[name=channels]").input_value() == "32"
    page.get_by_role("radio", name="eight").check()
    page.get_by_role("button", name="Commit").click()
    page.get_by_text("Two and two make four.", exact=True).wait_for(timeout=PATIENCE)
    context.close()
