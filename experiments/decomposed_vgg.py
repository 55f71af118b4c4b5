"""One layer of the trained `mini_vgg` factorised, at once and after one more epoch, beside the dense network trained as long.

    python experiments/decomposed_vgg.py         # about a quarter of an hour on one quiet core

Every method gets the same shares of the layer's 36,864 weights. Writes book/results/decomposed_vgg.json: relative error, gauge
ratio, accuracy on all 10,000 test digits before and after, the latter for three seeds of the order of the examples.
"""

import functools
import math

from record import SEEDS, Record, arguments

from squeezelab.data import digits
from squeezelab.decompose import METHODS, factorise, replaced
from squeezelab.networks.rank_choice import rank_within
from squeezelab.training import evaluate, fit, reference

LAYER, SHARES = "conv4", (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2)
LEARNING_RATE = 0.002  # a fifth of the rate that trained the network: enough to mend, too little to start over


@functools.cache
def factorised(method, rank):
    """The layer's kernel by one method; CP in its stable form (ridge 1e-3, accelerated, 60 sweeps)."""
    options = {"sweeps": 60} if method in ("cp", "cp3") else {}
    return factorise(reference("mini_vgg").get_submodule(LAYER).weight, method, rank, **options)


def tuned(model, seed):
    """Accuracy after one more epoch."""
    train, test = digits()
    fit(model, train, 1, learning_rate=LEARNING_RATE, seed=seed)
    return evaluate(model, test).accuracy


def measure(method, rank, seed):
    """One factorised layer; `rank` None is the dense network."""
    model, row = reference("mini_vgg"), {}
    if rank is not None:
        small = factorised(method, rank)
        model = replaced(model, LAYER, small)
        row = {"params": small.params, "error": round(small.error, 5)}
        row["ratio"] = round(small.gauge.ratio, 2) if hasattr(small, "gauge") else None
    row["at_once"] = evaluate(model, digits()[1]).accuracy
    return row | {"tuned": tuned(model, seed)}


def main():
    chosen = arguments(__doc__)
    settings = {"layer": LAYER, "shares": SHARES, "learning_rate": LEARNING_RATE, "tuned_epochs": 1, "seeds": SEEDS}
    record = Record("decomposed_vgg", settings, chosen.fresh)
    shape = tuple(reference("mini_vgg").get_submodule(LAYER).weight.shape)
    weights = [share * math.prod(shape) for share in SHARES]
    points = [(method, rank_within(method, count, shape)) for method in METHODS for count in weights]
    record.run(
        [{"method": method, "rank": rank, "seed": seed} for method, rank in [("dense", None), *points] for seed in SEEDS], measure
    )


if __name__ == "__main__":
    main()
