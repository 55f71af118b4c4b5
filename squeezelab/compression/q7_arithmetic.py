"""What Q7-CapsNets (Costa et al. 2022, arXiv 2110.02911) computes otherwise than `capsule_arithmetic`, as its code has it [read].

Its shifts round towards 0, its softmax looks at codes without asking what they are worth, and its logits are added with the shift
of a product. It is here to be compared; nothing else uses it.

>>> arm_softmax_q7([8, 0, 0, 0, 0, 0, 0, 0, 0, 0])  # 8 codes apart, of 6 fraction bits: logits 0.125 and 0
[127, 0, 0, 0, 0, 0, 0, 0, 0, 0]
>>> from squeezelab.compression.capsule_arithmetic import couplings_of, softmax_table
>>> couplings_of([8, 0, 0, 0, 0, 0, 0, 0, 0, 0], softmax_table(1 / 64), 127)  # what it should be
[14, 13, 13, 13, 13, 13, 13, 13, 13, 13]
"""

from .capsule_arithmetic import isqrt, largest_of, softmax_table

Q7_MOST = 127  # of a code of 8 bits
SEEN = 8  # codes below the largest that the softmax of CMSIS-NN looks at
RAW_TABLE = softmax_table(1)  # e^-code, as the simulator of Q7-CapsNets has it: a code is taken for the number that it stands for
SHIPPED, PATCHED = 13, 14  # its constant, and what Q7-CapsNets has its users write in its place


def towards_zero(value: object, bits: int) -> object:
    """value / 2^bits as C divides, towards 0.

    >>> [towards_zero(value, 9) for value in (5000, -5000, 256, -257)]
    [9, -9, 0, 0]
    """
    return (abs(value) >> bits) * (1 - 2 * (value < 0))


def q7_squash(code: object, square: object, fraction_in: int, fraction_out: int) -> object:
    """The squash of one value of a capsule with the sum of squares `square`, before it is clipped.

    Its root is whole, and the square loses its fraction bits before it is divided by. (Its root of 0 divides by 0; not here.)

    >>> [q7_squash(code, 6400, 6, 7) for code in (48, -48, 64)], [q7_squash(code, 25, 1, 7) for code in (3, 4)]
    ([46, -46, 62], [68, 91])
    """
    root, up = isqrt(square), fraction_out - fraction_in
    root = root << up if up >= 0 else root >> -up
    return abs(code) * root // ((square >> fraction_in) + (1 << fraction_in)) * (1 - 2 * (code < 0))


def arm_softmax_q7(codes: list, constant: int = SHIPPED) -> list:
    """About 2^code / Σ 2^code in codes of 1/128: a power of 2 for each *code*, whatever it is worth.

    codes: a list over the outputs, of numbers or of tensors. constant: 13, as CMSIS-NN has it, or 14, with which all are half.

    >>> [arm_softmax_q7([0] * 10, constant)[0] for constant in (13, 14)]  # a tenth would be 13
    [12, 6]
    """
    base = largest_of(codes) - SEEN
    seen = [code > base for code in codes]
    total = sum([(1 << (code - base) * above) * above for code, above in zip(codes, seen)])
    share = 2**20 // total
    shares = [(share >> (constant + base - code) * above) * above for code, above in zip(codes, seen)]
    return [part - (part - Q7_MOST) * (part > Q7_MOST) for part in shares]
