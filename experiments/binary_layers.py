"""What one bit a weight costs, and what signs of the inputs cost as well, when a network is trained with them.

    python experiments/binary_layers.py --workers 2    # about six minutes on two cores, after the dense starts of pruning.py

The dense `mini_vgg` of pruning_runs.py on cluttered digits gets binary layers, all but the first and the last, and is trained on;
behind the signs its weights are centred and clamped as in the released code of XNOR-Net. Three sides for equal epochs, from the
same starts: the float network (control); binary weights; binary weights that read signs (XNOR, without K, as that code has it).
Each has its own learning rate, the best on held-out training images of one other seed (binary_layers_rates.json). Writes
recorded/binary_layers.json: accuracy on test images.
"""

import time

from claim_tuning import BEYOND, PILOT, RATES, SEEDS, chosen_rates, judged, tested
from pruning_runs import HELD_OUT, RESOLUTION, TEST, TRAIN, dense, splits
from record import Record, arguments, rule

from squeezelab.bridge.independent import independent_copy
from squeezelab.quantize import binarised, centred_and_clamped
from squeezelab.training import fit

NETWORK = "mini_vgg"
EPOCHS = 6
SIDES = ("float", "binary weights", "signs read, too")


def trained_on(side, epochs, learning_rate, seed):
    """(the network of a side after so many epochs more, its training accuracy in the last one)."""
    start, data = dense(NETWORK, seed), splits(NETWORK, seed)[0]
    settings = {"learning_rate": learning_rate, "seed": seed, "quiet": True}
    if side == "float":
        model = independent_copy(start)
    else:
        model = binarised(start, binary_inputs=side != "binary weights")
        settings["after_backward"] = centred_and_clamped
    history = fit(model, data, epochs, **settings)
    return model.eval(), history[-1]["accuracy"]


def held_out_accuracy(side, epochs, learning_rate, seed):
    """A row of the choice of rates."""
    return judged(lambda: trained_on(side, epochs, learning_rate, seed), splits(NETWORK, seed)[1])


def measure(side, epochs, learning_rate, seed):
    """A row of the record: on test images. seconds: of the processor, without the dense start."""
    dense(NETWORK, seed)
    begin = time.process_time()
    model, learnt = trained_on(side, epochs, learning_rate, seed)
    spent = {"training_accuracy": round(learnt, 4), "seconds": round(time.process_time() - begin, 1)}
    return tested(model, splits(NETWORK, seed)[2]) | spent


def main():
    chosen = arguments(__doc__, spreads=True)
    shared = {"network": NETWORK, "resolution": RESOLUTION, "images": [TRAIN, HELD_OUT, TEST], "epochs": EPOCHS}
    pilot = shared | {"seeds": [PILOT], "rates_tried": RATES}
    rates = chosen_rates(
        Record("binary_layers_rates", pilot, chosen.fresh, script="binary_layers"), SIDES, EPOCHS, held_out_accuracy, chosen.way
    )
    converged = "held-out accuracy in twice the epochs, of every side at its rate: binary_layers_rates.json"
    shared |= rule(SEEDS, TEST, sorted([*RATES, *BEYOND.values()]), rates, converged)
    keys = [{"side": side, "epochs": EPOCHS, "learning_rate": rates[side], "seed": seed} for seed in SEEDS for side in SIDES]
    Record("binary_layers", shared, chosen.fresh).run(keys, measure, chosen.way)


if __name__ == "__main__":
    main()
