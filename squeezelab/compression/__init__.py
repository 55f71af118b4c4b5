"""What a smaller network is and costs, as data: factored layers and their ranks, channels that are left out, budgets.

>>> from squeezelab.compression import factored
>>> from squeezelab.networks import mini_vgg
>>> net = mini_vgg()
>>> factored(net, "conv2", "tucker2", (16, 8)).params < net.params
True
"""

from .calibration import CLIP_RULES, Histogram, SquaredErrors, clip_of, histogram_of, sqnr_db, squared_errors
from .channel_groups import channel_groups, sliced
from .complexity import drawn_widths, layer_shares
from .densities import counts_at, densities
from .factored import METHODS, factored, largest_rank
from .knapsack import knapsack
from .memory import peak_words, stored_bytes
from .prices import MEASURES, Price
from .rank_choice import factored_weights, rank_within
from .thinned import rescaled, thinned
from .widths import Widths

__all__ = [
    "CLIP_RULES",
    "Histogram",
    "SquaredErrors",
    "clip_of",
    "histogram_of",
    "sqnr_db",
    "squared_errors",
    "MEASURES",
    "METHODS",
    "Price",
    "Widths",
    "channel_groups",
    "counts_at",
    "densities",
    "drawn_widths",
    "factored",
    "factored_weights",
    "knapsack",
    "largest_rank",
    "layer_shares",
    "peak_words",
    "rank_within",
    "rescaled",
    "sliced",
    "stored_bytes",
    "thinned",
]
