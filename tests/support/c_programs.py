"""C as it is compiled and asked in tests."""

import re
import shutil
import subprocess
from math import prod

import pytest

FLAGS = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Wconversion", "-Wshadow")
SANITIZED = ("-O1", "-fsanitize=undefined,address", "-fno-sanitize-recover=all")


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


TRACE = """
static void traced(const int8_t *codes, int count)
{
    for (int i = 0; i < count; i++)
        fprintf(stderr, "%d ", codes[i]);
    fprintf(stderr, "\\n");
}
"""


def codes_in_c(folder, image):
    """The codes of every step for an image, as the program in a folder has them in its memory once a step is done, and scores."""
    traced = folder.with_name(folder.name + "_traced")
    if not traced.exists():
        shutil.copytree(folder, traced)
        source = (folder / "network.c").read_text("utf-8")
        head, body = source.split("void network(", 1)
        blocks = [with_trace(block) for block in body.split("\n\n")]
        text = "#include <stdio.h>\n" + head + TRACE + "\nvoid network(" + "\n\n".join(blocks)
        (traced / "network.c").write_text(text, "utf-8")
        compiled(traced)
    _, out, err = said(traced.with_name(traced.name + ".out"), pixels=image)
    return [[int(code) for code in line.split()] for line in err.splitlines()[1:] + out.splitlines()[:1]]


def with_trace(block):
    """A block of network.c that prints the codes that it has made."""
    made = re.search(r"int8_t \*(\w+) = memory \+ \d+; /\* ([\dx ]+) \*/", block)
    if not made:
        return block
    count = prod(map(int, made[2].split(" x ")))
    return f"{block}\n    traced({made[1]}, {count});"
