"""What a ridge costs: CP of three trained kernels with and without it, over ranks, starts and sweeps.

    python experiments/ridge.py                  # about 5 minutes on one quiet core

The kernels are those of conv2 to conv4 in the trained `mini_vgg`, fitted in double precision with momentum. Writes
recorded/ridge.json: relative error and gauge ratio after each of `SWEEPS`. No network is trained for it.
"""

from record import Record, arguments

from squeezelab.decompose import cp
from squeezelab.training import reference

NETWORK, LAYERS = "mini_vgg", ("conv2", "conv3", "conv4")
RANKS = (2, 4, 8, 16, 32, 64, 128)
STARTS = ("slices", "hosvd")
SWEEPS = (60, 200, 1000)
RIDGES = (0, 1e-4, 1e-3)


def measure(layer, rank, start, ridge):
    """The two numbers as lists, one entry for each count of sweeps."""
    kernel = reference(NETWORK).get_submodule(layer).weight.detach().double()
    made = [cp(kernel, rank, sweeps, start, ridge) for sweeps in SWEEPS]
    return {"errors": [round(one.error, 5) for one in made], "ratios": [float(f"{one.gauge.ratio:.3g}") for one in made]}


def main():
    settings = {"network": NETWORK, "sweeps": SWEEPS}
    keys = [
        {"layer": layer, "rank": rank, "start": start, "ridge": ridge}
        for layer in LAYERS
        for rank in RANKS
        for start in STARTS
        for ridge in RIDGES
    ]
    Record("ridge", settings, arguments(__doc__).fresh).run(keys, measure)


if __name__ == "__main__":
    main()
