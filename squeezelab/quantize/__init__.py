"""Fewer bits: a trained model whose weights and maps are whole numbers of 1 to 8 bits, down to integers alone.

`quantize` folds norms, calibrates ranges on training images, trains on if it is asked to, and gives the model in float numbers
with quantised values, as an integer program, and as a `Network` whose bits every cost follows.

>>> from squeezelab.data import digits
>>> from squeezelab.training import reference
>>> train, test = digits()
>>> result = quantize(reference("mini_vgg"), train, bits=4)
>>> result
Net_mini_VGG_1_0 with weights of 4 bits: 34,392 bytes of 263,976
>>> result.integers.scores(test.images[:1]).shape
torch.Size([1, 10])
"""

from .fake import FakeQuantized
from .folding import norm_factors
from .integers import Integers
from .quantized import Quantized
from .quantizing import quantize
from .rounding import learned_step, straight_through
from .weight_scales import codes_of_weights, weight_scales

__all__ = [
    "FakeQuantized",
    "Integers",
    "Quantized",
    "learned_step",
    "norm_factors",
    "quantize",
    "straight_through",
    "codes_of_weights",
    "weight_scales",
]
