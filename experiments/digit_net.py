"""The network that reads what is drawn in the page: trained, quantised at every number of bits, and written as whole numbers.

    python experiments/digit_net.py                  # four minutes

Three convolutions and a linear layer, 6 kB at 8 bits. It learns the training digits, the same traced in black and white and
scaled back as a drawing is (`kit/drawing.py`), and turned and stretched ones; test digits are for testing alone. Writes
recorded/drawn_digits.json, the first test digit of each class as a drawing, and recorded/digit_net.json: for each number of bits
the program as `quantize` makes it, how many test digits its integers read, as they are and as drawings, and the scores of
`drawn_digits`, against which the page checks its own. One training: it shows what rounding does to a network, not how much it
does to most.
"""

import json
from functools import cache

import torch
from record import Record, arguments

from squeezelab.bridge import to_torch
from squeezelab.compression.integer_program import check_program, packed_codes
from squeezelab.data import Examples, affine_digits, digits
from squeezelab.explorers.kit.drawing import SEEN, SIDE, as_mnist, text_of
from squeezelab.networks import Network
from squeezelab.quantize import quantize
from squeezelab.training import evaluate, fit

CHANNELS = (8, 16, 16)
WIDTHS = (8, 6, 5, 4, 3, 2)
FLOAT = 32  # bits of a row that has no program
EPOCHS, SEED, TURNED = 8, 0, 36_000
WARPS = {"canvas": SEEN, "rotation": 12, "shear": 0.2, "scale": (0.8, 1.1)}
TRACED = 2_000  # test digits that are read as drawings, too


def digit_net():
    """The network as a graph of layers."""
    net = Network("digit_net", (1, SEEN, SEEN))
    x = net.input
    for place, channels in enumerate(CHANNELS, 1):
        x = net.conv_norm_relu(x, channels, 3, stride=2, padding=1, name=f"conv{place}")
    net.linear(net.flatten(x), 10, name="fc")
    return net


def drawings_of(images):
    """Images (n, 1, 28, 28) as drawings: twice as large, and black where they are more than half so."""
    larger = torch.nn.functional.interpolate(images, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
    return [text_of(rows) for rows in (larger[:, 0] >= 0.5).int().tolist()]


def as_drawn(examples):
    """Examples as the network sees them once they were drawn."""
    pixels = torch.tensor([as_mnist(text) for text in drawings_of(examples.images)])
    return Examples(pixels.reshape(-1, 1, SEEN, SEEN) / 255, examples.labels, examples.classes)


@cache
def trained():
    """The trained network, and what its training had."""
    train, _ = digits()
    parts = [train, as_drawn(train), affine_digits(TURNED, SEED, **WARPS)]
    images, labels = (torch.cat([getattr(part, name) for part in parts]) for name in ("images", "labels"))
    torch.manual_seed(SEED)
    model = to_torch(digit_net())
    fit(model, Examples(images, labels, train.classes), EPOCHS, seed=SEED)
    return model.eval()


@cache
def tests():
    """All test digits, and some of them as drawings."""
    test = digits()[1]
    return test, as_drawn(test.take(TRACED))


@cache
def drawn():
    """[(place among the test digits, label, drawing)] of the first one of each class."""
    test = digits()[1]
    places = [int((test.labels == label).nonzero()[0]) for label in range(10)]
    return [(place, label, text) for label, (place, text) in enumerate(zip(places, drawings_of(test.images[places])))]


def stored(program):
    """The program with its weights packed, once it has been checked."""
    steps = []
    for step in check_program(program)["steps"]:
        step = {name: value for name, value in step.items() if name != "weight_scale"}
        weights = step.pop("weights", None)
        if weights is not None:
            step |= {"packed": packed_codes(weights, step["weight_bits"]), "count": len(weights)}
        steps.append(step)
    return json.loads(json.dumps(program | {"steps": steps}))


def measure(bits):
    test, as_drawings = tests()
    if bits == FLOAT:
        return {"accuracy": evaluate(trained(), test).accuracy, "drawn": evaluate(trained(), as_drawings).accuracy}
    result = quantize(trained(), digits()[0], bits=bits, seed=SEED)
    reads = lambda examples: result.integers.scores(examples.images).argmax(1)  # noqa: E731
    shares = [(reads(examples) == examples.labels).float().mean().item() for examples in (test, as_drawings)]
    pixels = torch.tensor([as_mnist(text) for _, _, text in drawn()]).reshape(-1, 1, SEEN, SEEN) / 255
    found = {"accuracy": round(shares[0], 4), "drawn": round(shares[1], 4), "program": stored(result.program)}
    return found | {"scores": result.integers.scores(pixels).tolist()}


def main():
    fresh = arguments(__doc__).fresh
    shown = Record("drawn_digits", {"which": "the first test digit of each class", "side": SIDE}, fresh, script="digit_net")
    shown.run([{"label": label} for label in range(10)], lambda label: dict(zip(("place", "drawing"), drawn()[label][::2])))
    settings = {"channels": CHANNELS, "epochs": EPOCHS, "seed": SEED, "images": len(digits()[0]), "turned": TURNED}
    settings |= {"warps": WARPS, "tested": len(digits()[1]), "drawn": TRACED}
    Record("digit_net", settings, fresh).run([{"bits": bits} for bits in (FLOAT, *WIDTHS)], measure)


if __name__ == "__main__":
    main()
