"""Checks of chapter 10, pruning to a budget."""

from squeezelab.compression.knapsack import greedy, knapsack
from squeezelab.compression.prices import Price
from squeezelab.compression.widths import Widths
from squeezelab.networks import Network, mini_vgg

from ..answers import found_in, number_in, numbers_in, value_text, whole_in
from ..checks import choice_hint, computed_once, function_hint, number_hint
from ..dice import Dice, drawn

# Offers (importance, cost) for 1 to 4 chunks of three groups, as the chapter has them
OFFERS = [
    [(9, 5), (17, 10), (25, 15), (32, 20)],
    [(8, 3), (13, 6), (18, 9), (19, 12)],
    [(7, 2), (13, 4), (17, 6), (21, 8)],
]
BUDGETS = range(10, 41)
SHARE = 0.4  # of the dense network's cycles, in 10.6
UNIFORM = {"conv1": 8, "conv2": 16, "conv3": 32, "conv4": 32}


def params_of_a_channel(c_in, k, c_next, k_next):
    """What a network of two convolutions loses with one channel between them, counted on the networks."""
    counts = []
    for channels in (5, 4):
        net = Network("two", (c_in, 16, 16))
        x = net.conv_norm_relu(net.input, channels, k)
        net.conv_norm_relu(x, c_next, k_next)
        counts.append(net.params)
    return counts[0] - counts[1]


def check_params_of_a_channel(answer):
    def law(c_in, k, c_next, k_next, norm=2, after=1):
        return c_in * k * k + norm + after * c_next * k_next * k_next

    mistakes = [
        (lambda a, k, b, n: law(a, k, b, n, norm=0), "its norm has two values for it, a scale and a shift"),
        (lambda a, k, b, n: law(a, k, b, n, norm=1), "a norm has two values a channel, a scale and a shift"),
        (lambda a, k, b, n: law(a, k, b, n, norm=4), "the other norm scales what the next layer makes: it stays"),
        (lambda a, k, b, n: law(a, k, b, n, after=0), "the next layer reads the channel, and loses the weights that do"),
        (lambda a, k, b, n: law(a, k, b, n, norm=0, after=0), "that is the filter alone; its norm and its readers lose, too"),
        (lambda a, k, b, n: law(a, k, b, k), "the kernel of the next layer is k_next"),
        (lambda a, k, b, n: law(a, k, b, 1), "each of the next layer's filters has k_next² taps on this channel"),
        (lambda a, k, b, n: a * k + 2 + b * n, "square kernels have k² taps"),
        (lambda a, k, b, n: law(a, k, 1, n), "all c_next filters of the next layer read the channel"),
        (lambda a, k, b, n: law(a, k, b, n) + 1, "with a norm behind it a convolution has no bias"),
        (lambda a, k, b, n: a * b * k * k + 2, "one filter has c_in k² weights, whatever the layers around it have"),
    ]
    cases = [(1, 3, 32, 3), (16, 3, 64, 1), (8, 1, 8, 5)]
    for c_in, c_next in drawn(101, 15, (1, 90), (1, 90)):
        cases.append((c_in, Dice(c_in).choice([1, 3, 5, 7]), c_next, Dice(c_next).choice([1, 3, 5])))
    return function_hint(answer, params_of_a_channel, cases, "(c_in, k, c_next, k_next)", mistakes=mistakes)


def check_best_value(answer):
    """The most that a budget of 20 buys."""
    best, spent, _ = knapsack(OFFERS, 20)
    plain_greedy = greedy(OFFERS, 20)[0]
    slips = [
        (54, "that is for a budget of 26"),
        (spent, "that is what it costs; its value is asked for"),
        (plain_greedy, "that is the greedy choice; there is a better one"),
    ]
    slips.append((knapsack(OFFERS, 21)[0], "that costs more than 20"))
    return number_hint(answer, best, slips=slips)


def check_where_greedy_fails(answer):
    """Every whole budget at which the greedy rule is not the best."""
    values = numbers_in(list(answer) if isinstance(answer, (set, frozenset)) else answer)
    if values is None:
        return f"a list of whole budgets is asked for, not {found_in(answer)}"
    right = computed_once("greedy", lambda: [each for each in BUDGETS if knapsack(OFFERS, each)[0] > greedy(OFFERS, each)[0]])
    given = [whole_in(value) for value in values]
    for value, whole in zip(values, given):
        if whole is None or whole not in BUDGETS:
            return f"budgets are whole numbers from {BUDGETS[0]} to {BUDGETS[-1]}; {value_text(value)} is none"
    for budget in sorted(given):
        if budget not in right:
            return f"with a budget of {budget} both choices are worth {knapsack(OFFERS, budget)[0]}"
    missing = len([budget for budget in right if budget not in given])
    return f"there {'is' if missing == 1 else 'are'} {missing} more to find" if missing else None


