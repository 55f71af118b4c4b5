"""One block as a network of its own, and what it weighs."""

from squeezelab.networks import Network


def made(block, channels, *arguments, side=16, **options):
    """A block as a network of its own."""
    net = Network("block", (channels, side, side))
    block(net, net.input, *arguments, **options)
    return net


def weights(net):
    return sum(layer.weight_words for layer in net.mac_layers)
