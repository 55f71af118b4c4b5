"""What is wrong is named, with what would be right."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from squeezelab.bridge import to_torch  # noqa: E402
from squeezelab.capsules import vote_free  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.networks import capsnet, lenet300, mini_vgg  # noqa: E402
from squeezelab.prune import Plan, Units, across_groups, hit, per_group, prune  # noqa: E402

TRAIN = digits()[0].take(64)


class Branches(nn.Module):
    """A forward that depends on values."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)

    def forward(self, x):
        x = self.conv(x)
        return x if x.sum() > 0 else -x


def shared():
    conv = nn.Conv2d(4, 4, 3, padding=1)
    return nn.Sequential(nn.Conv2d(1, 4, 3), conv, conv, nn.Flatten(), nn.Linear(4 * 26 * 26, 10))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: prune(Branches(), TRAIN), "Branches|branch|depends"),
        (lambda: prune(shared(), TRAIN), "weights were used before"),
        (lambda: prune(nn.Sequential(nn.Conv1d(1, 2, 3)), TRAIN), "conv1d"),
        (lambda: prune(to_torch(mini_vgg()), TRAIN, seed=-1), "the seed must be a whole number"),
        (lambda: prune(to_torch(mini_vgg()), TRAIN, round_to=0), "the multiple that widths are rounded to"),
        (lambda: prune(to_torch(mini_vgg()), TRAIN, network=lenet300()), "'fc1' .* is not in the model"),
        (lambda: hit(to_torch(mini_vgg()), TRAIN, "l1_filter", 0.5, "time"), "params, macs, cycles, energy"),
        (lambda: hit(to_torch(mini_vgg()), TRAIN, "l1_filter", "half"), "a share of the dense network's cycles"),
        (lambda: per_group({"a": torch.tensor([1.0, float("inf")])}, 0.5), "'a' are not all numbers: inf"),
        (lambda: across_groups({"a": torch.tensor([1.0])}, 1), "from 0 up to, not including, 1, not 1"),
        (lambda: Plan({"conv1": [3]}, {"conv1": 16}).check(Units(to_torch(mini_vgg()), mini_vgg()).sizes), "'conv2'"),
        (lambda: Units(to_torch(lenet300()), mini_vgg()), "'conv1' .* is not in the model"),
        (lambda: prune(to_torch(capsnet("tiny")), TRAIN), "'digits.votes' reads capsules.*remove_types"),
        (lambda: prune(vote_free(to_torch(capsnet("tiny"))), TRAIN, "magnitude"), "reads capsules.*remove_types"),
    ],
)
def test_it_is_said(call, words):
    with pytest.raises((ValueError, KeyError), match=words):
        call()
