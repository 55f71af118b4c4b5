"""Checks of chapter 5, bottlenecks."""

from squeezelab.hardware import simulate
from squeezelab.networks import Network, fire_module, inverted_residual_block, squeezenext_block

from ..answers import number_in
from ..checks import choice_hint, computed_once, function_hint, number_hint
from ..dice import Dice, drawn


def block_law(squeeze1=1 / 2, squeeze2=1 / 8, first=1 / 8, second=1 / 4, expand=1 / 2, taps=lambda kernel: kernel):
    """Weights of a SqueezeNext block in C², by its five convolutions; `first` and `second` are those with `taps`."""

    def weights(channels, kernel):
        return channels**2 * (squeeze1 + squeeze2 + (first + second) * taps(kernel) + expand)

    return weights


def check_block_weights(answer):
    right = block_law()
    mistakes = [
        (block_law(first=1 / 16, second=1 / 16, expand=1 / 4), "the first separable convolution already widens from C/4 to C/2"),
        (block_law(first=1 / 16, second=1 / 8), "the first separable convolution already widens from C/4 to C/2"),
        (block_law(second=1 / 8), "the second separable convolution has C/2 channels in and out"),
        (block_law(taps=lambda kernel: kernel**2), "a Kx1 kernel has K taps, not K²"),
        (block_law(first=0, second=1 / 8, taps=lambda kernel: kernel**2), "a Kx1 kernel has K taps; that is one K×K"),
        (block_law(taps=lambda kernel: 3), "that is right for K = 3 only"),
        (block_law(taps=lambda kernel: 2 * kernel), "each of the pair has K taps: the second one walks along the other axis"),
        (block_law(taps=lambda kernel: 1), "the pair has K taps a kernel"),
        (block_law(expand=0), "C²/2 is missing: the first squeeze and the expand convolution have as much each"),
        (block_law(squeeze2=0), "the second squeeze is missing"),
        (block_law(expand=1 / 4), "the expand convolution widens from C/2 to C"),
        (block_law(squeeze2=1 / 4), "the second squeeze goes from C/2 to C/4: an eighth of C²"),
        (lambda channels, kernel: right(channels, kernel) / channels**2, "that is in C²; the weights are asked for"),
    ]
    dice = Dice(51)
    cases = [(128, 3), (64, 1)] + [(4 * dice.randint(1, 64), dice.choice([3, 5, 7, 9])) for _ in range(20)]
    return function_hint(answer, lambda *shape: int(right(*shape)), cases, "(channels, kernel)", mistakes=mistakes)


def check_saving_kernel(answer):
    """The least odd K at which K×1 and 1×K, C/4 to C/2 to C/2, have fewer weights than one K×K from C/4 to C/2."""
    right = 3
    while 3 * right / 8 >= right**2 / 8:
        right += 2
    slips = [
        (3, "at K = 3 both have as many weights: nothing is saved"),
        (4, "odd kernels only: an even one has no middle"),
        (right + 2, "a smaller one does already"),
        (1, "at K = 1 the pair has more weights"),
    ]
    return number_hint(answer, right, slips=slips)


def check_pair_width(answer):
    def width(c_in, c_out, direct=9, pair=3):
        return direct * c_in * c_out / (pair * (c_in + c_out))

    mistakes = [
        (lambda c_in, c_out: width(c_in, c_out, direct=3), "the direct convolution has 9 taps, each of the pair 3"),
        (lambda c_in, c_out: width(c_in, c_out, pair=1), "each of the pair has 3 taps"),
        (lambda c_in, c_out: width(c_in, c_out, pair=6), "each of the pair has 3 taps: c_in·m·3 + m·c_out·3"),
        (lambda c_in, c_out: 1 / width(c_in, c_out), "that is its inverse"),
        (lambda c_in, c_out: (c_in + c_out) / 2, "equal costs are asked for, not the width in the middle"),
        (lambda c_in, c_out: 3 * c_in * c_out / c_in, "the 1×3 costs something, too"),
        (lambda c_in, c_out: 3 * c_in * c_out / c_out, "the 3×1 costs something, too"),
        (lambda c_in, c_out: int(width(c_in, c_out)), "no rounding: where are both exactly equal?"),
    ]
    cases = [(32, 64), (1, 1), (3, 64), (64, 3)] + drawn(52, 20, (1, 64), (1, 64))
    return function_hint(answer, width, cases, "(c_in, c_out)", mistakes=mistakes)


