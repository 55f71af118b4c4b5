"""Part "overlap" of experiments/capsules.py: two digits on one canvas, told apart by capsules and by two CNNs."""

import json

from capsules_runs import (
    BATCH,
    PAIRS,
    PAIRS_TESTED,
    SEEDS,
    FreshPairs,
    clocked,
    compare,
    conv_network,
    fresh,
    keep,
    params_and_macs,
    right_of,
    splits,
    tested,
    train,
)
from record import RESULTS, Record, rule

from squeezelab.networks import capsnet

EPOCHS = 12
SIDE = 36  # pixels, of the canvas
DECODER = (128,)  # 160 → 128 → 1,296
CAPSULES = "capsules"
NETWORKS = {  # the CNNs: channels of their convolutions, hidden units; their sizes beside those of the capsules are in the record
    CAPSULES: lambda: capsnet("tiny", input_shape=(1, SIDE, SIDE), decoder=DECODER),
    "CNN, equal params": lambda: conv_network("CNN-params", SIDE, (32, 64), 160),
    "CNN, equal MACs": lambda: conv_network("CNN-MACs", SIDE, (17, 32), 345),
}
RATES, BEYOND = (0.001, 0.002, 0.004), {0.001: 0.0005, 0.004: 0.008}


def trained(side, epochs, learning_rate, seed, held_out):
    """(model, share of the training pairs that it has right), the model judged after training."""
    data, _ = splits("overlap", held_out)
    model = fresh(NETWORKS[side](), seed)
    return model, train(model, data if side == CAPSULES else canvas_alone(data), epochs, learning_rate, seed)


def canvas_alone(data):
    """Pairs without the channels that show each digit alone."""
    return type(data)(data.images[:, :1], data.labels, data.classes, data.split)


def held_out_accuracy(side, epochs, learning_rate, seed):
    """A row of the choice of rates: pairs of which both digits are right."""
    model, learnt = trained(side, epochs, learning_rate, seed, held_out=True)
    right = right_of(model, splits("overlap", held_out=True)[1])
    return {"accuracy": right.double().mean().item(), "training_accuracy": round(learnt, 4)}


def measure(side, epochs, learning_rate, seed):
    """A row of the record: the share of test pairs of which both digits are right; params, MACs; seconds of the training."""
    (model, learnt), seconds = clocked(lambda: trained(side, epochs, learning_rate, seed, held_out=False))
    keep(model, f"overlap-{side}-{seed}")
    params, macs = params_and_macs(NETWORKS[side]())
    row = tested(model, splits("overlap", held_out=False)[1])
    return row | {"training_accuracy": round(learnt, 4), "params": params, "macs": macs, "seconds": seconds}


def measure_fresh(side, epochs, learning_rate, seed):
    """A row of the comparison with new pairs in every epoch."""
    network = NETWORKS[side]()
    model, data = fresh(network, seed), FreshPairs(PAIRS, parts=side == CAPSULES)
    learnt, seconds = clocked(lambda: train(model, data, epochs, learning_rate, seed))
    params, macs = params_and_macs(network)
    row = tested(model, splits("overlap", held_out=False)[1])
    return row | {"training_accuracy": round(learnt, 4), "params": params, "macs": macs, "seconds": seconds}


def run_fresh(chosen):
    """The same three networks at the rates of the part before, with new pairs in every epoch, as the paper has."""
    before = json.loads((RESULTS / "capsules_overlap.json").read_text("utf-8"))["settings"]
    shared = {"pairs": PAIRS, "canvas": SIDE, "decoder": DECODER, "epochs": EPOCHS, "batch": BATCH}
    converged = "not at its end: all three still improve, as pairs are not seen twice"
    shared |= rule(SEEDS, PAIRS_TESTED, before["rates_tried"], before["rates"], converged)
    keys = [
        {"side": side, "epochs": EPOCHS, "learning_rate": before["rates"][side], "seed": seed}
        for seed in SEEDS
        for side in NETWORKS
    ]
    Record("capsules_overlap_fresh", shared, chosen.fresh, script="capsules").run(keys, measure_fresh, chosen.way)


def run(chosen):
    sizes = {"pairs": PAIRS, "canvas": SIDE, "decoder": DECODER, "test_size": PAIRS_TESTED}
    compare("overlap", NETWORKS, EPOCHS, held_out_accuracy, measure, chosen, RATES, BEYOND, **sizes)
