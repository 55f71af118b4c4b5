"""Routing in three loop orders, side by side: votes by broadcasting, votes by batched products, no votes at all.

    python experiments/routing_time.py    # a minute

The layer of the paper's CapsNet, 1152 capsules of 8 values to 10 of 16, three iterations, batch 100, and that of `tiny`, 128
capsules. Times are of this process (CPU time, one thread), medians of rounds in turns, forward alone and with the backward pass;
memory is how far the process grows beyond what it had with the inputs (Linux), each form in a process of its own. "broadcast" is
written as public code commonly does: matrices (J, 1, N, Din, D) times capsules (1, B, N, 1, Din), one small product each, with
couplings detached as in the other two.
"""

import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import torch
from record import Record, arguments

from squeezelab.capsules import route, squash

CAPSULES, DIM_IN, DIM, ITERATIONS, BATCH = 10, 8, 16, 3, 100
INPUTS = (128, 1152)
FORMS = ("broadcast", "votes", "vote_free")
ROUNDS = 7


def broadcast(inputs, weight):
    """Votes as a product of a matrix and a vector for each image, input and output capsule."""
    votes = (inputs[None, :, :, None, :] @ weight.transpose(0, 1)[:, None])[..., 0, :]  # (J, B, N, D)
    kept, logits = votes.detach(), 0
    coupled = torch.full(votes.shape[:3], 1 / len(votes))
    for _ in range(ITERATIONS - 1):
        v = squash((coupled[..., None] * kept).sum(2, keepdim=True))  # (J, B, 1, D)
        logits = logits + (kept * v).sum(-1)
        coupled = logits.softmax(0)
    return squash((coupled[..., None] * votes).sum(2)).transpose(0, 1)


def routed(form, inputs, weight):
    return broadcast(inputs, weight) if form == "broadcast" else route(inputs, weight, ITERATIONS, form)


def drawn(count):
    """Capsules and matrices that want gradients."""
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(BATCH, count, DIM_IN, generator=generator) / 3
    weight = torch.randn(count, CAPSULES, DIM_IN, DIM, generator=generator) / 10
    return inputs.requires_grad_(), weight.requires_grad_()


def once(form, inputs, weight):
    """(ms of the forward pass, ms with the backward pass)."""
    begin = time.process_time()
    v = routed(form, inputs, weight)
    middle = time.process_time()
    v.sum().backward()
    return 1000 * (middle - begin), 1000 * (time.process_time() - begin)


def growth(form, count):
    """MB that a process grows by, at its peak, in one forward and backward pass."""
    made = subprocess.run([sys.executable, __file__, "grow", form, str(count)], capture_output=True, text=True, check=True)
    return float(made.stdout)


def grown(form, count):
    """The same, in this process."""
    torch.set_num_threads(1)
    inputs, weight = drawn(count)
    once(form, *drawn(8))  # what torch loads at its first call
    before = peak()
    once(form, inputs, weight)
    return peak() - before


def peak():
    """MB of memory that this process has had at most, as Linux counts."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    return int(found.group(1)) / 1024


def measure(inputs, rounds=ROUNDS):
    """A row: for each form ms forward, ms with backward, MB; all forms agree, or it raises."""
    both = drawn(inputs)
    made = [routed(form, *both) for form in FORMS]
    if not all(torch.allclose(made[0], other, atol=1e-5) for other in made):
        raise AssertionError("the forms of routing do not agree")
    times = {form: [] for form in FORMS}
    for turn in range(rounds + 1):
        for form in FORMS:
            found = once(form, *both)
            times[form] += [found] if turn else []  # the first warms up
    rows = {form: [round(statistics.median(side), 2) for side in zip(*times[form])] for form in FORMS}
    return {
        "forward_ms": {form: row[0] for form, row in rows.items()},
        "ms": {form: row[1] for form, row in rows.items()},
        "peak_mb": {form: round(growth(form, inputs), 1) for form in FORMS},
    }


def main():
    chosen = arguments(__doc__)
    shared = {"capsules": CAPSULES, "dim_in": DIM_IN, "dim": DIM, "iterations": ITERATIONS, "batch": BATCH, "rounds": ROUNDS}
    Record("routing_time", shared, chosen.fresh).run([{"inputs": count} for count in INPUTS], measure)


if __name__ == "__main__":
    if sys.argv[1:2] == ["grow"]:
        print(grown(sys.argv[2], int(sys.argv[3])))
    else:
        main()
