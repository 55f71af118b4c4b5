"""Fewer bits: a trained model whose weights and maps are whole numbers of 1 to 8 bits, down to integers alone.

`quantize` folds norms, calibrates ranges on training images, trains on if it is asked to, and gives the model in float numbers
with quantised values, as an integer program, and as a `Network` whose bits every cost follows.

>>> from squeezelab.data import digits
>>> from squeezelab.training import reference
>>> train, test = digits()
>>> result = quantize(reference("mini_vgg"), train, bits=4)
>>> result
mini_VGG_1_0 with weights of 4 bits: 34,392 bytes of 263,976
>>> result.integers.scores(test.images[:1]).shape
torch.Size([1, 10])
"""

from .binary import BinaryConv2d, BinaryLinear, binarised, centred_and_clamped
from .distil import distil, distillation_loss
from .export_c import ExportedC, export_c
from .fake import FakeQuantized
from .folding import norm_factors
from .integers import Integers
from .packed import PackedSigns, pack_signs, packed_conv, packed_linear, sign_dots, unpack_signs
from .quantized import Quantized
from .quantizing import quantize
from .rounding import learned_step, straight_through
from .shared_weights import Shared, kmeans, share_weights
from .stored import load_program, save_program
from .weight_scales import codes_of_weights, weight_scales

__all__ = [
    "BinaryConv2d",
    "BinaryLinear",
    "ExportedC",
    "FakeQuantized",
    "Integers",
    "PackedSigns",
    "Quantized",
    "Shared",
    "binarised",
    "centred_and_clamped",
    "codes_of_weights",
    "distil",
    "distillation_loss",
    "export_c",
    "kmeans",
    "learned_step",
    "load_program",
    "norm_factors",
    "pack_signs",
    "packed_conv",
    "packed_linear",
    "quantize",
    "save_program",
    "share_weights",
    "sign_dots",
    "straight_through",
    "unpack_signs",
    "weight_scales",
]
