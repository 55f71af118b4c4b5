"""The task on which networks are compared: a digit somewhere among the debris of others, where one can fail.

On plain digits every network of the book reaches 98 %, and what differs is noise. 6,000 images and four epochs keep a run
below a minute of processor time; more of both raises all of them.
"""

import functools

import torch

from squeezelab.bridge import to_torch
from squeezelab.data import cluttered_digits
from squeezelab.training import evaluate, fit

TRAIN, TEST, EPOCHS, LEARNING_RATE = 6000, 4000, 4, 0.01
SETTINGS = {"data": f"{TRAIN} cluttered digits of 40x40, tested on {TEST}", "epochs": EPOCHS, "learning_rate": LEARNING_RATE}


@functools.cache
def data():
    """(training, test) images, the same for every network and seed."""
    return cluttered_digits(TRAIN, seed=0), cluttered_digits(TEST, seed=1, split="test")


def trained_accuracy(network, seed, epochs=EPOCHS):
    """Test accuracy of `network`, trained from scratch; the seed draws the weights and the order of the examples."""
    train, test = data()
    torch.manual_seed(seed)
    model = to_torch(network)
    fit(model, train, epochs, learning_rate=LEARNING_RATE, seed=seed)
    return evaluate(model, test).accuracy
