"""`quantize`: a trained model with weights and maps of few bits, as float numbers with those values and as integers alone.

>>> from squeezelab.data import digits
>>> from squeezelab.training import reference
>>> train, test = digits()
>>> result = quantize(reference("mini_vgg"), train, bits=8)
>>> result.integers.scores(test.images[:2]).argmax(1).tolist()
[7, 2]
"""

import torch
from torch import nn

from ..compression.fixed_point import ROUNDINGS
from ..compression.qformat import q_format
from ..core.checks import check_choice, whole
from ..data import Examples
from ..networks import Network
from ..training import fit
from .capsule_steps import CAPSULE_STEPS, power_places
from .correcting import WEIGHT_ROUNDINGS, corrected
from .fake import WAYS, FakeQuantized
from .observers import CALIBRATIONS, Observed, calibration_images
from .quantized import Quantized
from .reading import float_steps
from .steps import SAME_CODES
from .weight_scales import GRANULARITIES, weight_scales
from .widths import maker_of, widths_of

BIAS_ROOM = 2**30  # codes of a bias stay below


def quantize(
    model: nn.Module,
    data: Examples,
    bits: int = 8,
    *,
    granularity: str = "channel",
    calibration: str = "mse",
    weight_bits: int | dict | None = None,
    activation_bits: int | dict | None = None,
    ends: int | None = None,
    power_of_two: bool = False,
    weight_rounding: str = "nearest",
    bias_correction: bool = False,
    rounding: str = "single",
    images: int = 256,
    qat: str | None = None,
    epochs: int = 0,
    seed: int = 0,
    batch_size: int = 128,
    learning_rate: float = 0.001,
    quiet: bool | None = None,
    network: Network | None = None,
) -> Quantized:
    """`model`, which stays as it is, with weights and maps of `bits` bits.

    data: training images; on the first `images` of them ranges are calibrated, on all of them it is trained, if it is. bits: 2
    to 8, or 1: binary weights, maps of 8 bits. weight_bits, activation_bits: in its place, one number or {layer: bits}; "input"
    is the image. ends: bits of the first and last layer with weights and of what they read. granularity: a scale for each
    output "channel" of a weight, or for each "tensor". calibration: how ranges are chosen, "minmax", "percentile" (99.9 %),
    "mse", "kl" or "moving_average"; weights are clipped by "mse" under "mse" and not at all under the others. power_of_two:
    scales are powers of two and maps symmetric, so that a factor is a shift (Qm.n). weight_rounding, bias_correction: see
    `corrected`. rounding: of sums to codes, "single", to the nearest, or "double", the older and more common one, which may be
    off by ¾ of a code: of 8 bits nothing is seen of it, of 3 much. qat: train on with quantised values for `epochs`, "ste" at
    the calibrated scales or "lsq" with learned ones; seed, batch_size, learning_rate, quiet are those of `fit`. network: the
    model's `Network`; without one it is read from the model.

    The last sums, the scores, are not rounded to `bits`: as integers they have 16, at one scale for all classes.

    Raises a ValueError for bits outside 1 to 8, an unknown choice, no or test images to calibrate on, a map that is one value
    everywhere or no number, a layer without an integer form (named, with the line of its call), a sum that could pass 32 bits,
    and for a model that is quantised already.

    >>> from squeezelab.data import digits
    >>> from squeezelab.training import reference
    >>> train, _ = digits()
    >>> result = quantize(reference("lenet300"), train, bits=4, weight_bits={"fc1": 2}, images=64)
    >>> result.network.weight_bits
    {'fc1': 2, 'fc2': 4, 'fc3': 4}
    """
    check_choices(granularity, calibration, rounding, weight_rounding, qat, epochs)
    seen = calibration_images(data, images)
    plain = float_steps(model, seen[:4], network)
    check_capsule_training(plain.steps, qat)
    observed = Observed(plain, seen)
    widths = widths_of(plain.steps, bits, weight_bits, activation_bits, ends)
    fake = calibrated_model(plain, observed, widths, granularity, calibration, power_of_two, qat or "ste")
    corrected(fake, plain, seen, weight_rounding, bias_correction)
    history = None
    if epochs:
        history = fit(fake, data, epochs, batch_size=batch_size, learning_rate=learning_rate, seed=seed, quiet=quiet)
        make_room(fake, power_of_two)
    settings = {"granularity": granularity, "calibration": calibration, "power_of_two": power_of_two, "rounding": rounding}
    settings |= {"weight_rounding": weight_rounding, "bias_correction": bias_correction}
    settings |= {"images": len(seen), "qat": qat, "epochs": epochs, "seed": seed}
    return Quantized(model, plain, fake.eval(), seen, observed.largest_score, settings, history)


