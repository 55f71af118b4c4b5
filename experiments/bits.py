"""What experiments/quantization.py measured of the calibrated `mini_vgg`, in the numbers that the figures on bits need.

    python experiments/bits.py      # a second, after quantization.py

bits.json has no number that the record quantization.json does not determine: digits read, means over the seeds with their
standard errors, by bits, granularity and calibration, those of the float networks, and those of bits for each layer.
"""

from record import RESULTS, write_lined

from squeezelab.recorded import mean_se, recorded
from squeezelab.recorded.results import rows_by

NETWORK = "mini_vgg"
CALIBRATIONS = ("minmax", "percentile", "mse", "kl")  # that the figure offers
COPIED = ("seeds", "test_size", "converged")  # settings of the measurement
DIGITS = 5


def score_of(rows, size):
    """{"accuracy", "error"} of rows that differ in their seed."""
    score = mean_se([row["accuracy"] for row in rows], size)
    return {"accuracy": round(score.mean, DIGITS), "error": round(score.error, DIGITS)}


def derived(record):
    """The contents of bits.json; record: quantization.json's."""
    size, where = record["settings"]["test_size"], {"network": NETWORK, "width": 1.0, "setting": None}
    floats = rows_by(record["rows"], "part", where | {"part": "float"})["float"]
    names = ("bits", "granularity", "calibration")
    groups = rows_by(record["rows"], names, where | {"part": "calibrated"})
    rows = [dict(zip(names, key)) | score_of(each, size) for key, each in groups.items() if key[2] in CALIBRATIONS]
    mixed = rows_by(record["rows"], ("method", "bits"), where | {"part": "mixed"})
    choices = [{"way": way, "budget": bits} | score_of(each, size) for (way, bits), each in mixed.items()]
    settings = {name: record["settings"][name] for name in COPIED}
    settings |= {"network": NETWORK, "float": score_of(floats, size)}
    head = {"command": "python experiments/bits.py", "versions": record["versions"], "date": record["date"]}
    return head | {"settings": settings, "rows": rows, "mixed": choices}


def main():
    write_lined(RESULTS / "bits.json", derived(recorded("quantization")), ("rows", "mixed"))


if __name__ == "__main__":
    main()
