"""Checks of chapter 8, the basics of pruning."""

from math import ceil

from squeezelab.compression import Widths, channel_groups, sliced
from squeezelab.networks import mini_resnet, mini_vgg

from ..checks import computed_once, function_hint, number_hint
from ..dice import Dice, drawn


def check_removal(answer):
    def right(w, g, h):
        return h * w * w / 2 - g * w

    mistakes = [
        (lambda w, g, h: g * w + h * w * w / 2, "the weight moves by −w, so that the first term has a minus"),
        (lambda w, g, h: -g * w - h * w * w / 2, "the move is squared in the second term: (−w)² has no minus"),
        (lambda w, g, h: g * w - h * w * w / 2, "both signs: the weight moves by −w, and (−w)² has no minus"),
        (lambda w, g, h: h * w * w - g * w, "the second term of a Taylor series has a half"),
        (lambda w, g, h: h * w / 2 - g * w, "the second term has the square of the move"),
        (lambda w, g, h: -g * w, "that is the first order only"),
        (lambda w, g, h: h * w * w / 2, "that is right where the gradient is 0"),
        (lambda w, g, h: abs(g * w) + h * w * w / 2, "a gradient may also speak for removing it: no size of it here"),
        (lambda w, g, h: h / 2 - g, "the weight goes all the way to 0, which is a move of −w"),
    ]
    cases = [(a / 8, b / 16, c / 4) for a, b, c in drawn(81, 30, (-40, 40), (-60, 60), (-12, 90))]
    return function_hint(answer, right, cases, "(w, g, h)", mistakes=mistakes)


def check_break_even(answer):
    mistakes = [
        (lambda value, index: value / index, "at density d a weight takes d · (value + index) bits: when is that `value`?"),
        (lambda value, index: 1 - index / value, "an index stands beside each weight that is kept, not beside every one"),
        (lambda value, index: 1 - value / (value + index), "that is the sparsity, the share of zeros; the density is asked for"),
        (lambda value, index: 1 - 1 / value, "that is the bitmap's, with one bit beside every weight"),
        (lambda value, index: 1 / (value + index), "dense storage takes `value` bits a weight, not one"),
        (lambda value, index: value * (value + index), "a share is asked for, between 0 and 1"),
        (lambda value, index: 0.5, "that is right where an index is as long as a value"),
    ]
    cases = [(32, 32), (16, 32), (32, 16)] + drawn(82, 20, (1, 64), (1, 64))
    return function_hint(
        answer, lambda value, index: value / (value + index), cases, "(value_bits, index_bits)", mistakes=mistakes
    )


def fallen_with_one():
    net = mini_resnet()
    stream = channel_groups(net)[0]
    return net.params - sliced(net, {stream.name: range(stream.size - 1)}).params


def check_one_channel(answer):
    """A channel of the first stream: 9 + 144 weights that make it, two norms of 2, 144 + 32 + 288 that read it."""
    fallen = computed_once("stream", fallen_with_one)
    readers = "who reads the channel loses a column: s1.b1.conv1, s2.b1.shortcut and s2.b1.conv1"
    slips = [
        (9, "that is the filter of the stem; its map is added to that of another layer, and is read by others"),
        (11, "that is the filter of the stem with its norm; its map is added to another layer's, and is read by others"),
        (9 + 144, readers),
        (9 + 144 + 4, readers),
        (fallen - 4, "two norms have a scale and a shift for the channel"),
        (fallen - 2, "both layers that make the channel have a norm"),
        (fallen + 4, "running means and variances are no parameters: nothing learns them"),
        (fallen - 144 - 2, "s1.b1.conv2 makes the other side of the sum: its filter falls, with its norm"),
        (9 + 4 + 144 + 32 + 288, "s1.b1.conv2 loses a whole filter, 16 × 3 × 3"),
        (fallen - 32, "the shortcut of stage 2 reads the stream, too"),
        (fallen - 288, "the first convolution of stage 2 reads the stream, too"),
        (fallen - 32 - 288, "stage 2 reads the stream, too: by its shortcut and by its first convolution"),
        (16 * fallen, "that is the whole stream; one channel is asked for"),
    ]
    return number_hint(answer, fallen, unit="parameters", slips=slips)


def vgg_params(a, b, c, d):
    widths = computed_once("widths", lambda: Widths(mini_vgg()))
    return widths.network_of({"conv1": a, "conv2": b, "conv3": c, "conv4": d}).params


