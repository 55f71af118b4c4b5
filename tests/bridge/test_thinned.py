"""Networks without a share of their channels run in torch: every count in them fits the next."""

import pytest

from squeezelab.compression import thinned
from squeezelab.networks import build

torch = pytest.importorskip("torch")

from squeezelab.bridge import to_torch  # noqa: E402


@pytest.mark.parametrize("family", ["squeezenext", "mgic_resnet", "ghostnet", "shufflenet"])
def test_torch_runs_what_is_left(family):
    thin = thinned(build(family, resolution=64), 0.6)
    model = to_torch(thin).eval()
    assert sum(value.numel() for value in model.parameters()) == thin.params
    with torch.no_grad():
        assert model(torch.zeros(1, 3, 64, 64)).shape == (1, 1000)
