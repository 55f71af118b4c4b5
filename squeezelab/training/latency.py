"""How long a model takes on this machine: measured, never derived."""

import statistics
import time
from contextlib import ExitStack

import torch

from ..core.checks import whole
from .models import check_model, evaluation_mode, outputs_of


def latency(models: dict, example: torch.Tensor, rounds: int = 15, threads: int = 1) -> dict:
    """Milliseconds of CPU time of one forward pass: {name: (median, fastest)} for `models`, a dict {name: module}.

    The models take turns, so that whatever slows the machine slows all of them, and CPU time leaves out what other programs
    take of the processor; one pass of each warms up. `threads`: of torch, one by default, on which figures repeat best. The
    models run in evaluation mode. Raises a ValueError for what is no dict of models, and for an example, a batch of inputs, that
    one cannot take.

    >>> sorted(latency({"narrow": torch.nn.Linear(8, 8), "wide": torch.nn.Linear(8, 4000)}, torch.zeros(1, 8)))
    ['narrow', 'wide']
    """
    rounds = whole(rounds, "rounds")
    check_models(models)
    if not isinstance(example, torch.Tensor):
        raise ValueError(f"the example is a batch of inputs, a tensor, not {type(example).__name__}")
    before = torch.get_num_threads()
    torch.set_num_threads(whole(threads, "threads"))
    try:
        with ExitStack() as modes:
            for model in models.values():
                modes.enter_context(evaluation_mode(model))
                outputs_of(model, example)
            turns = [{name: ms_of_pass(model, example) for name, model in models.items()} for _ in range(rounds)]
    finally:
        torch.set_num_threads(before)
    times = {name: [turn[name] for turn in turns] for name in models}
    return {name: (statistics.median(values), min(values)) for name, values in times.items()}


def check_models(models):
    """Raises for anything but a dict of one model or more."""
    if not isinstance(models, dict) or not models:
        found = "an empty one" if isinstance(models, dict) else type(models).__name__
        raise ValueError(f"models are a dict {{name: module}} of one or more, not {found}")
    for model in models.values():
        check_model(model)


def ms_of_pass(model, example):
    """CPU time of one forward pass, all threads together."""
    begin = time.process_time()
    model(example)
    return 1e3 * (time.process_time() - begin)
