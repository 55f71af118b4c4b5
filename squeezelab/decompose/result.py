"""What every factorisation is: its factors, how far it is from the kernel, and what it costs as layers."""

import math

import torch

from ..networks import Network
from ..networks.factored import factored
from ..networks.shapes import pair

TINY, HUGE = 1e-12, 1e15  # norms between which the squares of a kernel's values stay in the range of a float32


def norm(tensor):
    """‖X‖, summed in double precision without a copy in double precision."""
    return float(torch.linalg.vector_norm(tensor, dtype=torch.float64))


def as_kernel(kernel, least=4):
    """`kernel` as a float tensor of shape (T, S, K, L); a matrix (T, S) is a 1×1 kernel where `least` is 2."""
    kernel = torch.as_tensor(kernel).detach()
    if kernel.ndim not in {least, 4}:
        wanted = "(T, S, K, L) or, as a matrix, (T, S)" if least == 2 else "(T, S, K, L)"
        hint = "; a matrix is for 'svd'" if kernel.ndim == 2 else ""
        raise ValueError(f"a kernel has the shape {wanted}, not {tuple(kernel.shape)}{hint}")
    if not kernel.is_floating_point() or kernel.element_size() < 4:
        kernel = kernel.float()  # half precision has no eigenvalues, whole numbers no fractions
    size = norm(kernel)  # not finite as soon as one value is not
    if not math.isfinite(size):
        raise ValueError("the kernel holds NaN or infinite values; was its training loss finite to the end?")
    if size == 0:
        raise ValueError("the kernel is zero everywhere, so an error relative to its norm has no meaning")
    if not TINY < size < HUGE:
        kernel = kernel.double()
    return kernel.reshape(kernel.shape + (1, 1)) if kernel.ndim == 2 else kernel


def relative_error(kernel, rebuilt):
    """‖W − Ŵ‖ / ‖W‖."""
    kernel = torch.as_tensor(kernel).detach()
    return norm(kernel - rebuilt) / norm(kernel)


def tail(squares):
    """What is left out after the largest 1, 2, … of non-negative numbers, as a share of their sum."""
    squares = squares.flatten().double().sort(descending=True).values
    return (1 - squares.cumsum(0) / squares.sum()).clamp_min(0)


class Factorisation:
    """A kernel as a sum of simpler ones. `factors` are tensors, `weights` the scale of each term (None where the method
    has none), `error` is ‖W − Ŵ‖/‖W‖, `shape` the (T, S, K, L) of the kernel, `method` and `rank` what was asked for."""

    method = None

    def __init__(self, kernel, rank, factors, weights=None):
        self.shape = tuple(kernel.shape)
        self.rank = rank
        self.factors = tuple(factors)
        self.weights = weights
        self.error = relative_error(kernel, self.rebuild())

    def rebuild(self):
        """Ŵ, of shape (T, S, K, L)."""
        raise NotImplementedError

    def layer_weights(self):
        """One weight tensor per layer in the order of execution, the scale of a term spread evenly over them."""
        raise NotImplementedError

    @property
    def params(self):
        """Weights of the factored layer; a bias adds T."""
        return sum(weight.numel() for weight in self.layer_weights())

    @property
    def dense_params(self):
        """Weights of the kernel itself."""
        return self.shape[0] * self.shape[1] * self.shape[2] * self.shape[3]

    def macs(self, size=(1, 1), stride=1, padding="same", dilation=1):
        """Multiply-accumulates over a map of `size` (rows, columns) for one image, counted as the network counts them."""
        c_out, c_in, *kernel = self.shape
        net = Network("layer", (c_in, *pair(size, "the size of the map")))
        net.conv(net.input, c_out, tuple(kernel), stride, padding, dilation, bias=False, name="conv")
        return factored(net, "conv", self.method, self.rank).macs

    def __repr__(self):
        shape = "×".join(map(str, self.shape))
        share = self.params / self.dense_params
        return f"{self.method} of {shape} at rank {self.rank}: error {self.error:.4f}, {self.params} weights ({share:.1%})"
