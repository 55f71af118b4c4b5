"""The learning rate of each block, and whether it is trained to the end: on validation digits, never on the test set.

    python experiments/learning_rates.py         # about half an hour on one quiet core

Each block is trained at the same six peak rates; the best of them is trained again for twice as many epochs. Writes
recorded/learning_rates.json: training and validation accuracy by block, rate and epochs.
"""

from cluttered import BUDGET, EPOCHS, RATES, VALIDATION, best_rates, drawn, right_on, trained
from record import Record, arguments

from squeezelab.networks.mini_families import DEPTHS, mini_blocks, mini_of

SEEDS = (100,)  # no seed of a comparison


def measure(block, learning_rate, epochs, seed):
    network = mini_of(block, depths=DEPTHS.get(block, (1, 1, 1)))
    try:
        model, training = trained(network, seed, learning_rate, epochs)
    except ValueError:  # the loss is no longer a number: too high a rate
        return {"accuracy": 0.0, "training_accuracy": 0.0}
    return {"accuracy": round(float(right_on(model, drawn(seed)[1]).mean()), 4), "training_accuracy": training}


def keys_of(block, rates, epochs):
    return [{"block": block, "learning_rate": rate, "epochs": epochs, "seed": seed} for rate in rates for seed in SEEDS]


def main():
    chosen = arguments(__doc__)
    settings = BUDGET | {"rates_tried": RATES, "validation_size": VALIDATION, "seeds": SEEDS}
    record = Record("learning_rates", settings, chosen.fresh)
    keys = [key for block in mini_blocks() for key in keys_of(block, RATES, EPOCHS)]
    best = best_rates(record.run(keys, measure))
    record.run(keys + [key for block in best for key in keys_of(block, [best[block]], 2 * EPOCHS)], measure)


if __name__ == "__main__":
    main()