def check_choices(granularity, calibration, rounding, weight_rounding, qat, epochs):
    """Raises, listing what there is, for a choice that there is not, and for epochs of no training."""
    check_choice("granularity", granularity, GRANULARITIES)
    check_choice("calibration", calibration, CALIBRATIONS)
    check_choice("rounding", rounding, ROUNDINGS)
    check_choice("weight rounding", weight_rounding, WEIGHT_ROUNDINGS)
    whole(epochs, "epochs", 0)
    if qat is not None:
        check_choice("way of training", qat, WAYS)
    elif epochs:
        raise ValueError(f"{epochs} epochs of what training? Give qat='ste' or qat='lsq', or epochs=0")


def check_capsule_training(steps, qat):
    """Raises where scales would be learned that must stay powers of two."""
    if qat == "lsq" and any(step.op in CAPSULE_STEPS for step in steps):
        raise ValueError("qat='lsq' learns scales, and those of capsules must stay powers of two: take qat='ste'")


def calibrated_model(plain, observed, widths, granularity, calibration, power_of_two, way):
    """The `FakeQuantized` model whose scales follow from the weights, and from what was observed of the maps."""
    for_weights, for_maps = widths
    powers = power_places(plain.steps, maker_of)
    affines = {
        place: map_codes(plain, observed, place, for_maps[place], calibration, power_of_two or place in powers, powers.get(place))
        for place in rounded_places(plain.steps)
    }
    rule = "mse" if calibration == "mse" else "minmax"
    scales = {
        place: weight_scales(plain.weights[str(place)], bits, granularity, rule, power_of_two)
        for place, bits in for_weights.items()
    }
    fake = FakeQuantized(plain.steps, affines, for_weights, scales, way)
    make_room(fake, power_of_two)
    return fake


def rounded_places(steps):
    """Where codes are made: the image, and every step but those that pass codes on, and the last sums."""
    last = len(steps) - 1
    scores = [last] if steps[last].has_weights or steps[last].op == "lengths" else []
    made = [place for place, step in enumerate(steps) if step.op not in SAME_CODES and place not in scores]
    return [-1, *made]


def map_codes(plain, observed, place, bits, calibration, power_of_two, most=None):
    """The codes of what a step writes, at a scale up to `most`; couplings lie between 0 and 1, whatever was seen."""
    if place >= 0 and plain.steps[place].op == "softmax":
        return q_format(bits - 1, bits)
    affine = powered(observed.affine(place, bits, calibration, power_of_two), power_of_two)
    return affine if most is None else affine._replace(scale=min(affine.scale, most))


def powered(affine, power_of_two):
    """Codes at a power of two: the next scale above."""
    if not power_of_two:
        return affine
    scale = 2.0 ** torch.ceil(torch.log2(torch.tensor(affine.scale, dtype=torch.float64)) - 1e-9).item()
    most = 2 ** (affine.bits - 1)
    return affine._replace(scale=scale, zero=0, low=-most, high=most - 1)


def make_room(fake, power_of_two=False):
    """Widens the scale of channels whose bias has no code of 31 bits, as those that pruning or a norm left next to nothing of."""
    with torch.no_grad():
        for place, step in enumerate(fake.steps):
            if step.bias is not None:
                scales, bias = fake.scales[str(place)], fake.biases[str(place)].abs()
                ratio = fake.weight_ratios[str(place)].abs().clamp(min=1e-12)
                least = bias / (fake.affine_now(step.sources[0]).scale * BIAS_ROOM)
                needed = (least if len(scales) == len(bias) else least.max()[None]) / ratio
                if power_of_two:
                    needed = 2 ** torch.ceil(torch.log2(needed.clamp(min=1e-30)))
                scales.copy_(torch.maximum(scales, needed))
