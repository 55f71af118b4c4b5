"""The project keeps its promises: who imports whom, which addresses agree, what an installation holds."""

import ast
import json
import re
import subprocess
import sys
import zipfile

import nbformat
import pytest
import yaml
from install_torch import torch_pins
from notebooks import setup_source
from project import chapters, repository, tag, version
from support import ROOT

PACKAGE = ROOT / "squeezelab"
PORTABLE = ["core", "networks", "hardware", "compression", "explorers", "course"]
HEAVY = {"torch", "numpy", "matplotlib", "anywidget", "ipywidgets", "IPython"}

# The house from the ground floor up: what each package may import of it. A package that is not listed fails the test.
GROUND = {"core", "networks", "hardware", "compression"}  # with `explorers` what runs in the page: portable
TRAINED = GROUND | {"bridge", "data", "training", "notebook"}
MAY_IMPORT = {
    "core": set(),
    "networks": {"core"},
    "hardware": {"core", "networks"},
    "compression": {"core", "networks", "hardware"},
    "explorers": GROUND,
    "recorded": {"core", "networks"},
    "notebook": {"core"},
    "bridge": {"core", "networks"},
    "data": {"core", "notebook"},
    "training": {"core", "networks", "bridge", "data", "notebook"},
    "decompose": TRAINED,
    "prune": TRAINED,
    "quantize": TRAINED,
    "capsules": TRAINED | {"prune", "quantize"},
    "codesign": GROUND | {"notebook"},
    "widgets": {"core", "networks", "explorers"},
    "course": GROUND | {"recorded"},
    "cli": TRAINED | {"decompose", "prune", "quantize", "capsules", "codesign", "recorded", "explorers", "course", "widgets"},
}


def part_of(path):
    """The part of the package that a file belongs to: `networks` for squeezelab/networks/zoo.py."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_modules(path):
    """Full names of the modules that a file imports, relative ones resolved."""
    parents = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = parents[: len(parents) - node.level + 1] if node.level else ()
            module = ".".join([*base, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def source_files(parts=None):
    return [path for path in sorted(PACKAGE.rglob("*.py")) if parts is None or part_of(path) in parts]


def test_every_package_has_its_place_in_the_house():
    assert {part_of(path) for path in source_files()} - {"__init__", "__main__", "moved"} <= set(MAY_IMPORT)


@pytest.mark.parametrize("path", source_files(MAY_IMPORT), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down_only(path):
    own = part_of(path)
    inside = [name.split(".")[1] for name in imported_modules(path) if name.startswith("squeezelab.")]
    assert set(inside) - {own, "__version__"} <= MAY_IMPORT[own]


@pytest.mark.parametrize("path", source_files(PORTABLE), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_portable_files_import_only_math_json_and_collections(path):
    outside = {name.split(".")[0] for name in imported_modules(path)}
    tensors = {"torch"} if path.name == "ch04.py" else set()  # one of its checks needs torch, and says so where there is none
    system = {"builtins", "io", "sys"} if path.name == "programs.py" else set()  # it runs what readers wrote
    assert outside <= {"squeezelab", "math", "json", "collections"} | tensors | system


@pytest.mark.parametrize("part", ["", ".core", ".networks", ".hardware", ".compression", ".explorers", ".course"])
def test_importing_the_package_loads_nothing_heavy(part):
    code = f"import sys, squeezelab{part}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY & set(loaded)


def test_every_address_of_the_repository_is_the_one_of_the_config():
    files = ["README.md", "pyproject.toml", "CITATION.cff", *(path.relative_to(ROOT) for path in chapters())]
    for name in files:
        text = (ROOT / name).read_text("utf-8")
        found = set(re.findall(r"https://github\.com/[\w.-]+/squeezelab\b", text))
        assert found == {repository()}, name
        colab = re.findall(r"https://colab\.research\.google\.com/github/([\w.-]+/[\w.-]+)", text)
        assert all(repository().endswith(f"/{target}") for target in colab), name


def test_every_notebook_begins_with_the_set_up_cell():
    for path in chapters():
        code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        assert code[0].source == setup_source(), path.name


def test_the_set_up_cell_is_short_and_leaves_torch_alone():
    assert len(setup_source().splitlines()) <= 4
    assert "torch" not in setup_source()


def test_the_set_up_cell_of_a_release_installs_that_release():
    assert setup_source("1.2.0").splitlines()[-1].endswith(f"{repository()}@v1.2.0")
    assert setup_source("1.3.0.dev0").splitlines()[-1].endswith(repository())


def test_buttons_citation_and_change_log_are_of_the_version_of_the_package():
    assert yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]["branch"] == tag(version())
    released = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["version"] == released[0]
    assert version() == released[0] or tag(version()) == "main"


def test_every_chapter_is_in_the_table_of_contents():
    contents = (ROOT / "_toc.yml").read_text("utf-8")
    for page in [*chapters(), *sorted((ROOT / "book").glob("*.md"))]:
        assert f"book/{page.stem}" in contents


def test_the_book_executes_nothing_when_it_is_built():
    assert yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["execute"]["execute_notebooks"] == "off"


def test_the_lock_file_names_no_registry():
    lock = (ROOT / "web/package-lock.json").read_text("utf-8")
    assert "http" not in re.sub(r'"(url|homepage)": "[^"]*"', "", lock)
    assert not any("resolved" in package for package in json.loads(lock)["packages"].values())


def test_requirements_are_exact_and_the_section_that_make_book_leaves_out_begins_with_torch():
    text = (ROOT / "requirements.txt").read_text("utf-8")
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    assert all("==" in line for line in lines if line)
    assert torch_pins(text)[0] == "torch==2.13.0"
    assert "torch" not in text[: text.index("\n# Torch")].replace("make torch", "")


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_finds_nothing(command):
    result = subprocess.run([sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_no_machine_leaves_its_traces_in_the_repository():
    text = subprocess.run(["git", "grep", "-nIE", "/home/[a-z]+/|/root/|/Users/"], cwd=ROOT, capture_output=True, text=True)
    traces = [line for line in text.stdout.splitlines() if not line.startswith("tests/project/test_project.py")]
    assert not traces


def test_the_bundle_in_the_repository_is_the_one_that_web_builds():
    status = ["git", "status", "--porcelain", "web", "squeezelab/widgets/static"]  # `make test` has just built it
    changed = subprocess.run(status, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert " web/" in changed or "static/" not in changed, "commit squeezelab/widgets/static, which web/ builds anew"


@pytest.mark.slow
def test_a_wheel_holds_the_bundle_and_works_without_node(tmp_path):
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)  # first a source archive, then the wheel out of it
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    files = {
        "py.typed",
        "widgets/static/explorer.js",
        "widgets/static/explorer.css",
        "recorded/paper_tables.json",
        "data/digits.npz",
    }
    assert {f"squeezelab/{name}" for name in files} <= set(names)
    assert not [name for name in names if not name.startswith("squeezelab")]
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "fresh"], check=True)
    python = tmp_path / "fresh/bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", wheel], check=True)
    code = "from squeezelab import networks, recorded; print(networks.squeezenext().params, *recorded.record_names())"
    said = subprocess.run([python, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert said.split() == ["717280", *sorted(path.stem for path in (ROOT / "squeezelab/recorded").glob("*.json"))]
