"""The board: every family that prunes, trains sparse from the start, or decides per image, for equal epochs and for equal MACs.

    python experiments/sparse_training.py --workers 2    # about an hour on two cores; --scheduler ADDRESS for a cluster

Weights of `lenet300` fall on plain digits until 20, 10, 5 and 2 % are left; a training has 20 epochs, 12 of a dense start and 8
after it for the families that have one. Tickets, IMP's and COLT's, come of rounds of 12 epochs, of which one chain passes through
all shares, and are trained for 20. The other budget is the MACs of two epochs of the dense network, zeros left out: as many
epochs as these buy, with a dense start of one epoch, and rounds of one epoch in which four fifths fall. Families with a knob have
three settings: 1, 2 or 3 weights of four; ASWL, on a network with norms, the density asked for; NEq, `mini_vgg` on cluttered
digits from new weights, its ε; FTWT, the same network from the dense starts of pruning.py, the share of the maxima. What
pruning.json has is not measured again, and channels of `mini_vgg` stand there, too.

Learning rates are chosen on held-out images of one other start (sparse_training_rates.json): four rates, a fifth at an edge, and
the best for twice as long. Methods of pruning.py have the rates that were chosen there. Dense starts are kept in build/pruning,
masks of chains in build/sparse_training.
"""

from pruning_runs import HELD_OUT, RESOLUTION, STARTS, TEST, TRAIN
from record import Record, arguments, rule
from sparse_cases import BUDGET, CHAINS, COARSE, EPOCHS, RECOVERY, ROUND, SHARES, SHORT, SHORT_START
from sparse_runs import held_out_accuracy, measure

from squeezelab.recorded import recorded

SEEDS = (0, 1, 2, 3, 4)  # five trainings: images, initial weights, order
PILOT = 100  # no seed of the comparison
RATES = (0.003, 0.01, 0.03, 0.1)
WIDER = {0.003: 0.001, 0.1: 0.3}  # tried where the best is at an edge
NAMES = ("network", "method", "kept", "setting", "control", "budget", "learning_rate", "seed")
KNOBS = {"two_four": (1, 3), "aswl": (0.2, 0.1, 0.02), "neq": (0.01, 0.03, 0.1), "ftwt": (0.9, 0.8, 0.7)}
DENSE_EPOCHS = (24, 16)  # of the dense `mini_vgg`: the curve on which NEq's MACs of training are found

AGAIN = ("magnitude", "gradual", "nnrelief", "snip", "synflow", "random_weights")  # families of pruning.json
NEW = ("static", "set", "rigl", "dense_small")
MEASURED_THERE = (0.1, 0.02)  # shares of pruning.json, in the usual budget
RECORDS_OF_RATES = "sparse_training_rates.json, pruning_rates.json"
CONVERGED = f"held-out accuracy in twice the epochs, of every family but the chains: {RECORDS_OF_RATES}"


def kinds():
    """[(network, method, kept, setting, control, budget)] of the board that pruning.json does not have; the dearest last."""
    found = [("lenet300", "dense", 1.0, None, None, budget) for budget in ("epochs", "macs")]
    for kept in SHARES:
        again = () if kept in MEASURED_THERE else AGAIN
        found += [("lenet300", method, kept, None, None, "epochs") for method in (*NEW, *again)]
    found += [("lenet300", "two_four", count / 4, count, None, "epochs") for count in KNOBS["two_four"]]
    found += [("lenet300", method, kept, None, None, "epochs") for kept in SHARES for method in CHAINS]
    found += [("mini_vgg", method, 1.0, setting, None, "epochs") for method in ("ftwt", "neq") for setting in KNOBS[method]]
    found += [("mini_vgg", "dense", 1.0, epochs, None, "epochs") for epochs in DENSE_EPOCHS]
    found += [("lenet300_bn", "dense", 1.0, None, None, "epochs")]
    for control in (None, "same_densities"):
        found += [("lenet300_bn", "aswl", density, density, control, "epochs") for density in KNOBS["aswl"]]
    return found + [("lenet300", method, kept, None, None, "macs") for kept in SHARES for method in (*NEW, *AGAIN, *CHAINS)]


