"""Measurements that take no time, for the tests of how experiments are measured. Workers import them from here by name."""

import os
import signal
from pathlib import Path

import torch


def trained(net, seed):
    """A training of eight steps, all of it drawn from the seed."""
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1))
    optimizer = torch.optim.SGD(model.parameters(), 0.05)
    for _ in range(8):
        optimizer.zero_grad()
        loss = model(torch.randn(256, 64)).square().mean()
        loss.backward()
        optimizer.step()
    return {"loss": loss.item(), "weight": sum(model[0].weight[0].tolist()), "threads": torch.get_num_threads()}


def killed_once(seed, folder):
    """The process of seed 1 ends the first time, as if somebody had killed it."""
    mark = Path(folder) / "killed"
    if seed == 1 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return {"x": seed**2}


def killed_while_marked(seed, folder):
    """The process of seed 1 ends as long as a file is there."""
    if seed == 1 and (Path(folder) / "deadly").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    with (Path(folder) / "calls").open("a") as calls:
        calls.write(f"{seed}\n")
    return {"x": seed**2}


def wrong_at_two(seed):
    if seed == 2:
        raise ValueError("two is not measured")
    return {"x": seed}


def interrupts_at_two(seed):
    """At seed 2 the process that gave out the keys gets what Ctrl-C sends."""
    if seed == 2:
        os.kill(os.getppid(), signal.SIGINT)
        signal.pause()
    return {"x": seed}
