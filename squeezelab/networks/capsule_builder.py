"""The builder methods of a `Network` for capsules; what they record is in capsule_layers.py."""

from .capsule_layers import Agreement, Capsules, CapsuleSum, Learnt, Lengths, Mask, Squash, Votes


class CapsuleBuilder:
    """Methods that record capsule layers, as those of `Network` record all others."""

    def capsules(self, x, dim, name=None):
        """A map (types · dim, height, width) as capsules (types · height · width, dim)."""
        return self.record(Capsules, "capsules", name, x, dim)

    def squash(self, x, name=None):
        """Each capsule's direction, with a length below 1."""
        return self.record(Squash, "squash", name, x)

    def votes(self, x, capsules, dim, shared=False, name=None):
        """(N, Din) → (capsules, N, dim); `shared`: one matrix an output capsule, the same for all inputs."""
        return self.record(Votes, "votes", name, x, capsules, dim, shared)

    def capsule_sum(self, votes, couplings=None, name=None):
        """(J, N, D) votes, weighted by (J, N) couplings, summed over N; without couplings all are 1 / J."""
        return self.record(CapsuleSum, "capsule_sum", name, [votes] if couplings is None else [votes, couplings])

    def agreement(self, votes, v, detach=True, name=None):
        """The product of each vote (J, N, D) with its output capsule (J, D): (J, N)."""
        return self.record(Agreement, "agreement", name, [votes, v], detach)

    def lengths(self, x, name=None):
        """Of each capsule: (J, D) → (J,)."""
        return self.record(Lengths, "lengths", name, x)

    def mask(self, x, name=None):
        """All but the longest capsule set to 0, as one vector: (J, D) → (J · D,)."""
        return self.record(Mask, "mask", name, x)

    def learnt(self, shape, start=0.1, name=None):
        """Learnt values that read nothing; 0.1 is how the bias of the CapsNet that was released with the paper starts."""
        return self.record(Learnt, "learnt", name, [], shape, start)
