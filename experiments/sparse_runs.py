"""One run of experiments/sparse_training.py: what a family makes in as many epochs as all others, or for as many MACs.

A run is a function of its key, as in pruning_runs.py, of which it has the images, the dense starts and the fields of a row.
"""

import os
import time
from pathlib import Path

import pruning_runs as runs
import sparse_cases as cases
import torch
from sparse_knobs import dense_costs, with_a_knob

from squeezelab.prune import prune
from squeezelab.training import evaluate

FOLDER = Path(__file__).resolve().parents[1] / "build/sparse_training"


def ticket(case):
    """(`Pruned`, epochs, spent) of a family of rounds; spent: MACs of training and images of all rounds.

    In the usual budget a chain of rounds passes through all of `SHARES`, and its masks are kept in `FOLDER`.
    """
    epochs = case.usual_epochs()
    if case.budget == "epochs":
        rounds = before(case, case.kept)
    elif case.budget == "macs":
        rounds = rounds_of(case, 1, cases.SHORT[case.method], None)
        each = case.chained(1, cases.SHORT[case.method], rounds["kept"]).training_macs
        epochs = max(1, int((cases.BUDGET * case.dense_epoch() - rounds["spent"]) / each))
    else:
        rounds = rounds_of(case, epochs, cases.COARSE[case.method], None)
    return case.chained(epochs, cases.CHAINS[case.method], rounds["kept"]), epochs, rounds


def rounds_of(case, epochs, per_round, masks):
    """{"kept": masks, "spent": MACs, "images"} of rounds of so many epochs; `prune` trains a ticket after them, which is not
    counted."""
    found = case.chained(epochs, per_round, masks)
    images = found.images_seen - epochs * len(case.data)
    rounds = {"number": len(found.rounds), "spent": found.rounds[-1]["training_macs"], "images": images}
    return rounds | {"kept": found.kept}


def chain(case):
    """The rounds of a chain up to the case's share, which are then kept."""
    larger = next((share for share in reversed(cases.SHARES) if share > case.kept), None)
    earlier = before(case, larger) if larger else {"kept": None, "spent": 0, "images": 0, "number": 0}
    rounds = rounds_of(case, cases.ROUND, cases.CHAINS[case.method], earlier["kept"])
    rounds |= {name: rounds[name] + earlier[name] for name in ("spent", "images", "number")}
    keep(file_of(case, case.kept), rounds)


def before(case, share):
    """What `chain` keeps of its rounds down to a share, measured where nothing is kept of it yet."""
    file = file_of(case, share)
    if not file.exists():
        chain(cases.Case(case.network, case.method, share, None, case.budget, case.training["learning_rate"], case.seed))
    return torch.load(file, weights_only=True)


def file_of(case, share):
    return FOLDER / f"{case.method}-{share}-{case.training['learning_rate']}-{case.seed}.pt"


def keep(file, found):
    """Writes a file as a whole, or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    torch.save(found, draft)
    os.replace(draft, file)


def pruned(network, method, kept, setting, control, budget, learning_rate, seed):
    """(`Pruned`, epochs, {"spent", "images", "number"} of its rounds, MACs of its dense start)."""
    case = cases.Case(network, method, kept, setting, budget, learning_rate, seed)
    if method in cases.CHAINS:
        found, epochs, spent = ticket(case)
        return found, epochs, spent, 0
    found, epochs = cases.trained(case)
    return found, epochs, {"spent": 0, "images": 0, "number": 0}, case.start_macs


def attended(network, method, kept, setting, control, budget, learning_rate, seed, rate_of_aswl=None):
    """(`Pruned`, epochs) of ASWL at the density `setting` asked for, or, as its control, of drawn masks of the layers' densities
    that it came to (trained at `rate_of_aswl`)."""
    data, start = cases.splits(network, seed)[0], cases.fresh(network, seed).eval()
    epochs = cases.EPOCHS[network] * (2 if budget == "twice" else 1)
    training = {"seed": seed, "quiet": True, "learning_rate": learning_rate}
    if control is None:
        return prune(start, data, "aswl", 1 - setting, epochs, **training), epochs
    densities, sparsity = learnt(start, data, setting, cases.EPOCHS[network], training | {"learning_rate": rate_of_aswl})
    return prune(start, data, "random", sparsity, epochs, **training, unit="weight", densities=densities), epochs


def learnt(start, data, setting, epochs, training):
    """({layer: density}, sparsity) that ASWL comes to, kept in `FOLDER`."""
    file = FOLDER / f"aswl-{setting}-{epochs}-{training['learning_rate']}-{training['seed']}.pt"
    if not file.exists():
        own = prune(start, data, "aswl", 1 - setting, epochs, **training)
        keep(file, [{layer: count / own.units.sizes[layer] for layer, count in runs.left(own).items()}, own.sparsity])
    return tuple(torch.load(file, weights_only=True))


def model_and_row(network, method, kept, setting, control, budget, learning_rate, seed, rate_of_aswl=None):
    """(the model, all of its row that is not of test images, or None, and its `Pruned`, or None)."""
    key = (network, method, kept, setting, control, budget, learning_rate, seed)
    if method in ("neq", "ftwt") or (method == "dense" and setting is not None):
        model, row = with_a_knob(*key)
        return model, dense_costs(model, cases.splits(network, seed)[0]) | row if method != "ftwt" else row, None
    if method == "aswl":
        found, epochs = attended(*key, rate_of_aswl)
        more = {"epochs": epochs, "start_macs": 0}
        if control is None:
            more |= found.rounds[0]
        return found.small, more, found
    found, epochs, spent, start_macs = pruned(*key)
    more = {"epochs": epochs, "start_macs": start_macs}
    more |= {"rounds": spent["number"], "spent_before": spent["spent"], "images_before": spent["images"]}
    return found.small, more, found


def measure(network, method, kept, setting, control, budget, learning_rate, seed, rate_of_aswl=None):
    """A row of the record, with the fields of `pruning_runs.measure`; training MACs and images count all of a chain."""
    begin = time.process_time()
    key = (network, method, kept, setting, control, budget, learning_rate, seed)
    model, more, found = model_and_row(*key, rate_of_aswl)
    test = cases.splits(network, seed)[2]
    row = more | runs.on_test(model, test) if found is None else runs.row_of(found, test) | more
    if row.get("spent_before"):
        each = row["executed_training_macs"] / row["images_seen"]  # dense work, the same for every image
        row["training_macs"] += row["spent_before"]
        row["images_seen"] += row["images_before"]
        row["executed_training_macs"] = round(each * row["images_seen"])
    return row | {"seconds": round(time.process_time() - begin, 1)}


def held_out_accuracy(network, method, kept, setting, control, budget, learning_rate, seed, rate_of_aswl=None):
    """A row by which choices are made, as in `pruning_runs`."""
    begin = time.process_time()
    key = (network, method, kept, setting, control, budget, learning_rate, seed)
    found = runs.unless_diverged(lambda: accuracies(*key, rate_of_aswl))
    return found | {"seconds": round(time.process_time() - begin, 1)}


def accuracies(network, *key):
    """{"accuracy": on held-out images, "training_accuracy"}."""
    model, more, found = model_and_row(network, *key)
    right = evaluate(model, cases.splits(network, key[6])[1]).accuracy
    return {"accuracy": right, "training_accuracy": more["training_accuracy"] if found is None else found.history[-1]["accuracy"]}
