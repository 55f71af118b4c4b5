"""How long a model takes on this machine: measured, never derived."""

import statistics
import time

import torch

from ..networks.shapes import whole


def latency(models, example, rounds=15, threads=1):
    """Milliseconds of CPU time of one forward pass: {name: (median, fastest)} for `models`, a dict {name: module}.

    The models take turns, so that whatever slows the machine slows all of them, and CPU time leaves out what other programs
    take of the processor; one pass of each warms up. `threads`: of torch, one by default, on which figures repeat best.
    """
    rounds = whole(rounds, "rounds")
    before = torch.get_num_threads()
    torch.set_num_threads(whole(threads, "threads"))
    modes = {name: model.training for name, model in models.items()}
    try:
        with torch.no_grad():
            for model in models.values():
                model.eval()(example)
            turns = [{name: cpu_ms(model, example) for name, model in models.items()} for _ in range(rounds)]
    finally:
        torch.set_num_threads(before)
        for name, model in models.items():
            model.train(modes[name])
    times = {name: [turn[name] for turn in turns] for name in models}
    return {name: (statistics.median(values), min(values)) for name, values in times.items()}


def cpu_ms(model, example):
    """CPU time of one forward pass, all threads together."""
    begin = time.process_time()
    model(example)
    return 1e3 * (time.process_time() - begin)
