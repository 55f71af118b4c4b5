"""An integer program as a file: JSON, with the codes of the weights packed into as many bits as they have."""

import json
import os
from pathlib import Path

from ..compression.integer_codes import unpacked
from ..compression.integer_program import check_program, packed_codes


def stored_program(program: dict) -> dict:
    """The program with its weights as they are stored: "packed", base64 of codes of `weight_bits` bits, with their "count".

    >>> step = {"op": "linear", "weights": [3, -4, 0, 1], "weight_bits": 3}
    >>> stored_program({"steps": [step]})["steps"]
    [{'op': 'linear', 'weight_bits': 3, 'packed': 'IwI=', 'count': 4}]
    """
    steps = []
    for step in program["steps"]:
        kept = {name: value for name, value in step.items() if name != "weights"}
        if "weights" in step:
            kept |= {"packed": packed_codes(step["weights"], step["weight_bits"]), "count": len(step["weights"])}
        steps.append(kept)
    return program | {"steps": steps}


def save_program(program: dict, path: str | Path) -> None:
    """Writes a program to a file, as a whole or not at all. Raises a ValueError for what is no program, an OSError where the file
    cannot be written.

    >>> save_program({"format": 2}, "net.json")
    Traceback (most recent call last):
    ValueError: this program has format 2, and here is what runs format 1
    """
    path = Path(path)
    text = json.dumps(stored_program(check_program(program)))
    draft = path.with_name(path.name + ".part")
    draft.write_text(text + "\n", "utf-8")
    os.replace(draft, path)


def load_program(path: str | Path) -> dict:
    """The program of a file, its weights as lists of codes again, as `Integers` takes it.

    Raises a ValueError, with the file, for what is no program, or one of another format; an OSError where there is no file.

    >>> import tempfile
    >>> from squeezelab.data import digits
    >>> from squeezelab.quantize import quantize
    >>> from squeezelab.training import reference
    >>> program = quantize(reference("lenet300"), digits()[0], bits=4, images=32).program
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_program(program, f"{folder}/net.json")
    ...     load_program(f"{folder}/net.json") == program
    True
    """
    try:
        program = check_program(json.loads(Path(path).read_text("utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} holds no integer program: {error}") from error
    steps = []
    for step in program["steps"]:
        kept = {name: value for name, value in step.items() if name not in ("packed", "count")}
        if "packed" in step:
            kept["weights"] = unpacked(step["packed"], step["weight_bits"], step["count"])
        steps.append(kept)
    return program | {"steps": steps}
