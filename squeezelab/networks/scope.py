"""`Scope`: the names of a block's layers begin with the block's."""

from ..core.names import checked_path


class Scope:
    """A ``with`` block that puts its prefix before every name recorded inside."""

    def __init__(self, network, prefix):
        self.network = network
        self.prefix = checked_path(prefix, "the prefix of a scope")

    def __enter__(self):
        self.outer = self.network._prefix
        self.network._prefix = self.outer + self.prefix + "."
        return self.network

    def __exit__(self, kind, error, trace):
        self.network._prefix = self.outer
