"""The training meter: its three passes against a count by hand, its bytes against what autograd holds."""

import copy

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn.utils import prune  # noqa: E402

from squeezelab.bridge import to_torch  # noqa: E402
from squeezelab.networks import mini_resnet  # noqa: E402
from squeezelab.training import TrainingMeter  # noqa: E402
from squeezelab.training.meter import PASSES  # noqa: E402

CONV = 8 * 6 * 9 * 10 * 10  # MACs of the second convolution below for one image
FIRST = 6 * 3 * 9 * 10 * 10
LAST = 8 * 5


def model():
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(6, 8, 3, padding=1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 5),
    )


def metered(net, batch=2, frozen=None):
    with TrainingMeter(net, frozen) as meter:
        net(torch.randn(batch, 3, 10, 10)).sum().backward()
    return meter


def test_the_three_passes_equal_the_count_by_hand():
    macs = metered(model()).macs
    assert macs["forward"] == macs["backward_weights"] == 2 * (FIRST + CONV + LAST)
    assert macs["backward_inputs"] == 2 * (CONV + LAST)  # nobody wants the gradient of the image


def test_forward_equals_the_networks_own_count():
    network = mini_resnet()
    net = to_torch(network)
    with TrainingMeter(net) as meter:
        net(torch.randn(3, 1, 28, 28)).sum().backward()
    assert meter.macs["forward"] == 3 * network.macs


def test_a_frozen_layer_has_no_weight_pass_and_nothing_below_it_an_error_pass():
    net = model()
    net[0].requires_grad_(False)
    macs = metered(net).macs
    assert macs["backward_weights"] == 2 * (CONV + LAST)
    assert macs["backward_inputs"] == 2 * LAST  # the second convolution's input needs no gradient any more


def test_a_frozen_share_may_be_torchs_number():
    assert metered(model(), frozen={"2": torch.tensor(0.25)}).macs == metered(model(), frozen={"2": 0.25}).macs


