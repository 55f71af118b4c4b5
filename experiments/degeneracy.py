"""CP-ALS followed sweep by sweep: how the error falls while the terms grow against each other, and what a ridge does to it.

    python experiments/degeneracy.py             # about 2 minutes on one quiet core

Two tensors: one of border rank 2 (rank 3, yet a limit of rank 2), and the kernel of conv4 in the trained `mini_vgg`. Writes
recorded/degeneracy.json: error, gauge ratio, smallest cosine between terms, and largest λ/‖W‖ after each of `SWEEPS`.
"""

from record import Record, arguments

from squeezelab.decompose import border_rank_tensor, cp, gaussian_parts
from squeezelab.training import reference

SWEEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 3000)
RIDGES = (0, 1e-4, 1e-3, 1e-2)
RANKS = {"border": (2,), "trained": (8, 32)}  # of the trained kernel an eighth and a half of its 64 channels
NETWORK, LAYER, SEED = "mini_vgg", "conv4", 0
START = "slices"


def tensor_of(name):
    """The tensor in double precision, in which large terms may cancel."""
    if name == "border":
        return border_rank_tensor(gaussian_parts(seed=SEED))
    return reference(NETWORK).get_submodule(LAYER).weight.detach().double()


def brief(value):
    """Four significant digits: the file travels with the pages."""
    return float(f"{value:.4g}")


def measure(tensor, rank, ridge, accelerate):
    """The four numbers after so many sweeps as parallel lists; each count of sweeps begins anew."""
    kernel = tensor_of(tensor)
    made = [cp(kernel, rank, sweeps, START, ridge, accelerate) for sweeps in SWEEPS]
    size = float(kernel.norm())
    return {
        "errors": [brief(one.error) for one in made],
        "ratios": [brief(one.gauge.ratio) for one in made],
        "cosines": [brief(one.gauge.cosine) for one in made],
        "largest": [brief(float(one.weights.max()) / size) for one in made],
    }


def main():
    settings = {"sweeps": SWEEPS, "network": NETWORK, "layer": LAYER, "start": START, "seed": SEED}
    cases = [(name, rank) for name, ranks in RANKS.items() for rank in ranks]
    keys = [
        {"tensor": name, "rank": rank, "ridge": ridge, "accelerate": accelerate}
        for name, rank in cases
        for ridge in RIDGES
        for accelerate in (False, True)
    ]
    Record("degeneracy", settings, arguments(__doc__).fresh).run(keys, measure)


if __name__ == "__main__":
    main()
