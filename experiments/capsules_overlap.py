"""Part "overlap" of experiments/capsules.py: two digits on one canvas, told apart by capsules and by two CNNs."""

from capsules_runs import (
    PAIRS,
    PAIRS_TESTED,
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


def run(chosen):
    sizes = {"pairs": PAIRS, "canvas": SIDE, "decoder": DECODER, "test_size": PAIRS_TESTED}
    compare("overlap", NETWORKS, EPOCHS, held_out_accuracy, measure, chosen, RATES, BEYOND, **sizes)
