"""The network that reads what is drawn in the page: trained, quantised at every number of bits, and written as whole numbers.

    python experiments/digit_net.py                  # four minutes

Three convolutions and a linear layer, 6 kB of weights. It learns the training digits, the same traced in black and white and
scaled back as a drawing is (`kit/drawing.py`), and turned and stretched ones; test digits are for testing alone. Its weights are
kept in 8 bits, norms folded, so that a page needs no others: where `quantize` gives this network fewer bits, its codes are the
kept ones, divided and rounded.

Writes recorded/drawn_digits.json, the first test digit of each class as a drawing, and recorded/digit_net.json: the kept weights,
and for each number of bits the program, how many test digits its integers read, as they are and as drawings, and the scores of
`drawn_digits`, against which the page checks its own. One training: it shows what rounding does to a network, not how much it
does to most.
"""

from functools import cache

import torch
from record import Record, arguments

from squeezelab.bridge import to_torch
from squeezelab.compression.integer_program import check_program, packed_codes
from squeezelab.data import Examples, affine_digits, digits
from squeezelab.explorers.kit.drawing import SEEN, SIDE, as_mnist, text_of
from squeezelab.explorers.kit.kept import coarser, pixel_codes
from squeezelab.networks import Network
from squeezelab.quantize import quantize
from squeezelab.training import fit

CHANNELS = (8, 16, 16)
WIDTHS = (8, 6, 5, 4, 3, 2)
KEPT = 8  # bits in which the weights are stored
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


@cache
def kept():
    """The trained network with its norms folded and its weights in 8 bits, and these codes: {step: codes}."""
    result = quantize(trained(), digits()[0], bits=KEPT, seed=SEED)
    return result.plain(), {step["name"]: step for step in result.program["steps"] if "weights" in step}


def grain_of(codes, fewer, wanted, bits):
    """How many steps of the kept codes one of the fewer codes is worth, in as few digits as give every code."""
    for places in range(2, 18):
        grain = float(f"{wanted:.{places}g}")
        if coarser(codes, grain, bits) == fewer:
            return grain
    raise ValueError(f"no grain makes of {codes} the codes {fewer}")


def by_channel(values, channels):
    return [values[at : at + len(values) // channels] for at in range(0, len(values), len(values) // channels)]


def grains_of(step, bits):
    """Of each channel of a step its grain."""
    base, channels = kept()[1][step["name"]], step["shape"][0]
    scales = zip(step["weight_scale"], base["weight_scale"])
    pairs = zip(by_channel(base["weights"], channels), by_channel(step["weights"], channels), scales)
    return [grain_of(codes, fewer, scale / of_base, bits) for codes, fewer, (scale, of_base) in pairs]


def as_recorded(program, bits):
    """The program, once it has been checked, with grains in place of its weights, and without the table of its input, which
    follows from its scale."""
    given = {name: value for name, value in program["input"].items() if name != "table"}
    if pixel_codes(given) != program["input"]["table"]:
        raise ValueError(f"the table of {bits} bits does not follow from its scale {given['scale']}")
    steps = []
    for step in check_program(program)["steps"]:
        entry = {name: value for name, value in step.items() if name not in ("weights", "weight_scale")}
        steps.append(entry | ({"grains": grains_of(step, bits)} if "weights" in step else {}))
    return program | {"steps": steps, "input": given}


def shares_read(reads):
    """The shares of the test digits and of the drawings that are read."""
    test, as_drawings = tests()
    return {
        "accuracy": round((reads(test) == test.labels).float().mean().item(), 4),
        "drawn": round((reads(as_drawings) == as_drawings.labels).float().mean().item(), 4),
    }


def measure(bits):
    if bits == FLOAT:
        codes = {name: step["weights"] for name, step in kept()[1].items()}
        weights = {name: {"packed": packed_codes(each, KEPT), "count": len(each)} for name, each in codes.items()}
        with torch.no_grad():
            return shares_read(lambda examples: trained()(examples.images).argmax(1)) | {"weights": weights}
    result = quantize(kept()[0], digits()[0], bits=bits, seed=SEED)
    found = shares_read(lambda examples: result.integers.scores(examples.images).argmax(1))
    pixels = torch.tensor([as_mnist(text) for _, _, text in drawn()]).reshape(-1, 1, SEEN, SEEN) / 255
    found["scores"] = result.integers.scores(pixels).tolist()
    return found | {"program": as_recorded(result.program, bits)}


def main():
    fresh = arguments(__doc__).fresh
    shown = Record("drawn_digits", {"which": "the first test digit of each class", "side": SIDE}, fresh, script="digit_net")
    shown.run([{"label": label} for label in range(10)], lambda label: dict(zip(("place", "drawing"), drawn()[label][::2])))
    settings = {"channels": CHANNELS, "epochs": EPOCHS, "seed": SEED, "images": len(digits()[0]), "turned": TURNED}
    settings |= {"warps": WARPS, "tested": len(digits()[1]), "drawn": TRACED, "kept": KEPT}
    Record("digit_net", settings, fresh).run([{"bits": bits} for bits in (FLOAT, *WIDTHS)], measure)


if __name__ == "__main__":
    main()
