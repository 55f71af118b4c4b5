"""What a capsule network is made of besides convolutions: capsules, their squash, votes, the sums and agreements of routing.

Shapes: N input capsules of Din values are (N, Din), their votes for J output capsules of D values (J, N, D), logits and
couplings (J, N), output capsules (J, D), lengths (J,).

Votes multiply learnt weights; the sum over votes and the agreement multiply two activations, and have MACs as well. Squash,
softmax, length and mask have none, as all activations.

Source: Sabour, Frosst, Hinton, "Dynamic Routing Between Capsules", NIPS 2017, arXiv 1710.09829.
"""

from ..core.checks import number, whole
from .layers import Layer, check_map
from .shapes import shape_text, size_of
from .weighted import Weighted

ROUTING = ("votes", "capsule_sum", "agreement")  # what has MACs
CAPSULE_OPS = ("capsules", "squash", "votes", "capsule_sum", "agreement", "lengths", "mask", "learnt")


def check_capsules(x):
    """Capsules are needed: (how many, values of each)."""
    if len(x.shape) != 2:
        raise ValueError(f"it needs capsules (count, values), but '{x.name}' has the shape {shape_text(x.shape)}")


def check_votes(x):
    """Votes are needed: (output capsules, input capsules, values of each)."""
    if len(x.shape) != 3:
        raise ValueError(f"it needs votes (outputs, inputs, values), but '{x.name}' has the shape {shape_text(x.shape)}")


def check_beside_votes(votes, other, what, shape):
    """What is multiplied with votes must fit them."""
    check_votes(votes)
    if tuple(other.shape) != shape:
        raise ValueError(
            f"the votes '{votes.name}' are {shape_text(votes.shape)}, to which {what} of {shape_text(shape)} belong, "
            f"but '{other.name}' is {shape_text(other.shape)}"
        )


class Capsules(Layer):
    """A map (types · dim, height, width) read as capsules (types · height · width, dim): one is `dim` channels at one place.

    Capsule t · P + p is type t at place p, of P places counted row by row.
    """

    op = "capsules"

    def __init__(self, name, x, dim):
        check_map(x)
        self.dim = whole(dim, "the values of a capsule")
        channels, height, width = x.shape
        if channels % self.dim:
            raise ValueError(f"the {channels} channels of '{x.name}' do not divide into capsules of {self.dim} values")
        self.types = channels // self.dim
        Layer.__init__(self, name, (x,), (self.types * height * width, self.dim))  # (N, Din)


class Squash(Layer):
    """v = |s|² / (1 + |s|²) · s / |s| of each capsule: its direction, with a length below 1."""

    op = "squash"
    rides = True

    def __init__(self, name, x):
        check_capsules(x)
        Layer.__init__(self, name, (x,), x.shape)


class Votes(Weighted):
    """What each input capsule u_i says of each output capsule j: û_{j|i} = u_i W_ij, with a matrix W_ij (Din, D) of its own.

    shared: one matrix for each output capsule, W_j, the same for all input capsules (Gu and Tresp, CVPR 2020).
    """

    op = "votes"
    bias = False

    def __init__(self, name, x, capsules, dim, shared):
        check_capsules(x)
        capsules, dim = whole(capsules, "the number of output capsules"), whole(dim, "the values of an output capsule")
        self.shared = bool(shared)
        Layer.__init__(self, name, (x,), (capsules, x.shape[0], dim))  # (J, N, D)

    @property
    def weight_words(self):
        matrices = 1 if self.shared else self.in_shape[0]
        return matrices * self.shape[0] * self.in_shape[1] * self.shape[2]  # (N or 1, J, Din, D)

    @property
    def uses(self):
        """A matrix is used once, or by every input capsule if it is shared."""
        return self.in_shape[0] if self.shared else 1


class CapsuleSum(Layer):
    """s_j = Σ_i c_ij û_{j|i}; without couplings all are 1 / J, as the first softmax of routing makes them."""

    op = "capsule_sum"

    def __init__(self, name, sources):
        votes = sources[0]
        check_votes(votes)
        if len(sources) == 2:
            check_beside_votes(votes, sources[1], "couplings", tuple(votes.shape[:2]))
        Layer.__init__(self, name, tuple(sources), (votes.shape[0], votes.shape[2]))  # (J, D)

    @property
    def macs(self):
        """A MAC for each value of a vote."""
        return size_of(self.in_shape)


class Agreement(Layer):
    """û_{j|i} · v_j: how far the vote of an input capsule agrees with what the output capsule became.

    detach: whether no gradient passes, so that couplings are constants to training.
    """

    op = "agreement"

    def __init__(self, name, sources, detach):
        votes, v = sources
        check_votes(votes)
        check_beside_votes(votes, v, "output capsules", (votes.shape[0], votes.shape[2]))
        self.detach = bool(detach)
        Layer.__init__(self, name, (votes, v), votes.shape[:2])  # (J, N)

    @property
    def macs(self):
        """A MAC for each value of a vote."""
        return size_of(self.in_shape)


class Lengths(Layer):
    """|v_j| of each capsule: how sure the network is that what it stands for is there."""

    op = "lengths"

    def __init__(self, name, x):
        check_capsules(x)
        Layer.__init__(self, name, (x,), (x.shape[0],))


class Mask(Layer):
    """All capsules but the longest, or the one that is told, set to 0, as one vector: what a decoder reads."""

    op = "mask"

    def __init__(self, name, x):
        check_capsules(x)
        Layer.__init__(self, name, (x,), (size_of(x.shape),))  # (J · D,)


class Learnt(Layer):
    """Learnt values that read nothing, all `start` at first: the bias of routing. Whoever reads them moves them."""

    op = "learnt"
    in_shape = None
    words_read = words_written = words = weight_words = 0
    intensity = 0.0

    def __init__(self, name, reads, shape, start):
        if not isinstance(shape, (tuple, list)) or not shape:
            raise ValueError(f"the shape of learnt values is (count, values), as (10, 16), not {shape!r}")
        shape = tuple([whole(side, "a side of the learnt values") for side in shape])
        self.start = number(start, "the start of the learnt values")
        Layer.__init__(self, name, tuple(reads), shape)

    @property
    def params(self):
        return size_of(self.shape)
