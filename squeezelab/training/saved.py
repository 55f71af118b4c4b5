"""How many bytes autograd keeps for the backward pass.

A view keeps its whole storage in memory, but a batch that is a slice of the data set is no reason to charge the training with
the data set: counted are the bytes that the saved tensors themselves reach, once where several reach the same.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks


class SavedBytes:
    """How many bytes autograd keeps right now, and at most so far; `pack` and `unpack` are its hooks."""

    def __init__(self):
        self.own = set()  # storages of parameters and buffers, which are there anyway
        self.users = {}  # {storage: {layout: how many saved tensors have it}}
        self.sizes = {}  # {storage: bytes that these reach}
        self.now = self.peak = 0

    def leave_out(self, model):
        """What the model itself holds, wherever it lies by now, is not counted."""
        held = [*model.parameters(), *model.buffers()]
        self.own = {storage_of(part) for tensor in held for part in parts_of(tensor)}

    def pack(self, tensor):
        """What autograd keeps in place of a tensor."""
        return Saved(tensor, self)

    def unpack(self, saved):
        """The tensor, when the backward pass asks for it; raises as torch does where it was overwritten since."""
        if saved.tensor._version != saved.version:
            raise RuntimeError(
                f"a tensor of shape {tuple(saved.tensor.shape)}, saved for the backward pass, was overwritten by an in-place "
                f"operation (it is at version {saved.tensor._version}, expected {saved.version}): its gradient cannot be computed"
            )
        return saved.tensor

    def add(self, tensor):
        """Counts a saved tensor → what `remove` needs; nothing for what the model holds itself."""
        added = []
        for part in parts_of(tensor):
            storage, layout = storage_of(part), layout_of(part)
            if storage not in self.own and layout is not None:
                users = self.users.setdefault(storage, {})
                users[layout] = users.get(layout, 0) + 1
                added.append((storage, layout))
                if users[layout] == 1:
                    self.measure(storage)
        return added

    def remove(self, added):
        """Counts what `add` counted no longer."""
        for storage, layout in added:
            users = self.users[storage]
            users[layout] -= 1
            if not users[layout]:
                del users[layout]
                self.measure(storage)

    def measure(self, storage):
        """Brings the sums up to date after the views of a storage have changed."""
        views = self.users[storage]
        size = bytes_reached(list(views))
        self.now += size - self.sizes.get(storage, 0)
        self.peak = max(self.peak, self.now)
        self.sizes[storage] = size
        if not views:
            del self.users[storage], self.sizes[storage]


class Saved:
    """A tensor that autograd keeps; the count goes down when it is let go. Detached, since a result that kept its own graph
    would never be let go."""

    def __init__(self, tensor, books):
        self.tensor, self.version, self.books = tensor.detach(), tensor._version, books
        self.added = books.add(tensor)

    def __del__(self):
        self.books.remove(self.added)


def parts_of(tensor):
    """The dense tensors that a tensor is made of: itself, or the indices and values of a sparse one."""
    if tensor.layout == torch.strided:
        return [tensor]
    if tensor.layout == torch.sparse_coo:
        return [tensor._indices(), tensor._values()]
    by_rows = tensor.layout in (torch.sparse_csr, torch.sparse_bsr)
    places = (tensor.crow_indices(), tensor.col_indices()) if by_rows else (tensor.ccol_indices(), tensor.row_indices())
    return [*places, tensor.values()]


def storage_of(tensor):
    """What two tensors have in common that share their memory."""
    return tensor.untyped_storage()._cdata


def layout_of(tensor):
    """(first byte, ((stride, size), …)) of the bytes that a tensor reaches: runs from the densest up, those that follow on one
    another merged, axes that repeat the same values left out. None for a tensor without values.

    >>> layout_of(torch.zeros(4, 3).T), layout_of(torch.zeros(4, 3)[:, 1:].expand(5, 4, 2))
    ((0, ((1, 48),)), (4, ((1, 8), (12, 4))))
    """
    if not tensor.numel():
        return None
    item = tensor.element_size()
    runs = [(1, item)]
    steps = [(stride * item, size) for stride, size in zip(tensor.stride(), tensor.shape) if stride and size > 1]
    for stride, size in sorted(steps):
        last, length = runs[-1]
        if stride == last * length:
            runs[-1] = (last, length * size)
        else:
            runs.append((stride, size))
    return tensor.storage_offset() * item, tuple(runs)


def bytes_reached(layouts):
    """How many bytes layouts over one storage reach, each byte once."""
    if all(len(runs) == 1 for _, runs in layouts):
        return length_of_union([(first, first + runs[0][1]) for first, runs in layouts])
    if len(layouts) == 1 and not overlaps(layouts[0][1]):
        return math.prod(size for _, size in layouts[0][1])
    return bytes_marked(layouts)


def length_of_union(spans):
    """Length of what spans (first, end) cover."""
    total, reached = 0, 0
    for first, end in sorted(spans):
        total += max(0, end - max(first, reached))
        reached = max(reached, end)
    return total


def overlaps(runs):
    """Whether a layout may come twice to the same byte, as overlapping windows do."""
    reach = 0
    for stride, size in runs:
        if stride <= reach:
            return True
        reach += stride * (size - 1)
    return False


def bytes_marked(layouts):
    """The same by marking what is reached, in units of the longest piece that all layouts consist of."""
    low = min(first for first, _ in layouts)
    pieces = [value for first, runs in layouts for value in (first - low, runs[0][1], *[stride for stride, _ in runs[1:]])]
    unit = math.gcd(*pieces)
    high = max(first + sum(stride * (size - 1) for stride, size in runs) for first, runs in layouts)
    marks = np.zeros((high - low) // unit + 1, dtype=bool)
    for first, runs in layouts:
        shape = [runs[0][1] // unit, *[size for _, size in runs[1:]]]
        strides = [1, *[stride // unit for stride, _ in runs[1:]]]
        np.lib.stride_tricks.as_strided(marks[(first - low) // unit :], shape, strides)[...] = True
    return unit * int(marks.sum())


def saved_bytes(function: Callable, *models: nn.Module) -> int:
    """Bytes that autograd keeps for the backward pass when ``function()`` has returned, what the models hold not counted.

    Bytes that several saved tensors reach count once. Raises a ValueError where nothing is returned that has a backward pass:
    what it would need is gone by then.

    >>> layer = nn.Linear(3, 4)
    >>> saved_bytes(lambda: layer(torch.ones(2, 3)), layer)  # its input
    24
    """
    books = SavedBytes()
    books.leave_out(nn.ModuleList(models))
    with saved_tensors_hooks(books.pack, books.unpack):
        made = function()
    if not isinstance(made, torch.Tensor) or made.grad_fn is None:
        found = type(made).__name__ if not isinstance(made, torch.Tensor) else "a tensor without gradients"
        raise ValueError(
            f"saved_bytes asks what a result keeps for its gradient: the function must return one with a gradient, not {found}"
        )
    return books.now
