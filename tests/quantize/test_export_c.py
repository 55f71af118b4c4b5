"""Integer programs in C: the same integers as the plain executor, whatever the layers, roundings and compilers."""

import re
import subprocess
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
from support.c_programs import SANITIZED, compiled, compiler, said, scores_in_c  # noqa: E402
from support.integer_programs import Drawn, drawn_pixels, drawn_program  # noqa: E402

from squeezelab.compression.integer_program import check_program  # noqa: E402
from squeezelab.compression.integer_run import class_of, run_program  # noqa: E402
from squeezelab.quantize.export_c import export_c  # noqa: E402

SCORES = {"zero": 0, "low": -(2**15), "high": 2**15 - 1}


def scores_in_python(program, images):
    found = [run_program(program, image)[-1] for image in images]
    return [scores + [class_of(scores)] for scores in found]


def check_the_same(program, folder, *flags, count=8, name="gcc", packed=False):
    """Raises unless C gives the scores of Python on images of noise."""
    export_c(program, folder, packed=packed)
    images = drawn_pixels(1, count)
    assert scores_in_c(compiled(folder, *flags, name=name), images) == scores_in_python(program, images)


def woven_program():
    """Maps that live long, are read twice, are overwritten in place; windows that hang over on the right and below."""
    net = Drawn(7)
    a = net.conv(-1, 8)
    b = net.step("clip", [net.conv(a, 8, groups=4)], [8, 9, 8], low=-50, high=100)
    table = [code // 2 for code in range(-128, 128)]
    c = net.step("lookup", [b], [8, 9, 8], table=table, low_in=-128)
    d = net.joined("add", [c, a], [8, 9, 8], [0.5, 0.6, 1 / 2**20])
    e = net.joined("add", [d, d], [8, 9, 8], [0.5, 0.3, 1 / 2**20])
    f = net.joined("concat", [e, c, e, -1], [30, 9, 8], [0.9, 1.1, 2.5, 0.3])
    wide = {"kernel": [2, 4], "stride": [2, 3], "padding": [0, 1], "dilation": [1, 1], "groups": 1}
    g = net.weighted("conv", f, [5, 5, 3], 30 * 8, **wide)
    hangs = {"kernel": [3, 2], "stride": [3, 2], "padding": [0, 0]}
    h = net.step("max_pool", [g], [5, 2, 2], zero=net.source(g)["zero"], **hangs)
    factor = {"multiplier": [2**30], "shift": [-1], "zero_in": net.source(h)["zero"]}
    i = net.step("avg_pool", [h], [5, 1, 1], kernel=[2, 2], stride=[2, 2], padding=[0, 0], **factor)
    net.linear(net.step("flatten", [i], [5], zero=net.source(i)["zero"]), 10, **SCORES)
    return check_program(net.program)


@pytest.mark.parametrize("rounding", ["double", "single"])
@pytest.mark.parametrize("seed", [0, 1])
def test_every_op_gives_the_same_integers_as_python(rounding, seed, tmp_path):
    check_the_same(drawn_program(seed, rounding), tmp_path / "net")


def test_packed_weights_of_1_to_8_bits_take_less_flash_and_change_no_integer(tmp_path):
    program = drawn_program(3)  # weights of 8, 4, 3, 2, 1 and 5 bits
    check_the_same(program, tmp_path / "packed", *SANITIZED, packed=True)
    weighted = [step for step in program["steps"] if "weights" in step]
    assert {step["weight_bits"] for step in weighted} == {8, 5, 4, 3, 2, 1}
    saved = sum(len(step["weights"]) - (len(step["weights"]) * step["weight_bits"] + 7) // 8 - 1 for step in weighted[1:])
    plain, packed = (export_c(program, tmp_path / str(way), packed=way).flash_bytes for way in (False, True))
    assert plain - packed == saved > 100


def test_the_sizes_are_those_of_the_compiled_code(tmp_path):
    """Maps are all of what network.c writes to; what it reads is as large as was said, but for the shapes of the layers."""
    written = export_c(woven_program(), tmp_path / "net")
    command = [compiler(), "-std=c99", "-Os", "-c", "network.c"]
    subprocess.run(command, cwd=tmp_path / "net", check=True)
    sizes = subprocess.run(["size", "-A", "network.o"], cwd=tmp_path / "net", check=True, capture_output=True, text=True).stdout
    found = {name: int(size) for name, size in re.findall(r"^(\.\S+) +(\d+)", sizes, re.MULTILINE)}
    header = (tmp_path / "net/network.h").read_text("utf-8")
    patch = int(re.search("LARGEST_PATCH ([0-9]+)", header)[1])
    assert patch == 30 * 8 and written.ram_bytes == found[".bss"] + 2 * patch
    read = sum(size for name, size in found.items() if name.startswith((".rodata", ".data.rel.ro")))
    assert 0 <= read - written.flash_bytes < 200 * len(woven_program()["steps"])


def tampered(**changes):
    """A drawn program whose last step, or the step that is named, has other fields."""
    program = drawn_program(0)
    place = changes.pop("place", -1)
    program["steps"][place] = program["steps"][place] | changes
    return program


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (tampered(op="sine"), "there is no op 'sine' in whole numbers; there are add, "),
        (tampered(place=0, high=200), "'conv0' has codes from -128 to 200, but C keeps them in -128 to 127"),
        (tampered(high=2**15), "has codes from -32768 to 32768, but C keeps them in -32768 to 32767"),
        (tampered(bias=[2**31] * 7), "can reach"),
        (drawn_program(0) | {"steps": []}, "at least one step"),
        (drawn_program(0) | {"format": 7}, "format 7"),
        ("mini_vgg", "C is written of what quantize gives, or of its program, not of str"),
    ],
)
def test_a_program_that_c_cannot_express_is_refused_and_leaves_nothing(program, said, tmp_path):
    with pytest.raises(ValueError, match=re.escape(said)):
        export_c(program, tmp_path / "net")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("shape", [(0, 6, 9, 8), (2, 6, 8, 9), (6, 9, 8)])
