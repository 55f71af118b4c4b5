"""ASWL: ratios, what the loss moves, what is left at the end, and refusals."""

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn.functional import cross_entropy  # noqa: E402

from squeezelab.data import digits  # noqa: E402
from squeezelab.prune import WeightUnits, prune  # noqa: E402
from squeezelab.prune.aswl import Attended, density_of  # noqa: E402
from squeezelab.prune.units import read  # noqa: E402
from squeezelab.training import evaluate  # noqa: E402

TRAIN, TEST = (part.take(count) for part, count in zip(digits(), (2000, 1000)))
SETTINGS = {"quiet": True, "batch_size": 64, "learning_rate": 0.05}


def normed():
    """LeNet-300-100 with a norm behind each hidden layer."""
    torch.manual_seed(0)
    layers = [nn.Flatten(), nn.Linear(784, 300), nn.BatchNorm1d(300), nn.ReLU()]
    layers += [nn.Linear(300, 100), nn.BatchNorm1d(100), nn.ReLU(), nn.Linear(100, 10)]
    return nn.Sequential(*layers)


def attended(model):
    made, network = read(model, (1, 28, 28))
    return Attended(WeightUnits(made, network))


def test_an_attention_in_front_of_a_norm_is_invisible_to_the_loss_of_the_task():
    model = attended(normed()).train()
    cross_entropy(model(TRAIN.images[:256]), TRAIN.labels[:256]).backward()
    first, second, last = model.attention.grad.abs().tolist()
    assert max(first, second) < 1e-3 * last


def test_the_share_that_falls_follows_from_the_attention():
    model = attended(normed())
    with torch.no_grad():
        model.attention.copy_(torch.tensor([0.1, 0.5, 1.0]))
    sizes = model.units.sizes.values()
    for alpha in (1.0, 2.0):
        left = [int(mask.sum()) for mask in model.masks(alpha).values()]
        shares = [(1 - 0.9**alpha), (1 - 0.5**alpha), 1.0]
        assert left == pytest.approx([share * size for share, size in zip(shares, sizes)], abs=2)
        whole = float(density_of(model.attention, model.sizes, alpha))
        assert whole == pytest.approx(sum(left) / sum(sizes), abs=1e-4)


def test_with_norms_the_density_falls_far_and_the_network_reads():
    result = prune(normed(), TRAIN, "aswl", 0.9, epochs=6, **SETTINGS)
    assert 0.8 < result.sparsity < 0.98
    assert evaluate(result.sliced(), TEST).accuracy > 0.85
    for name, module in result.units.modules.items():
        assert not module.weight[~result.kept[name]].any()
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in result.sliced().modules())
    attention = result.rounds[0]["attention"]
    assert all(0.01 <= value <= 1 for value in attention.values()) and len(attention) == 3


@pytest.mark.parametrize(("options", "said"), [({"alpha": 0}, "alpha, the exponent"), ({"decay": -1}, "the decay, the weight")])
def test_settings_that_make_no_sense_are_refused(options, said):
    with pytest.raises(ValueError, match=said):
        prune(normed(), TRAIN, "aswl", 0.9, epochs=1, **options)
