"""The CapsNets that ship with the package: stored from networks that other experiments have trained, and judged as stored.

    python experiments/capsule_models.py    # a minute, after capsules.py with its parts xnor and bits, and two_digits.py

Of each the network of seed 0, whatever its accuracy. Writes squeezelab/capsules/models/*.safetensors and
recorded/capsule_models.json: accuracy on all 10,000 test digits (pairs: both digits right), before and after storing, bytes.
"""

import json

from capsules_runs import FOLDER, right_of, splits
from record import RESULTS, Record, arguments
from safetensors.torch import load_file

from squeezelab.bridge import to_torch
from squeezelab.capsules import trained
from squeezelab.capsules.shipped import FOLDER as SHIPPED
from squeezelab.capsules.shipped import MODELS, store_weights

SEED = 0
CODES = {"tiny": False, "mcu": True, "two_digits": True}  # whether weights are stored in 8 bits, or in half precision


def kept_name(name):
    """The file of a network, without its ending, as the parts of capsules.py have named it."""
    if name == "mcu":
        row = json.loads((RESULTS / "capsules_bits.json").read_text("utf-8"))["rows"][0]
        return f"mcu-{row['epochs']}-{row['learning_rate']}-{SEED}"
    return {"tiny": f"xnor-float-{SEED}", "two_digits": "two_digits"}[name]


def measure(name):
    """Stores a network → its row."""
    state = load_file(FOLDER / f"{kept_name(name)}.safetensors")
    model = to_torch(MODELS[name]())
    model.load_state_dict(state)
    test = splits("overlap" if name == "two_digits" else "digits", held_out=False)[1]
    before = right_of(model.eval(), test).double().mean().item()
    SHIPPED.mkdir(exist_ok=True)
    file = SHIPPED / f"{name}.safetensors"
    store_weights(state, file, CODES[name])
    after = right_of(trained(name), test).double().mean().item()
    return {"accuracy": after, "accuracy_before": before, "bytes": file.stat().st_size}


def main():
    chosen = arguments(__doc__)
    Record("capsule_models", {"codes": CODES}, chosen.fresh).run([{"name": name} for name in MODELS], measure)


if __name__ == "__main__":
    main()
