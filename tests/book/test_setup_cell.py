"""The set-up cell of the notebooks, and after it every chapter, run in an environment like Colab's."""

import os
import platform
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import nbformat
import pytest
from install_torch import CPU_INDEX, answers, has_gpu, pip_arguments, torch_pins
from notebooks import setup_source
from project import chapters, repository, version
from support import ROOT

COLAB_PACKAGES = ["ipywidgets==7.7.1", "ipython", "matplotlib", "nbformat", "numpy"]
NEEDS_TORCH = re.compile(r"^(import|from) (torch|squeezelab\.(bridge|data|decompose|training))\b", re.MULTILINE)

AFTERWARDS = """
import importlib, sys
importlib.invalidate_caches()
assert "torch" not in sys.modules
from squeezelab.explorers import names
from squeezelab.widgets import Explorer
data, metadata = get_ipython().display_formatter.format(Explorer(names()[0]))
assert {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"} <= set(data), data.keys()
print("shown:", data["text/plain"])
"""


def newer_python():
    """A Python of at least 3.12, as in Colab; this one, with a warning, where the machine has no other. The weekly run says
    which one it wants."""
    if "SQUEEZELAB_COLAB_PYTHON" in os.environ:
        return shutil.which(os.environ["SQUEEZELAB_COLAB_PYTHON"])
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [*sorted(pyenv.glob("3.1[2-9].*/bin/python"), reverse=True)]
    candidates += [path for path in map(shutil.which, ["python3.14", "python3.13", "python3.12", "python3"]) if path]
    question = "import sys, ensurepip; sys.exit(sys.version_info < (3, 12))"
    for candidate in candidates:
        if subprocess.run([candidate, "-c", question], capture_output=True).returncode == 0:
            return candidate
    warnings.warn(f"no Python 3.12 or newer here: the set-up cell runs on {sys.version.split()[0]}", stacklevel=2)
    return sys.executable


def repository_of_the_working_tree(folder):
    """A git repository with the files as they are now, to stand in for the one on GitHub."""
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name in filter(None, listing.stdout.split("\0")):
        if (ROOT / name).is_file() or (ROOT / name).is_symlink():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name, follow_symlinks=False)
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["commit", "--quiet", "--message", "as it is"],
        ["tag", f"v{version()}"],
    ):
        subprocess.run([*git, *command], cwd=folder, check=True)
    return folder


def colab(folder, python):
    """An environment with the packages that matter and a package google.colab; the path of its Python."""
    subprocess.run([python, "-m", "venv", folder], check=True)
    python = folder / "bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *COLAB_PACKAGES], check=True)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    (site_packages / "google/colab").mkdir(parents=True)
    (site_packages / "google/colab/__init__.py").touch()
    return python


def needs_torch(chapter):
    """Whether a chapter trains or takes a trained network apart."""
    cells = nbformat.read(chapter, as_version=4).cells
    return any(NEEDS_TORCH.search(cell.source) for cell in cells if cell.cell_type == "code")


def with_torch(python):
    """The same Python with the torch of requirements.txt, which Colab has."""
    pins = torch_pins((ROOT / "requirements.txt").read_text("utf-8"))
    pin = [pin for pin in pins if pin.startswith("torch==")]
    arguments = pip_arguments(pin, platform.system(), has_gpu(), answers(CPU_INDEX))
    subprocess.run([python, "-m", "pip", "--quiet", *arguments], check=True)
    return python


def check_in_colab(python, torch_chapters, tmp_path):
    """Runs the set-up cell and then chapters, from a copy far from the clone, as Colab opens one."""
    stand_in = repository_of_the_working_tree(tmp_path / "repository")
    redirect = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{stand_in}.insteadOf",
        "GIT_CONFIG_VALUE_0": repository(),
    }
    cell = tmp_path / "cell.ipy"
    cell.write_text(setup_source() + "\n" + AFTERWARDS, "utf-8")
    environment = {**os.environ, **redirect, "IPYTHONDIR": str(tmp_path / "ipython")}
    command = [python, "-m", "IPython", "--colors=NoColor"]
    result = subprocess.run([*command, cell], env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert re.search(r"^shown: ", result.stdout, re.MULTILINE), result.stdout + result.stderr
    for chapter in chapters():
        if needs_torch(chapter) == torch_chapters:
            copy = shutil.copy(chapter, tmp_path)
            result = subprocess.run([*command, copy], env=environment, cwd=tmp_path, capture_output=True, text=True)
            assert result.returncode == 0 and "Traceback" not in result.stdout, result.stdout[-2000:] + result.stderr[-2000:]


@pytest.mark.slow
def test_set_up_cell_and_chapters_in_colab(tmp_path):
    check_in_colab(colab(tmp_path / "colab", newer_python()), False, tmp_path)


@pytest.mark.slow
def test_chapters_that_train_in_colab(tmp_path):
    pytest.importorskip("torch")
    python = colab(tmp_path / "colab", sys.executable)  # the Python that torch was found for
    check_in_colab(with_torch(python), True, tmp_path)


def test_set_up_cell_does_nothing_elsewhere(tmp_path):
    cell = tmp_path / "cell.ipy"
    cell.write_text(setup_source(), "utf-8")
    environment = {**os.environ, "PATH": "/nowhere", "IPYTHONDIR": str(tmp_path / "ipython")}
    command = [sys.executable, "-m", "IPython", str(cell)]
    result = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0 and not result.stdout.strip(), result.stdout
