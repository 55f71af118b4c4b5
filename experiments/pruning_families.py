"""What experiments/pruning.py measured of `mini_vgg`, in the numbers that the figure of a page needs, and no more.

    python experiments/pruning_families.py    # a few seconds, after pruning.py and pruned_times.py

Methods were measured at equal parameters. At an equal share of any other cost an accuracy is read, seed by seed, on the
straight line over the logarithm of the cost between the two measured points of a method around it; the dense network, trained
as long, ends every line. So are the answers on each test image, for the interval of a difference. pruning_families.json has
no number that these two records do not determine.
"""

import itertools

import numpy
from record import RESULTS, write_lined

from squeezelab.recorded import mean_se, paired_difference, recorded
from squeezelab.recorded.readings import places_around, widths_timed
from squeezelab.recorded.results import right_of, rows_by

NETWORK = "mini_vgg"
AXES = ("params", "stored_bytes", "macs", "cycles", "systolic_cycles", "ms")  # of which a share may be equal
COPIED = ("seeds", "test_size", "rates_tried", "converged", "epochs")  # settings of the comparison
DIGITS = 5


def with_costs(rows, times):
    """The rows of the methods themselves, the dense network among them, with milliseconds and all MACs of training."""
    found = []
    for row in rows:
        if row["network"] == NETWORK and row["control"] is None and row["epochs"]:
            total = row["start_macs"] + row["training_macs"]
            more = {"ms": times[tuple(row["left"].values())], "training": total, "bits": numpy.array(right_of(row))}
            found.append(row | more)
    return found


def in_shares(rows):
    """The rows with `shares`, {cost: of the dense network's of the same seed}."""
    dense = {row["seed"]: row for row in rows if row["method"] == "dense"}
    for row in rows:
        row["shares"] = {cost: row[cost] / dense[row["seed"]][cost] for cost in (*AXES, "training")}
    return rows


def at_equal(rows, axis, share, kept):
    """{method: (accuracies by seed, mean right answers of each test image)} where a share of a cost is left; at equal
    parameters, where they were measured. None for a method whose networks, of some seed, are all dearer."""
    groups, found = rows_by(rows, ("method", "seed")), {}
    dense = rows_by(rows, "method")["dense"]
    for method, seed in groups:
        if method == "dense":
            continue
        points = groups[method, seed] + [row for row in dense if row["seed"] == seed]
        if axis == "params":
            weights = {place: 1.0 for place, row in enumerate(points) if row["kept"] == kept}
        else:
            weights = places_around([row["shares"][axis] for row in points], share)
        found.setdefault(method, []).append(mixed(points, weights) if weights else None)
    return {method: joined(each) for method, each in found.items()}


def mixed(points, weights):
    """(accuracy, right answers) of measured points, in these parts."""
    chosen = [(points[place], weight) for place, weight in weights.items()]
    return sum(w * row["accuracy"] for row, w in chosen), sum(w * row["bits"] for row, w in chosen)


def joined(seeds):
    if None in seeds:
        return None
    return [accuracy for accuracy, _ in seeds], numpy.mean([right for _, right in seeds], 0).tolist()


def compared(found, methods, size):
    """{"means", "errors": by method, "halves": half the 95 % interval of each pair's difference}; None where there is none."""
    scores = [mean_se(found[method][0], size) if found[method] else None for method in methods]
    halves = []
    for first, second in itertools.combinations(methods, 2):
        pair = found[first], found[second]
        half = None
        if None not in pair:
            half = paired_difference(pair[0][0], pair[1][0], size, ([pair[0][1]], [pair[1][1]])).half
        halves.append(rounded(half))
    means, errors = ([rounded(score and score[place]) for score in scores] for place in (0, 1))
    return {"means": means, "errors": errors, "halves": halves}


def rounded(number):
    return None if number is None else round(number, DIGITS)


def point_of(method, kept, rows, size):
    """A row of the record: a method at a share of the parameters, means over the seeds."""
    score = mean_se([row["accuracy"] for row in rows], size)
    shares = {cost: rounded(sum(row["shares"][cost] for row in rows) / len(rows)) for cost in rows[0]["shares"]}
    widths = [round(sum(counts) / len(rows), 1) for counts in zip(*[row["left"].values() for row in rows])]
    names = {"method": method, "kept": kept, "epochs": rows[0]["epochs"], "learning_rate": rows[0]["learning_rate"]}
    return names | {"accuracy": rounded(score.mean), "error": rounded(score.error), "widths": widths, "shares": shares}


def derived(record, times):
    """The contents of pruning_families.json. record: pruning.json's; times: {widths: milliseconds}."""
    size = record["settings"]["test_size"]
    rows = in_shares(with_costs(record["rows"], times))
    groups = rows_by(rows, ("method", "kept"))
    methods = [method for method in rows_by(rows, "method") if method != "dense"]
    shares = sorted({kept for method, kept in groups if method != "dense"}, reverse=True)
    equal = []
    for axis, share in itertools.product(AXES, shares):
        equal.append({"axis": axis, "share": share} | compared(at_equal(rows, axis, share, share), methods, size))
    head = {"command": "python experiments/pruning_families.py", "versions": record["versions"], "date": record["date"]}
    settings = {name: record["settings"][name] for name in COPIED}
    settings |= {"network": NETWORK, "methods": methods, "shares": shares, "groups": list(rows[0]["left"])}
    points = [point_of(method, kept, each, size) for (method, kept), each in groups.items()]
    return head | {"settings": settings, "rows": points, "equal": equal}


def main():
    made = derived(recorded("pruning"), widths_timed())
    write_lined(RESULTS / "pruning_families.json", made, ("rows", "equal"))


if __name__ == "__main__":
    main()
