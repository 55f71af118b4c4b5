"""How long the pruned networks take: milliseconds of CPU time for 32 images, of every set of widths in pruning.json.

    python experiments/pruned_times.py --fresh    # half a minute, after pruning.py, on a machine that is quiet

The time of a sliced network is that of its shapes, whatever its weights, so each set of widths that some method left of
`mini_vgg` is built once, on all seeds. All of them take turns, one thread, and what is kept is the median of the turns.
"""

import functools

import torch
from record import Record, arguments

from squeezelab.bridge import to_torch
from squeezelab.compression import Widths
from squeezelab.networks import build
from squeezelab.recorded import recorded
from squeezelab.training import latency

NETWORK = "mini_vgg"
BATCH, ROUNDS = 32, 41


def widths_of_rows(rows):
    """The different sets of widths, lists of channels, that methods left of the network: the dense one's first."""
    found = {tuple(row["left"].values()) for row in rows if row["network"] == NETWORK}
    return [list(widths) for widths in sorted(found, reverse=True)]


@functools.cache
def times(rounds=ROUNDS):
    """{widths: milliseconds}, measured side by side."""
    record = recorded("pruning")
    dense = build(NETWORK, **record["settings"]["starts"][NETWORK][0])
    space, models = Widths(dense), {}
    for widths in widths_of_rows(record["rows"]):
        torch.manual_seed(0)
        models[tuple(widths)] = to_torch(space.network_of(dict(zip(space.full, widths))))
    found = latency(models, torch.rand(BATCH, *dense.input_shape), rounds)
    return {widths: median for widths, (median, _) in found.items()}


def measure(widths):
    return {"ms": round(times()[tuple(widths)], 4)}


def main():
    chosen = arguments(__doc__)
    keys = [{"widths": widths} for widths in widths_of_rows(recorded("pruning")["rows"])]
    settings = {"network": NETWORK, "batch": BATCH, "rounds": ROUNDS, "threads": chosen.threads}
    Record("pruned_times", settings, chosen.fresh).run(keys, measure)


if __name__ == "__main__":
    main()