def pilots():
    """The kinds for which a learning rate is chosen."""
    found = [("lenet300", method, 0.1, None, None, "epochs") for method in NEW]
    found += [("lenet300", "dense", 1.0, None, None, "epochs"), ("lenet300_bn", "dense", 1.0, None, None, "epochs")]
    found += [("lenet300_bn", "aswl", 0.1, 0.1, None, "epochs")]
    found += [("lenet300", method, 0.1, None, None, "coarse") for method in CHAINS]
    found += [("mini_vgg", "ftwt", 1.0, KNOBS["ftwt"][1], None, "epochs")]
    return found + [("mini_vgg", "neq", 1.0, KNOBS["neq"][1], None, "epochs"), ("mini_vgg", "dense", 1.0, 24, None, "epochs")]


def controls():
    """The pilot of ASWL's control, which wants ASWL's own rate first."""
    return [("lenet300_bn", "aswl", 0.1, 0.1, "same_densities", "epochs")]


def key_of(kind, rate, seed, **more):
    return dict(zip(NAMES, (*kind, rate, seed)), **more)


def name_of(kind):
    """Of the kinds of one rate: (network, method, control)."""
    return kind[0], kind[1], kind[4]


def chosen_rates(record, way):
    """{(network, method, control): rate}: the best on held-out images; then each is trained for twice as long."""
    best = best_of(record, pilots(), way, [])
    done = record.rows[:]
    own = {"rate_of_aswl": best["lenet300_bn", "aswl", None]}
    best |= best_of(record, controls(), way, done, **own)
    keys = [key(row) for row in record.rows]
    for kind in [*pilots(), *controls()]:
        if kind[1] not in CHAINS:
            more = own if kind[4] else {}
            keys.append(key_of((*kind[:5], "twice"), best[name_of(kind)], PILOT, **more))
    record.run(keys, held_out_accuracy, way)
    return best | rates_of_pruning()


def key(row):
    return {name: row[name] for name in (*NAMES, "rate_of_aswl") if name in row}


def best_of(record, kinds, way, done, **more):
    """The best rates of these kinds, of `RATES` and of one more where it is the first or the last."""
    keys = [key(row) for row in done] + [key_of(kind, rate, PILOT, **more) for kind in kinds for rate in RATES]
    best = highest(record.run(keys, held_out_accuracy, way))
    keys += [key_of(kind, WIDER[rate], PILOT, **more) for kind in kinds for rate in [best[name_of(kind)]] if rate in WIDER]
    return highest(record.run(keys, held_out_accuracy, way))


def highest(rows):
    """{(network, method, control): the rate of the highest accuracy in the usual epochs}; of equals the first."""
    best = {}
    for row in rows:
        name = row["network"], row["method"], row["control"]
        if row["budget"] != "twice" and row["accuracy"] > best.get(name, (0,))[0]:
            best[name] = row["accuracy"], row["learning_rate"]
    return {name: rate for name, (_, rate) in best.items()}


def rates_of_pruning():
    """Those that experiments/pruning.py chose, of the methods that are on the board again."""
    chosen = recorded("pruning")["settings"]["rates"]
    rates = {(network, method): rate for network, method, control, rate in chosen if not control}
    return {("lenet300", method, None): rates["lenet300", method] for method in (*AGAIN, "two_four")}


def keys_of(best):
    """Every run of the board. Dense starts come first by what needs them, seed by seed, so that an interrupted record says
    something; chains come share by share, and the next share finds the masks of the one before."""
    keys = []
    for kind in kinds():
        more = {"rate_of_aswl": best["lenet300_bn", "aswl", None]} if kind[4] == "same_densities" else {}
        keys += [key_of(kind, best[name_of(kind)], seed, **more) for seed in SEEDS]
    return keys


def main():
    chosen = arguments(__doc__, spreads=True)
    shared = {"resolution": RESOLUTION, "images": [TRAIN, HELD_OUT, TEST], "epochs": EPOCHS, "recovery": RECOVERY}
    shared |= {"starts": STARTS, "shares": SHARES, "budget": BUDGET, "short_start": SHORT_START, "rounds": [CHAINS, SHORT]}
    pilot = shared | {"seeds": [PILOT], "rates_tried": RATES, "coarse": COARSE}
    best = chosen_rates(Record("sparse_training_rates", pilot, chosen.fresh, script="sparse_training"), chosen.way)
    rates = [[*kind, rate] for kind, rate in best.items()]
    tried = sorted([*RATES, *WIDER.values()])
    settings = shared | rule(SEEDS, TEST, tried, rates, CONVERGED) | {"knobs": KNOBS, "round": ROUND}
    Record("sparse_training", settings, chosen.fresh).run(keys_of(best), measure, chosen.way)


if __name__ == "__main__":
    main()
