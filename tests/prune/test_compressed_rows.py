"""Compressed rows: the same outputs from the values alone, bytes as the formula has them, and refusals by name."""

import warnings

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn.utils import parametrizations  # noqa: E402
from torch.nn.utils import prune as torch_prune  # noqa: E402

from squeezelab.bridge import to_torch  # noqa: E402
from squeezelab.compression import stored_bytes  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.networks import mini_vgg  # noqa: E402
from squeezelab.prune import as_csr, prune  # noqa: E402
from squeezelab.training import reference  # noqa: E402

TRAIN, TEST = (part.take(count) for part, count in zip(digits(), (64, 200)))


def masked_layer(density, bias=True, seed=0):
    """A linear layer of 30 × 50 with about so many of its weights."""
    generator = torch.Generator().manual_seed(seed)
    layer = nn.Linear(50, 30, bias)
    with torch.no_grad():
        layer.weight.mul_(torch.rand(30, 50, generator=generator) < density)
    return layer


@pytest.mark.parametrize("density", [0, 0.02, 0.3, 1])
@pytest.mark.parametrize("bias", [True, False])
def test_a_layer_gives_the_same_from_compressed_rows(density, bias):
    layer = masked_layer(density, bias)
    for shape in ((50,), (1, 50), (7, 50), (2, 3, 50), (0, 50)):
        inputs = torch.randn(shape)
        assert torch.allclose(as_csr(layer)(inputs), layer(inputs), atol=1e-5)


@pytest.mark.parametrize("density", [0.02, 0.3])
def test_it_takes_the_bytes_of_the_formula(density):
    layer = masked_layer(density)
    nonzero = int(layer.weight.count_nonzero())
    assert as_csr(layer).bytes() == stored_bytes(30 * 50, nonzero, "csr", rows=30)


def test_a_pruned_network_reads_the_same_and_the_masked_one_stays_as_it_is():
    masked = prune(reference("lenet300"), TRAIN, "magnitude", 0.9, epochs=0).model
    before = {name: value.clone() for name, value in masked.state_dict().items()}
    rows = as_csr(masked)
    assert torch.allclose(rows(TEST.images), masked(TEST.images), atol=1e-5)
    assert all(torch.equal(value, before[name]) for name, value in masked.state_dict().items())
    assert [type(module).__name__ for module in rows.modules()].count("CompressedRows") == 3


def test_a_layer_that_stands_in_two_places_is_compressed_once():
    layer = nn.Linear(6, 6)
    model = nn.Sequential(layer, nn.ReLU(), layer)
    made = as_csr(model)
    assert made[0] is made[2] and torch.allclose(made(torch.ones(2, 6)), model(torch.ones(2, 6)), atol=1e-5)


def test_it_says_nothing_of_torch_s_own_state():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        as_csr(masked_layer(0.3))(torch.ones(2, 50))


def with_a_hook():
    layer = nn.Sequential(nn.Linear(4, 4))
    torch_prune.l1_unstructured(layer[0], "weight", 0.5)
    return layer


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (to_torch(mini_vgg()), "'conv1' is a Conv2d: torch computes linear layers from compressed rows, not convolutions"),
        (nn.Conv1d(1, 1, 1), "'Conv1d' is a Conv1d"),
        (nn.Sequential(nn.ReLU()), "Sequential has no linear layer"),
        (nn.Sequential(parametrizations.weight_norm(nn.Linear(2, 2))), "'0' computes its weights anew at each pass"),
        (with_a_hook(), "'0' computes its weights anew"),
    ],
)
def test_what_has_no_rows_to_compress_is_refused_by_name(module, words):
    with pytest.raises(ValueError, match=words):
        as_csr(module)
