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
from .fitting import fit
from .history import History
from .latency import latency
from .meter import TrainingMeter
from .optimizers import adamw
from .rates import constant, one_cycle
from .references import REFERENCES, reference
from .saved import saved_bytes
from .state import Training

__all__ = [
    "REFERENCES",
    "History",
    "Score",
    "Training",
    "TrainingMeter",
    "adamw",
    "best_device",
    "constant",
    "evaluate",
    "fit",
    "latency",
    "one_cycle",
    "reference",
    "saved_bytes",
]