def test_vectors_of_another_shape_are_refused(shape, tmp_path):
    with pytest.raises(ValueError, match=r"images of \(6, 9, 8\), one or more"):
        export_c(drawn_program(0), tmp_path / "net", torch.zeros(shape))
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(path, *words):
        if path.name == "network.h":
            raise OSError("no space left")
        return write(path, *words)

    write = Path.write_text
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="no space left"):
        export_c(drawn_program(0), tmp_path / "net")
    assert not list(tmp_path.iterdir())


def test_names_of_layers_become_names_of_c(tmp_path):
    net = Drawn(8)
    net.conv(net.conv(net.conv(net.conv(-1, 2), 2), 2), 2)
    for step, name in zip(net.program["steps"], ["conv", "a.b", "a_b", "*/ 3 {x} größer"]):
        step["name"] = name
    check_the_same(net.program, tmp_path / "net")


@pytest.mark.parametrize("flags", [("-O0",), ("-O3",), ("-O2", "-funsigned-char", "-fwrapv"), SANITIZED], ids=" ".join)
def test_no_flag_of_the_compiler_changes_an_integer(flags, tmp_path):
    check_the_same(woven_program(), tmp_path / "net", *flags)


def test_clang_gives_the_same_integers(tmp_path):
    compiler("clang")
    check_the_same(woven_program(), tmp_path / "net", name="clang")


@pytest.mark.parametrize("last", ["conv", "avg_pool", "flatten", "clip"])
def test_a_network_may_end_in_any_op(last, tmp_path):
    net = Drawn(3)
    at = net.conv(-1, 4)
    if last == "conv":
        place = {"kernel": [9, 8], "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 1}
        net.weighted("conv", at, [3, 1, 1], 4 * 72, **place, **SCORES)
    elif last == "avg_pool":
        net.pool("avg_pool", at, (9, 8), (9, 8))
    else:
        net.step(last, [at], [288] if last == "flatten" else [4, 9, 8], zero=net.source(at)["zero"])
    check_the_same(net.program, tmp_path / "net")


def test_the_largest_sums_and_factors_stay_exact(tmp_path):
    """Sums near 2^31, factors that shift left and those that shift all away, ties of both signs."""
    net = Drawn(4)
    net.linear(-1, 9, **SCORES)
    (step,) = net.program["steps"]
    step["weights"] = [1, -1] * (9 * 216)
    room = 2**31 - 1 - 432 * 247  # the codes of the input lie up to 247 from its zero
    step["bias"] = [room, -room, 12345, -12345, 6, -6, 1, -1, 0]
    step["multiplier"] = [2**30, 2**31 - 1, 2**30, 2**30, 2**30, 2**30, 2**30 + 1, 2**30 + 1, 2**30]
    step["shift"] = [-14, -15, -1, -1, -1, -1, 12, 12, -30]
    check_program(net.program)
    for rounding in ("double", "single"):
        net.program["rounding"] = rounding
        check_the_same(net.program, tmp_path / rounding, *SANITIZED, count=100)


def test_the_vectors_are_checked_and_a_wrong_one_is_found(tmp_path):
    export_c(drawn_program(0), tmp_path / "net")
    assert said(compiled(tmp_path / "net"), "--test") == (0, "8 of 8 images have their scores\n", "")
    header = tmp_path / "net/weights.h"
    header.write_text(header.read_text("utf-8").replace("_bias[7] = {\n", "_bias[7] = {\n9999 + "), "utf-8")
    status, out, err = said(compiled(tmp_path / "net"), "--test")
    assert status == 1 and "of vectors.h has other scores" in err and "8 of 8" not in out


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("c") / "net"
    program = drawn_program(2)
    export_c(program, folder)
    return program, compiled(folder)


def test_one_image_gives_its_scores_in_a_line_and_the_class_in_the_next(small):
    program, binary = small
    (image,) = drawn_pixels(5)
    *scores, winner = scores_in_python(program, [image])[0]
    assert said(binary, pixels=image) == (0, " ".join(map(str, scores)) + f"\n{winner}\n", "")


@pytest.mark.parametrize(
    ("words", "count", "what"),
    [
        ((), 0, "standard input: an image is 432 bytes, one a pixel (6 x 9 x 8), not 0"),
        ((), 431, "an image is 432 bytes, one a pixel (6 x 9 x 8), not 431"),
        ((), 433, "an image is 432 bytes, one a pixel (6 x 9 x 8), and there are more"),
        (("--many",), 435, "the last image: an image is 432 bytes, one a pixel (6 x 9 x 8), not 3"),
        (("--all",), 432, "reads one image from standard input; --many reads many"),
    ],
)
def test_another_number_of_bytes_is_refused(words, count, what, small):
    status, out, err = said(small[1], *words, pixels=bytes(count))
    assert status != 0 and what in err and len(err.splitlines()) == 1
    assert len(out.splitlines()) == (1 if words == ("--many",) else 0)
