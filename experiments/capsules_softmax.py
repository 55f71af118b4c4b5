"""The softmax of a routing in integers: of what codes are worth, or of the codes themselves, as in Q7-CapsNets.

    python experiments/capsules_softmax.py    # ten minutes, after experiments/capsules.py bits

`mcu` of five seeds, as the part "bits" of experiments/capsules.py trained and kept them. Each is quantised once to 8 bits,
ranges from 256 training digits; then the softmax alone is changed, under shifts to the nearest or towards 0, and with logits
that are added with the shift of a product. Integers only, all 10,000 test digits. couplings: mean of the largest of the ten
codes of the last iteration; clipped: share of the values of its sums at an end of their range.
"""

import functools

import torch
from capsules_runs import FOLDER
from record import Record, arguments, rule
from safetensors.torch import load_file

from squeezelab.bridge import to_torch
from squeezelab.capsules import with_q7
from squeezelab.data import digits
from squeezelab.networks import capsnet
from squeezelab.quantize import Integers, quantize
from squeezelab.recorded import recorded
from squeezelab.training import evaluate

NETWORK, SEEDS = "mcu", (0, 1, 2, 3, 4)
IMAGES, BATCH = 256, 16
WAYS = [
    *((softmax, "sum", "round") for softmax in ("exact", "none", "arm13", "arm14", "raw_e")),
    *((softmax, "sum", "truncate") for softmax in ("exact", "arm13", "arm14")),
    *((softmax, "product", "truncate") for softmax in ("exact", "arm13")),
]


def network_of(name, seed):
    """A trained model, kept by the part "bits"."""
    bits = recorded("capsules_bits")["settings"]
    model = to_torch(capsnet(name))
    model.load_state_dict(load_file(FOLDER / f"{name}-{bits['epochs']}-{bits['rates']['float']}-{seed}.safetensors"))
    return model.eval()


@functools.lru_cache(maxsize=1)
def all_ways(network, seed):
    """{way: its row} of one network, in one pass over the test digits: up to the votes all ways compute the same."""
    model, (train, test) = network_of(network, seed), digits()
    exact = evaluate(model, test).accuracy
    program = quantize(model, train, images=IMAGES).program
    runs = {way: Integers(with_q7(program, *way)) for way in WAYS}
    totals = {way: torch.zeros(3, dtype=torch.float64) for way in WAYS}
    for images, labels in test.batches(BATCH, shuffle=False):
        held = {}
        for way, integers in runs.items():
            totals[way] += tally(integers, codes_of(integers, images, held), labels)
    names = ("accuracy", "couplings", "clipped")
    return {way: {"float_accuracy": exact} | dict(zip(names, (totals[way] / len(test)).tolist())) for way in WAYS}


def codes_of(integers, images, held):
    """{name: codes} of every step; what another way has computed from the same codes in the same way is taken from `held`."""
    made, named = {-1: held.setdefault(-1, integers.table[torch.round(images * 255).long()])}, {}
    for place, operation in enumerate(integers.operations):
        inputs, entry = [made[source] for source in operation.sources], operation.entry
        key = place, entry.get("form"), str(entry.get("multiplier")), str(entry.get("shift")), *map(id, inputs)
        if key not in held:
            codes = operation(inputs, integers.program["rounding"])
            held[key] = codes.double() if operation.name == "digits.votes" else codes  # what all products of them would do
        made[place] = named[operation.name] = held[key]
    return named


def tally(integers, codes, labels):
    """Images that are right, and sums over the images of the mean largest coupling and of the share of clipped sums."""
    last, sums = named_step(integers, "digits.sum3"), codes["digits.sum3"]
    clipped = (sums == last["high"]) | (sums == last["low"])
    found = (codes["lengths"].argmax(1) == labels, codes["digits.couplings3"].amax(1).double().mean(1))
    return torch.stack([found[0].sum(), found[1].sum(), clipped.double().mean((1, 2)).sum()])


def named_step(integers, name):
    return next(step for step in integers.program["steps"] if step["name"] == name)


def measure(network, seed, softmax, logits, shifts):
    row = all_ways(network, seed)[softmax, logits, shifts]
    return row | {"couplings": None} if softmax == "none" else row


def main():
    asked = arguments(__doc__)
    bits = recorded("capsules_bits")["settings"]
    settings = {"images": IMAGES} | rule(SEEDS, len(digits()[1]), bits["rates_tried"], bits["rates"], bits["converged"])
    names = ("network", "softmax", "logits", "shifts", "seed")
    keys = [dict(zip(names, (NETWORK, *way, seed))) for seed in SEEDS for way in WAYS]
    Record("capsules_softmax", settings, asked.fresh).run(keys, measure)


if __name__ == "__main__":
    main()
