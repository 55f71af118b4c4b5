"""What a smaller CapsNet costs beside the one that it was, as numbers side by side."""

import torch
from torch import nn

from ..bridge import from_torch
from ..hardware import Accelerator, simulate
from ..networks.capsule_layers import ROUTING
from ..networks.shapes import size_of
from ..networks.stored import peak_bytes, weight_bytes
from ..training import latency

FLOAT_BYTES = 4


def sparse_report(
    before: nn.Module,
    after: nn.Module,
    example: torch.Tensor,
    machine: Accelerator | str = "squeezelerator-16",
    milliseconds: bool = False,
) -> dict:
    """{what: value} of a CapsNet `after` some of its capsules were removed, each with that of the one `before` as ``dense_…``.

    capsules: primary capsules N; params, macs; routing_macs: those of votes, sums and agreements; stored_bytes of weights,
    votes_bytes of one image's votes, peak_activation_bytes, at 4 bytes a value; cycles: simulated on `machine`, one image;
    milliseconds: on request, CPU time of the images in `example` here and now, by turns.

    example: a batch of images. Raises a ValueError for models that `from_torch` cannot read, for models without votes, and for
    another machine.

    >>> from squeezelab.bridge import to_torch
    >>> from squeezelab.networks import capsnet
    >>> found = sparse_report(to_torch(capsnet("tiny")), to_torch(capsnet("tiny", types=4)), torch.zeros(1, 1, 28, 28))
    >>> found["dense_params"], found["params"], found["votes_bytes"]
    (216704, 109152, 40960)
    """
    if getattr(example, "ndim", 0) != 4:
        raise ValueError(f"the example is a batch of images (n, channels, height, width), not {example!r}")
    found = {}
    for name, model in (("dense_", before), ("", after)):
        network = from_torch(model.eval(), tuple(example.shape[1:]))
        found.update({name + what: value for what, value in capsule_costs(network, machine).items()})
    if milliseconds:
        times = latency({"dense_milliseconds": before, "milliseconds": after}, example)
        found.update({name: median for name, (median, _) in times.items()})
    return found


def capsule_costs(network, machine):
    """{what: value} of one CapsNet."""
    votes = [layer for layer in network.layers if layer.op == "votes"]
    if not votes:
        raise ValueError(f"{network.name} has no votes: to_torch(capsnet(…)) makes a model that has")
    return {
        "capsules": votes[0].shape[1],
        "params": network.params,
        "macs": network.macs,
        "routing_macs": sum(layer.macs for layer in network.layers if layer.op in ROUTING),
        "stored_bytes": weight_bytes(network),
        "votes_bytes": FLOAT_BYTES * max(size_of(layer.shape) for layer in votes),
        "peak_activation_bytes": peak_bytes(network),
        "cycles": simulate(network, machine).cycles,
    }
