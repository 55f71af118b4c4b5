"""Checks of chapter 12, networks that decide for each image and neurons at equilibrium."""

from ..checks import function_hint, number_hint
from ..dice import Dice, drawn

# conv2 of mini_vgg for two images, in 12.2: (channels that are read, filters that run), taps and positions
RUNS, TAPS, POSITIONS, DENSE = ((4, 8), (12, 24)), 9, 196, (16, 32)
# A neuron that turns by as much in every epoch, in 12.4
TURN, MU, EPSILON = 0.9, 0.5, 0.001
METHODS, MISSED = 20, 0.05  # in 12.7


def filters_that_fire(peaks, share):
    """How many of the largest peaks fit into a share of their sum; at least one."""
    held, count = 0, 0
    for peak in sorted(peaks, reverse=True):
        held += peak
        if held > share * sum(peaks):
            break
        count += 1
    return max(1, count)


def check_fires(answer):
    def inside(peaks, share, least=1, strict=False, ordered=True, rising=False):
        held, count = 0, 0
        for peak in sorted(peaks, reverse=not rising) if ordered else peaks:
            held += peak
            if held > share * sum(peaks) or strict and held == share * sum(peaks):
                break
            count += 1
        return max(least, count)

    def reaching(peaks, share):
        return min(inside(peaks, share, 0, strict=True) + 1, len(peaks))

    mistakes = [
        (reaching, "that is the smallest number that reaches the share; the code stops at those that stay within it"),
        (lambda p, r: inside(p, r, 0) + 1, "the filter with which the share is exceeded does not run"),
        (lambda p, r: inside(p, r, 0), "where a single filter exceeds the share, it runs all the same"),
        (lambda p, r: inside(p, r, strict=True), "a share that is met exactly is not exceeded"),
        (lambda p, r: inside(p, r, rising=True), "the largest maxima come first"),
        (lambda p, r: inside(p, r, ordered=False), "in the order of size, the largest first"),
        (lambda p, r: max(1, int(r * len(p))), "a share of the sum of the maxima, not of their number"),
        (lambda p, r: max(1, len([peak for peak in p if peak >= r * max(p)])), "of their sum, not of the largest"),
        (lambda p, r: len(p) - inside(p, r), "that is how many rest"),
    ]
    dice, cases = Dice(121), [([10, 6, 2, 1, 1], 0.875), ([9, 1, 2], 0.5), ([5, 3], 0.625), ([1, 2, 3, 2], 0.75)]
    for _ in range(25):
        cases.append(([dice.randint(1, 20) for _ in range(dice.randint(2, 9))], dice.randint(3, 16) / 16))
    return function_hint(answer, filters_that_fire, cases, "(peaks, share)", mistakes=mistakes)


