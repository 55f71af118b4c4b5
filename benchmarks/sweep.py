"""How many (layer, design) pairs a sweep works through in a second, on one core.

    python benchmarks/sweep.py

Two figures for each network: all its layers counted, and only layers of different shape, since layers of one shape are
computed once. CPU time of this process, the best of some rounds: another job on the machine does not slow it much.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # numpy's element-wise arithmetic runs on one core anyway

import time  # noqa: E402

from squeezelab.codesign.sweep import sweep  # noqa: E402
from squeezelab.hardware.simulate import shape_key  # noqa: E402
from squeezelab.networks import alexnet, mobilenet, squeezenext  # noqa: E402

AXES = {
    "rows": list(range(4, 36)),
    "buffer_kb": [8, 16, 32, 64, 128, 256, 512, 1024],
    "dram_gb_per_s": list(range(1, 33)),
    "sparsity": [0, 0.2, 0.4, 0.6],
}
ROUNDS = 5


def seconds(network, machine):
    """Best CPU time of a sweep → (seconds, designs)."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        table = sweep(network, machine, progress=False, **AXES)
        best = min(best, time.process_time() - start)
    return best, len(table)


def main():
    print("million (layer, design) pairs a second, one core")
    print(f"{'network':<16}{'accelerator':<20}{'layers':>7}{'rate':>8}{'shapes':>8}{'rate':>8}")
    for network in (alexnet(), mobilenet(), squeezenext(version=5)):
        layers = len(network.mac_layers)
        shapes = len({shape_key(layer, 0) for layer in network.mac_layers})
        for machine in ("squeezelerator-16", "scalesim-16"):
            best, designs = seconds(network, machine)
            rates = [count * designs / best / 1e6 for count in (layers, shapes)]
            print(f"{network.name:<16}{machine:<20}{layers:>7}{rates[0]:>8.1f}{shapes:>8}{rates[1]:>8.1f}")


if __name__ == "__main__":
    main()