def check_squeezenext_stands(answer):
    return choice_hint(
        answer,
        "breaks even",
        {
            "saves": "put in C/4 and C/2: the break-even width is C/2. How wide is the block between its 3×1 and its 1×3?",
            "costs more": "put in C/4 and C/2: the break-even width is C/2. How wide is the block between its 3×1 and its 1×3?",
        },
    )


def separable_share(c_out, kernel):
    """MACs of a depthwise separable unit over those of the dense layer, counted on both."""
    unit = Network("separable", (8, 11, 11))
    depthwise = unit.conv(unit.input, 8, kernel, padding=kernel // 2, groups=8, bias=False)
    unit.conv(depthwise, c_out, 1, bias=False)
    dense = Network("dense", (8, 11, 11))
    dense.conv(dense.input, c_out, kernel, padding=kernel // 2, bias=False)
    return unit.macs / dense.macs


def check_separable_ratio(answer):
    depthwise_missing = "that is the pointwise part; the depthwise part adds a term of its own"
    mistakes = [
        (lambda c_out, kernel: 1 / kernel**2, depthwise_missing),
        (lambda c_out, kernel: 1 / c_out, "that is the depthwise part; the pointwise part adds a term of its own"),
        (lambda c_out, kernel: 1 / separable_share(c_out, kernel), "that is the saving; the ratio asked for is its inverse"),
        (lambda c_out, kernel: 100 * separable_share(c_out, kernel), "that is in per cent; a share of 1 is asked for"),
        (lambda c_out, kernel: 1 - separable_share(c_out, kernel), "that is what is saved; asked is what is left"),
        (lambda c_out, kernel: 1 / c_out + 1 / kernel, "a square kernel has kernel² taps"),
        (lambda c_out, kernel: 1 / c_out * 1 / kernel**2, "the two parts follow one another: their MACs add up"),
        (lambda c_out, kernel: 1 / (c_out + kernel**2), "each part is divided by the dense layer; then they add up"),
        (lambda c_out, kernel: separable_share(c_out, 3), "that is right for a 3×3 only"),
    ]
    dice = Dice(53)
    cases = [(128, 3), (1, 3)] + [(dice.randint(1, 300), dice.choice([1, 3, 5, 7])) for _ in range(20)]
    return function_hint(answer, separable_share, cases, "(c_out, kernel)", mistakes=mistakes)


def inverted_weights(expand):
    """Weights of an inverted residual block on 128 channels, and those of a dense 3×3 in its place."""
    block, dense = Network("inverted", (128, 28, 28)), Network("dense", (128, 28, 28))
    inverted_residual_block(block, block.input, 128, expand=expand)
    dense.conv(dense.input, 128, 3, padding=1, bias=False)
    return [sum([layer.weight_words for layer in net.mac_layers]) for net in (block, dense)]


def check_expansion(answer):
    right = 1
    while inverted_weights(right + 1)[0] < inverted_weights(right + 1)[1]:
        right += 1
    more, dense = inverted_weights(right + 1)
    exact = 9 * 128**2 / (2 * 128**2 + 9 * 128)
    slips = [(right + 1, f"at an expansion of {right + 1} the block has {more:,} weights; the dense layer has {dense:,}")]
    value = number_in(answer)
    if value is not None and abs(value - exact) < 0.01:
        return "that is where they are equal; the largest whole expansion below it is asked for"
    if value == 4.5:
        return "that is the limit for very wide layers; at 128 channels the depthwise weights count, and t is whole"
    return number_hint(answer, right, slips=slips)


def block_cycles(block, *arguments):
    net = Network("block", (128, 28, 28))
    block(net, net.input, *arguments)
    return simulate(net, "squeezelerator-16").cycles


def widest_fire():
    limit = block_cycles(squeezenext_block, 128)
    return max([s for s in range(1, 129) if block_cycles(fire_module, s, 64, 64) <= limit])


def check_widest_fire(answer):
    right = computed_once("widest fire", widest_fire)
    slips = [
        (32, "32 is not the end: the next squeeze channels cost a step, but does the step pass the limit?"),
        (right + 1, f"with {right + 1} it takes more cycles than the SqueezeNext block"),
        (right - 1, "one more takes no longer than the SqueezeNext block"),
    ]
    return number_hint(answer, right, unit="squeeze channels", slips=slips)


CHECKS = {
    "05.1": check_block_weights,
    "05.1b": check_saving_kernel,
    "05.2": check_pair_width,
    "05.2b": check_squeezenext_stands,
    "05.3": check_separable_ratio,
    "05.4": check_expansion,
    "05.5": check_widest_fire,
}
