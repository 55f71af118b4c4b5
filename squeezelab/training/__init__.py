"""Training as the chapters do it: `fit` a model, `evaluate` it, meter what training costs, time what it is worth.

>>> import torch
>>> from squeezelab.data import digits
>>> from squeezelab.training import evaluate, reference
>>> train, test = digits()
>>> evaluate(reference("mini_vgg"), test).accuracy > 0.98
True
"""

from .device import best_device
from .evaluation import Score, evaluate
from .fitting import adamw, constant, fit, one_cycle
from .history import History
from .latency import latency
from .meter import TrainingMeter
from .references import REFERENCES, reference

__all__ = [
    "REFERENCES",
    "History",
    "Score",
    "TrainingMeter",
    "adamw",
    "best_device",
    "constant",
    "evaluate",
    "fit",
    "latency",
    "one_cycle",
    "reference",
]