def check_behind_the_flatten(answer):
    def of(a, b, c, d, norms=2, pixels=9, bias=10, taps=9):
        return taps * (a + a * b + b * c + c * d) + norms * (a + b + c + d) + 10 * pixels * d + bias

    mistakes = [
        (lambda a, b, c, d: of(a, b, c, d, pixels=1), "a channel of the last map is 3 × 3 pixels, and each is a column of fc"),
        (lambda a, b, c, d: of(a, b, c, d, pixels=49), "a third pool halves the map of 7 × 7 once more, to 3 × 3"),
        (lambda a, b, c, d: of(a, b, c, d, pixels=576 / d), "fc loses nine columns with each channel of the last map"),
        (lambda a, b, c, d: of(a, b, c, d, norms=0), "every convolution has a norm: a scale and a shift a channel"),
        (lambda a, b, c, d: of(a, b, c, d, norms=1), "a norm has a scale and a shift a channel"),
        (lambda a, b, c, d: of(a, b, c, d, norms=4), "running means and variances are no parameters"),
        (lambda a, b, c, d: of(a, b, c, d, norms=3), "convolutions before a norm have no bias: the shift does its work"),
        (lambda a, b, c, d: of(a, b, c, d, bias=0), "the classifier has a bias for each of its ten classes"),
        (lambda a, b, c, d: of(a, b, c, d) - 9 * a, "the first convolution reads one channel, the grey image"),
        (lambda a, b, c, d: of(a, b, c, d, taps=1), "a 3×3 kernel has nine taps"),
        (lambda a, b, c, d: 9 * (a + b + c + d) + 2 * (a + b + c + d) + 90 * d + 10, "a filter spans all channels that it reads"),
    ]
    dice = Dice(84)
    cases = [(16, 32, 64, 64), (8, 16, 32, 32), (16, 32, 64, 1)]
    for _ in range(9):
        cases.append((dice.randint(1, 16), dice.randint(1, 32), dice.randint(1, 64), dice.randint(1, 64)))
    return function_hint(answer, vgg_params, cases, "(a, b, c, d)", mistakes=mistakes)


def check_gradual_cost(answer):
    def right(s, begin, end):
        return 1 - s * (0.75 * (end - begin) + 1 - end)

    mistakes = [
        (lambda s, begin, end: 1 - s, "before the ramp the network is dense, and on the ramp not yet as sparse as in the end"),
        (
            lambda s, begin, end: s * (0.75 * (end - begin) + 1 - end),
            "that is the mean sparsity; the work goes with what is left",
        ),
        (lambda s, begin, end: 1 - s * 0.75 * (end - begin), "after the ramp all of s stays away, for 1 − end of training"),
        (lambda s, begin, end: 1 - s * (0.5 * (end - begin) + 1 - end), "the mean of 1 − (1 − x)³ is 3/4, not 1/2"),
        (
            lambda s, begin, end: 1 - s * (0.25 * (end - begin) + 1 - end),
            "1/4 is the mean of (1 − x)³, of what is left to remove",
        ),
        (lambda s, begin, end: 1 - s * (end - begin + 1 - end), "on the ramp the sparsity rises: its mean there is 3/4 of s"),
        (lambda s, begin, end: 1 - s * (0.75 * end + 1 - end), "the ramp does not start before `begin`"),
        (lambda s, begin, end: 1 - 0.75 * s, "that is for a ramp over all of training"),
        (lambda s, begin, end: 3 * right(s, begin, end), "asked is the share of the dense training, forward and backward alike"),
    ]
    cases = [(0.9, 0.1, 0.7), (0.8, 0.0, 1.0)]
    for s, begin, length in drawn(85, 20, (1, 99), (0, 60), (5, 39)):
        cases.append((s / 100, begin / 100, (begin + length) / 100))
    return function_hint(answer, right, cases, "(s, begin, end)", mistakes=mistakes)


def check_until_a_tile_falls(answer):
    def right(filters, side):
        return filters - side * (ceil(filters / side) - 1)

    mistakes = [
        (lambda filters, side: filters % side, "where the tiles are full, a whole tile has to go, not nothing"),
        (lambda filters, side: side, "only where the last tile is full"),
        (lambda filters, side: side - filters % side, "that is how many more would fit in; some have to go"),
        (lambda filters, side: -(-filters // side) * side - filters, "that is how many more would fit in; some have to go"),
        (lambda filters, side: side * (-(-filters // side) - 1), "that is how many stay"),
        (lambda filters, side: filters // side, "that is the number of full tiles"),
        (lambda filters, side: -(-filters // side), "that is the number of tiles"),
        (lambda filters, side: (filters - 1) % side, "with that many gone as many tiles are needed as before: one more"),
        (lambda filters, side: 1, "one filter less leaves the last tile emptier, and takes as long"),
    ]
    cases = [(64, 16), (57, 8), (49, 16), (33, 32), (128, 32)]
    cases += [(side + more, side) for side, more in drawn(86, 20, (2, 40), (1, 200))]
    return function_hint(answer, right, cases, "(filters, side)", mistakes=mistakes)


CHECKS = {
    "08.1": check_removal,
    "08.2": check_break_even,
    "08.3": check_one_channel,
    "08.4": check_behind_the_flatten,
    "08.5": check_gradual_cost,
    "08.6": check_until_a_tile_falls,
}
