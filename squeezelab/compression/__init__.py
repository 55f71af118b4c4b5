"""What a smaller network is and costs, as data: factored layers and their ranks, channels that are left out, budgets.

>>> from squeezelab.compression import factored
>>> from squeezelab.networks import mini_vgg
>>> net = mini_vgg()
>>> factored(net, "conv2", "tucker2", (16, 8)).params < net.params
True
"""

from ..networks.stored import peak_bytes, peak_words, weight_bytes
from .affine import Affine, affine_of, code_of, value_of
from .binary_words import packed_bytes, word_operations
from .calibration import CLIP_RULES, clip_of
from .capsule_arithmetic import couplings_of, isqrt, length_code, root_bits_for, softmax_table, squashed_code
from .channel_groups import channel_groups, sliced
from .code_bytes import bit_operations, parameter_bytes
from .complexity import drawn_widths, layer_shares
from .densities import counts_at, densities
from .factored import METHODS, factored, largest_rank
from .fixed_point import multiplier_of, requantised
from .histogram import Histogram, SquaredErrors, histogram_of, sqnr_db, squared_errors
from .knapsack import knapsack
from .memory import stored_bytes
from .noise import expected_sqnr, sqnr_of
from .prices import MEASURES, Price
from .q7_arithmetic import arm_softmax_q7, q7_squash
from .qformat import SHIFTS, fraction_bits, q_dot, q_format, q_sum, shifted
from .rank_choice import factored_weights, rank_within
from .reversible import inverse_growth, peak_stack_bytes, recompute_factor, routing_saved_words, stack_saved_bytes
from .signs import binary_residual, binary_scale, binary_speedup, packed_signs, signs_of, xor_dot
from .stored_codes import code_entropy, codebook_bytes, entropy_bytes, huffman_bytes, huffman_lengths
from .thinned import rescaled, thinned
from .widths import Widths

__all__ = [
    "CLIP_RULES",
    "MEASURES",
    "METHODS",
    "SHIFTS",
    "Affine",
    "Histogram",
    "Price",
    "SquaredErrors",
    "Widths",
    "affine_of",
    "arm_softmax_q7",
    "binary_residual",
    "binary_scale",
    "binary_speedup",
    "bit_operations",
    "channel_groups",
    "clip_of",
    "code_entropy",
    "code_of",
    "codebook_bytes",
    "counts_at",
    "couplings_of",
    "densities",
    "drawn_widths",
    "entropy_bytes",
    "expected_sqnr",
    "factored",
    "factored_weights",
    "fraction_bits",
    "histogram_of",
    "huffman_bytes",
    "huffman_lengths",
    "inverse_growth",
    "isqrt",
    "knapsack",
    "largest_rank",
    "layer_shares",
    "length_code",
    "multiplier_of",
    "packed_bytes",
    "packed_signs",
    "parameter_bytes",
    "peak_bytes",
    "peak_stack_bytes",
    "peak_words",
    "q7_squash",
    "q_dot",
    "q_format",
    "q_sum",
    "rank_within",
    "recompute_factor",
    "requantised",
    "rescaled",
    "root_bits_for",
    "routing_saved_words",
    "shifted",
    "signs_of",
    "sliced",
    "softmax_table",
    "sqnr_db",
    "sqnr_of",
    "squared_errors",
    "squashed_code",
    "stack_saved_bytes",
    "stored_bytes",
    "thinned",
    "value_of",
    "weight_bytes",
    "word_operations",
    "xor_dot",
]
