"""Reads `tests/golden/`; its README explains the columns."""

import csv

from squeezelab.networks import alexnet, mobilenet, resnet, squeezenet, squeezenext
from support import ROOT

FOLDER = ROOT / "tests/golden"
LONG = (12, 12, 16, 2)  # the natural reading of "44" [inferred]

BUILDERS = {
    "1.0-SqNxt-23": lambda: squeezenext(),
    "1.0-G-SqNxt-23": lambda: squeezenext(groups=2),
    "1.0-SqNxt-23v2-serial": lambda: squeezenext(version=2),
    "1.0-SqNxt-23v2-parallel": lambda: squeezenext(version=2, projection="parallel"),
    "1.0-SqNxt-23v3-serial": lambda: squeezenext(version=3),
    "1.0-SqNxt-23v3-parallel": lambda: squeezenext(version=3, projection="parallel"),
    "1.0-SqNxt-23v4-serial": lambda: squeezenext(version=4),
    "1.0-SqNxt-23v4-parallel": lambda: squeezenext(version=4, projection="parallel"),
    "1.0-SqNxt-23v5": lambda: squeezenext(version=5),
    "1.5-SqNxt-23": lambda: squeezenext(1.5),
    "1.5-SqNxt-23v5": lambda: squeezenext(1.5, version=5),
    "2.0-SqNxt-23": lambda: squeezenext(2.0),
    "2.0-SqNxt-23v4-serial": lambda: squeezenext(2.0, version=4),
    "2.0-SqNxt-23v5": lambda: squeezenext(2.0, version=5),
    "1.0-SqNxt-44": lambda: squeezenext(depths=LONG),
    "1.5-SqNxt-44": lambda: squeezenext(1.5, depths=LONG),
    "2.0-SqNxt-44": lambda: squeezenext(2.0, depths=LONG),
    "SqueezeNet-1.0": lambda: squeezenet("1.0"),
    "SqueezeNet-1.1": lambda: squeezenet("1.1"),
    "SqueezeNet-1.1@224": lambda: squeezenet("1.1", resolution=224),
    "AlexNet": lambda: alexnet(),
    "MobileNet-1.0": lambda: mobilenet(),
    "ResNet-18": lambda: resnet(18),
    "ResNet-50": lambda: resnet(50),
    "ResNet-50-v1.5": lambda: resnet(50, stride_in_3x3=True),
}


def rows(name):
    """The rows of a CSV file as dicts; whole numbers as ints, and an empty `network` filled from the row above."""
    with open(FOLDER / name, newline="") as file:
        read = [{key: number(value) for key, value in row.items()} for row in csv.DictReader(file)]
    for above, row in zip(read, read[1:]):
        if row.get("network") == "":
            row["network"] = above["network"]
    return read


def number(text):
    return int(text) if text.lstrip("-").isdigit() else text


def by_network(name):
    """{network: rows}."""
    grouped = {}
    for row in rows(name):
        grouped.setdefault(row["network"], []).append(row)
    return grouped
