"""Trained kernels of nine sizes, factorised by every method at many ranks: what is lost, in the kernel and in accuracy.

    python experiments/rank.py                   # about 20 minutes on one quiet core

The kernels are those of conv4 in `mini_vgg`, trained on digits with kernels of 3, 5 and 7 and at three widths. Writes
recorded/rank.json (relative error, and accuracy on 2,000 test digits with that layer replaced and nothing trained again) and
recorded/kernel_slices.json (four slices of the widest kernels, and what the methods make of them).
"""

import functools

import torch
from record import Record, arguments

from squeezelab.bridge import to_torch
from squeezelab.compression.rank_choice import rank_within
from squeezelab.data import digits
from squeezelab.decompose import METHODS, factorise, replaced
from squeezelab.networks import mini_vgg
from squeezelab.training import evaluate, fit

KERNELS, WIDTHS, SEED, EPOCHS, LAYER = (3, 5, 7), (0.25, 0.5, 1.0), 0, 2, "conv4"
SHARES = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)  # of the dense layer's weights
SLICE_SHARES = SHARES[1:6]
SWEEPS = 60  # of CP
SLICES = 4
TESTED = 2000


@functools.cache
def trained(kernel, width):
    """`mini_vgg` trained on digits."""
    torch.manual_seed(SEED)
    model = to_torch(mini_vgg(width, kernel))
    fit(model, digits()[0], EPOCHS, seed=SEED)
    return model.eval()


def ranks(method, shape, shares):
    """The largest ranks within shares of the dense layer's weights."""
    dense = shape[0] * shape[1] * shape[2] * shape[3]
    return sorted({rank_within(method, share * dense, shape) for share in shares} - {0})


def factorisation(model, method, rank):
    """The kernel of the layer by one method."""
    options = {"sweeps": SWEEPS} if method in ("cp", "cp3") else {}
    return factorise(model.get_submodule(LAYER).weight, method, rank, **options)


def measure(kernel, width, method):
    """Error and accuracy at every rank, as parallel lists."""
    model, test = trained(kernel, width), digits()[1].take(TESTED)
    shape = tuple(model.get_submodule(LAYER).weight.shape)
    row = {"channels": shape[0], "dense_accuracy": evaluate(model, test).accuracy, "ranks": ranks(method, shape, SHARES)}
    made = [factorisation(model, method, rank) for rank in row["ranks"]]
    row["errors"] = [round(one.error, 5) for one in made]
    row["ratios"] = [round(one.gauge.ratio, 2) for one in made] if method in ("cp", "cp3") else None
    row["accuracies"] = [evaluate(replaced(model, LAYER, one), test).accuracy for one in made]
    return row


def strongest(weight):
    """(output, input) channels of the slices with the largest norms, no channel twice."""
    strength = weight.detach().flatten(2).norm(dim=2)
    places = []
    for _ in range(SLICES):
        place = divmod(int(strength.argmax()), strength.shape[1])
        places.append(place)
        strength[place[0]], strength[:, place[1]] = 0, 0
    return places


def taps(tensor, places):
    """The slices, each as a list of its values row by row, to three decimals."""
    return [[round(float(value), 3) for value in tensor[place].flatten()] for place in places]


def slices(kernel, method):
    """The strongest slices of the widest kernel, and what the method makes of them at several ranks."""
    model = trained(kernel, WIDTHS[-1])
    weight = model.get_submodule(LAYER).weight.detach()
    places = strongest(weight)
    rows = ranks(method, tuple(weight.shape), SLICE_SHARES)
    made = [factorisation(model, method, rank) for rank in rows]
    return {
        "places": places,
        "dense": taps(weight, places),
        "ranks": rows,
        "errors": [round(one.error, 5) for one in made],
        "rebuilt": [taps(one.rebuild(), places) for one in made],
    }


def main():
    chosen = arguments(__doc__)
    settings = {"layer": LAYER, "epochs": EPOCHS, "seed": SEED, "cp_sweeps": SWEEPS, "cp_ridge": 1e-3, "tested": TESTED}
    record = Record("rank", settings, chosen.fresh)
    sizes = [{"kernel": kernel, "width": width} for kernel in KERNELS for width in WIDTHS]
    record.run([size | {"method": method} for size in sizes for method in METHODS], measure)
    record = Record("kernel_slices", settings, chosen.fresh, script="rank")
    record.run([{"kernel": kernel, "method": method} for kernel in KERNELS for method in METHODS], slices)


if __name__ == "__main__":
    main()
