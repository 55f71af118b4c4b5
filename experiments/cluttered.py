"""The task on which networks are compared: a digit somewhere among the debris of others, where one can fail.

On plain digits every network of the book reaches 98 %, and what differs is noise. A seed draws the training images, the
weights and the order of the examples; the test images are the same for all. What is compared gets the same budget: images,
epochs, batch. The learning rate is each block's own, found on validation digits by experiments/learning_rates.py. The images
are few (1,000) so that the seeds can be many.
"""

import base64
import functools
import json

import numpy
import torch
from record import RESULTS, rule

from squeezelab.bridge import to_torch
from squeezelab.data import Examples, cluttered_digits
from squeezelab.networks.mini_families import RESOLUTION
from squeezelab.training import fit

TRAIN, VALIDATION, TEST = 1000, 4000, 10_000
EPOCHS, BATCH = 20, 64
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
BUDGET = {
    "data": f"{TRAIN} cluttered digits of {RESOLUTION}x{RESOLUTION}, drawn by the seed",
    "epochs": EPOCHS,
    "batch_size": BATCH,
}
TEST_SEED = 1_000_000  # far from any seed of a training


@functools.cache
def drawn(seed):
    """(training, validation) images of a seed: no digit of the one is a digit of the other."""
    both = cluttered_digits(TRAIN + VALIDATION, seed=seed, canvas=RESOLUTION)
    return both.take(TRAIN), Examples(both.images[TRAIN:], both.labels[TRAIN:], both.classes)


@functools.cache
def test_images():
    """The test images, out of digits that no training sees."""
    return cluttered_digits(TEST, seed=TEST_SEED, split="test", canvas=RESOLUTION)


def right_on(model, examples):
    """For each example whether the model reads it right."""
    model.eval()
    with torch.no_grad():
        found = [model(images).argmax(1) == labels for images, labels in examples.batches(500, shuffle=False)]
    return torch.cat(found).numpy()


def trained(network, seed, learning_rate, epochs=EPOCHS):
    """(the model, its training accuracy in the last epoch), trained from scratch within the budget."""
    torch.manual_seed(seed)
    model = to_torch(network)
    history = fit(model, drawn(seed)[0], epochs, learning_rate=learning_rate, seed=seed, batch_size=BATCH, quiet=True)
    return model, round(history.rows[-1]["accuracy"], 4)


def tested(network, seed, learning_rate, epochs=EPOCHS):
    """A row of a record: accuracy on the test images, and which of them were right, as bits (`results.right_of`)."""
    model, training = trained(network, seed, learning_rate, epochs)
    right = right_on(model, test_images())
    bits = base64.b64encode(numpy.packbits(right).tobytes()).decode()
    return {"accuracy": round(float(right.mean()), 4), "training_accuracy": training, "right": bits}


def rates():
    """{block: the best of RATES on validation digits}, from learning_rates.json."""
    path = RESULTS / "learning_rates.json"
    if not path.exists():
        raise SystemExit("no learning rates yet: run experiments/learning_rates.py first")
    return best_rates(json.loads(path.read_text("utf-8"))["rows"])


def best_rates(rows):
    """{block: learning rate}: the highest validation accuracy in the usual number of epochs."""
    best = {}
    for row in rows:
        if row["epochs"] == EPOCHS and row["accuracy"] > best.get(row["block"], (0,))[0]:
            best[row["block"]] = row["accuracy"], row["learning_rate"]
    return {block: rate for block, (_, rate) in best.items()}


def settings(blocks, seeds):
    """The settings of a record under the rule."""
    chosen = rates()
    return BUDGET | rule(
        seeds=seeds,
        test_size=TEST,
        rates_tried=RATES,
        rates={block: chosen[block] for block in blocks},
        converged=f"training accuracy, and validation accuracy in twice the {EPOCHS} epochs: learning_rates.json",
    )
