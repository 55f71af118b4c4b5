"""Two numbers in Qm.n, and what a product or a sum of their codes becomes: each step as a code with its bits."""

from ..compression.affine import value_of
from ..compression.qformat import fraction_bits, landed, q_dot, q_format, q_sum, shifted
from ..core.words import formatted

PLACES = range(0, 12)  # bits behind the point that are offered


def format_name(fraction, bits):
    """Qm.n; of virtual bits, those beyond the code's own, m is below 0."""
    return f"Q{bits - 1 - fraction}.{fraction}".replace("-", "−")


def in_four(value):
    return formatted(value, "four")


class Row:
    """A code with `fraction` bits behind the point and `bits` in all."""

    def __init__(self, name, role, code, fraction, bits):
        self.name, self.role, self.code, self.fraction, self.bits = name, role, code, fraction, bits
        self.low, self.high = -fraction, bits - 1 - fraction  # places of its last and its first bit

    @property
    def value(self):
        return self.code / 2.0**self.fraction

    def bit(self, place):
        """The bit that is worth 2^place, in two's complement: above its first one the sign again, below its last one 0."""
        if place < self.low:
            return 0
        return self.code >> min(place + self.fraction, self.bits - 1) & 1


def stored(value, fraction, bits):
    """A number as a code, and what the code would be with bits enough."""
    return landed(int(round(value * 2.0**fraction)), bits)


class State:
    """What is shown: x and y as they are stored, the sum or product of their codes, and what is stored of that."""

    def __init__(self, x, n_x, y, n_y, bits, n_out, op, rounding):
        self.x, self.n_x, self.y, self.n_y = x, n_x, y, n_y
        self.bits, self.op, self.rounding = bits, op, rounding
        self.a, self.b = stored(x, n_x, bits), stored(y, n_y, bits)
        self.alone = op == "store"
        self.n_out = n_x if self.alone else n_out
        self.exact = {"store": x, "product": x * y}.get(op, x + y)
        self.result = self.result_with(self.n_out)
        self.format = q_format(self.n_out, bits)
        self.value = self.value_with(self.n_out)
        self.error = self.value - self.exact

    def result_with(self, n_out):
        """The code with another number of bits behind the point."""
        if self.alone:
            return stored(self.x, n_out, self.bits)
        if self.op == "product":
            return q_dot([self.a.code], self.n_x, [self.b.code], self.n_y, n_out, bits=self.bits, rounding=self.rounding)
        if self.op == "sum":
            return q_sum(self.a.code, self.n_x, self.b.code, self.n_y, n_out, self.bits, self.rounding)
        return landed(shifted(self.total(), self.n_x + self.n_y - n_out, self.rounding), self.bits)

    def value_with(self, n_out):
        return value_of(self.result_with(n_out).code, q_format(n_out, self.bits))

    def total(self):
        """The whole number that is made of both codes, before it is shifted."""
        if self.op == "product":
            return self.a.code * self.b.code
        if self.op == "sum":
            fine = self.total_fraction()
            return (self.a.code << fine - self.n_x) + (self.b.code << fine - self.n_y)
        return self.a.code + self.b.code

    def total_fraction(self):
        """Bits behind the point that the kernel takes the total to have; for a sum that it takes for a product, too many."""
        return max(self.n_x, self.n_y) if self.op == "sum" else self.n_x + self.n_y

    def total_bits(self):
        if self.op == "product":
            return 2 * self.bits
        return self.bits + 1 + (abs(self.n_x - self.n_y) if self.op == "sum" else 0)

    def shift(self):
        return self.total_fraction() - self.n_out

    def in_codes(self):
        """The total in codes of the result, before rounding."""
        return self.total() / 2.0 ** self.shift()

    def rows(self):
        """The codes from the first to the one that is stored."""
        own = Row("x", "inputs", self.a.code, self.n_x, self.bits)
        if self.alone:
            return [own]
        name = "x · y" if self.op == "product" else "x + y"
        return [
            own,
            Row("y", "weights", self.b.code, self.n_y, self.bits),
            Row(name, "compute", self.total(), self.total_fraction(), self.total_bits()),
            Row("stored", "failure" if self.result.overflows else "outputs", self.result.code, self.n_out, self.bits),
        ]

    def needed(self):
        """The most bits behind the point with which the result does not overflow, of those offered, or None."""
        fits = [n for n in PLACES if not self.result_with(n).overflows]
        return max(fits) if fits else None

    def best(self):
        """Bits behind the point with the smallest error; of several the fewest."""
        return min([(abs(self.value_with(n) - self.exact), n) for n in PLACES])[1]


def finest_for(value, bits):
    """The most bits behind the point with which a number does not overflow, of those offered, or None."""
    fits = [n for n in PLACES if not stored(value, n, bits).overflows]
    return max(fits) if fits else None


def rules_for(value, bits):
    """(n plain, n with virtual bits) for numbers up to this size."""
    return fraction_bits(abs(value), bits), fraction_bits(abs(value), bits, virtual=True)
