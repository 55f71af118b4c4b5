"""Checks of chapter 14 that are about routing: by hand, its price, and a softmax over the wrong side."""

from math import exp

from ..checks import function_hint, number_hint, vector_hint
from ..dice import Dice, drawn

# The votes of two inputs for two outputs in 14.4: [output][input] → (x, y)
VOTES = (((1, 0), (1, 0)), ((0, 1), (0, -1)))
PAPER, BATCH, FLOAT_BYTES, BUG = (1152, 10, 8, 16), 128, 4, 5  # capsules, classes, numbers in, numbers out; the line of 14.6


def softmax_over_outputs(logits, j, i):
    """c_ij, from logits[output][input]."""
    return exp(logits[j][i]) / sum([exp(row[i]) for row in logits])


def softmax_over_inputs(logits, j, i):
    return exp(logits[j][i]) / sum([exp(b) for b in logits[j]])


def squashed_vector(s):
    n2 = sum([x * x for x in s])
    return [x * n2**0.5 / (1 + n2) for x in s]


def routed(iterations, softmax=softmax_over_outputs, agree_with=squashed_vector, divide=1):
    """(coupling of the first input with the first output in the last iteration, length of that output) for VOTES."""
    logits = [[0.0, 0.0], [0.0, 0.0]]
    for _ in range(iterations):
        couplings = [[softmax(logits, j, i) for i in (0, 1)] for j in (0, 1)]
        sums = [[sum([c * vote[d] for c, vote in zip(couplings[j], VOTES[j])]) / divide for d in (0, 1)] for j in (0, 1)]
        for j in (0, 1):
            v = agree_with(sums[j])
            logits[j] = [b + sum([x * y for x, y in zip(vote, v)]) for b, vote in zip(logits[j], VOTES[j])]
    return couplings[0][0], sum([x * x for x in squashed_vector(sums[0])]) ** 0.5


def check_by_hand(answer):
    c, length = routed(2)
    slips = [
        (routed(2, softmax_over_inputs), "that softmax is over the inputs; each input divides its 1 among the outputs"),
        (routed(1), "that is the first iteration; agreement has not counted yet"),
        (routed(3), "that is the third iteration"),
        (routed(2, agree_with=list), "an input agrees with v, which is squashed, not with s"),
        (routed(2, divide=2), "s is the sum over the inputs, not their mean"),
        ((c, 2 * c), "that is |s| of the second iteration; squash it"),
        ((1 - c, length), "that is the coupling with the other output"),
        ((length, c), "the coupling first, then the length"),
    ]
    return vector_hint(answer, (c, length), "(c, length)", slips=slips, tolerance=1e-4)


def check_routing_macs(answer):
    def right(n, j, din, d, r):
        return n * j * d * (din + 2 * r - 1)

    mistakes = [
        (lambda n, j, din, d, r: n * j * d * (din + 2 * r), "after the last sum nobody needs an agreement"),
        (lambda n, j, din, d, r: n * j * d * (din + r), "agreements are MACs, too: one less than sums"),
        (lambda n, j, din, d, r: n * j * d * (2 * r - 1), "the votes have to be made first"),
        (lambda n, j, din, d, r: n * j * d * din, "that is the votes alone"),
        (lambda n, j, din, d, r: n * j * d * (din * r + 2 * r - 1), "the votes are made once, and read in every iteration"),
        (lambda n, j, din, d, r: n * j * d * (din + 1) * r, "the votes are made once; and what of agreement?"),
        (lambda n, j, din, d, r: n * j * (din + d * (2 * r - 1)), "a vote has D numbers, and each takes Din products"),
        (lambda n, j, din, d, r: n * d * (din + 2 * r - 1), "every input votes on every output"),
        (lambda n, j, din, d, r: n * j * d * (din + 2 * (r - 1)), "there is one sum more than agreements"),
    ]
    cases = [PAPER + (3,), (128, 10, 8, 16, 3), PAPER + (1,)]
    cases += drawn(145, 20, (1, 300), (2, 20), (2, 16), (2, 32), (1, 6))
    return function_hint(answer, right, cases, "(n, j, din, d, r)", mistakes=mistakes)


def check_vote_bytes(answer):
    n, j, din, d = PAPER
    right = BATCH * n * j * d * FLOAT_BYTES
    slips = [
        (right // BATCH, "that is one image"),
        (right // FLOAT_BYTES, "those are numbers; a float32 has four bytes"),
        (right // BATCH // FLOAT_BYTES, "those are the numbers of one image"),
        (n * j * din * d * FLOAT_BYTES, "those are the weights; votes belong to an image"),
        (right // d * din, "a vote is as long as an output capsule"),
        (right // j, "every input votes on each of the ten classes"),
        (BATCH * n * din * FLOAT_BYTES, "those are the primary capsules themselves"),
        (right * din, "a vote is the sum over the numbers of its input"),
    ]
    return number_hint(answer, right, unit="bytes", slips=slips)


def check_bug_line(answer):
    slips = [
        (1, "the shapes in its comment are the usual ones"),
        (2, "each input has a matrix for each output, and û has the shape (B, J, N, D): right"),
        (3, "all logits begin at 0: every output is equally likely"),
        (4, "it goes round as often as it is asked to"),
        (6, "a sum over the inputs, side 2: right"),
        (7, "squash is over the last side, and so it is here"),
        (8, "votes times v, summed over D, added to what there was: one agreement too many at the end, which changes nothing"),
        (9, "v of the last iteration is what is asked for"),
    ]
    return number_hint(answer, BUG, slips=slips)


def check_coupling(answer):
    def all_of(logits):
        return [b for row in logits for b in row]

    mistakes = [
        (softmax_over_inputs, "that is over the inputs; the couplings of one *input* shall add up to 1"),
        (lambda b, j, i: exp(b[j][i]), "no softmax yet: what shall add up to 1?"),
        (lambda b, j, i: exp(b[j][i]) / sum([exp(x) for x in all_of(b)]), "not all of them together: input by input"),
        (lambda b, j, i: exp(b[j][i]) / len(b), "a softmax divides by the sum of the powers, not by how many there are"),
        (lambda b, j, i: 1 / len(b), "that is so as long as all logits are 0"),
        (lambda b, j, i: 2 ** b[j][i] / sum([2 ** row[i] for row in b]), "powers of e, not of 2"),
        (lambda b, j, i: 1 / (1 + exp(-b[j][i])), "a sigmoid does not know what the other outputs have"),
        (lambda b, j, i: exp(b[j][i] - max([row[i] for row in b])), "the largest may be taken off; the sum is still to come"),
    ]
    dice, cases = Dice(146), [([[0, 0], [0, 0], [0, 0]], 1, 0), ([[0.5, 0.5], [0, 0]], 0, 1), ([[2, 0, 1], [1, 1, 0]], 1, 2)]
    for _ in range(15):
        outputs, inputs = dice.randint(2, 6), dice.randint(2, 7)
        logits = [[dice.randint(-16, 24) / 8 for _ in range(inputs)] for _ in range(outputs)]
        cases.append((logits, dice.randint(0, outputs - 1), dice.randint(0, inputs - 1)))
    return function_hint(answer, softmax_over_outputs, cases, "(logits, j, i)", mistakes=mistakes)
