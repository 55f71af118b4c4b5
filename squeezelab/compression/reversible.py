"""What a stack of blocks keeps for its backward pass, and what it costs to keep next to nothing: closed forms.

A block is a routing, or several, from K capsules of D values to as many, in the vote-free order and with couplings that are
constants to the gradient, as `squeezelab.bridge.routing` computes it. Stacked plainly, with residual connections or with
momentum, autograd keeps what each block needs; a reversible stack keeps its last x and v.

>>> [stack_saved_bytes("residual", depth, 64, 16, 8) for depth in (1, 2)], stack_saved_bytes("reversible", 100, 64, 16, 8)
([700416, 1400832], 65536)
"""

from ..core.checks import check_choice, number, whole

STACKS = ("plain", "residual", "autograd", "reversible")
WORD_BYTES = 4  # of a float32


def routing_saved_words(batch: int, inputs: int, capsules: int, dim_in: int, dim: int) -> int:
    """Values that autograd keeps of a vote-free routing of two iterations or more, parameters not counted.

    Of its last iteration: couplings and the inputs that they weigh, for each class; the matrices in the order in which they are
    multiplied; the sums; and of the squash three numbers a capsule. Raises a ValueError for sizes below 1.

    >>> routing_saved_words(64, 16, 16, 8, 8) * WORD_BYTES
    700416
    """
    for size, what in ((batch, "batch"), (capsules, "capsules"), (inputs, "inputs"), (dim_in, "dim_in"), (dim, "dim")):
        whole(size, what)
    weighted = batch * inputs * capsules * (1 + dim_in)
    return weighted + inputs * capsules * dim_in * dim + batch * capsules * (dim + 3)


def stack_saved_bytes(
    mode: str, depth: int, batch: int, capsules: int, dim: int, layers: int = 1, carry_bytes: int = WORD_BYTES
) -> int:
    """Bytes kept between the forward pass and the backward pass of `depth` blocks of so many routings.

    mode: "plain", "residual", "autograd" (momentum with all that autograd keeps) or "reversible"; carry_bytes: of a number of the
    sums x and v that the last of these keeps. Raises a ValueError for another mode and for sizes below 1.

    >>> stack_saved_bytes("autograd", 16, 64, 16, 8) == stack_saved_bytes("residual", 16, 64, 16, 8)
    True
    """
    check_choice("mode", mode, STACKS)
    words = whole(depth, "depth") * whole(layers, "layers") * routing_saved_words(batch, capsules, capsules, dim, dim)
    if mode == "reversible":
        return 2 * batch * capsules * dim * whole(carry_bytes, "carry_bytes")
    return words * WORD_BYTES


def peak_stack_bytes(
    mode: str, depth: int, batch: int, capsules: int, dim: int, layers: int = 1, carry_bytes: int = WORD_BYTES
) -> int:
    """The most that is kept at one time, backward pass included: a reversible stack has the graph of one block then.

    Arguments and errors are those of `stack_saved_bytes`.

    >>> peak_stack_bytes("reversible", 100, 64, 16, 8) == 65536 + 700416
    True
    """
    kept = stack_saved_bytes(mode, depth, batch, capsules, dim, layers, carry_bytes)
    return kept + (stack_saved_bytes("residual", 1, batch, capsules, dim, layers) if mode == "reversible" else 0)


def recompute_factor(iterations: int = 3) -> float:
    """MACs of a training step of a reversible stack, of those with autograd: f is computed once more.

    A vote-free routing of r iterations multiplies by its matrices 2r − 1 times forward and twice backward, where only the last
    sum has a gradient: (2·(2r−1) + 2) / ((2r−1) + 2) = 4r / (2r+1). One iteration is the 4/3 of a linear layer. Raises a
    ValueError for iterations below 1.

    >>> recompute_factor(1), recompute_factor(3)
    (1.3333333333333333, 1.7142857142857142)
    """
    iterations = whole(iterations, "the number of routing iterations")
    return 4 * iterations / (2 * iterations + 1)


def inverse_growth(momentum: float, depth: int) -> float:
    """By how much an error of v has grown when `depth` blocks are undone, if f passes none on: g^−L.

    Raises a ValueError for a momentum that is not between 0 and 1, and for a depth below 1.

    >>> round(inverse_growth(0.9, 16), 1), round(inverse_growth(0.9, 100))
    (5.4, 37649)
    """
    return number(momentum, "momentum", above=0, below=1) ** -whole(depth, "depth")
