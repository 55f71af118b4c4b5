"""A saved notebook that shows its figures to a reader without a kernel."""

import json
import os
from pathlib import Path

VIEW = "application/vnd.jupyter.widget-view+json"  # refers to a widget in a kernel; a page cannot draw it when that is gone
STATES = "application/vnd.jupyter.widget-state+json"
OURS = "application/vnd.squeezelab.explorer+json"


def readable(notebook: str, to: str = None) -> int:
    """Makes a saved notebook show the finding, the state of the controls and the data of each figure where there is no kernel:
    in JupyterLab before the cells are run again, and in what ``jupyter nbconvert --to html`` makes of it, also offline.

    notebook: the path of an .ipynb; to: another path for the result, otherwise the file itself. Returns how many figures were
    changed. What it takes out is the reference to the live widget, which the next run of the cell brings back; widgets of other
    packages stay as they are. Raises a ValueError for what is no notebook.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> output = {"output_type": "display_data", "metadata": {}, "data": {OURS: {}, VIEW: {"model_id": "7"}, "text/html": "…"}}
    >>> _ = (folder / "mine.ipynb").write_text(json.dumps({"cells": [{"outputs": [output]}]}))
    >>> readable(folder / "mine.ipynb", folder / "sent.ipynb")
    1
    """
    path = Path(notebook)
    try:
        content = json.loads(path.read_text("utf-8"))
        outputs = [output for cell in content["cells"] for output in cell.get("outputs", [])]
        changed = [take_view(output["data"]) for output in outputs if "data" in output]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is no notebook that can be read (format 4, .ipynb): {type(error).__name__}: {error}") from error
    take_states(content, outputs, {view["model_id"] for view in changed if view})
    replace_file(path if to is None else Path(to), json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return sum(view is not None for view in changed)


def take_view(data):
    """Takes the reference to a live widget out of an output of ours and returns it; None where there is none."""
    return data.pop(VIEW, None) if OURS in data else None


def take_states(content, outputs, models):
    """Takes out what was saved of these widgets, whose scripts are most of such a file, or all of it where no other is left."""
    metadata = content.get("metadata", {})
    if not any(VIEW in output.get("data", {}) for output in outputs):
        metadata.pop("widgets", None)
    saved = metadata.get("widgets", {}).get(STATES, {}).get("state", {})
    for model in models:
        saved.pop(model, None)


def replace_file(path, text):
    """A file under its name only once it is complete."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        draft.write_text(text, "utf-8")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
