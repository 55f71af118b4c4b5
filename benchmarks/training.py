"""What `fit` adds to the bare loop that everybody writes, and how long the small networks train: `python benchmarks/training.py`.

An epoch over the digits of the package, by `fit` and by the loop below, in turns and on the same threads; both shuffle, take the
same steps and count what was right. The ratio is the median over the rounds. The last column is one whole training as
`experiments/references.py` does it, by the clock on the wall: run this on a quiet machine.
"""

import statistics
import sys
import time

try:
    import torch
except ImportError:
    print("not measured: benchmarks/training.py needs torch (make torch)")
    sys.exit(0)

from torch import nn

from squeezelab.bridge import to_torch
from squeezelab.data import digits
from squeezelab.networks import build
from squeezelab.training import fit

ROUNDS = 3
EPOCHS = {"lenet300": 8, "mini_resnet": 3, "mini_squeezenext": 2, "mini_vgg": 3}  # of experiments/references.py


def bare_loop(model, train):
    """One epoch as in most tutorials, in the layout of memory that `fit` uses."""
    model.train().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    right = 0
    for rows in torch.randperm(len(train)).split(128):
        images, labels = train.images[rows].to(memory_format=torch.channels_last), train.labels[rows]
        outputs = model(images)
        loss = nn.functional.cross_entropy(outputs, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right += int((outputs.argmax(1) == labels).sum())
    return right


def seconds(run, *arguments, **options):
    begin = time.monotonic()
    run(*arguments, **options)
    return time.monotonic() - begin


def main():
    train, _ = digits()
    print(f"{torch.get_num_threads()} threads; an epoch is {len(train):,} digits")
    print(f"{'network':>18}{'bare loop (s)':>15}{'fit (s)':>10}{'ratio':>8}{'a training (s)':>16}")
    for name, epochs in EPOCHS.items():
        rounds = []
        for _ in range(ROUNDS):
            bare = seconds(bare_loop, to_torch(build(name)), train)
            rounds.append((bare, seconds(fit, to_torch(build(name)), train, epochs=1, quiet=True)))
        bare, ours = (statistics.median(column) for column in zip(*rounds))
        ratio = statistics.median(own / other for other, own in rounds)
        whole = seconds(fit, to_torch(build(name)), train, epochs=epochs, quiet=True)
        print(f"{name:>18}{bare:>15.2f}{ours:>10.2f}{ratio:>8.3f}{whole:>16.1f}", flush=True)


if __name__ == "__main__":
    main()
