"""Checks of chapter 7, SqueezeNext."""

from squeezelab.hardware import accelerator, simulate
from squeezelab.networks import Network, squeezenet, squeezenext, squeezenext_block

from ..answers import found_in, number_in, numbers_in, value_text, whole_in
from ..checks import computed_once, function_hint, number_hint, vector_hint

BLOCKS = 21
MOST_PARAMS = 1_000_000
SIDES = range(4, 33)
ZEROS = 0.4  # the share of zero weights in all results of the chapter


def built_block_weights(channels, groups):
    """Weights of a plain block, counted on a block that the package builds."""
    net = Network("block", (channels, 8, 8))
    squeezenext_block(net, net.input, channels, groups=groups)
    return sum([layer.weight_words for layer in net.mac_layers])


def check_grouped_weights(answer):
    def law(grouped, dense):
        return lambda channels, groups: channels**2 * (grouped / groups + dense)

    def law_squared(channels, groups):
        return channels**2 * (13 / 8 / groups**2 + 5 / 8)

    stay = "squeeze 2 and expand stay dense, so that the groups can exchange what they know"
    mistakes = [
        (law(0, 9 / 4), "a grouped layer has 1/groups of the weights; yours ignores them"),
        (law(9 / 4, 0), "not all five are grouped: squeeze 2 and expand stay dense"),
        (law(14 / 8, 1 / 2), stay),
        (law(17 / 8, 1 / 8), stay),
        (law(9 / 8, 9 / 8), "squeeze 1 is grouped, too"),
        (law(1 / 2, 14 / 8), "the pair of 1×3 and 3×1 is grouped, too"),
        (law(11 / 8, 7 / 8), "both of the pair are grouped: the 1×3 goes from C/4 to C/2"),
        (law(1 / 2 + 3 / 8, 9 / 4 - 7 / 8), "both of the pair are grouped, the 1×3 and the 3×1"),
        (
            lambda channels, groups: channels**2 * (13 / 8 / groups**2 + 5 / 8),
            "a group keeps all its outputs: divide by the groups once",
        ),
        (lambda channels, groups: channels**2 * (13 / 8 * groups + 5 / 8), "groups divide the weights"),
        (lambda channels, groups: 13 / 8 / groups + 5 / 8, "that is in C²; the weights are asked for"),
    ]
    cases = [(32, 1), (128, 1), (64, 2), (256, 4), (96, 1), (96, 3), (32, 8), (80, 5), (128, 2)]
    return function_hint(answer, built_block_weights, cases, "(channels, groups)", mistakes=mistakes)


def macs_and_outputs(net, ops):
    """MACs and one operation for each output value of the layers whose `op` is among `ops`."""
    return net.macs + sum([layer.output_words for layer in net.mac_layers if layer.op in ops])


NETWORKS = {
    "v1": squeezenext,
    "v5": lambda: squeezenext(version=5),
    "the G variant": lambda: squeezenext(groups=2),
    "half as wide a v3": lambda: squeezenext(0.5, version=3),
    "SqueezeNet": squeezenet,
}


def check_paper_macs(answer):
    """The published MAC column: our MACs and one operation for each output value of a convolution."""
    ours = computed_once("networks", lambda: [(name, NETWORKS[name]()) for name in sorted(NETWORKS)])  # never given to an answer

    def of(name):
        return [net for known, net in ours if known == name][0]

    def counting(*ops):
        return lambda name: macs_and_outputs(of(name), ops)

    def millions(name):
        return counting("conv")(name) / 1e6

    def every_output(name):
        return of(name).macs + sum([layer.output_words for layer in of(name).layers])

    def asked(name):
        return answer(NETWORKS[name]())

    mistakes = [
        (counting(), "these are our MACs; the paper adds an operation for each value that a convolution writes"),
        (counting("conv", "linear"), "the fully connected layer pays no extra operation"),
        (millions, "that is in millions; the function is to return MACs"),
        (lambda name: round(millions(name)), "that is in millions; the function is to return MACs"),
        (lambda name: round(millions(name)) * 10**6, "no rounding: the MACs themselves are asked for"),
        (lambda name: round(millions(name), 1), "that is in millions; the function is to return MACs"),
        (every_output, "only convolutions pay the extra operation, not the norms, activations and sums"),
        (lambda name: of(name).macs + of(name).params, "one operation for each value that is written, not for each weight"),
        (lambda name: 2 * of(name).macs, "an operation per output, not two per MAC"),
        (lambda name: counting("conv")(name) - of(name).macs, "these are the extra operations; the MACs come on top"),
    ]
    cases = [(name,) for name, _ in ours]
    return function_hint(asked if callable(answer) else answer, counting("conv"), cases, "(net)", mistakes=mistakes, tell=str)


def cycles_of(version, side, zeros):
    """Cycles on a square array, all else as on squeezelerator-16."""
    machine = accelerator("squeezelerator-16").with_(rows=side, cols=side)
    net = computed_once(("net", version), lambda: squeezenext(version=version))
    return simulate(net, machine, sparsity=zeros).cycles


