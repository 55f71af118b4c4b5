"""One memo for all figures: what was made is kept for the next question, within bounds, since a page has little memory."""

_dropped = [0]


def times_dropped():
    """How often any memo has dropped what it knew: what was seen to before may have to be made again."""
    return _dropped[0]


class Memo:
    """A function that remembers: `make(*key)` is called only where the value of a key is not known.

    At most `most` values are kept, and the last `most` // 2 that were asked for among them. They live in two generations,
    since dictionaries keep no order in MicroPython: when the younger one is full, the older one goes.

    >>> squares = Memo(lambda x: print("at work") or x * x, most=100)
    >>> squares(3), squares(3), (3,) in squares
    at work
    (9, 9, True)
    """

    def __init__(self, make, most):
        if most < 2:
            raise ValueError(f"a memo keeps at least 2 values, not {most!r}")
        self.make, self.most = make, most
        self.clear()

    def clear(self):
        """Forgets everything."""
        self.younger, self.older = {}, {}

    def __contains__(self, key):
        return key in self.younger or key in self.older

    def __len__(self):
        """How many values are kept."""
        return len(self.younger) + len(self.older)

    def __call__(self, *key):
        if key in self.younger:
            return self.younger[key]
        value = self.older.pop(key) if key in self.older else self.make(*key)
        if len(self.younger) >= self.most // 2:
            _dropped[0] += len(self.older) > 0
            self.younger, self.older = {}, self.younger
        self.younger[key] = value
        return value
