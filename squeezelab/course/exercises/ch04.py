"""Checks of chapter 4, decomposition."""

from math import sqrt

from squeezelab.compression.factored import factored
from squeezelab.hardware import simulate
from squeezelab.networks import Network, build

from ..checks import UNTOUCHED, computed_once, function_hint, number_hint, type_name
from ..dice import Dice


def check_largest_saving_rank(answer):
    def below(weights, per_term):
        """The largest whole rank with fewer weights."""
        return (weights - 1) // per_term

    def right(c_out, c_in, k):
        return below(c_out * c_in * k**2, c_out + c_in + 2 * k)

    def quotient(c_out, c_in, k):
        return c_out * c_in * k**2 / (c_out + c_in + 2 * k)

    dice = Dice(41)
    cases = [(3, 9, 3), (12, 6, 3), (64, 64, 3), (1, 32, 5)]  # 243/18 and 648/24: with and without a remainder
    cases += [(dice.randint(4, 256), dice.randint(4, 256), dice.choice([2, 3, 5, 7])) for _ in range(25)]
    mistakes = [
        (lambda c_out, c_in, k: int(quotient(c_out, c_in, k)), "at that rank it may have as many weights, not fewer"),
        (quotient, "that is where they are equal; a whole rank below"),
        (lambda *shape: int(quotient(*shape)) - 1, "a rank more still has fewer weights, where the division leaves a remainder"),
        (lambda *shape: right(*shape) + 1, "at that rank it has as many weights or more"),
        (lambda t, s, k: below(t * s * k**2, t + s + k**2), "that is CP-3; CP has 2K taps a term"),
        (lambda t, s, k: below(t * s * k**2, t + s + k), "a term has K taps along the rows and K along the columns"),
        (lambda t, s, k: below(t * s * k**2, t + s), "each term has taps, too: one vector per mode"),
        (lambda t, s, k: below(t * s * k, t + s), "that is the separable pair"),
        (lambda t, s, k: below(t * s * k**2, t + s * k**2), "that is the SVD of the kernel as a matrix"),
    ]
    return function_hint(answer, right, cases, "(c_out, c_in, k)", mistakes=mistakes)


def cp_macs(c_in, c_out, rank, size, stride):
    net = Network("layer", (c_in, size, size))
    net.conv(net.input, c_out, 3, stride, padding=1, bias=False, name="conv")
    return factored(net, "conv", "cp", rank).macs


