"""What pruning did to a model, as numbers side by side: the table that `squeezelab prune` prints."""

import torch

from ..bridge.independent import independent_copy
from ..training import TrainingMeter, evaluate, latency
from ..training.models import outputs_of

COSTS = ("params", "macs", "stored_bytes", "peak_activation_bytes", "cycles", "energy")


def report_of(pruned, test, machine, milliseconds):
    """{what: value}, each with the dense model's as ``dense_…`` where there is one.

    accuracy: on `test`; accuracy_before: of the model as given; accuracy_cut: before it was trained on. unit, sparsity: what
    fell, and what share of it. nonzero: weights of convolutions and linear layers that are left. params, macs, stored_bytes
    (4 a value, indices of sparse layers included), peak_activation_bytes (of one image), cycles, energy: as `units.cost` has
    them, on `machine`. training_macs: of the training after the cut, zeros left out; executed_training_macs: as this processor
    worked; dense_training_macs: of the dense model for as long. milliseconds: on request, CPU time of one image.
    """
    units, every = pruned.units, {}
    found = {
        "unit": units.unit,
        "sparsity": pruned.sparsity,
        "accuracy_before": evaluate(pruned.dense, test).accuracy,
        "accuracy_cut": evaluate(pruned.before, test).accuracy,
        "accuracy": evaluate(pruned.small, test).accuracy,
        "nonzero": weights_left(pruned),
        "dense_nonzero": weights_counted(units.network),
        "training_macs": pruned.training_macs,
        "executed_training_macs": pruned.executed_training_macs,
        "dense_training_macs": dense_training_macs(pruned),
    }
    found["dense_accuracy"] = found["accuracy_before"]
    for measure in COSTS:
        found[measure] = units.cost(pruned.kept, measure, machine)
        found["dense_" + measure] = units.cost(every, measure, machine)
    if milliseconds:
        models = {"milliseconds": pruned.small, "dense_milliseconds": pruned.dense}
        found.update({name: median for name, (median, _) in latency(models, test.images[:1]).items()})
    return found


def weights_counted(network):
    return sum(layer.weight_words for layer in network.mac_layers)


def weights_left(pruned):
    """How many weights of convolutions and linear layers are left."""
    if pruned.units.unit == "weight":
        return sum(pruned.units.counts(pruned.kept).values())
    return weights_counted(pruned.network)


def dense_training_macs(pruned):
    """MACs of training the dense model on as many images as the pruned one saw, from one image forth and back."""
    if not pruned.images_seen:
        return 0
    model = independent_copy(pruned.dense).eval()
    with TrainingMeter(model) as meter:
        outputs_of(model, torch.zeros(1, *pruned.units.network.input_shape)).sum().backward()
    return meter.total * pruned.images_seen
