"""Part "types" of experiments/capsules.py: types of primary capsules removed, and small networks that never had them.

Two networks, `tiny` with its 8 types and one with 32. Side "32 to 4, activity": trained with 32 types, left with the 4 that
score best, trained on for an epoch; "32 to 32": nothing removed, trained on as long; "4 from scratch": trained for as many
epochs in all.
"""

from capsules_runs import FOLDER, clocked, compare, fresh, keep, right_of, splits, tested, train
from safetensors.torch import load_file

from squeezelab.bridge import to_torch
from squeezelab.capsules import remove_types, type_scores, vote_free
from squeezelab.networks import capsnet

EPOCHS = 1  # after the removal
BEFORE, BEFORE_RATE = 5, 0.016  # of the networks that types are taken from; the rate that part "routing" chooses for this network
KEPT = {8: (6, 4, 2, 1), 32: (16, 8, 4, 2)}
SCORED = 1000  # training digits on which types are scored
SIDES = [f"{types} to {types}" for types in KEPT]
SIDES += [f"{types} to {left}, activity" for types in KEPT for left in KEPT[types]]
SIDES += [f"{types} to {KEPT[types][1]}, {by}" for types in KEPT for by in ("taylor", "random")]
SCRATCH = [f"{left} from scratch" for left in (8, 4, 2)]
RATES, BEYOND = (0.001, 0.002, 0.004), {0.001: 0.0005, 0.004: 0.008, 0.008: 0.016, 0.016: 0.032}
SCRATCH_RATES, SCRATCH_BEYOND = (0.004, 0.008, 0.016), {0.004: 0.002, 0.016: 0.032, 0.032: 0.064}


def dense(types, seed, held_out):
    """A network of so many types, trained the first time, read from `FOLDER` afterwards."""
    network, name = capsnet("tiny", types=types), f"types-{types}-{BEFORE_RATE}-{seed}-{'held' if held_out else 'all'}"
    model = to_torch(network)
    if not (FOLDER / f"{name}.safetensors").exists():
        fast = fresh(network, seed)
        train(fast, splits("digits", held_out)[0], BEFORE, BEFORE_RATE, seed)
        keep(fast, name)
    model.load_state_dict(load_file(FOLDER / f"{name}.safetensors"))
    return model.eval()


def smaller(side, seed, held_out):
    """The network of a side after the removal."""
    types, _, rest = side.partition(" to ")
    left, _, by = rest.partition(", ")
    model = dense(int(types), seed, held_out)
    if not by:
        return model
    data = splits("digits", held_out)[0].examples.take(SCORED)
    scores = type_scores(model, data, by, seed=seed)
    return remove_types(model, sorted(scores.argsort(descending=True)[: int(left)].tolist()))


def left_and_trained(side, epochs, learning_rate, seed, held_out):
    """The model of a side after its epochs."""
    data = splits("digits", held_out)[0]
    if side.endswith("from scratch"):
        model = fresh(capsnet("tiny", types=int(side.split()[0])), seed)
        train(model, data, epochs, learning_rate, seed)
        return model
    model = vote_free(smaller(side, seed, held_out))
    train(model, data, epochs, learning_rate, seed + 1000)  # not the order that the network has seen first
    return model


def held_out_accuracy(side, epochs, learning_rate, seed):
    """A row of the choice of rates."""
    model = left_and_trained(side, epochs, learning_rate, seed, held_out=True)
    return {"accuracy": right_of(model, splits("digits", held_out=True)[1]).double().mean().item()}


def measure(side, epochs, learning_rate, seed):
    """A row of the record. accuracy_before: right after the removal, without training."""
    test, row = splits("digits", held_out=False)[1], {}
    if not side.endswith("from scratch"):
        row["accuracy_before"] = right_of(smaller(side, seed, held_out=False), test).double().mean().item()
    model, seconds = clocked(lambda: left_and_trained(side, epochs, learning_rate, seed, held_out=False))
    params = sum(weight.numel() for weight in model.parameters())
    return tested(model, test) | row | {"params": params, "seconds": seconds}


def run(chosen):
    shared = {"before": [BEFORE, BEFORE_RATE], "scored": SCORED}
    compare("types", SIDES, EPOCHS, held_out_accuracy, measure, chosen, RATES, BEYOND, **shared)
    compare("types_scratch", SCRATCH, BEFORE + EPOCHS, held_out_accuracy, measure, chosen, SCRATCH_RATES, SCRATCH_BEYOND)
