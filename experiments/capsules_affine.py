"""Part "affine" of experiments/capsules.py: digits that were moved in training are turned, sheared and stretched in the test."""

from capsules_runs import CANVAS, ROOM, clocked, compare, conv_network, fresh, right_of, splits, tested, train, turned

from squeezelab.networks import capsnet

EPOCHS = 8
SHAPE = (1, CANVAS, CANVAS)
HALF = "capsules, half the rate"  # that of one iteration
NETWORKS = {
    "capsules": lambda: capsnet("tiny", input_shape=SHAPE),
    "capsules, 1 iteration": lambda: capsnet("tiny", input_shape=SHAPE, iterations=1),
    "capsules, shared matrix": lambda: capsnet("tiny", input_shape=SHAPE, shared=True),
    "CNN": lambda: conv_network("CNN-affine", CANVAS, (17, 32), 342),
}
RATES, BEYOND = (0.002, 0.004, 0.008), {0.002: 0.001, 0.008: 0.016, 0.016: 0.032, 0.032: 0.064}


def held_out_accuracy(side, epochs, learning_rate, seed):
    """A row of the choice of rates, on digits in the middle of the canvas."""
    data, held_out = splits("affine", held_out=True)
    model = fresh(NETWORKS[side](), seed)
    learnt = train(model, data, epochs, learning_rate, seed)
    return {"accuracy": right_of(model, held_out).double().mean().item(), "training_accuracy": round(learnt, 4)}


def measure(side, epochs, learning_rate, seed):
    """A row of the record: accuracy on turned digits at the end; curve: [clean, turned] after every epoch."""
    data, clean = splits("affine", held_out=False)
    network = NETWORKS["capsules" if side == HALF else side]()
    model, curve = fresh(network, seed), []

    def look(training):
        if training.step and training.step % (training.steps // epochs) == 0:
            curve.append(both_accuracies(model, clean))

    learnt, seconds = clocked(lambda: train(model, data, epochs, learning_rate, seed, after_backward=look))
    curve.append(both_accuracies(model, clean))
    row = tested(model, turned()) | {"clean": curve[-1][0], "curve": curve, "training_accuracy": round(learnt, 4)}
    return row | {"params": network.params, "macs": network.macs, "seconds": seconds}


def both_accuracies(model, clean):
    return [right_of(model, test).double().mean().item() for test in (clean, turned())]


def run(chosen):
    also = {HALF: ("capsules", 0.5)}
    compare("affine", NETWORKS, EPOCHS, held_out_accuracy, measure, chosen, RATES, BEYOND, also=also, canvas=CANVAS, room=ROOM)
