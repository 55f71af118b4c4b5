"""Images to learn from: digits that come with the package.

>>> train, test = digits()
>>> images, labels = next(iter(train.batches(128, seed=0)))
>>> images.shape, labels.shape
(torch.Size([128, 1, 28, 28]), torch.Size([128]))
"""

from .embedded import digits
from .examples import Examples

__all__ = ["Examples", "digits"]
