"""NISP's claim: channels ranked by what of them reaches the final response layer leave less error there than channels ranked
layer by layer, at the same share of every layer and before anything is trained again (Yu et al. 2018) [abstract read].

The final response is what the classifier reads. Every side takes the same share of each group of channels, and so they differ by
their scores alone: NISP's, the size of filters (Li et al. 2017), and a draw, the control. The response layer loses channels as
the others do, or is left whole; then all error comes from the layers before it. Nothing is trained, and nothing is chosen.
"""

import functools

import torch
from pruning_runs import STARTS, dense, splits
from record import Record

from squeezelab.networks import build
from squeezelab.prune import RECIPES, per_group, prune

SEEDS = (0, 1, 2, 3, 4)  # five trainings: images, initial weights, order
NETWORKS = ("mini_vgg",)
METHODS = ("nisp", "l1_filter", "uniform")
RATIOS = tuple(tenth / 10 for tenth in range(1, 10))  # of every group's channels
IMAGES = 1000  # of the test images; starts differ by more than one thousand images from the next


def leaving_response(scores, share, round_to, context):
    """The same share of every group but the one that the classifier reads."""
    units = context.units
    (response,) = units.unit_of[units.network.output.inputs[0]]
    return per_group(scores, share, round_to) | {response: list(range(units.sizes[response]))}


RULES = {"pruned": per_group, "whole": leaving_response}  # {what becomes of the response layer: rule}


def responses(model, name, images):
    """(what the layer `name` reads of each image, what it gives): (images, inputs), (images, outputs)."""
    seen = []
    hook = model.get_submodule(name).register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    with torch.no_grad():
        outputs = torch.cat([model(part) for part in images.split(500)])
    hook.remove()
    return torch.cat(seen), outputs


def relative_error(before, after, importance=1.0):
    """Σ|r − r′| / Σ|r| over images and channels, (images, channels) each, a channel counted as often as its importance says."""
    return ((importance * (before - after).abs()).sum() / (importance * before.abs()).sum()).item()


@functools.lru_cache(maxsize=1)
def of_start(network, seed):
    """(the dense model, its classifier's name, responses, outputs) on the test images."""
    start = dense(network, seed)
    name = build(network, **STARTS[network].options).output.name
    return start, name, *responses(start, name, splits(network, seed)[2].images[:IMAGES])


def measure(network, method, response, ratio, seed):
    """A row: errors of the final response, of the outputs, and the accuracy. weighted_error is what NISP bounds: a channel of the
    response counts for Σ|w| of the classifier's weights that read it."""
    start, name, before, outputs = of_start(network, seed)
    data, _, test = splits(network, seed)
    pruned = prune(start, data, RECIPES[method](), ratio, epochs=0, seed=seed, allocate=RULES[response])
    after, changed = responses(pruned.model, name, test.images[:IMAGES])
    importance = start.get_submodule(name).weight.detach().abs().sum(0)  # (channels,)
    row = {"weighted_error": relative_error(before, after, importance), "error": relative_error(before, after)}
    row |= {"output_error": relative_error(outputs, changed)}
    row |= {"accuracy": (changed.argmax(1) == test.labels[:IMAGES]).double().mean().item()}
    return {what: round(value, 5) for what, value in row.items()}


def run(chosen):
    """Writes recorded/pruning_claims_nisp.json."""
    settings = {"seeds": SEEDS, "images": IMAGES, "data": "test images; nothing is trained or chosen"}
    names = ("network", "method", "response", "ratio", "seed")
    cases = [(net, method, rule, ratio) for net in NETWORKS for rule in RULES for ratio in RATIOS for method in METHODS]
    keys = [dict(zip(names, (*case, seed))) for seed in SEEDS for case in cases]
    Record("pruning_claims_nisp", settings, chosen.fresh, script="pruning_claims").run(keys, measure, chosen.way)
