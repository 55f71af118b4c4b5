"""COLT's claims (Hossain et al. 2022) [read: code]: it comes to a sparsity in fewer rounds than iterative magnitude pruning, at
no loss of accuracy, and its tickets serve another data set. The paper's networks have convolutions, of which alone weights fall.

`lenet300` on plain digits: of it weights of the hidden linear layers fall [ours], of iterative magnitude pruning those of all
layers; both let 15 % of what is left fall in a round, a round trains for as long, from the same initial weights, and both go to
10 and 2 % of all weights. A round of COLT trains two models, each on the half of the images that show its five digits.

The other data set is `SMALL` digits that no chain of the large one has seen. On it are trained, from their initial weights:
tickets of both found on the large set, COLT's found on the small set itself, drawn masks by ERK's densities, drawn masks with as
many weights of each layer as COLT's ticket of the large set, and the dense network. Rounds are trained at the rate that is best
for the dense network, every side's last training at its own, chosen at 2 %.
"""

import functools
from pathlib import Path

import torch
from claim_tuning import SEEDS, check_entered, chosen_rates, compare, judged, rates_record, tested
from pruning_runs import splits

from squeezelab.bridge import to_torch
from squeezelab.data import Examples
from squeezelab.networks import build
from squeezelab.prune import prune

NETWORK = "lenet300"
FOLDER = Path(__file__).resolve().parents[1] / "build/sparse_claims"
SHARES = (0.1, 0.02)  # kept; the chain to the second goes on from the first
PER_ROUND = 0.15
SMALL = 500  # images of the small set
ROUND_EPOCHS = {"large": 1, "small": 10}  # 79 and 40 steps
EPOCHS = {"large": 4, "small": 40}  # of the last training: 316 and 160 steps
ROUND_RATES = {"large": 0.03, "small": 0.01}  # best of the dense network on held-out digits: sparse_claims_colt_rates.json
CHAINS = ("imp", "colt")
RECIPES_OF = {"imp": "lottery", "colt": "colt"}
SIDES = {
    "large": CHAINS,
    "small": ("colt", "imp of large", "colt of large", "erk", "drawn as colt of large", "dense"),
}


def images_of_set(size, seed):
    """(digits to learn from, digits by which choices are made) of the large or the small set."""
    learn, held_out, _ = splits(NETWORK, seed)
    if size == "large":
        return learn, held_out
    return held_out.take(SMALL), Examples(held_out.images[SMALL:], held_out.labels[SMALL:], held_out.classes)


def on_set(size, seed, recipe, share, epochs, learning_rate, **options):
    """The `Pruned` network of a recipe that keeps a share, from the initial weights of a seed."""
    data, settings = images_of_set(size, seed)[0], {"learning_rate": learning_rate, "quiet": True}
    return prune(to_torch(build(NETWORK)), data, recipe, 1 - share, epochs, seed, **settings, **options)


@functools.lru_cache(maxsize=8)
def chain(method, size, kept, seed):
    """{"kept": masks, "rounds": what was left after each, "macs": of all rounds}; read from `FOLDER` where it is."""
    file = FOLDER / f"{method}-{size}-{kept}-{ROUND_EPOCHS[size]}-{ROUND_RATES[size]}-{seed}.pt"
    if file.exists():
        return torch.load(file, weights_only=True)
    larger = SHARES[: SHARES.index(kept)]
    before = chain(method, size, larger[-1], seed) if larger else {"kept": None, "rounds": [], "macs": 0}
    training = ROUND_EPOCHS[size], ROUND_RATES[size]
    found = on_set(size, seed, RECIPES_OF[method], kept, *training, per_round=PER_ROUND, kept=before["kept"])
    ticket = training[0] * epoch_macs(found.kept, len(images_of_set(size, seed)[0]))  # trained by the recipe, asked for by nobody
    made = {"kept": found.kept, "rounds": before["rounds"] + [each["left"] for each in found.rounds]}
    made["macs"] = before["macs"] + found.training_macs - ticket
    FOLDER.mkdir(parents=True, exist_ok=True)
    torch.save(made, file)
    return made


