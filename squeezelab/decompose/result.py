"""What every factorisation is: its factors, how far it is from the kernel, and what it costs as layers."""

import math

import torch

from ..compression.factored import factored
from ..core.checks import pair
from ..networks import Network


def frobenius_norm(tensor):
    """‖X‖ in double precision, of values of any size: squares beyond the range of a double do not matter."""
    peak = float(tensor.abs().max()) if tensor.numel() else 0.0
    if peak == 0 or not math.isfinite(peak):
        return peak
    return peak * float(torch.linalg.vector_norm(tensor.double() / peak))


def as_kernel(kernel, least=4):
    """`kernel` as a tensor of shape (T, S, K, L), in a number format of its own that can hold fractions; a matrix (T, S) is a
    1×1 kernel where `least` is 2. Raises a ValueError for what is no kernel, and for one without a relative error."""
    kernel = as_tensor(kernel, "a kernel")
    if kernel.ndim not in {least, 4}:
        wanted = "(T, S, K, L) or, as a matrix, (T, S)" if least == 2 else "(T, S, K, L)"
        hint = "; a matrix is for 'svd'" if kernel.ndim == 2 else ""
        raise ValueError(f"a kernel has the shape {wanted}, not {tuple(kernel.shape)}{hint}")
    check_values(kernel, "the kernel", "; was its training loss finite to the end?")
    if not kernel.is_floating_point() or kernel.element_size() < 2:  # whole numbers, and eight bits of a fraction
        kernel = kernel.float()
    if not frobenius_norm(kernel):
        raise ValueError("the kernel is zero everywhere, so an error relative to its norm has no meaning")
    return kernel.reshape(kernel.shape + (1, 1)) if kernel.ndim == 2 else kernel


def as_tensor(values, what):
    """`values` as a tensor without a graph; numbers in lists are Python's own, in double precision."""
    try:
        return torch.as_tensor(values, dtype=None if hasattr(values, "dtype") else torch.float64).detach()
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{what} is a tensor or an array of numbers, not {type(values).__name__}: {error}") from error


def check_values(tensor, what, hint=""):
    """Raises unless a tensor holds real, finite numbers, at least one, whose norm is one; `hint` is for those that are not."""
    if tensor.is_complex():
        raise ValueError(f"{what} is complex ({tensor.dtype}); factors are real numbers: factorise its real and imaginary parts")
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.is_meta:
        kind = "quantised: dequantize() it" if tensor.is_quantized else "sparse: take its to_dense()"
        raise ValueError(f"{what} is {'on the meta device and has no values' if tensor.is_meta else kind}")
    if not tensor.is_floating_point() or tensor.element_size() < 2:
        tensor = tensor.float()
    if not tensor.numel():
        raise ValueError(f"{what} of shape {tuple(tensor.shape)} is empty: it has no values to factorise")
    if not torch.isfinite(tensor).all():
        raise ValueError(f"{what} holds NaN or infinite values{hint}")
    if not math.isfinite(frobenius_norm(tensor)):
        raise ValueError(
            f"the norm of {what}, with values up to {float(tensor.abs().max()):.0e}, fits into no double: divide it first"
        )


def in_double(kernel):
    """(the kernel in double precision, divided by a power of two that brings its largest value near one; that power).

    In single precision CP's sweeps end at other solutions, not at the same with fewer digits: rounding stops terms that cancel.
    """
    kernel = kernel.to("cpu" if kernel.device.type == "mps" else kernel.device, torch.float64)  # Apple's GPUs have no doubles
    scale = 2.0 ** (math.frexp(float(kernel.abs().max()))[1] - 1)
    return kernel / scale, scale


def relative_error(kernel: torch.Tensor, rebuilt: torch.Tensor) -> float:
    """‖W − Ŵ‖ / ‖W‖, in double precision. Raises a ValueError for tensors of different shapes.

    >>> relative_error(torch.tensor([3.0, 4.0]), torch.tensor([0.0, 4.0]))
    0.6
    """
    kernel, rebuilt = torch.as_tensor(kernel).detach(), torch.as_tensor(rebuilt)
    if kernel.shape != rebuilt.shape:
        raise ValueError(f"a kernel {tuple(kernel.shape)} is compared with one of its own shape, not {tuple(rebuilt.shape)}")
    kernel = kernel.to("cpu" if kernel.device.type == "mps" else kernel.device, torch.float64)
    peak = float(kernel.abs().max())  # so that the squares of no value leave the range of a double
    return frobenius_norm(kernel / peak - rebuilt.detach().to(kernel) / peak) / frobenius_norm(kernel / peak)


def tail(squares):
    """What is left out after the largest 1, 2, … of non-negative numbers, as a share of their sum."""
    squares = squares.flatten().double().sort(descending=True).values
    return (1 - squares.cumsum(0) / squares.sum()).clamp_min(0)


class Factorisation:
    """A kernel as a sum of simpler ones, fitted in double precision. `factors` are tensors, `weights` the scale of each term
    (None where the method has none), `error` is ‖W − Ŵ‖/‖W‖, `shape` the (T, S, K, L) of the kernel, `method` and `rank` what
    was asked for."""

    method = None

    def __init__(self, kernel, rank, factors, weights=None):
        self.shape = tuple(kernel.shape)
        self.rank = rank
        self.factors = tuple(factors)
        self.weights = weights
        self.like = {"dtype": kernel.dtype, "device": kernel.device}
        self.error = relative_error(kernel, self.total())

    def total(self):
        """Ŵ as the factors have it, in double precision."""
        raise NotImplementedError

    def rebuild(self):
        """Ŵ, of shape (T, S, K, L), in the kernel's own number format."""
        return self.total().to(**self.like)

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
