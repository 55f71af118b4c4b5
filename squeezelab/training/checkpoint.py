"""A training on disk: one safetensors file, which holds numbers and no code, written whole or not at all."""

import json
import os
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as as_bytes

from .choices import function_name

MODEL, OPTIMIZER = "model.", "optimizer."


def save(path, training):
    """Writes the state of a `Training` to `path`. The file before it stays until the new one is complete."""
    # copies, since safetensors refuses weights that two layers share
    tensors = {MODEL + name: own_copy(value) for name, value in training.model.state_dict().items()}
    scalars = {}
    for place, state in training.optimizer.state_dict()["state"].items():
        for name, value in state.items():
            if isinstance(value, torch.Tensor):
                tensors[f"{OPTIMIZER}{place}.{name}"] = own_copy(value)
            else:
                scalars[f"{place}.{name}"] = value
    about = {"settings": settings_of(training), "history": training.history.rows, "scalars": scalars}
    write_whole(Path(path), tensors, {"squeezelab": json.dumps(about)})


def own_copy(value):
    """A tensor of its own, its values in the usual order, as the file holds them."""
    return value.detach().clone(memory_format=torch.contiguous_format)


def write_whole(path, tensors, metadata):
    """A safetensors file under its name only once it is complete; a full disk leaves nothing behind."""
    with draft_of(path) as draft:
        draft.write_bytes(as_bytes(tensors, metadata))  # safetensors' own save_file lets nobody else read the file
        os.replace(draft, path)


def check_writable(path):
    """Raises before the first epoch, not after it, where no checkpoint can be written at `path`."""
    with draft_of(Path(path)) as draft:
        draft.touch()


@contextmanager
def draft_of(path):
    """A name beside `path` for a file that is not complete yet, gone in the end; folders on the way are made.

    Raises an OSError that names `path` for whatever keeps it from being written.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
    except OSError as error:
        raise OSError(f"{path} could not be written ({error}); what was there before is unchanged") from error
    finally:
        if draft.parent.is_dir():
            draft.unlink(missing_ok=True)


def settings_of(training):
    """What two trainings must have in common for one to go on where the other stopped."""
    told = {
        "epochs": training.epochs,
        "steps": training.steps,
        "batch_size": training.feed.size,
        "learning_rate": training.rates.peak,
        "seed": training.feed.seed,
        "optimizer": type(training.optimizer).__name__,
        "schedule": function_name(training.rates.schedule),
        "model": {name: list(value.shape) for name, value in training.model.state_dict().items()},
    }
    hooks = {"score": training.objective.own_score, "after_backward": training.after_backward}
    return told | {name: function_name(function) for name, function in hooks.items() if function is not None}


def resume_from(path, training):
    """Brings a `Training` to the state in `path`; nothing if there is no such file.

    Raises a ValueError for a file that is broken, or that belongs to a training with other settings.
    """
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"{path} is a folder: a checkpoint is a file, such as {path / 'training.safetensors'}")
    if not path.exists():
        return
    tensors, about = contents_of(path)
    check_settings(path, about["settings"], json.loads(json.dumps(settings_of(training))))
    model = {name.removeprefix(MODEL): value for name, value in tensors.items() if name.startswith(MODEL)}
    training.model.load_state_dict(model)
    put_optimizer_state(training.optimizer, tensors, about["scalars"])
    training.resume(about["history"])


def check_settings(path, theirs, ours):
    """Raises, saying what differs, where a checkpoint's settings are not those of the training that would go on from it."""
    other = [name for name in {**ours, **theirs} if theirs.get(name) != ours.get(name)]
    if other:
        told = ["model" if name == "model" else f"{name} {theirs.get(name)}, not {ours.get(name)}" for name in other]
        advice = "use another file, or remove it"
        if "epochs" in other:
            advice += "; the learning rate is laid out over all epochs, so their number is chosen at the start"
        raise ValueError(f"{path} belongs to another training ({'; '.join(told)}): {advice}")


def contents_of(path):
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
