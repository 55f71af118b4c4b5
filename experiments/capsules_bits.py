"""Part "bits" of experiments/capsules.py: the `mcu` network of Q7-CapsNets in integers, 8 to 4 bits."""

import torch
from capsules_runs import BEYOND, FOLDER, PILOT, RATES, SEEDS, clocked, fresh, keep, right_of, splits, tested, train
from claim_tuning import chosen_rates
from record import Record, rule
from safetensors.torch import load_file

from squeezelab.bridge import to_torch
from squeezelab.data import digits
from squeezelab.networks import capsnet
from squeezelab.quantize import quantize

EPOCHS = 4
BITS = (8, 7, 6, 5, 4)
SIZE, FLOAT = "mcu", "float"


def held_out_accuracy(side, epochs, learning_rate, seed):
    """A row of the choice of the rate."""
    data, held_out = splits("digits", held_out=True)
    model = fresh(capsnet(SIZE), seed)
    train(model, data, epochs, learning_rate, seed)
    return {"accuracy": right_of(model, held_out).double().mean().item()}


def float_network(epochs, learning_rate, seed):
    """The trained network of a seed, read from `FOLDER` where it has been trained before."""
    name, model = f"{SIZE}-{epochs}-{learning_rate}-{seed}", to_torch(capsnet(SIZE))
    if not (FOLDER / f"{name}.safetensors").exists():
        fast = fresh(capsnet(SIZE), seed)
        train(fast, splits("digits", held_out=False)[0], epochs, learning_rate, seed)
        keep(fast, name)
    model.load_state_dict(load_file(FOLDER / f"{name}.safetensors"))
    return model.eval()


def measure(bits, epochs, learning_rate, seed):
    """A row of the record: the float network, or its integers, which calibrate on training digits; bytes of the parameters."""
    test, model = digits()[1], float_network(epochs, learning_rate, seed)
    if bits == FLOAT:
        return tested(model, test) | {"bytes": 4 * sum(weight.numel() for weight in model.parameters())}
    result, seconds = clocked(lambda: quantize(model, digits()[0], bits))
    with torch.no_grad():
        fake = right_of(result.fake, test).double().mean().item()
    return tested(result.integers, test) | {"fake_accuracy": fake, "bytes": result.bytes, "seconds": seconds}


def run(chosen):
    shared = {"network": SIZE, "epochs": EPOCHS}
    pilot = shared | {"seeds": [PILOT], "rates_tried": sorted({*RATES, *BEYOND.values()})}
    record = Record("capsules_bits_rates", pilot, chosen.fresh, script="capsules")
    best = chosen_rates(record, [FLOAT], EPOCHS, held_out_accuracy, chosen.way, rates=RATES, beyond=BEYOND)
    converged = "held-out accuracy in twice the epochs: capsules_bits_rates.json"
    shared |= rule(SEEDS, 10_000, pilot["rates_tried"], best, converged)
    setting = {"epochs": EPOCHS, "learning_rate": best[FLOAT]}
    record = Record("capsules_bits", shared, chosen.fresh, script="capsules")
    for kinds in ((FLOAT,), BITS):  # all of a seed need its float network: it is trained once
        keys = [{"bits": bits, "seed": seed} | setting for seed in SEEDS for bits in kinds]
        record.run(keys, measure, chosen.way)
