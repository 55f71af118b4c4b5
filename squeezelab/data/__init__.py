"""Images to learn from: digits that come with the package, harder sets made of them, and the whole sets from the network.

>>> train, test = digits()
>>> images, labels = next(iter(train.batches(128, seed=0)))
>>> images.shape, labels.shape
(torch.Size([128, 1, 28, 28]), torch.Size([128]))

The digits are a selection from MNIST (LeCun, Cortes, Burges), which is usually distributed under CC BY-SA 3.0, as is the
selection; `digits.txt` beside this file says more.
"""

from .affine import affine_digits
from .composed import cluttered_digits, overlapping_digits
from .embedded import digits
from .examples import Examples
from .fetch import DownloadError, Source
from .formats import DataFileError
from .full_sets import cifar10, cifar100, fashion_mnist, mnist, svhn
from .shifted import Shifted

__all__ = [
    "DataFileError",
    "DownloadError",
    "Examples",
    "Shifted",
    "Source",
    "affine_digits",
    "cifar10",
    "cifar100",
    "cluttered_digits",
    "digits",
    "fashion_mnist",
    "mnist",
    "overlapping_digits",
    "svhn",
]
