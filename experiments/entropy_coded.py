"""How small codes of few bits become when a packer, or the best code there is, has had its turn.

    python experiments/entropy_coded.py          # about 20 seconds

Writes recorded/entropy_coded.json: bytes of the weights of the shipped networks at 8 to 2 bits, a scale a channel, by two rules
for the range. plain: b bits each; entropy: n·H of each layer, what no code of single weights can beat; huffman: with its table;
zlib, lzma: what these really make of the codes, a byte each, layer after layer (a container of some 60 bytes counted). Scales and
biases are left out everywhere. Since each channel has its scale, folding a norm into the weights changes no code but for signs.
"""

import lzma
import zlib
from collections import Counter

import numpy
import torch
from record import Record, arguments

from squeezelab.compression.stored_codes import entropy_bytes, huffman_bytes
from squeezelab.core.arith import ceil_div
from squeezelab.quantize.weight_scales import codes_of_weights, weight_scales
from squeezelab.training import REFERENCES, reference

BITS = (8, 7, 6, 5, 4, 3, 2)
RULES = ("minmax", "mse")


def weights_of(network):
    """The weights of each convolution and linear layer."""
    kinds = (torch.nn.Conv2d, torch.nn.Linear)
    return [module.weight.detach() for module in reference(network).modules() if isinstance(module, kinds)]


def codes_of(network, bits, rule):
    """The codes of each layer as int8, flat."""
    weights = weights_of(network)
    codes = [codes_of_weights(weight, weight_scales(weight, bits, "channel", rule), bits) for weight in weights]
    return [code.to(torch.int8).flatten().numpy() for code in codes]


def packers(stored):
    """{packer: bytes} of what really came out, undone to check."""
    found = {"zlib": zlib.compress(stored, 9), "lzma": lzma.compress(stored, preset=9 | lzma.PRESET_EXTREME)}
    assert zlib.decompress(found["zlib"]) == stored and lzma.decompress(found["lzma"]) == stored
    return {name: len(value) for name, value in found.items()}


def measure(network, bits, rule):
    """A row. bits 32: the floats themselves."""
    if bits == 32:
        values = [weight.numpy().astype("<f4") for weight in weights_of(network)]
        stored = b"".join(value.tobytes() for value in values)
        return {"weights": len(stored) // 4, "plain": len(stored)} | packers(stored)
    layers = codes_of(network, bits, rule)
    counts = [dict(Counter(layer.tolist())) for layer in layers]
    found = {"weights": sum(map(len, layers)), "plain": sum(ceil_div(len(layer) * bits, 8) for layer in layers)}
    found |= {"entropy": sum(map(entropy_bytes, counts)), "huffman": sum(map(huffman_bytes, counts))}
    return found | packers(numpy.concatenate(layers).tobytes())


def main():
    chosen = arguments(__doc__)
    keys = [{"network": network, "bits": 32, "rule": None} for network in REFERENCES]
    keys += [{"network": network, "bits": bits, "rule": rule} for network in REFERENCES for bits in BITS for rule in RULES]
    settings = {"granularity": "channel", "networks": list(REFERENCES), "zlib": "level 9", "lzma": "preset 9 extreme, xz"}
    Record("entropy_coded", settings, chosen.fresh).run(keys, measure)


if __name__ == "__main__":
    main()