def is_slower(side, zeros=ZEROS):
    """Whether v5 takes longer than v2."""
    return cycles_of(5, side, zeros) > cycles_of(2, side, zeros)


def check_slower_sides(answer):
    values = numbers_in(list(answer) if isinstance(answer, (set, frozenset)) else answer)
    if values is None:
        return f"a list of whole numbers is asked for, not {found_in(answer)}"
    for value in values:
        if whole_in(value) not in SIDES:
            return f"sides are whole numbers from {SIDES[0]} to {SIDES[-1]}; {value_text(value)} is none"
    given, right = (
        [whole_in(value) for value in values],
        computed_once("slower sides", lambda: [side for side in SIDES if is_slower(side)]),
    )
    for side in sorted(given):
        if side not in right:
            dense = "; without zeros it is, but 40 % of the weights are zero here" if is_slower(side, zeros=0) else ""
            return f"v5 is not slower than v2 on {side} × {side}{dense}"
    missing = len([side for side in right if side not in given])
    if missing:
        return f"there {'is' if missing == 1 else 'are'} {missing} more to find"
    return None


def stage_cycles(version, side):
    """Cycles of stages 1 to 4 on a square array."""
    machine = accelerator("squeezelerator-16").with_(rows=side, cols=side)
    report = simulate(squeezenext(version=version), machine, sparsity=ZEROS)
    return [sum([layer.cycles for layer in report.layers if layer.name.startswith(f"s{stage}.")]) for stage in (1, 2, 3, 4)]


def check_why_slower(answer):
    """(saved, paid) on 4 × 4: cycles that v5 saves in stages 1 and 2, and cycles that it spends more in stage 3."""
    v2, v5, v2_16, v5_16 = computed_once(
        "stages", lambda: [stage_cycles(version, side) for side in (4, 16) for version in (2, 5)]
    )
    less = [before - after for before, after in zip(v2, v5)]
    saved, paid = less[0] + less[1], -less[2]
    with_16 = [before - after for before, after in zip(v2_16, v5_16)]
    slips = [
        ((paid, saved), "the savings come first, then the price"),
        ((saved, -paid), "how many cycles more stage 3 takes is a number above 0"),
        ((-saved, paid), "how many cycles are saved is a number above 0"),
        ((saved / 1e6, paid / 1e6), "these are millions; cycles are asked for"),
        ((saved / 1e3, paid / 1e3), "these are thousands; cycles are asked for"),
        ((less[1], paid), "stage 1 has four blocks less in v5, too"),
        ((less[0], paid), "stage 2 has two blocks less in v5, too"),
        ((with_16[0] + with_16[1], -with_16[2]), "that is the 16 × 16 array"),
    ]
    return vector_hint(answer, (saved, paid), "(saved, paid)", slips, tolerance=0.001)


def check_better_depths(answer):
    """21 blocks, at most a million parameters, fewer simulated cycles than v5."""
    values = numbers_in(answer)
    if values is None or len(values) != 4:
        return f"four block counts are asked for, such as [2, 4, 14, 1], not {found_in(answer)}"
    depths = tuple([whole_in(value) for value in values])
    if None in depths:
        return f"block counts are whole, and {value_text(values)} are not"
    if min(depths) < 1:
        return f"each of the four stages needs a block at least, and {value_text(list(depths))} has a stage without"
    if sum(depths) != BLOCKS:
        return f"{value_text(list(depths))} has {sum(depths)} blocks, not {BLOCKS}"
    net = squeezenext(version=5, depths=depths)
    if net.params > MOST_PARAMS:
        return f"{net.params:,} parameters are more than {MOST_PARAMS:,}; which stage has the heaviest blocks?"
    ours, theirs = simulate(net, "squeezelerator-16", sparsity=ZEROS).cycles, cycles_of(5, 16, ZEROS)
    if depths == (2, 4, 14, 1):
        return "that is v5 itself"
    if ours < theirs:
        return None
    return f"{round(ours):,} cycles do not beat v5's {round(theirs):,}; in which stage is a block cheapest?"


def cycles_of_one_more(stage):
    """What one more block in a stage of v5 costs on squeezelerator-16."""
    depths = [2, 4, 14, 1]
    depths[stage - 1] += 1
    longer = simulate(squeezenext(version=5, depths=tuple(depths)), "squeezelerator-16", sparsity=ZEROS)
    return longer.cycles - cycles_of(5, 16, ZEROS)


def check_cheapest_stage(answer):
    prices = computed_once("prices", lambda: [cycles_of_one_more(stage) for stage in (1, 2, 3, 4)])
    right = prices.index(min(prices)) + 1
    value = number_in(answer)
    for stage in (1, 2, 3, 4):
        if value == stage and stage != right:
            return f"one more block in stage {stage} costs {prices[stage - 1]:,} cycles; there is a cheaper one"
    if value == 0:
        return "stages count from 1"
    return number_hint(answer, right)


CHECKS = {
    "07.1": check_grouped_weights,
    "07.2": check_paper_macs,
    "07.3": check_slower_sides,
    "07.3b": check_why_slower,
    "07.4": check_better_depths,
    "07.4b": check_cheapest_stage,
}
