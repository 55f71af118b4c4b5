"""The CapsNet in whole numbers that reads what is drawn in the page: the shipped `tiny`, quantised after training.

    python experiments/drawn_capsules.py          # some seconds

Writes recorded/capsule_weights.json, the codes of its weights, which a page fetches once a reader turns to the figure; and
recorded/drawn_capsules.json, the program around them, how many test digits its integers read, as they are and traced in black and
white, and the lengths that they give to the ten digits of `drawn_digits`, against which the page checks its own. One network: it
shows what a CapsNet in whole numbers does, not how much rounding does to most.
"""

import torch
from digit_net import TRACED, drawn, shares_read
from record import Record, arguments

from squeezelab.capsules import trained
from squeezelab.compression.capsule_arithmetic import softmax_table
from squeezelab.compression.integer_codes import sources_of
from squeezelab.compression.integer_program import check_program, packed_codes
from squeezelab.data import digits
from squeezelab.explorers.kit.drawing import SEEN, as_mnist
from squeezelab.explorers.kit.kept import pixel_codes
from squeezelab.quantize import quantize

NETWORK, BITS, SEED = "tiny", 8, 0
MANY = 500  # digits at a time


def integers_of(result):
    """A function: examples → the classes that the integers read."""
    return lambda examples: torch.cat([result.integers.scores(some).argmax(1) for some in examples.images.split(MANY)])


def floats_of(model):
    """A function: examples → the classes that the network read before its numbers were rounded."""

    @torch.no_grad()
    def read(examples):
        return torch.cat([model(some).argmax(1) for some in examples.images.split(MANY)])

    return read


def without_what_follows(program):
    """The program without its weights, and without the tables that follow from a scale."""
    given = {name: value for name, value in program["input"].items() if name != "table"}
    if pixel_codes(given) != program["input"]["table"]:
        raise ValueError(f"the table of the input does not follow from its scale {given['scale']}")
    steps = []
    for place, step in enumerate(program["steps"]):
        if step["op"] == "softmax" and step["table"] != softmax_table(sources_of(program, place)[0]["scale"]):
            raise ValueError(f"the table of {step['name']} does not follow from the scale of its logits")
        steps.append({name: value for name, value in step.items() if name not in ("weights", "weight_scale", "table")})
    return program | {"steps": steps, "input": given}


def main():
    fresh, model = arguments(__doc__).fresh, trained(NETWORK)
    result = quantize(model, digits()[0], bits=BITS, seed=SEED)
    program = check_program(result.program)
    weighted = {step["name"]: step for step in program["steps"] if "weights" in step}

    def packed(name):
        step = weighted[name]
        return {"packed": packed_codes(step["weights"], step["weight_bits"]), "count": len(step["weights"])}

    def measure(bits):
        if bits == 32:
            return shares_read(floats_of(model))
        pixels = torch.tensor([as_mnist(text) for _, _, text in drawn()]).reshape(-1, 1, SEEN, SEEN) / 255
        found = shares_read(integers_of(result)) | {"scores": result.integers.scores(pixels).tolist()}
        return found | {"program": without_what_follows(program)}

    settings = {"network": NETWORK, "bits": BITS, "seed": SEED}
    kept = Record("capsule_weights", settings, fresh, script="drawn_capsules")
    kept.run([{"name": name} for name in weighted], packed)
    settings |= {
        "tested": len(digits()[1]),
        "drawn": TRACED,
        "weights": [{"name": name, "count": len(step["weights"])} for name, step in weighted.items()],
    }
    Record("drawn_capsules", settings, fresh).run([{"bits": bits} for bits in (32, BITS)], measure)


if __name__ == "__main__":
    main()