def check_mean_macs(answer):
    def macs(reads, runs):
        return TAPS * POSITIONS * reads * runs

    each = [macs(reads, runs) for reads, runs in RUNS]
    right = sum(each) // 2
    means = [sum(counts) / 2 for counts in zip(*RUNS)]
    slips = [
        (int(macs(means[0], means[1])), "that is the product of the means; what runs much also reads much: count image by image"),
        (sum(each), "that is both together; the mean is asked for"),
        (each[0], "that is the first image alone"),
        (each[1], "that is the second image alone"),
        (macs(DENSE[0], DENSE[1]), "that is the whole layer"),
        (right // TAPS, "a kernel has 3 × 3 taps"),
        (right // POSITIONS, "at each of the 14 × 14 positions"),
        (sum([macs(DENSE[0], runs) for _, runs in RUNS]) // 2, "channels that did not run before are not read either"),
    ]
    return number_hint(answer, right, unit="MACs", slips=slips)


def velocity_by_paper(similarities, mu):
    """v = D − μ·v of the epoch before, with D the change of φ, which was 1 before the first."""
    velocity, phi = 0, 1
    for now in similarities:
        velocity, phi = now - phi - mu * velocity, now
    return velocity


def check_velocity(answer):
    def by(step, start=1):
        def last(similarities, mu):
            velocity, change, phi = 0, 0, similarities[0] if start is None else start
            for now in similarities:
                velocity, change, phi = step(now - phi, change, velocity, mu), now - phi, now
            return velocity

        return last

    mistakes = [
        (by(lambda d, before, v, mu: d - before + mu * v), "that is the code's reading; the paper's is asked for"),
        (by(lambda d, before, v, mu: d + mu * v), "the velocity before is taken off, μ times"),
        (by(lambda d, before, v, mu: d), "that is the last change alone: the velocity before counts, too"),
        (by(lambda d, before, v, mu: d - v), "only a share μ of the velocity before"),
        (by(lambda d, before, v, mu: d - mu * before), "μ times the velocity before, not the change before"),
        (by(lambda d, before, v, mu: (1 - mu) * d - mu * v), "the change counts in full"),
        (by(lambda d, before, v, mu: d - mu * v, start=0), "before the first epoch φ is 1"),
        (by(lambda d, before, v, mu: d - mu * v, start=None), "before the first epoch φ is 1, and the first change counts"),
        (lambda s, mu: abs(velocity_by_paper(s, mu)), "a velocity has a sign; only the comparison with ε leaves it out"),
        (lambda s, mu: -velocity_by_paper(s, mu), "the change is φ now less φ before"),
    ]
    dice, cases = Dice(123), [([0.875, 0.9375], 0.5), ([0.5], 0.25), ([0.75, 0.75, 0.5], 0.5)]
    for _ in range(20):
        similarities = [dice.randint(-8, 64) / 64 for _ in range(dice.randint(1, 6))]
        cases.append((similarities, dice.choice([0, 0.125, 0.25, 0.5])))
    return function_hint(answer, velocity_by_paper, cases, "(similarities, mu)", mistakes=mistakes)


def check_epochs_until_rest(answer):
    right = 1
    while abs(velocity_by_paper([TURN] * right, MU)) > EPSILON:
        right += 1
    slips = [
        (right - 1, "after that epoch the velocity is still above ε"),
        (right + 1, "it is at rest one epoch sooner: what is small enough at an epoch's end rests in the next"),
        (2, "φ no longer changes after the first epoch, but the velocity remembers: it halves from epoch to epoch"),
        (1, "after the first epoch φ has fallen by 0.1"),
        (0, "at first φ is 1; after one epoch it has fallen by 0.1"),
        (101, "it halves from epoch to epoch; it does not fall by ε"),
    ]
    return number_hint(answer, right, unit="epochs", slips=slips)


def most_that_rest_saves(macs):
    """The share of all three passes that the gradients of the weights are; the first layer has none of its inputs."""
    return sum(macs) / (3 * sum(macs) - macs[0])


def check_most_saved(answer):
    mistakes = [
        (lambda m: 1 / 3, "nobody needs the gradient of the image: the first layer has two passes, not three"),
        (lambda m: sum(m) / (2 * sum(m) - m[0]), "the forward pass is part of training, too"),
        (lambda m: 1 / 2, "forward, to the inputs, to the weights: three passes, and the first layer has two"),
        (lambda m: (sum(m) - m[0]) / (3 * sum(m) - m[0]), "the first layer's weights have a gradient; its input has none"),
        (lambda m: sum(m) / (3 * sum(m) - m[-1]), "the layer that reads the image is the first one"),
        (lambda m: 1 - most_that_rest_saves(m), "that is what is left to do"),
        (lambda m: 2 / 3, "gradients of inputs are still needed: the layers before may move"),
        (lambda m: sum(m), "a share of all MACs of training is asked for"),
        (lambda m: 100 * most_that_rest_saves(m), "a share between 0 and 1 is asked for"),
    ]
    dice, cases = Dice(125), [([235200, 30000, 1000],), ([8],), ([4, 8, 4],)]
    for _ in range(15):
        cases.append(([dice.randint(1, 500) for _ in range(dice.randint(2, 6))],))
    return function_hint(answer, most_that_rest_saves, cases, "(macs)", mistakes=mistakes)


def check_batch_runs(answer):
    def right(share, images):
        return 1 - (1 - share) ** images

    mistakes = [
        (lambda p, b: p, "that is for one image; in a batch each filter runs that any of its images needs"),
        (lambda p, b: p * b, "what two images both need counts once"),
        (lambda p, b: min(1, p * b), "what two images both need counts once"),
        (lambda p, b: p**b, "that is what all of them need; one that needs it is enough"),
        (lambda p, b: (1 - p) ** b, "that is what none of them needs"),
        (lambda p, b: 1 - p**b, "a filter rests if no image needs it: (1 − share), once for each image"),
        (lambda p, b: 1 - (1 - p) * b, "that no image needs it: the chances are multiplied, not added"),
        (lambda p, b: 1 - (1 - p) / b, "that no image needs it: the chances are multiplied"),
        (lambda p, b: 100 * right(p, b), "a share between 0 and 1 is asked for"),
    ]
    cases = [(0.5, 1), (0.5, 2), (0.25, 3), (0.125, 8)] + [(p / 64, b) for p, b in drawn(126, 20, (1, 63), (1, 12))]
    return function_hint(answer, right, cases, "(share, images)", mistakes=mistakes)


def check_by_chance(answer):
    pairs = METHODS * (METHODS - 1) // 2
    slips = [
        (MISSED * METHODS, "that is for twenty intervals; how many pairs are there?"),
        (MISSED * METHODS * METHODS, "a method is not compared with itself, and a pair counts once"),
        (2 * MISSED * pairs, "a pair counts once, whichever of the two is named first"),
        (MISSED * METHODS**2 / 2, "a method is not compared with itself"),
        (MISSED * (METHODS - 1), "that is for one method and all others"),
        (pairs, "that is how many pairs there are; how many of their intervals miss?"),
        ((1 - MISSED) * pairs, "that is how many are rightly not told apart"),
        (0, "an interval of 95 % misses once in twenty times"),
    ]
    return number_hint(answer, MISSED * pairs, tolerance=1e-3, unit="pairs", slips=slips)


CHECKS = {
    "12.1": check_fires,
    "12.2": check_mean_macs,
    "12.3": check_velocity,
    "12.4": check_epochs_until_rest,
    "12.5": check_most_saved,
    "12.6": check_batch_runs,
    "12.7": check_by_chance,
}
