"""Routing without votes, with votes, and as public code commonly writes it: side by side in one run, as ratios.

    python benchmarks/capsules.py            # about a minute; needs torch (make torch)
    python benchmarks/capsules.py --quick    # two rounds of each timing instead of seven

The products are those of experiments/routing_time.py, which records them: forward and backward pass, CPU time on one thread.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "experiments"))

try:
    import routing_time
    import torch
except ImportError:
    print("not measured: benchmarks/capsules.py needs torch (make torch)")
    sys.exit(0)

ROUNDS = 2 if "--quick" in sys.argv else routing_time.ROUNDS


def main():
    torch.set_num_threads(1)
    for inputs in routing_time.INPUTS:
        row = routing_time.measure(inputs, ROUNDS)
        print(f"{inputs} capsules to {routing_time.CAPSULES}, batch {routing_time.BATCH}, {routing_time.ITERATIONS} iterations")
        for form, ms in row["ms"].items():
            faster = row["ms"]["broadcast"] / ms
            print(f"  {form:10} {ms:7.1f} ms, {faster:4.1f}× as fast as broadcasting, {row['peak_mb'][form]:6.1f} MB at the peak")


if __name__ == "__main__":
    main()