def test_frozen_rows_leave_the_weight_pass_only():
    macs = metered(model(), frozen={"2": 0.25}).macs
    assert macs["backward_weights"] == 2 * (FIRST + CONV * 3 // 4 + LAST)
    assert macs["backward_inputs"] == 2 * (CONV + LAST)


def test_masked_weights_leave_all_three_passes():
    net = model()
    prune.random_unstructured(net[2], "weight", 0.5)
    macs = metered(net).macs
    assert macs["forward"] == macs["backward_weights"] == 2 * (FIRST + CONV // 2 + LAST)
    assert macs["backward_inputs"] == 2 * (CONV // 2 + LAST)


def test_evaluation_is_not_training():
    net = model()
    with TrainingMeter(net) as meter, torch.no_grad():
        net(torch.randn(2, 3, 10, 10))
    assert meter.total == 0 == meter.peak_saved_bytes


def test_counting_stops_with_the_block():
    net = model()
    meter = metered(net)
    before = meter.total
    net(torch.randn(2, 3, 10, 10)).sum().backward()
    assert meter.total == before > 0


def test_saved_bytes_of_a_chain_of_linear_layers_are_its_inputs():
    # a linear layer keeps its input; ReLU keeps its output, which is the next layer's input and shares its memory
    net = nn.Sequential(nn.Linear(100, 50), nn.ReLU(), nn.Linear(50, 20), nn.ReLU(), nn.Linear(20, 1))
    with TrainingMeter(net) as meter:
        net(torch.randn(16, 100)).sum().backward()
    assert meter.peak_saved_bytes == 4 * 16 * (100 + 50 + 20)
    assert meter.saved.now == 0 and not meter.saved.users


def test_checkpointing_lowers_the_peak():
    from torch.utils.checkpoint import checkpoint

    class Deep(nn.Module):
        def __init__(self, again):
            super().__init__()
            self.again = again
            self.layers = nn.ModuleList(
                nn.Sequential(nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh()) for _ in range(6)
            )

        def forward(self, x):
            for layer in self.layers:
                x = checkpoint(layer, x, use_reentrant=True) if self.again else layer(x)
            return x

    peaks = []
    for again in (False, True):
        net = Deep(again)
        with TrainingMeter(net) as meter:
            net(torch.randn(32, 64, requires_grad=True)).sum().backward()
        peaks.append(meter.peak_saved_bytes)
    assert peaks[1] < 0.7 * peaks[0]


def test_a_repeated_forward_counts_and_its_backward_still_happens_once():
    from torch.utils.checkpoint import checkpoint

    net = model()
    plain = metered(net).macs
    with TrainingMeter(net) as meter:
        checkpoint(net, torch.randn(2, 3, 10, 10), use_reentrant=False).sum().backward()
    assert plain["forward"] < meter.macs["forward"] <= 2 * plain["forward"]
    assert {name: meter.macs[name] for name in PASSES[1:]} == {name: plain[name] for name in PASSES[1:]}


def test_a_forward_whose_error_never_comes_has_no_backward():
    net = model()
    with TrainingMeter(net) as meter:
        net(torch.randn(2, 3, 10, 10))
    assert meter.macs == {"forward": 2 * (FIRST + CONV + LAST), "backward_inputs": 0, "backward_weights": 0}


@pytest.mark.parametrize(
    "net, shape, forward",
    [
        (nn.Conv2d(6, 12, 3, groups=3, padding=1), (1, 6, 8, 8), 12 * 2 * 9 * 64),
        (nn.Conv2d(6, 6, 3, groups=6, stride=2, padding=1), (1, 6, 8, 8), 6 * 9 * 16),
        (nn.Conv1d(6, 4, 3), (1, 6, 8), 4 * 6 * 3 * 6),
        (nn.Conv3d(6, 4, 1), (1, 6, 2, 3, 4), 4 * 6 * 24),
        (nn.ConvTranspose2d(6, 4, 3), (1, 6, 8, 8), 0),
    ],
    ids=lambda value: type(value).__name__,
)
def test_grouped_and_other_convolutions_count_by_hand_and_transposed_ones_do_not(net, shape, forward):
    with TrainingMeter(net) as meter:
        net(torch.randn(shape, requires_grad=True)).sum().backward()
    assert meter.macs == dict.fromkeys(PASSES, forward)


def test_a_shared_layer_counts_at_each_use_and_an_activation_may_work_in_place():
    shared = nn.Conv2d(3, 3, 1)
    net = nn.Sequential(shared, nn.ReLU(inplace=True), shared)
    assert metered(net).macs["backward_weights"] == 2 * 2 * 9 * 100


# Layers called in other ways


class Keyword(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(input=x)


def test_a_layer_called_by_keyword_counts_like_any_other():
    with TrainingMeter(Keyword()) as meter:
        meter.model(torch.rand(3, 4)).sum().backward()
    assert meter.macs == {"forward": 24, "backward_inputs": 0, "backward_weights": 24}
    with TrainingMeter(Keyword()) as meter:
        meter.model(x=torch.rand(3, 4, requires_grad=True)).sum().backward()
    assert meter.macs == dict.fromkeys(PASSES, 24)


def test_products_that_no_layer_makes_are_named():
    class Functional(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.weight = nn.Conv2d(3, 4, 1), nn.Parameter(torch.rand(5, 4, 3, 3))

        def forward(self, x):
            x = nn.functional.conv2d(self.conv(x), self.weight)
            return x.flatten(2).transpose(1, 2) @ x.flatten(2)

    with TrainingMeter(Functional()) as meter:
        meter.model(torch.rand(2, 3, 6, 6)).sum().backward()
    assert meter.macs["forward"] == 2 * 4 * 3 * 36
    assert meter.left_out == {"conv2d": 1, "matmul": 1}
    with TrainingMeter(model()) as meter:
        meter.model(torch.rand(2, 3, 10, 10)).sum().backward()
    assert meter.left_out == {} and "not counted" not in repr(meter)


def test_metering_a_spectral_norm_does_not_advance_it():
    torch.manual_seed(0)
    layer = nn.utils.parametrizations.spectral_norm(nn.Linear(6, 5))
    x, twin = torch.rand(3, 6), copy.deepcopy(layer)
    twin(x).sum().backward()
    with TrainingMeter(layer) as meter:
        layer(x).sum().backward()
    assert meter.macs["backward_weights"] == 3 * 30
    assert all(torch.equal(one, other) for one, other in zip(layer.buffers(), twin.buffers()))


@pytest.mark.parametrize("kind", ["weight_norm", "parametrized", "pruned"])
def test_a_weight_that_is_made_of_others_is_trained_when_they_are(kind):
    layer = nn.Linear(6, 5)
    make = {
        "weight_norm": nn.utils.parametrizations.weight_norm,
        "parametrized": nn.utils.parametrizations.orthogonal,
        "pruned": lambda layer: prune.identity(layer, "weight"),
    }[kind]
    make(layer)
    for frozen in (False, True):
        for name, weight in layer.named_parameters():
            weight.requires_grad_(name == "bias" or not frozen)
        with TrainingMeter(layer) as meter:
            layer(torch.rand(3, 6)).sum().backward()
        assert meter.macs["backward_weights"] == (0 if frozen else 90)
