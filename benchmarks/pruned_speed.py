"""What pruning buys in milliseconds: masked, sliced, sliced to multiples of 8, and torch-pruning's own slice, side by side.

    python benchmarks/pruned_speed.py            # needs torch and torch-pruning: make torch
    python benchmarks/pruned_speed.py --quick    # one round of each timing instead of five

`mini_vgg`, l1 of filters, 25, 50 and 75 % of the channels of every group, one thread, batch 1 and 32, in the contiguous and the
channels_last layout. All models of a line take turns, so that whatever slows the machine slows all; the figure is the dense
model's CPU time divided by the other's, the median of the rounds with their range. Beside them what was saved in MACs, and in
simulated cycles on two accelerators. Linear layers with 90 % zeros: dense, and stored as compressed rows (CSR).
"""

import copy
import os
import statistics
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

try:
    import torch
    import torch_pruning
except ImportError:
    print("not measured: benchmarks/pruned_speed.py needs torch and torch-pruning (make torch)")
    sys.exit(0)

from squeezelab.compression import Price  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.networks import mini_vgg  # noqa: E402
from squeezelab.prune import as_csr, prune  # noqa: E402
from squeezelab.training import latency, reference  # noqa: E402

SHARES = (0.25, 0.5, 0.75)
PROMISED = {0.25: 1.2, 0.5: 2.0, 0.75: 3.5}  # of the sliced network at batch 32, contiguous
MACHINES = ("squeezelerator-16", "scalesim-16")
ROUNDS = 1 if "--quick" in sys.argv else 5


def their_slice(share):
    """torch-pruning's network with the same share of channels, by its magnitude importance."""
    model, example = reference("mini_vgg"), torch.zeros(1, 1, 28, 28)
    importance = torch_pruning.importance.GroupMagnitudeImportance(p=1)
    keeps = {"pruning_ratio": share, "ignored_layers": [model.fc]}
    torch_pruning.pruner.BasePruner(model, example, importance=importance, **keeps).step()
    return model.eval()


def models_of(share):
    """{name: model} of one share of channels, and the `Network` of our slice."""
    train, _ = digits()
    ours, rounded = (prune(reference("mini_vgg"), train, "l1_filter", share, epochs=0, round_to=step) for step in (1, 8))
    models = {"dense": reference("mini_vgg"), "masked": ours.model, "sliced": ours.sliced(), "to 8": rounded.sliced()}
    models["torch-pruning"] = their_slice(share)
    return models, ours.network


def speed_ups(models, example):
    """{name: (median, least, most) of the rounds' speed-ups over the dense model}."""
    rounds = [latency(models, example) for _ in range(ROUNDS)]
    found = {}
    for name in models:
        ratios = [times["dense"][0] / times[name][0] for times in rounds]
        found[name] = statistics.median(ratios), min(ratios), max(ratios)
    return found


def compare(share):
    models, network = models_of(share)
    dense = mini_vgg()
    saved = [f"MACs {dense.macs / network.macs:.1f}×"]
    for machine in MACHINES:
        price = Price("cycles", machine)
        saved.append(f"cycles on {machine} {price.network(dense) / price.network(network):.1f}×")
    print(f"{share:.0%} of the channels removed: {', '.join(saved)}")
    for layout in (torch.contiguous_format, torch.channels_last):
        for batch in (1, 32):
            example = torch.rand(batch, 1, 28, 28).to(memory_format=layout)
            placed = {name: model.to(memory_format=layout) for name, model in models.items()}
            for name, (median, least, most) in speed_ups(placed, example).items():
                if name != "dense":
                    promise = ""
                    if (name, batch, layout) == ("sliced", 32, torch.contiguous_format):
                        promise = f"   {'kept' if median >= PROMISED[share] else 'NOT KEPT'}: {PROMISED[share]}× promised"
                    where = str(layout).removeprefix("torch.").removesuffix("_format")
                    print(f"  batch {batch:>2} {where:<13} {name:<14}{median:5.2f}×  ({least:.2f} to {most:.2f}){promise}")


def compare_rows():
    """A 1024 × 1024 linear layer on 64 inputs, some of its weights zero: dense, and from compressed rows."""
    torch.manual_seed(0)
    layer, example = torch.nn.Linear(1024, 1024), torch.randn(64, 1024)
    for sparsity in (0.5, 0.8, 0.9, 0.95, 0.99):
        masked = copy.deepcopy(layer)
        with torch.no_grad():
            masked.weight.mul_(torch.rand(1024, 1024) >= sparsity)
        median, least, most = speed_ups({"dense": masked, "csr": as_csr(masked)}, example)["csr"]
        print(f"linear 1024×1024, batch 64, {sparsity:.0%} zeros: CSR {median:.2f}× ({least:.2f} to {most:.2f})")


def main():
    for share in SHARES:
        compare(share)
    compare_rows()


if __name__ == "__main__":
    main()
