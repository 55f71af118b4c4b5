"""Trains the small networks on digits, three seeds each, and ships the first seed's weights with the package.

    python experiments/references.py             # about 4 minutes on two quiet cores

Writes recorded/references.json (accuracy on all 10,000 test digits, of the weights as stored, and seconds) and
squeezelab/training/references/*.safetensors.
"""

import time

import torch
from record import SEEDS, Record, arguments

from squeezelab.bridge import to_torch
from squeezelab.data import digits
from squeezelab.networks import build
from squeezelab.training import evaluate, fit
from squeezelab.training.checkpoint import write_whole
from squeezelab.training.references import FOLDER

# epochs, so that each trains within 20 s on two quiet cores, and peak learning rate, the best of those tried on seed 0
RECIPES = {"lenet300": (8, 0.005), "mini_resnet": (3, 0.01), "mini_squeezenext": (2, 0.02), "mini_vgg": (3, 0.01)}


def half(model):
    """The state of a model with its floats in half precision."""
    return {name: value.half() if value.is_floating_point() else value for name, value in model.state_dict().items()}


def measure(network, seed):
    """Trains one network and keeps the first seed's weights."""
    train, test = digits()
    torch.manual_seed(seed)
    model = to_torch(build(network))
    epochs, rate = RECIPES[network]
    begin = time.monotonic()
    fit(model, train, epochs, learning_rate=rate, seed=seed)
    seconds = time.monotonic() - begin
    exact = evaluate(model, test).accuracy
    state = half(model)
    model.load_state_dict({name: value.float() if value.is_floating_point() else value for name, value in state.items()})
    if seed == SEEDS[0]:
        write_whole(FOLDER / f"{network}.safetensors", {name: value.contiguous() for name, value in state.items()}, None)
    accuracy = evaluate(model, test).accuracy
    return {"accuracy": accuracy, "accuracy_single_precision": exact, "seconds": round(seconds, 1)}


def main():
    chosen = arguments(__doc__)
    settings = {"recipes": RECIPES, "seeds": SEEDS, "threads": chosen.threads, "data": "12,000 digits, tested on 10,000"}
    record = Record("references", settings, chosen.fresh)
    record.run([{"network": name, "seed": seed} for name in RECIPES for seed in SEEDS], measure)


if __name__ == "__main__":
    main()
