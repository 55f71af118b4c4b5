"""Ways to measure the keys of an experiment: one after another, by several processes, or by a Dask cluster.

A way is a function ``way(measure, keys)`` that gives (key, result) as each is done, in whatever order. A run is a function of its
key alone: seeds are in the key, and a worker has one thread of torch and measures one key at a time. So all ways give the same
rows, bit for bit. Workers import the function that measures by its name; a file that was started is a module like any other.
"""

import argparse
import functools
import importlib
import signal
import sys
import threading
import traceback
from collections import deque
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path

import torch

TRIES = 2  # of a key at which a process dies: once may be chance, a machine short of memory
ALONE = threading.Lock()  # torch draws from one generator a process, and a Dask worker may have several threads


def one_by_one(measure, keys):
    """In this process."""
    for key in keys:
        yield key, measure(**key)


def in_processes(measure, keys, workers):
    """By so many processes of this machine. One that dies is replaced, and its key tried once more; a key at which that happens
    again is named in the end, by a RuntimeError, when all others are measured. What `measure` raises ends it at once."""
    place, waiting, crew, deaths, lost = place_of(measure), deque(keys), [], [], []
    try:
        while waiting or crew:
            crew += [Worker(place, waiting.popleft()) for _ in range(min(workers - len(crew), len(waiting)))]
            for worker in ready(crew):
                found = worker.answer()
                if found is None:
                    deaths.append(worker.key)
                    (waiting if deaths.count(worker.key) < TRIES else lost).append(worker.key)
                else:
                    yield worker.key, found
                if found is None or not waiting:
                    crew.remove(worker)
                    worker.end()
                else:
                    worker.give(waiting.popleft())
    finally:
        for worker in crew:
            worker.end()
    report_lost(lost)


def ready(crew):
    """The workers that have answered, or died."""
    lines = wait([worker.line for worker in crew])
    return [worker for worker in crew if worker.line in lines]


class Worker:
    """A process that measures one key at a time."""

    def __init__(self, place, key):
        context = get_context("spawn")  # a fork would copy torch's threads in whatever state they are
        self.line, far = context.Pipe()
        self.process = context.Process(target=serve, args=(far, place), daemon=True)
        self.process.start()
        far.close()  # else the line would stay open when the process dies
        self.give(key)

    def give(self, key):
        self.key = key
        try:
            self.line.send(key)
        except OSError:  # it has died; `answer` says so
            pass

    def answer(self):
        """The result, None from a process that has died; raises what was wrong with the measurement, by its key."""
        try:
            found, error = self.line.recv()
        except (EOFError, OSError):
            return None
        if error:
            raise RuntimeError(f"{self.key} cannot be measured:\n{error}")
        return found

    def end(self):
        self.process.kill()
        self.process.join()
        self.line.close()


def serve(line, place):
    """Answers keys until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the process that gives out the keys; it ends this one
    while True:
        try:
            key = line.recv()
        except EOFError:
            return
        try:
            line.send((measured_at(place, key), None))
        except Exception:
            line.send((None, traceback.format_exc()))


def on_cluster(measure, keys, address):
    """By the workers of a Dask cluster, which have this package, and this folder on their PYTHONPATH. A key whose worker dies is
    given to another; one at which that happens as often as the scheduler allows is named in the end."""
    distributed = dask()
    place, lost = place_of(measure), []
    with client_of(distributed, address) as client:
        asked = [client.submit(measured_at, place, key, pure=False) for key in keys]
        key_of = {future.key: key for future, key in zip(asked, keys)}
        for future in distributed.as_completed(asked):
            error = future.exception()
            if isinstance(error, distributed.KilledWorker):
                lost.append(key_of[future.key])
            elif error:
                raise RuntimeError(f"{key_of[future.key]} cannot be measured: {error}") from error
            else:
                yield key_of[future.key], future.result()
    report_lost(lost)


def dask():
    try:
        import distributed
    except ImportError:
        raise SystemExit("--scheduler needs Dask: pip install 'squeezelab[dask]'") from None
    return distributed


def client_of(distributed, address):
    try:
        return distributed.Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise SystemExit(f"no Dask scheduler answers at {address!r}: {error}") from None


def report_lost(keys):
    """Raises if there are keys that no worker survived."""
    if keys:
        named = "\n".join(map(str, keys))
        raise RuntimeError(f"workers died at these keys, which have no row; all others are measured:\n{named}")


def place_of(measure):
    """(module, name) by which other processes import a function; raises a ValueError for one inside another."""
    if measure.__qualname__ != measure.__name__:
        raise ValueError(f"workers import what measures by its name, so '{measure.__qualname__}' must stand in a module")
    if measure.__module__ == "__main__":
        return Path(sys.modules["__main__"].__file__).stem, measure.__name__
    return measure.__module__, measure.__name__


def measured_at(place, key):
    """The result of a key, by the function at a place, on one thread."""
    module, name = place
    with ALONE:
        torch.set_num_threads(1)
        return getattr(importlib.import_module(module), name)(**key)


def add_arguments(parser):
    """--workers and --scheduler, of which one may be given."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--workers", type=count_of, metavar="N", help="measure in N processes, of one thread each")
    either.add_argument("--scheduler", metavar="ADDRESS", help="measure on the Dask cluster at this address")


def count_of(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"the number of processes is 1 or more, not {text!r}")
    return int(text)


def way_of(chosen):
    """The way that the command line asks for."""
    if chosen.workers:
        return functools.partial(in_processes, workers=chosen.workers)
    if chosen.scheduler:
        return functools.partial(on_cluster, address=chosen.scheduler)
    return one_by_one
