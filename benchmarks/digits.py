"""How long the digits of the package take to load, beside the gzip files of MNIST read by hand: `python benchmarks/digits.py`.

Each in a process of its own that has torch already, five times in turns; the median counts. The gzip files are made here from
the same 22,000 digits, in MNIST's format, and read as most tutorials do it.
"""

import gzip
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from squeezelab.data import digits

OURS = "from squeezelab.data import digits; digits()"
BY_HAND = """
import gzip, numpy, pathlib
for split in ("train", "test"):
    data = gzip.decompress(pathlib.Path({folder!r}, split).read_bytes())
    images = torch.from_numpy(numpy.frombuffer(data, numpy.uint8, offset=16).reshape(-1, 1, 28, 28).astype("float32")) / 255
"""
TIMED = "import torch, time; start = time.process_time(); exec({code!r}); print(time.process_time() - start)"


def write_gzip(folder):
    """The images of both splits as MNIST's own files have them: 16 bytes of head, then a byte a pixel."""
    for split, examples in zip(("train", "test"), digits()):
        pixels = (examples.images * 255).round().byte().numpy().tobytes()
        (folder / split).write_bytes(gzip.compress(bytes(16) + pixels, 9))


def seconds(code):
    done = subprocess.run([sys.executable, "-c", TIMED.format(code=code)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main():
    with tempfile.TemporaryDirectory() as name:
        write_gzip(Path(name))
        rounds = [(seconds(OURS), seconds(BY_HAND.format(folder=name))) for _ in range(5)]
    ours, theirs = (statistics.median(column) for column in zip(*rounds))
    ratio = statistics.median(other / own for own, other in rounds)
    print(f"CPU time: ours {ours:.3f} s, gzip by hand {theirs:.3f} s, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
