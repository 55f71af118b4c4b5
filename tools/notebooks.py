"""Execute the chapters and store their outputs so that two runs give the same bytes.

    python tools/notebooks.py                       every chapter of the book
    python tools/notebooks.py book/02_dataflows.ipynb
    python tools/notebooks.py --check               execute nothing, list what is not as it should be

Each notebook begins with the same set-up cell, which this script puts there.
"""

import argparse
import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from project import MAIN, ROOT, chapters, repository, tag, version

SETUP = """\
# In Colab, install the package of this book; elsewhere it is there already.
from importlib.util import find_spec
if find_spec("google") and find_spec("google.colab") and not find_spec("squeezelab"):
    %pip install -q git+{source}"""

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
KEPT = ("tags", "mystnb")  # of a cell's metadata: what it is, and what the button over a folded cell says
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # a solution, in JupyterLab and in Colab
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"  # refers to a kernel that is gone when the file is read
LONGEST_CELL = 15
WIDEST_CELL = 84  # columns that fit on the page beside its contents
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")


def setup_source(of=None):
    """The set-up cell of a version of the book, this one by default: a release installs itself, development installs main."""
    where = tag(of or version())
    return SETUP.format(source=repository() if where == MAIN else f"{repository()}@{where}")


def is_setup(cell):
    return cell.cell_type == "code" and "setup" in cell.metadata.get("tags", [])


def put_setup_cell(notebook):
    """Make the set-up cell, tagged `setup`, the first code cell of the notebook."""
    position = next((i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"), len(notebook.cells))
    rest = [cell for cell in notebook.cells if not is_setup(cell)]
    cell = nbformat.v4.new_code_cell(setup_source(), id="setup", metadata={"tags": ["setup", "remove-cell"]})
    notebook.cells = [*rest[:position], cell, *rest[position:]]


def normalised_outputs(outputs):
    """Outputs without traces of one particular run: no widget ids, pieces of one stream joined."""
    kept = []
    for output in outputs:
        if "data" in output:
            output.data.pop(WIDGET_VIEW, None)
            output.metadata = {}
        if kept and output.output_type == "stream" == kept[-1].output_type and output.name == kept[-1].name:
            kept[-1].text += output.text
        else:
            kept.append(output)
    return kept


def normalise(notebook):
    """Leave in the notebook what its reader sees, and nothing of the machine or the moment."""
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, start=1):
        cell.setdefault("id", f"cell-{number}")
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in KEPT}
        cell.metadata |= FOLDED if "solution" in cell.metadata.get("tags", []) else {}
        if cell.cell_type == "code":
            cell.outputs = normalised_outputs(cell.outputs)


def to_text(notebook):
    return nbformat.writes(notebook) + "\n"


def execute(path):
    """Run one notebook in its folder, normalise it and write it back."""
    notebook = nbformat.read(path, as_version=4)
    put_setup_cell(notebook)
    os.environ["TQDM_DISABLE"] = "1"  # a progress bar would stay behind as an output
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": path.parent}})
    client.execute()
    normalise(notebook)
    path.write_text(to_text(notebook), "utf-8")


def cell_problems(cell):
    """What is wrong with one code cell, as sentences."""
    lines = len(cell.source.splitlines())
    if lines > LONGEST_CELL:
        yield f"a cell has {lines} lines, at most {LONGEST_CELL} are meant: {cell.source.splitlines()[0]!r}"
    widest = max(map(len, cell.source.splitlines()), default=0)
    if widest > WIDEST_CELL and "remove-cell" not in cell.metadata.get("tags", []):
        yield f"a cell has a line of {widest} columns, at most {WIDEST_CELL} fit: {cell.source.splitlines()[0]!r}"
    if cell.source.strip() and cell.execution_count is None:
        yield f"a cell has not been executed: {cell.source.splitlines()[0]!r}"
    if ADDRESS.search(str(cell.outputs)):
        yield f"an output shows a memory address, which differs in every run: {cell.source.splitlines()[0]!r}"
    if any(output.output_type == "error" for output in cell.outputs) and "raises-exception" not in cell.metadata.get("tags", []):
        yield f"a cell ended in an error: {cell.source.splitlines()[0]!r}"


def problems(path):
    """What is wrong with one committed notebook, as sentences."""
    text = path.read_text("utf-8")
    notebook = nbformat.reads(text, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not code or not is_setup(code[0]) or code[0].source != setup_source():
        yield "the first code cell is not the set-up cell of tools/notebooks.py"
    for cell in code:
        yield from cell_problems(cell)
    normalise(notebook)
    if to_text(notebook) != text:
        yield "it holds traces of one run (widget ids, timings, kernel versions)"


def check(paths):
    """Print the problems of all notebooks; the number of them."""
    found = [f"{path.relative_to(ROOT)}: {problem}" for path in paths for problem in problems(path)]
    print("\n".join(found) if found else f"{len(paths)} notebooks are as `make notebooks` leaves them")
    if found:
        print("Mend them with `make notebooks`, which executes every chapter and stores its outputs.")
    return len(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="execute nothing, list what is not as it should be")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every chapter of the book")
    options = parser.parse_args()
    paths = [path.resolve() for path in options.notebooks] or chapters()
    if options.check:
        sys.exit(1 if check(paths) else 0)
    for path in paths:
        print(f"executing {path.relative_to(ROOT)}", flush=True)
        execute(path)


if __name__ == "__main__":
    main()
