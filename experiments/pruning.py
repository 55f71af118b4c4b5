"""Pruning on equal terms: every recipe of the book, from the same five dense starts, beside the controls that it must beat.

    python experiments/pruning.py --workers 2    # 70 minutes on two cores; --scheduler ADDRESS for a cluster

Channels of `mini_vgg` fall on cluttered digits until 50, 20 and 10 % of the *parameters* are left, so that recipes are
compared at equal size, those of `mini_resnet` until 20 % are; weights of `lenet300` on plain digits until 50, 10 and 2 % of
the weights are. Every network that began as a dense one gets 8 epochs of recovery; what starts from new weights trains as
long as the dense start and recovery together. Two records under recorded. pruning_rates.json: on held-out training images of
one other start, four learning rates for each method (five where the best is at an edge), and the best for twice as long; so,
too, for the starts, whose rate stands in `STARTS`. pruning.json: the comparison, on test images, at those rates. The dense
starts are kept in build/pruning, where a run that finds them goes on.
"""

from pruning_runs import EPOCHS, HELD_OUT, RESOLUTION, STARTS, TEST, TRAIN, held_out_accuracy, measure, recipe_of
from record import Record, arguments, rule

SEEDS = (0, 1, 2, 3, 4)  # five trainings: images, initial weights, order
PILOT = (100,)  # no seed of the comparison
RATES = (0.003, 0.01, 0.03, 0.1)
WIDER = (0.001, 0.3)  # tried where the best of `RATES` is the first, or the last: the best lies inside of what was tried
NAMES = ("network", "method", "kept", "control", "epochs", "learning_rate", "seed")  # of what a run depends on

CHANNELS = "l1_filter fpgm taylor slimming nisp sbpf smcp complexity_pa complexity_fa complexity_ma random uniform".split()
WEIGHTS = "magnitude gradual snip synflow two_four nnrelief random_weights".split()
METHODS = {"mini_vgg": CHANNELS, "lenet300": WEIGHTS, "mini_resnet": ["l1_filter", "taylor", "slimming", "smcp"]}
SHARES = {"mini_vgg": (0.2, 0.5, 0.1), "lenet300": (0.1, 0.5, 0.02), "mini_resnet": (0.2,)}  # kept; in this order
EQUAL_MACS_AT = 1  # the place in `SHARES` of that control: at half of the parameters a run takes a minute, below it more

CONTROLS = {  # {control: (network, methods whose layers it copies)}
    "same_widths": ("mini_vgg", ["taylor", "slimming"]),  # those of l1_filter, fpgm and nisp has "uniform"
    "scratch": ("mini_vgg", ["l1_filter", "taylor", "slimming"]),
    "equal_macs": ("mini_vgg", ["l1_filter", "slimming"]),
    "same_densities": ("lenet300", ["magnitude", "snip", "synflow"]),
}
RATE_OF = {  # {control: (method, control) whose learning rate it has}
    "same_widths": ("uniform", None),
    "scratch": ("l1_filter", "scratch"),
    "equal_macs": ("l1_filter", "scratch"),
    "same_densities": ("random_weights", None),
}
CONVERGED = "held-out accuracy in twice the epochs, of every start and every method: pruning_rates.json"


def epochs_of(network, method, control=None):
    """As long as the recovery; for what starts from new weights, as long as start and recovery together."""
    if method == "start":
        return STARTS[network].epochs
    fresh = recipe_of(method).fresh or control in ("scratch", "same_densities")
    return EPOCHS + (STARTS[network].epochs if fresh else 0)


def kinds(place):
    """[(network, method, kept, control)] at one place of `SHARES`; what has but one share is at the first."""
    found = []
    for network, shares in SHARES.items():
        if place >= len(shares):
            continue
        one = [("dense", 1.0)] + [("two_four", 0.5)] * (network == "lenet300") if place == 0 else []
        methods = [(method, shares[place]) for method in METHODS[network] if method != "two_four"]
        found += [(network, method, kept, None) for method, kept in one + methods]
    for control, (network, methods) in CONTROLS.items():
        if control != "equal_macs" or place == EQUAL_MACS_AT:
            found += [(network, method, SHARES[network][place], control) for method in methods]
    return found


def key_of(kind, epochs, rate, seed):
    return dict(zip(NAMES, (*kind, epochs, rate, seed)))


def pilots():
    """The kinds for which a learning rate is chosen: every method at its first share, the starts, and scratch once."""
    starts = [(network, "start", 1.0, None) for network in STARTS]
    own = [kind for kind in kinds(0) if kind[3] is None or kind[1::2] == ("l1_filter", "scratch")]
    return starts + own


def chosen_rates(record, way):
    """{(network, method, control): the best of `RATES` on held-out images}; then each is trained for twice as long."""
    keys = [key_of(kind, epochs_of(*kind[:2], kind[3]), rate, seed) for kind in pilots() for rate in RATES for seed in PILOT]
    best = best_rates(record.run(keys, held_out_accuracy, way))
    edges = {RATES[0]: WIDER[0], RATES[-1]: WIDER[1]}
    wider = [(kind, epochs_of(*kind[:2], kind[3]), edges.get(best[kind[:2] + kind[3:]])) for kind in pilots()]
    keys += [key_of(*each, seed) for each in wider if each[2] for seed in PILOT]
    best = best_rates(record.run(keys, held_out_accuracy, way))
    longer = [(kind, 2 * epochs_of(*kind[:2], kind[3]), best[kind[:2] + kind[3:]]) for kind in pilots()]
    record.run(keys + [key_of(*each, seed) for each in longer for seed in PILOT], held_out_accuracy, way)
    return best


def best_rates(rows):
    """{(network, method, control): the rate with the highest held-out accuracy in the usual epochs}; of equals the first."""
    best = {}
    for row in rows:
        kind = row["network"], row["method"], row["control"]
        if row["epochs"] == epochs_of(*kind) and row["accuracy"] > best.get(kind, (0,))[0]:
            best[kind] = row["accuracy"], row["learning_rate"]
    return {kind: rate for kind, (_, rate) in best.items()}


def rate_of(best, network, method, control):
    return best[(network, *RATE_OF.get(control, (method, None)))]


def keys_of(best):
    """Every run of the comparison. The dense starts come first, so that no two workers train the same one; then all methods at
    their first share, seed by seed, so that an interrupted record says something."""
    starts = [((network, "dense", 1.0, None), 0, start.rate) for network, start in STARTS.items()]
    keys = [key_of(*start, seed) for start in starts for seed in SEEDS]
    for place in range(3):
        for seed in SEEDS:
            for kind in kinds(place):
                network, method, _, control = kind
                rate = rate_of(best, network, method, control)
                keys.append(key_of(kind, epochs_of(network, method, control), rate, seed))
    return keys


def main():
    chosen = arguments(__doc__, spreads=True)
    shared = {"resolution": RESOLUTION, "images": [TRAIN, HELD_OUT, TEST], "epochs": EPOCHS, "starts": STARTS, "shares": SHARES}
    pilot = shared | {"seeds": PILOT, "rates_tried": RATES}
    best = chosen_rates(Record("pruning_rates", pilot, chosen.fresh, script="pruning"), chosen.way)
    rates = [[*kind, rate] for kind, rate in best.items()]
    settings = shared | rule(SEEDS, TEST, sorted(RATES + WIDER), rates, CONVERGED)
    Record("pruning", settings, chosen.fresh).run(keys_of(best), measure, chosen.way)


if __name__ == "__main__":
    main()