def check_cp_macs(answer):
    def law(on_all, on_rows, on_few, rounded=lambda size, stride: -(-size // stride)):
        """MACs a term: taps on the whole map, on one with fewer rows, and on one that is small along both axes."""

        def macs(c_in, c_out, rank, size, stride):
            small = rounded(size, stride)
            taps = [count(c_in, c_out) for count in (on_all, on_rows, on_few)]
            return rank * (taps[0] * size**2 + taps[1] * size * small + taps[2] * small**2)

        return macs

    def parts(*counts):
        return [lambda c_in, c_out, count=count: count[0] * c_in + count[1] * c_out + count[2] for count in counts]

    none, inputs, outputs, rows = (0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 3)
    horizontal = (0, 1, 3)
    mistakes = [
        (law(*parts(inputs, none, (0, 1, 6))), "the vertical layer strides over the rows only: its map still has all columns"),
        (law(*parts(none, none, (1, 1, 6))), "the first 1×1 has no stride; it sees the whole map"),
        (law(*parts((1, 1, 6), none, none)), "what does the stride save?"),
        (law(*parts((1, 0, 3), none, horizontal)), "the vertical layer already strides over the rows"),
        (law(*parts(inputs, (0, 0, 6), outputs)), "the horizontal layer strides over the columns"),
        (law(*parts(inputs, rows, outputs)), "the horizontal layer has three taps, too"),
        (law(*parts(inputs, none, horizontal)), "the vertical layer has three taps, too"),
        (law(*parts(inputs, none, (0, 1, 9))), "that is CP-3: a 3×3 in place of the 3×1 and the 1×3"),
        (law(*parts(outputs, rows, (1, 0, 3))), "c_in and c_out are exchanged: the first layer reads the inputs"),
        (law(*parts(inputs, rows, horizontal), lambda size, stride: size // stride), "the size after a stride is rounded up"),
        (lambda *shape: 2 * cp_macs(*shape), "these are FLOPs; a multiplication with its addition is one MAC"),
        (lambda *shape: cp_macs(*shape) / shape[2], "that is one term; there are `rank` of them"),
    ]
    dice = Dice(42)
    cases = [(16, 24, 5, 14, 1), (16, 24, 5, 14, 3), (8, 4, 2, 7, 2), (24, 16, 3, 13, 4)]
    for _ in range(20):
        cases.append((dice.randint(4, 64), dice.randint(4, 64), dice.randint(1, 60), dice.randint(7, 32), dice.randint(1, 4)))
    return function_hint(answer, cp_macs, cases, "(c_in, c_out, rank, size, stride)", mistakes=mistakes)


def check_mttkrp(answer):
    """On two kernels, one with four different sizes, one with equal ones; the only check that needs torch."""
    if not callable(answer):
        return f"a function of (kernel, outer, rows, columns) is asked for, not {type_name(answer)}"
    try:
        import torch
    except ImportError:
        return "this check needs torch, which is not here: run the chapter in JupyterLab or Colab"
    for shape, rank in (((6, 5, 3, 2), 4), ((4, 4, 4, 4), 4)):
        hint = mttkrp_hint(torch, answer, shape, rank)
        if hint:
            return hint
    return None


def mttkrp_hint(torch, answer, shape, rank):
    """What is wrong with a product for a kernel of this shape; None if nothing is."""
    dice = torch.Generator().manual_seed(43)
    kernel = torch.randn(*shape, generator=dice)
    outer, rows, columns = [torch.randn(shape[axis], rank, generator=dice) for axis in (0, 2, 3)]
    right = torch.einsum("tskl,tr,kr,lr->sr", kernel, outer, rows, columns)
    got = answer(kernel.clone(), outer.clone(), rows.clone(), columns.clone())
    if got is Ellipsis:
        return UNTOUCHED
    if got is None:
        return "it returns nothing yet; does it end with `return`?"
    if not hasattr(got, "tolist") and not isinstance(got, (list, tuple)):
        return f"a tensor is asked for, not {type_name(got)}"
    got, right = torch.as_tensor(got).detach().double(), right.double()
    if got.shape == right.T.shape and torch.allclose(got, right.T, rtol=1e-4, atol=1e-4):
        return "inputs and ranks are the wrong way round"
    if got.shape != right.shape:
        return f"for S = {shape[1]} and R = {rank} the shape is {tuple(right.shape)}, not {tuple(got.shape)}"
    if torch.allclose(got, right, rtol=1e-4, atol=1e-4):
        return None
    return "the shape is right, the values are not: which axis goes with which factor?"


def least_rank(errors, most):
    """The smallest rank whose entry of `errors` is at most `most`."""
    return [rank for rank, error in enumerate(errors) if error <= most][0]


def check_rank_for(answer):
    def tails(values):
        return [sum(values[rank:]) for rank in range(len(values) + 1)]

    def squares(values):
        return sorted([value**2 for value in values], reverse=True)

    def right(singular_values, error):
        energies = squares(singular_values)
        return least_rank(tails(energies), error**2 * sum(energies))

    def of_energy(singular_values, error):
        energies = squares(singular_values)
        return least_rank(tails(energies), error * sum(energies))

    def unsquared(singular_values, error):
        values = sorted(singular_values, reverse=True)
        return least_rank(tails(values), error * sum(values))

    def unsorted_(singular_values, error):
        energies = [value**2 for value in singular_values]
        return least_rank(tails(energies), error**2 * sum(energies))

    def smallest_first(singular_values, error):
        energies = squares(singular_values)[::-1]
        return least_rank(tails(energies), error**2 * sum(energies))

    def below(singular_values, error):
        energies = squares(singular_values)
        return len([tail for tail in tails(energies) if tail >= error**2 * sum(energies)])

    def of_kept(singular_values, error):
        energies = squares(singular_values)
        return least_rank(tails(energies), (1 - error**2) * sum(energies))

    def of_largest(singular_values, error):
        return len([value for value in singular_values if value > error * max(singular_values)])

    mistakes = [
        (below, "at most: an error of exactly `error` will do"),
        (of_energy, "that is the rank that leaves out this share of the energy; the error is its root"),
        (unsquared, "energies are the squares of the singular values"),
        (unsorted_, "they come in any order: the largest ones are kept"),
        (smallest_first, "the largest ones are kept, not the smallest"),
        (of_kept, "the error is what is left out, not what is kept"),
        (of_largest, "it is not the single value that counts, but all that is left out together"),
        (lambda values, error: right(values, error) + 1, "one fewer will do"),
        (lambda values, error: right(values, error) - 1, "one more is needed"),
    ]
    return function_hint(answer, right, spectra(), "(singular_values, error)", mistakes=mistakes)


def spectra():
    """Singular values in any order and an error; in the first ones some rank has exactly this error."""
    cases = [([1, 1, 1, 1], 0.5), ([1] * 16, 0.25), ([1, 2, 1, 1, 1], 0.5), ([1] * 16, 0.75)]
    dice = Dice(44)
    for _ in range(20):
        values = [dice.randint(1, 300) / dice.choice([2, 16, 128]) for _ in range(dice.randint(3, 12))]
        cases.append((values, dice.choice([0.1, 0.3, 0.5, 0.8])))
    return cases


def check_ratio(answer):
    sums = [(2**-10 - 1,), (2**-7 - 1,), (2**-4 - 1,), (-0.5,), (-0.125,), (0.0,), (0.25,), (0.875,)]  # exact in single precision
    mistakes = [
        (lambda cosine: 1 / (1 + cosine), "that is its square: the gauge compares lengths"),
        (lambda cosine: 1 / sqrt(1 - cosine), "a negative cosine makes terms cancel, a positive one does not"),
        (lambda cosine: sqrt(1 + cosine), "that is its inverse: the terms come first, their sum second"),
        (lambda cosine: 1 / sqrt(2 + 2 * cosine), "above the line both terms count: √(λ² + λ²)"),
        (lambda cosine: sqrt(2 / (1 + cosine)), "the length of all terms is the root of the sum of their squares, not their sum"),
        (
            lambda cosine: 1 / sqrt(1 + 2 * cosine) if cosine > -0.5 else 0,
            "both squares count: 2λ² (1 + cosine) below the line",
        ),
        (lambda cosine: 1 / sqrt(1 - cosine**2), "‖x + y‖² has the product ⟨x, y⟩ twice, not its square"),
    ]
    return function_hint(answer, lambda cosine: 1 / sqrt(1 + cosine), sums, "(cosine)", mistakes=mistakes)


def check_degenerate_cosine(answer):
    """The cosine at which the gauge reaches 10, the chapter's threshold."""
    slips = [
        (0.99, "terms that cancel point in opposite directions"),
        (-0.9, "the ratio is a root: at -0.9 it is √10"),
        (1 / 9 - 1, "at a ratio of 3 they are called strained, at 10 degenerate"),
        (0.01, "that is 1 + cosine"),
        (-0.01, "1 + cosine is 0.01"),
    ]
    return number_hint(answer, -0.99, slips=slips)


def fastest_rank():
    """The largest rank up to break-even at which CP on conv4 takes fewer cycles than the dense layer."""
    network = build("mini_vgg")

    def cycles(net):
        return simulate(net, "squeezelerator-16").cycles

    limit, rank = cycles(network), 275
    while cycles(factored(network, "conv4", "cp", rank)) >= limit:
        rank -= 1
    return rank


def check_fastest_rank(answer):
    right = computed_once("fastest rank", fastest_rank)
    slips = [
        (275, "that is the break-even of weights and MACs; time has its own"),
        (276, "that is beyond the break-even of weights and MACs; time has its own"),
        (right + 1, "at that rank it takes as many cycles as the dense layer, or more"),
        (right - 1, "one more is still faster"),
    ]
    return number_hint(answer, right, unit="terms", slips=slips)


CHECKS = {
    "04.1": check_largest_saving_rank,
    "04.2": check_cp_macs,
    "04.3": check_mttkrp,
    "04.4": check_rank_for,
    "04.5": check_ratio,
    "04.5b": check_degenerate_cosine,
    "04.6": check_fastest_rank,
}
