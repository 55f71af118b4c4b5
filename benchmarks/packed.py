"""Signs packed into words, and weights of 8 and 4 bits, against float32: side by side in one run, as ratios.

    python benchmarks/packed.py            # about a minute; needs torch (make torch) and gcc
    python benchmarks/packed.py --quick    # three rounds of each timing instead of fifteen

The products are those of experiments/packed_time.py and experiments/weight_only.py, which record them; here each line is the CPU
time of numpy's or C's float32 divided by that of the other, on one thread, medians of rounds in turns.
"""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "experiments"))

try:
    import packed_time
    import weight_only
except ImportError:
    print("not measured: benchmarks/packed.py needs torch (make torch)")
    sys.exit(0)

ROUNDS = 3 if "--quick" in sys.argv else packed_time.ROUNDS


def ratios(times, to):
    """'way 1.23×' of each way, the time of `to` divided by its own."""
    return "   ".join(f"{way} {times[to] / ms:.2f}×" for way, ms in times.items())


def main():
    if not shutil.which("gcc"):
        print("not measured: benchmarks/packed.py needs gcc")
        return
    for name in packed_time.PRODUCTS:
        row = packed_time.measure(name, ROUNDS)
        saved = row["float_bytes"] / row["packed_bytes"]
        print(f"{name}, {row['rows']}×{row['inner']}×{row['columns']}: {saved:.1f}× fewer bytes, ", end="")
        print(f"{row['macs'] / row['word_operations']:.0f}× fewer operations")
        print(f"  {ratios(row['ms'], 'float32, numpy')}")
    for side in weight_only.SIDES:
        row = weight_only.measure(side, ROUNDS)
        print(f"linear {side}×{side}, batch 1, {row['bytes']['float32, C'] / 1e6:.2f} MB of float32")
        print(f"  {ratios(row['ms'], 'float32, C')}")


if __name__ == "__main__":
    main()
