"""What experiments/capsules.py measured of networks that the figure `capsule_budget` can be set to: a row for each training.

    python experiments/capsule_budget.py      # seconds, after the parts bits, routing and types of capsules.py

capsule_budget.json has no number that those records do not determine: means over the seeds with their standard errors. Bits 32
are the float network. A row says how its networks were trained: `epochs` in all, of them `before` with `had` types where types
were removed; `how`, by which part of the experiment and in which way.
"""

from capsules_bits import FLOAT, SIZE
from capsules_routing import SIDES
from capsules_runs import SHIFT
from record import RESULTS, write_lined

from squeezelab.data import digits
from squeezelab.networks.capsnet import CAPSNETS
from squeezelab.recorded import recorded, scores

SOURCES = ("capsules_bits", "capsules_routing", "capsules_types", "capsules_types_scratch")
ITERATIONS, FLOAT_BITS = 3, 32  # of every network that is not told otherwise
TINY = "tiny"
BY_SCORE = "activity"  # the score that types are removed by: the figure has no other


def point(how, size, epochs, score, **more):
    """A row: a network, how it was trained, and what it reads."""
    network = {"size": size, "types": CAPSNETS[size].primary[0], "iterations": ITERATIONS, "bits": FLOAT_BITS} | more
    return {"how": how} | network | {"epochs": epochs, "accuracy": round(score.mean, 5), "error": round(score.error, 5)}


def bits_points(epochs, found):
    rows = [(FLOAT_BITS if bits == FLOAT else bits, score) for bits, score in found.items()]
    return [point("bits", SIZE, epochs, score, bits=bits) for bits, score in sorted(rows)]


def routing_points(epochs, found):
    """Without a decoder, each input with matrices of its own: what the figure draws."""
    plain = {side: options["iterations"] for side, options in SIDES.items() if list(options) == ["iterations"]}
    return [point("routing", TINY, epochs, found[side], iterations=count) for side, count in plain.items()]


def removed_points(before, epochs, found):
    """Sides "8 to 4, activity" and "8 to 8"."""
    rows = []
    for side, score in found.items():
        kept, _, by = side.partition(", ")
        had, left = map(int, kept.split(" to "))
        if by in ("", BY_SCORE):
            rows.append(point("removed", TINY, before + epochs, score, types=left) | {"had": had, "before": before})
    return sorted(rows, key=lambda row: (row["had"], -row["types"]))


def scratch_points(epochs, found):
    return [point("scratch", TINY, epochs, score, types=int(side.split()[0])) for side, score in found.items()]


def derived():
    """The contents of capsule_budget.json."""
    records = [recorded(name) for name in SOURCES]
    bits, routing, removed, scratch = [record["settings"] for record in records]
    found = [scores(name, "bits" if name == "capsules_bits" else "side") for name in SOURCES]
    rows = bits_points(bits["epochs"], found[0]) + routing_points(routing["epochs"], found[1])
    rows += removed_points(removed["before"][0], removed["epochs"], found[2]) + scratch_points(scratch["epochs"], found[3])
    settings = {"seeds": bits["seeds"], "test_size": bits["test_size"], "images": len(digits()[0]), "shift": SHIFT}
    settings |= {"sources": list(SOURCES)}
    head = {"command": "python experiments/capsule_budget.py", "versions": records[0]["versions"]}
    return head | {"date": max(record["date"] for record in records), "settings": settings, "rows": rows}


def main():
    write_lined(RESULTS / "capsule_budget.json", derived(), ("rows",))


if __name__ == "__main__":
    main()
