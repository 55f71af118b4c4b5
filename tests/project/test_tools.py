"""The build scripts: what they decide and what they leave behind."""

import configparser
import doctest
import re
import shutil
import subprocess
import sys

import nbformat
import project
import pytest
from install_torch import CPU_INDEX, pip_arguments, torch_pins
from notebooks import WIDGET_VIEW, normalise, problems, put_setup_cell, setup_source, to_text
from support import ROOT
from trim import trimmed_css

PINS = ["torch==2.13.0", "onnx==1.23.2"]


def test_a_linux_machine_without_gpu_gets_cpu_wheels():
    arguments = pip_arguments(PINS, "Linux", gpu=False, cpu_index_answers=True)
    assert arguments == ["install", *PINS, "--extra-index-url", CPU_INDEX]


@pytest.mark.parametrize("system, gpu, answers", [("Linux", True, True), ("Linux", False, False), ("Darwin", False, True)])
def test_elsewhere_and_without_the_index_torch_is_the_plain_pin(system, gpu, answers):
    assert pip_arguments(PINS, system, gpu, answers) == ["install", *PINS]


def test_the_torch_section_is_read_from_the_requirements():
    lines = ["# Book", "numpy==1", "", "# Torch: see there", "torch==9.9", 'onnx==1; python_version < "3.11"  # ONNX export']
    assert torch_pins("\n".join(lines)) == ["torch==9.9", 'onnx==1; python_version < "3.11"']


def test_the_examples_of_the_tools_are_true():
    assert doctest.testmod(project).failed == 0


def a_notebook():
    widget = nbformat.v4.new_output("display_data", {WIDGET_VIEW: {"model_id": "f00"}, "text/plain": "Explorer('x')"})
    pieces = [nbformat.v4.new_output("stream", name="stdout", text=text) for text in ("a\n", "b\n")]
    code = nbformat.v4.new_code_cell(
        "1", execution_count=1, outputs=[widget, *pieces], metadata={"execution": {"iopub.execute_input": "now"}}
    )
    cells = [nbformat.v4.new_markdown_cell("# Title"), code]
    return nbformat.v4.new_notebook(cells=cells, metadata={"widgets": {"state": {}}})


def test_normalised_notebooks_hold_no_trace_of_the_run():
    notebook = a_notebook()
    normalise(notebook)
    text = to_text(notebook)
    assert not any(trace in text for trace in (WIDGET_VIEW, "model_id", '"execution"', '"widgets"'))
    assert [output.output_type for output in notebook.cells[1].outputs] == ["display_data", "stream"]
    assert notebook.cells[1].outputs[1].text == "a\nb\n"


def test_the_set_up_cell_comes_before_the_first_code_and_only_once():
    notebook = a_notebook()
    put_setup_cell(notebook)
    put_setup_cell(notebook)
    assert [cell.source for cell in notebook.cells] == ["# Title", setup_source(), "1"]


def test_check_names_what_is_wrong_with_a_notebook(tmp_path):
    notebook = a_notebook()
    notebook.cells.append(nbformat.v4.new_code_cell("\n".join(["x = 1"] * 16)))
    path = tmp_path / "chapter.ipynb"
    path.write_text(to_text(notebook), "utf-8")
    found = "\n".join(problems(path))
    assert "set-up cell" in found and "16 lines" in found and "not been executed" in found and "traces" in found


def test_unused_icons_leave_the_style_sheet_and_aliases_go_one_by_one():
    css = '.fa{x:y}.fa-sun:before{content:"\\f185"}.fa-a:before,.fa-b:before{content:"\\f001"}'
    css += '.fa-no:before{content:"\\f002"}'
    trimmed, codes = trimmed_css(css, {"fa-sun", "fa-b"})
    assert trimmed == '.fa{x:y}.fa-sun:before{content:"\\f185"}.fa-b:before{content:"\\f001"}'
    assert codes == {0xF185, 0xF001}


def fake_python(folder, version):
    """A program that claims to be a Python, but is too old to be used."""
    path = folder / "python3"
    path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "Python {version}" && exit 0\nexit 1\n')
    path.chmod(0o755)
    return path


def test_an_old_python_is_refused_with_a_way_out(tmp_path):
    command = ["sh", ROOT / "tools/make_venv.sh", tmp_path / "venv"]
    environment = {"PATH": "/usr/bin:/bin", "PYTHON": str(fake_python(tmp_path, "3.8.18"))}
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert result.returncode == 1
    assert "3.10" in result.stderr and "3.8.18" in result.stderr and "apt-get install" in result.stderr


def test_the_interpreter_of_these_tests_is_accepted(tmp_path):
    command = ["sh", ROOT / "tools/make_venv.sh", tmp_path / "venv"]
    subprocess.run(command, env={"PATH": "/usr/bin:/bin", "PYTHON": sys.executable}, check=True)
    assert (tmp_path / "venv/bin/python").exists()


def compared(figure):
    """What nbval compares of an output, by the patterns of tests/nbval.cfg."""
    patterns = configparser.RawConfigParser()
    patterns.read(ROOT / "tests/nbval.cfg", "utf-8")
    for section in patterns.sections():
        figure = re.sub(patterns[section]["regex"], patterns[section]["replace"], figure)
    return figure


def test_notebooks_compare_the_texts_of_figures_and_not_their_coordinates():
    figure = '<path id="p012345678f" d="M 38.84 198.39\nL 4 5"/><text x="3.5">57 filters</text>'
    assert compared(figure) == compared(figure.replace("38.84", "38.55").replace("p01", "p9a"))
    assert compared(figure) != compared(figure.replace("57", "58"))


def test_make_recovers_from_a_start_that_was_interrupted(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").write_text("# nothing to install\n\n# Torch\ntorch==9.9\nonnx==9.9\n", "utf-8")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
    subprocess.run(["make", ".venv/.done/requirements"], cwd=tmp_path, check=True, capture_output=True)
    pip = subprocess.run([tmp_path / ".venv/bin/python", "-m", "pip", "--version"], capture_output=True, text=True)
    assert pip.stdout.startswith("pip ")
    assert (tmp_path / ".venv/.done/requirements.txt").read_text("utf-8").strip() == "# nothing to install"
