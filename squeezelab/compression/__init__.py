"""What a smaller network is and costs, as data: factored layers and their ranks, channels that are left out.

>>> from squeezelab.compression import factored
>>> from squeezelab.networks import mini_vgg
>>> net = mini_vgg()
>>> factored(net, "conv2", "tucker2", (16, 8)).params < net.params
True
"""

from .factored import METHODS, factored, largest_rank
from .prices import MEASURES, Price
from .rank_choice import factored_weights, rank_within
from .thinned import thinned

__all__ = ["MEASURES", "METHODS", "Price", "factored", "factored_weights", "largest_rank", "rank_within", "thinned"]
