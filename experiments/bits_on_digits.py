"""The shipped `mini_vgg` at all bits, granularities and calibrations, on test digits: one network, whose values the figure shows.

    python experiments/bits_on_digits.py      # about 8 minutes; --workers N for several processes

Post-training, weights and maps of the same bits (binary weights: maps of 8), ranges of 256 training digits; 2,000 test digits.
One network of one seed: the comparison over seeds is experiments/quantization.py. Writes recorded/bits_on_digits.json.
"""

import itertools

from record import Record, arguments

from squeezelab.data import digits
from squeezelab.quantize import quantize
from squeezelab.training import evaluate, reference

NETWORK = "mini_vgg"
BITS, GRANULARITIES, CALIBRATIONS = (8, 7, 6, 5, 4, 3, 2, 1), ("channel", "tensor"), ("minmax", "percentile", "mse", "kl")
IMAGES = 2000


def measure(bits, granularity, calibration):
    train, test = digits()
    made = quantize(reference(NETWORK), train, bits, granularity=granularity, calibration=calibration)
    return {"accuracy": evaluate(made.fake, test.take(IMAGES)).accuracy}


def main():
    asked = arguments(__doc__, spreads=True)
    settings = {"network": NETWORK, "images": IMAGES, "float": evaluate(reference(NETWORK), digits()[1].take(IMAGES)).accuracy}
    keys = [
        {"bits": bits, "granularity": granularity, "calibration": calibration}
        for bits, granularity, calibration in itertools.product(BITS, GRANULARITIES, CALIBRATIONS)
    ]
    Record("bits_on_digits", settings, asked.fresh).run(keys, measure, asked.way)


if __name__ == "__main__":
    main()