def epoch_macs(kept, images):
    """MACs of an epoch of training behind masks: three passes, but nobody wants the gradient of the images."""
    counts = [int(mask.count_nonzero()) for mask in kept.values()]
    return images * (3 * sum(counts) - counts[0])


def trained(side, size, kept, epochs, learning_rate, seed):
    """The `Pruned` network of the last training of a side."""
    found, training = functools.partial(on_set, size, seed), (epochs, learning_rate)
    if side in ("dense", "rounds"):  # the first round is of the dense network
        return found("lottery", 1.0, *training)
    if side == "erk":
        return found("static", kept, *training)
    masks = chain_of(side, size, kept, seed)["kept"]
    density = sum(int(mask.count_nonzero()) for mask in masks.values()) / sum(mask.numel() for mask in masks.values())
    if side.startswith("drawn as"):
        densities = {layer: int(mask.count_nonzero()) / mask.numel() for layer, mask in masks.items()}
        return found("random", density, *training, unit="weight", densities=densities)
    return found("lottery", density, *training, kept=masks)


def chain_of(side, size, kept, seed):
    """The chain that a side's masks, or their densities, are of."""
    method = side.removeprefix("drawn as ").removesuffix(" of large")
    return chain(method, "large" if side.endswith("of large") else size, kept, seed)


def held_out(side, epochs, learning_rate, seed):
    """A row by which choices are made. side: "large imp", "small erk", …"""
    size, what = side.split(" ", 1)

    def ran():
        found = trained(what, size, SHARES[-1], epochs, learning_rate, seed)
        return found.small, found.history[-1]["accuracy"]

    return judged(ran, images_of_set(size, seed)[1])


def measure(size, side, kept, epochs, learning_rate, seed):
    """A row on test digits. rounds, left, round_macs: of the chain, how many, what was left of the layers it prunes after each,
    MACs of their training; training_macs: of the last training; counts: weights of each layer."""
    found = trained(side, size, kept, epochs, learning_rate, seed)
    row = {"training_macs": found.training_macs, "training_accuracy": found.history[-1]["accuracy"]}
    row |= {"counts": list(found.units.counts(found.kept).values())}
    if side in CHAINS:
        rounds = chain_of(side, size, kept, seed)
        row |= {"rounds": len(rounds["rounds"]), "left": [round(each, 5) for each in rounds["rounds"]]}
        row |= {"round_macs": rounds["macs"]}
    return row | tested(found.small, splits(NETWORK, seed)[2])


def rates(chosen, longer=False):
    """{"large imp": its learning rate, …}; longer: with trainings for twice as long, by which it is judged whether a side had
    converged."""
    record, best = rates_record("colt", NETWORK, chosen, script="sparse_claims"), {}
    for size, epochs in ROUND_EPOCHS.items():
        best |= chosen_rates(record, [f"{size} rounds"], epochs, held_out, chosen.way, longer)
        check_entered({f"rounds {size}": best[f"{size} rounds"]}, "rounds", {size: ROUND_RATES[size]})
    for size, epochs in EPOCHS.items():
        best |= chosen_rates(record, [f"{size} {side}" for side in SIDES[size]], epochs, held_out, chosen.way, longer)
    return best


def run(chosen):
    """Writes recorded/sparse_claims_colt.json, and the choices before it."""
    best, names = rates(chosen), ("size", "side", "kept", "epochs", "learning_rate", "seed")
    cases = {size: [(side, kept) for kept in SHARES for side in SIDES[size] if side != "dense"] for size in SIDES}
    cases["small"].append(("dense", 1.0))
    runs = [(size, *case, seed) for size in SIDES for seed in SEEDS for case in cases[size]]
    keys = [dict(zip(names, (size, side, kept, EPOCHS[size], best[f"{size} {side}"], seed))) for size, side, kept, seed in runs]
    compare("colt", NETWORK, keys, measure, best, chosen, script="sparse_claims", per_round=PER_ROUND, small=SMALL)
    rates(chosen, longer=True)
