"""Trains the CapsNet that ships for overlapping digits: new pairs in every epoch, so that it goes on learning.

    python experiments/two_digits.py    # about ten minutes of one core; interrupted, it goes on after the last whole epoch

The network and the learning rate are those of part "overlap" of capsules.py, whose comparison has 16,000 pairs for everybody;
what more pairs give is in the record: both digits right, and digits found, on 10,000 pairs of test digits.
"""

import torch
from capsules_overlap import CAPSULES, NETWORKS
from capsules_runs import BATCH, FOLDER, FreshPairs, adam, fresh, keep, right_of, splits
from record import Record, arguments

from squeezelab.capsules import Reconstructing, encoder, share_found
from squeezelab.training import fit

EPOCHS, PAIRS, RATE, SEED = 30, 32_000, 0.002, 0
NAME = "two_digits"


def measure(network):
    """Trains, keeps the weights in `FOLDER`, and judges them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    model = fresh(NETWORKS[CAPSULES](), SEED)
    whole = Reconstructing(model)
    settings = {"batch_size": BATCH, "learning_rate": RATE, "seed": SEED, "optimizer": adam}
    settings |= {"checkpoint": FOLDER / f"{network}.checkpoint", "loss": whole.loss, "score": whole.score}
    learnt = fit(whole, FreshPairs(PAIRS), EPOCHS, **settings)[-1]["accuracy"]
    keep(model, network)
    model.eval()
    test = splits("overlap", held_out=False)[1]
    found = sum(float(share_found(lengths_of(model, images), labels)) for images, labels in test.batches(250, shuffle=False))
    both = right_of(model, test).double().mean().item()
    return {"accuracy": both, "found": found / len(test), "training_accuracy": round(learnt, 4)}


def lengths_of(model, images):
    with torch.no_grad():
        return encoder(model)(images).lengths


def main():
    chosen = arguments(__doc__)
    settings = {"epochs": EPOCHS, "pairs": PAIRS, "learning_rate": RATE, "seed": SEED, "batch": BATCH}
    Record(NAME, settings, chosen.fresh).run([{"network": NAME}], measure)


if __name__ == "__main__":
    main()
