"""C as it is compiled and asked in tests."""

import shutil
import subprocess

import pytest

FLAGS = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Wconversion", "-Wshadow")


def compiler(name="gcc"):
    """The compiler's path; a test that needs one is skipped without it."""
    return shutil.which(name) or pytest.skip(f"needs {name}")


def compiled(folder, *flags, name="gcc"):
    """The program of the C files in a folder, without a warning."""
    program = folder.with_name(folder.name + ".out")
    files = sorted(map(str, folder.glob("*.c")))
    words = [compiler(name), *FLAGS, *(flags or ("-O2",)), *files, "-o", str(program)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return program


def said(program, *words, pixels=b""):
    """(status, standard output, standard error) of a compiled program that is given bytes."""
    done = subprocess.run([program, *words], input=bytes(pixels), capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def scores_in_c(program, images):
    """[scores with the class behind them] that a compiled program gives for images, lists of pixels."""
    status, out, err = said(program, "--many", pixels=b"".join(map(bytes, images)))
    assert (status, err) == (0, "")
    return [[int(word) for word in line.split()] for line in out.splitlines()]
