"""A training on disk: one safetensors file, which holds numbers and no code, written whole or not at all."""

import json
import os
import tempfile
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

MODEL, OPTIMIZER = "model.", "optimizer."


def save(path, training):
    """Writes the state of a `Training` to `path`. The file before it stays until the new one is complete."""
    tensors = {MODEL + name: value.contiguous() for name, value in training.model.state_dict().items()}
    scalars = {}
    for place, state in training.optimizer.state_dict()["state"].items():
        for name, value in state.items():
            if isinstance(value, torch.Tensor):
                tensors[f"{OPTIMIZER}{place}.{name}"] = value.contiguous()
            else:
                scalars[f"{place}.{name}"] = value
    about = {"settings": settings(training), "history": training.history.rows, "scalars": scalars}
    write_whole(Path(path), tensors, {"squeezelab": json.dumps(about)})


def write_whole(path, tensors, metadata):
    """A safetensors file under its name only once it is complete; a full disk leaves nothing behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    os.close(handle)
    try:
        save_file(tensors, draft, metadata)
        os.replace(draft, path)
    except (OSError, SafetensorError) as error:
        raise OSError(f"{path} could not be written ({error}); what was there before is unchanged") from error
    finally:
        Path(draft).unlink(missing_ok=True)


def settings(training):
    """What two trainings must have in common for one to go on where the other stopped."""
    shapes = {name: list(value.shape) for name, value in training.model.state_dict().items()}
    return {
        "epochs": training.epochs,
        "steps": training.steps,
        "batch_size": training.batch_size,
        "learning_rate": training.learning_rate,
        "seed": training.seed,
        "optimizer": type(training.optimizer).__name__,
        "schedule": getattr(training.schedule, "__name__", repr(training.schedule)),
        "model": shapes,
    }


def restore(path, training):
    """Brings a `Training` to the state in `path`; nothing if there is no such file.

    Raises a ValueError for a file that is broken, or that belongs to a training with other settings.
    """
    path = Path(path)
    if not path.exists():
        return
    tensors, about = read(path)
    ours = json.loads(json.dumps(settings(training)))
    other = [name for name in ours if about["settings"].get(name) != ours[name]]
    if other:
        raise ValueError(f"{path} belongs to a training with another {' and '.join(other)}: use another file, or remove it")
    model = {name.removeprefix(MODEL): value for name, value in tensors.items() if name.startswith(MODEL)}
    training.model.load_state_dict(model)
    put_optimizer_state(training.optimizer, tensors, about["scalars"])
    training.history.rows = about["history"]


def read(path):
    """(tensors, what is told about them) of a checkpoint."""
    try:
        with safe_open(path, "pt") as file:
            about = json.loads((file.metadata() or {})["squeezelab"])
            return {name: file.get_tensor(name) for name in file.keys()}, about  # noqa: SIM118 (no dict)
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise ValueError(f"{path} is no checkpoint of squeezelab, or a broken one ({error}): remove it to start anew") from error


def put_optimizer_state(optimizer, tensors, scalars):
    """Momenta and step counts, by the place of each parameter."""
    state = {}
    for name, value in tensors.items():
        if name.startswith(OPTIMIZER):
            place, field = name.removeprefix(OPTIMIZER).split(".", 1)
            state.setdefault(int(place), {})[field] = value
    for name, value in scalars.items():
        place, field = name.split(".", 1)
        state.setdefault(int(place), {})[field] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