def lookup(table, channels):
    """Cycles of the narrowest width that was measured and is not narrower than asked for."""
    return [cycles for width, cycles in table if width >= channels][0]


def tables():
    """(table, channels): widths measured in uneven steps, cycles that rise and sometimes stay."""
    dice, cases = Dice(104), []
    for _ in range(12):
        width, cycles, table = 0, 0, []
        for _ in range(dice.randint(1, 6)):
            width, cycles = width + dice.randint(2, 9), cycles + dice.randint(0, 50) + 1
            table.append((width, cycles))
        cases += [(table, dice.randint(1, width)), (table, table[0][0]), (table, width)]
    return cases


def check_lookup(answer):
    def nothing(table, channels):
        return dict(table).get(channels, 0)

    def below(table, channels):
        return ([cycles for width, cycles in table if width <= channels] or [0])[-1]

    def nearest(table, channels):
        return min(table, key=lambda entry: abs(entry[0] - channels))[1]

    def between(table, channels):
        low = ([(0, 0)] + [entry for entry in table if entry[0] <= channels])[-1]
        high = [entry for entry in table if entry[0] >= channels][0]
        if low[0] == high[0]:
            return high[1]
        return low[1] + (high[1] - low[1]) * (channels - low[0]) / (high[0] - low[0])

    mistakes = [
        (nothing, "a width that was not measured must not be free: that is the hole in the table"),
        (below, "channels are padded up to a width that was measured, not cut off down to one"),
        (nearest, "the nearest width may be too narrow to hold the channels"),
        (between, "nothing runs in between: the channels are padded to the next measured width"),
        (lambda table, channels: table[-1][1], "a narrower width that was measured may hold them"),
        (lambda table, channels: [c for w, c in table if w > channels or w == table[-1][0]][0], "a measured width holds itself"),
        (lambda table, channels: [w for w, c in table if w >= channels][0], "that is the width; its cycles are asked for"),
    ]
    return function_hint(answer, lookup, tables(), "(table, channels)", mistakes=mistakes)


def cycles_at(widths):
    """Simulated cycles of mini_vgg at these widths, by its layers with weights, and the dense network's."""

    def made():
        return Widths(mini_vgg()), Price("cycles", "squeezelerator-16")

    there, price = computed_once("mini_vgg", made)
    layers = there.network.mac_layers
    return [sum([price.layer(there.layer(layer, each)) for layer in layers]) for each in (widths, there.full)]


def check_gate(answer):
    hints = {
        "hard": "its gradient is multiplied by the mask, too: what is masked waits as it was, and learns nothing",
        "permanent": "it sets the weight itself to zero: nothing is left that could return",
    }
    return choice_hint(answer, "soft", hints)


def check_free_channels(answer):
    """The fewest channels of conv3 that take as many cycles as all 64."""

    def first():
        full = Widths(mini_vgg()).full
        whole = cycles_at(full)[0]
        return [count for count in range(1, 65) if cycles_at(full | {"conv3": count})[0] >= whole][0]

    right = computed_once("free", first)
    value = number_in(answer)
    if value == 64:
        return "fewer will do: on which step of the staircase is 64?"
    if value == right - 1:
        return "one fewer is cheaper, already a step down: how many still cost as much as 64?"
    if value == 64 - right or value == 64 - right + 1:
        return "how many are kept is asked for, not how many go"
    return number_hint(answer, right, unit="channels")


def check_within_cycles(answer):
    """Four widths within 40 % of the cycles that keep more weights than the uniform ones do."""
    values = numbers_in(answer)
    if values is None or len(values) != 4:
        return f"four widths are asked for, such as (8, 16, 32, 32), not {found_in(answer)}"
    counts = [whole_in(value) for value in values]
    full = Widths(mini_vgg()).full
    if None in counts:
        return f"channels are whole, and {value_text(values)} are not"
    widths = dict(zip(sorted(full), counts))
    for name in sorted(full):
        if not 1 <= widths[name] <= full[name]:
            return f"{name} has 1 to {full[name]} channels, not {widths[name]}"
    cycles, dense = cycles_at(widths)
    if cycles > SHARE * dense:
        return (
            f"{value_text(100 * cycles / dense)} % of the cycles are more than {round(100 * SHARE)} %; where does a step begin?"
        )
    ours, theirs = weights_at(widths), weights_at(UNIFORM)
    if widths == UNIFORM:
        return "that is the uniform network itself"
    return None if ours > theirs else f"{ours:,} weights are not more than the {theirs:,} of (8, 16, 32, 32)"


def weights_at(widths):
    there = Widths(mini_vgg())
    return sum([there.layer(layer, widths).weight_words for layer in there.network.mac_layers])


CHECKS = {
    "10.1": check_params_of_a_channel,
    "10.2": check_best_value,
    "10.3": check_where_greedy_fails,
    "10.4": check_lookup,
    "10.5": check_free_channels,
    "10.6": check_within_cycles,
    "10.7": check_gate,
}
