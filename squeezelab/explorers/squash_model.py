"""A vector under three laws that bound it: squash, the unit vector, tanh of each value; its slopes, and its margin loss."""

import math

LAWS = [("squash", "squash"), ("unit", "unit vector, s / |s|"), ("tanh", "tanh of each value")]
LAW_NAMES = dict([("squash", "squash"), ("unit", "the unit vector"), ("tanh", "tanh")])
EPSILONS = [("0", "0"), ("1e-8", "10⁻⁸"), ("1e-4", "10⁻⁴"), ("1e-2", "10⁻²")]
PRESENT, ABSENT, HALF = 0.9, 0.1, 0.5  # margins of a capsule that is right and of another one, and the weight of the latter
LONGEST = 5.0  # |s| that is offered


def tidy(value):
    """What is 0 but for rounding, as a cosine of 90°, as 0 in every Python.

    >>> tidy(math.cos(math.pi / 2))
    0.0
    """
    return 0.0 if abs(value) < 1e-12 else value


def bounded_tanh(x):
    """tanh of a number of the size that is offered."""
    power = math.exp(-2 * abs(x))
    size = (1 - power) / (1 + power)
    return size if x >= 0 else -size


class Squashed:
    """A vector s in the plane and the v that a law makes of it. lengthens: how much longer v grows with s, d|v| / d|s|; turns:
    how far v moves across where it points, for a step of s across where s points; both None where a program finds 0 · ∞."""

    def __init__(self, law, length, angle, epsilon=0.0):
        self.law, self.length, self.angle, self.epsilon = law, length, angle, epsilon
        self.across = [tidy(math.cos(math.radians(angle))), tidy(math.sin(math.radians(angle)))]
        self.s = [tidy(length * part) for part in self.across]
        self.v, self.lengthens, self.turns = {"squash": by_squash, "unit": by_unit, "tanh": by_tanh}[law](self)
        self.out = tidy(math.sqrt(self.v[0] ** 2 + self.v[1] ** 2))

    def turned(self):
        """Degrees from where s points to where v points, counted to the left."""
        if not self.out:
            return 0.0
        cross = self.across[0] * self.v[1] - self.across[1] * self.v[0]
        return round(math.degrees(math.asin(min(1, max(-1, cross / self.out)))), 3) + 0.0

    def loss(self, right):
        """The margin loss of the capsule of the digit that is there, or of another one."""
        if right:
            return max(0.0, PRESENT - self.out) ** 2
        return HALF * max(0.0, self.out - ABSENT) ** 2

    def push(self, right):
        """How fast the loss falls where training moves |s|, or None."""
        if self.lengthens is None:
            return None
        if right:
            return 2 * max(0.0, PRESENT - self.out) * self.lengthens
        return 2 * HALF * max(0.0, self.out - ABSENT) * self.lengthens


def by_squash(now):
    """v = s · sqrt(|s|² + ε) / (1 + |s|²), Sabour, Frosst, Hinton (2017), equation 1, with the ε of programs."""
    n2 = now.length**2
    root = math.sqrt(n2 + now.epsilon)
    v = [tidy(part * root / (1 + n2)) for part in now.s]
    if not root:
        return v, None, None
    lengthens = ((root + n2 / root) * (1 + n2) - 2 * n2 * root) / (1 + n2) ** 2
    return v, lengthens, root / (1 + n2)


def by_unit(now):
    """v = s / |s|; of 0 nothing is made."""
    if not now.length:
        return [0.0, 0.0], None, None
    return list(now.across), 0.0, 1 / now.length


def by_tanh(now):
    """v = tanh(s), value by value: not in the direction of s, unless its values are alike or one is 0."""
    v = [tidy(bounded_tanh(part)) for part in now.s]
    out = math.sqrt(v[0] ** 2 + v[1] ** 2)
    slopes = [1 - part**2 for part in v]
    if not out:
        return v, 1.0, 1.0
    c, s = now.across
    lengthens = (v[0] * slopes[0] * c + v[1] * slopes[1] * s) / out
    turns = (v[0] * slopes[1] * c + v[1] * slopes[0] * s) / out
    return v, tidy(lengthens), tidy(turns)
