"""Keeps what a reader's own code prints apart from what a command answers."""

import os
import sys
from contextlib import contextmanager, redirect_stdout

STDOUT, STDERR = 1, 2


@contextmanager
def prints_to_stderr():
    """What is printed meanwhile, by Python or below it, goes to stderr."""
    before = duplicate(STDOUT)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        flush()  # what was written to sys.__stdout__ itself, while it still leads to stderr
        if before is not None:
            os.dup2(before, STDOUT)
            os.close(before)


def duplicate(stream):
    """A second handle on a stream, which from now on leads to stderr; None where there is no such stream."""
    try:
        flush()
        before = os.dup(stream)
        os.dup2(STDERR, stream)
        return before
    except OSError:
        return None


def close_stdout():
    """After the answer: what threads and exit handlers of a reader's code still print goes to stderr."""
    if duplicate(STDOUT) is not None:
        sys.stdout = sys.stderr


def flush():
    """Empties what waits to be written to the process's own stdout."""
    try:
        if sys.__stdout__ is not None:
            sys.__stdout__.flush()
    except (OSError, ValueError):  # its reader is gone, or it is closed
        return
