"""Integers against float32, in C and in torch, and signs packed into words: side by side in one run, as ratios.

    python benchmarks/integers.py            # about two minutes; needs torch (make torch) and gcc
    python benchmarks/integers.py --quick    # three rounds of each timing instead of twenty-one

mini_vgg whole, as experiments/integer_speed.py records it; the same with weights that lie bit by bit (`packed` of
`export_c`), at a few widths; the trained CapsNets, 8 bits in C beside float32 in torch; and one of its convolutions as a
product of matrices of signs, as experiments/packed_time.py does. A line has the CPU time of float32 divided by that of the
other, on one thread, medians of rounds in turns; 1.00 is as fast as float32 in C, compiled alike.
"""

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "experiments"))

try:
    import integer_speed
    import packed_time
    import torch
    from compiled import times_in_turns
    from float_twin import integer_way

    from squeezelab.capsules import trained
    from squeezelab.data import digits
    from squeezelab.quantize import export_c, quantize
    from squeezelab.training import reference
except ImportError:
    print("not measured: benchmarks/integers.py needs torch (make torch)")
    sys.exit(0)

QUICK = "--quick" in sys.argv
ROUNDS = 11  # of the packed ones, which take long
PACKED_BITS = (4, 2, 1)
LAYER = "3×3 convolution, 64 channels"


def lines_of(times, base):
    """A line a way: milliseconds, and the time of `base` divided by them."""
    return [f"  {way:<30}{ms:8.3f} ms{times[base] / ms:8.2f}×" for way, ms in times.items()]


def compare_packed(bits):
    """The network of some bits, a byte a weight and packed: flash and time of each, in turns."""
    train, test = digits()
    result = quantize(reference(integer_speed.NETWORK), train, bits=bits)
    pixels = (test.images[:8] * 255).round().byte()
    with tempfile.TemporaryDirectory() as place:
        flash, ways = {}, {}
        for name, packed in (("a byte a weight", False), ("packed", True)):
            folder = Path(place) / name.replace(" ", "_")
            flash[name] = export_c(result, folder, packed=packed).flash_bytes
            ways[name] = integer_way(folder, ("-O3",), pixels, len(test.classes))
        times = times_in_turns(ways, 3 if QUICK else ROUNDS)
    told = [f"{name} {flash[name]} bytes, {times[name][0] / len(pixels):.3f} ms" for name in ways]
    print(f"  {bits} bits: {'; '.join(told)}")


def compare_capsules(name):
    """A trained CapsNet in integers in C, an image after another, and in float32 in torch, one image and 32 at a time."""
    (train, test), model = digits(), trained(name)
    images = test.images[:32].contiguous()
    result = quantize(model, train)
    with tempfile.TemporaryDirectory() as place, torch.no_grad():
        export_c(result, Path(place) / "net")
        ways = {"int8, C -O3": integer_way(Path(place) / "net", ("-O3",), (images * 255).round().byte(), 10)}
        ways |= {"float32, torch, 32 at a time": lambda: model(images)}
        ways |= {"float32, torch, one at a time": lambda: [model(image[None]) for image in images]}
        times = times_in_turns(ways, 3 if QUICK else ROUNDS)
    each = {way: ms / len(images) for way, (ms, *_) in times.items()}
    print(f"CapsNet {name}, an image, against float32 in torch, 32 at a time")
    print("\n".join(lines_of(each, "float32, torch, 32 at a time")))


def main():
    if not shutil.which("gcc"):
        print("not measured: benchmarks/integers.py needs gcc")
        return
    for batch in integer_speed.BATCHES:
        row = integer_speed.measure(batch, 3 if QUICK else integer_speed.ROUNDS)
        print(f"{integer_speed.NETWORK}, batch {batch}, an image, against float32, C -O3")
        print("\n".join(lines_of(row["ms"], "float32, C -O3")))
    print("Weights bit by bit, an image, C -O3")
    for bits in PACKED_BITS:
        compare_packed(bits)
    for name in ("tiny", "mcu"):
        compare_capsules(name)
    row = packed_time.measure(LAYER, 3 if QUICK else packed_time.ROUNDS)
    print(f"{LAYER}, as a product, against float32, C")
    print("\n".join(lines_of(row["ms"], "float32, C")))


if __name__ == "__main__":
    main()
