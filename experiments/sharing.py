"""A codebook of k values a layer against evenly spaced codes of as many bits; and what training the values gives.

    python experiments/sharing.py                # about 4 minutes on one core, 3 more for the five dense networks

The dense `mini_vgg` of pruning_runs.py on cluttered digits, five seeds; all weights of convolutions and of the last layer share.
Writes recorded/sharing.json: accuracy on test images and bytes with 2 to 8 values a layer, by k-means from evenly spaced centres
and from quantiles, and by symmetric codes of one scale a layer with the least squared error (2^b − 1 of them, and 2 for one bit).
Then the values of some codebooks are trained for a few epochs, beside a float network trained on for as many (control):
recorded/sharing_trained.json. Each side has its own learning rate, the best on held-out training images of one other seed
(sharing_rates.json).
"""

import torch
from claim_tuning import PILOT, SEEDS, judged, tested
from pruning_runs import HELD_OUT, STARTS, TEST, TRAIN, dense, splits
from record import Record, arguments, rule

from squeezelab.bridge.independent import independent_copy
from squeezelab.quantize.shared_weights import share_weights
from squeezelab.quantize.weight_scales import codes_of_weights, weight_scales
from squeezelab.training import fit

NETWORK = "mini_vgg"
BITS = (1, 2, 3)
METHODS = ("linear", "quantile", "uniform")  # the first two are starts of k-means
EPOCHS = 2
TRAINED = {"float": None, "2 bits": 2, "3 bits": 3}  # {side: bits of an index}
RATES = (0.0003, 0.001, 0.003)
STARTS_TRIED = (0.003, 0.01, 0.03, 0.1)  # of the dense start, by pruning.py


def uniform(model, bits):
    """A copy with evenly spaced codes, one scale a layer."""
    made = independent_copy(model)
    with torch.no_grad():
        for module in made.modules():
            if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
                scales = weight_scales(module.weight, bits, "tensor", "mse")
                module.weight.copy_(codes_of_weights(module.weight, scales, bits) * scales)
    return made.eval()


def squared_error(model, dense_model):
    """Σ (w − ŵ)² / Σ w² over all weights that share."""
    pairs = list(zip(model.modules(), dense_model.modules()))
    pairs = [(one.weight, other.weight) for one, other in pairs if isinstance(other, (torch.nn.Conv2d, torch.nn.Linear))]
    moved, size = sum((one - other).square().sum() for one, other in pairs), sum(other.square().sum() for _, other in pairs)
    return (moved / size).item()


def untrained(method, bits, seed):
    """A row without training."""
    start, test = dense(NETWORK, seed), splits(NETWORK, seed)[2]
    if method == "float":
        return tested(start, test)
    if method == "uniform":
        model, sizes = uniform(start, bits), {}
    else:
        shared = share_weights(start, 2**bits, method)
        model, sizes = shared.model.eval(), {"bytes": shared.bytes, "huffman_bytes": shared.huffman_bytes}
    return tested(model, test) | sizes | {"squared_error": round(squared_error(model, start), 6)}


def trained_on(side, epochs, learning_rate, seed):
    """(the model of a side after more epochs, its training accuracy in the last of them)."""
    start, data = dense(NETWORK, seed), splits(NETWORK, seed)[0]
    settings = {"learning_rate": learning_rate, "seed": seed, "quiet": True}
    if TRAINED[side] is None:
        model = independent_copy(start)
        history = fit(model, data, epochs, **settings)
    else:
        shared = share_weights(start, 2 ** TRAINED[side])
        model, history = shared.model, fit(shared.model, data, epochs, after_backward=shared.after_backward, **settings)
        for path, layer in shared.layers.items():
            assert len(model.get_submodule(path).weight.unique()) <= layer.entries, path
    return model.eval(), history[-1]["accuracy"]


def held_out_accuracy(side, epochs, learning_rate, seed):
    """A row of the choice of rates."""
    return judged(lambda: trained_on(side, epochs, learning_rate, seed), splits(NETWORK, seed)[1])


def chosen_rates(record):
    """{side: the rate with the highest held-out accuracy}; then each side is trained for twice as long at it."""
    keys = [{"side": s, "epochs": EPOCHS, "learning_rate": rate, "seed": PILOT} for s in TRAINED for rate in RATES]
    best = {}
    for row in record.run(keys, held_out_accuracy):
        if row["epochs"] == EPOCHS and row["accuracy"] > best.get(row["side"], (0,))[0]:
            best[row["side"]] = row["accuracy"], row["learning_rate"]
    best = {side: rate for side, (_, rate) in best.items()}
    twice = [{"side": s, "epochs": 2 * EPOCHS, "learning_rate": rate, "seed": PILOT} for s, rate in best.items()]
    record.run(keys + twice, held_out_accuracy)
    return best


def measure(side, epochs, learning_rate, seed):
    """A row of the record of trained values."""
    model, learnt = trained_on(side, epochs, learning_rate, seed)
    return tested(model, splits(NETWORK, seed)[2]) | {"training_accuracy": round(learnt, 4)}


def main():
    chosen = arguments(__doc__)
    shared = {"network": NETWORK, "images": [TRAIN, HELD_OUT, TEST]}
    dense_rule = rule(SEEDS, TEST, STARTS_TRIED, STARTS[NETWORK].rate, "the dense start in twice the epochs: pruning_rates.json")
    keys = [{"method": "float", "bits": None}] + [{"method": method, "bits": bits} for bits in BITS for method in METHODS]
    Record("sharing", shared | dense_rule, chosen.fresh).run([key | {"seed": s} for s in SEEDS for key in keys], untrained)
    shared |= {"epochs": EPOCHS}
    pilot = Record("sharing_rates", shared | {"seeds": [PILOT], "rates_tried": RATES}, chosen.fresh, script="sharing")
    rates = chosen_rates(pilot)
    converged = "held-out accuracy in twice the epochs, of every side at its rate: sharing_rates.json"
    keys = [{"side": side, "epochs": EPOCHS, "learning_rate": rates[side], "seed": seed} for seed in SEEDS for side in TRAINED]
    trained_rule = rule(SEEDS, TEST, RATES, rates, converged)
    Record("sharing_trained", shared | trained_rule, chosen.fresh, script="sharing").run(keys, measure)


if __name__ == "__main__":
    main()
