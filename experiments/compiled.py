"""Compiles kernels.c for this processor and calls it on numpy arrays; and times functions in turns, on one thread.

What an experiment compares takes turns, so that whatever slows the machine slows all of it, in CPU time of this process.
"""

import ctypes
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # before numpy reads them
    os.environ.setdefault(variable, "1")

import numpy  # noqa: E402 (after the variables)

SOURCE = Path(__file__).with_name("kernels.c")
FLAGS = ("-O3", "-march=native", "-fopenmp-simd", "-shared", "-fPIC")
ONE_WORD = (*FLAGS, "-mno-avx512vpopcntdq", "-mno-avx512bitalg")  # counts the bits of one word at a time, not of eight
LEAST_SECONDS = 0.004  # of one timing: many times what the clock resolves


def compiler():
    """The compiler and its version, as 'gcc 12.2.0'."""
    version = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=True).stdout.strip()
    return f"gcc {version}"


def kernels(flags=FLAGS):
    """bound(name, *arguments): a function of kernels.c with its arguments, numpy arrays and whole numbers, ready to be called."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kernels.so"
        subprocess.run(["gcc", *flags, str(SOURCE), "-o", str(path)], check=True)
        library = ctypes.CDLL(str(path))

    def bound(name, *arguments):
        taken = [argument(each) for each in arguments]
        function = getattr(library, name)
        function.restype = None
        return lambda: function(*taken)

    return bound


def argument(value):
    """A pointer to an array's numbers, which must lie in a row; a whole number as C's long."""
    if isinstance(value, numpy.ndarray):
        assert value.flags.c_contiguous, "a kernel walks over numbers that lie in a row"
        return value.ctypes.data_as(ctypes.c_void_p)
    return ctypes.c_long(value)


def times_in_turns(functions, rounds):
    """{name: (median, fastest) milliseconds of CPU time of one call} for functions without arguments."""
    repeats = {name: repeats_of(function) for name, function in functions.items()}
    turns = [{name: seconds(function, repeats[name]) for name, function in functions.items()} for _ in range(rounds)]
    found = {name: [1e3 * turn[name] for turn in turns] for name in functions}
    return {name: (round(statistics.median(times), 6), round(min(times), 6)) for name, times in found.items()}


def repeats_of(function):
    """How often a function is called in one timing."""
    function()
    return max(1, int(LEAST_SECONDS / max(seconds(function, 1), 1e-7)))


def seconds(function, repeats):
    """CPU time of one call, of `repeats` in a row."""
    begin = time.process_time()
    for _ in range(repeats):
        function()
    return (time.process_time() - begin) / repeats
