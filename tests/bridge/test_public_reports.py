"""Models after public bug reports of comparable tools: from_torch counts what runs, or refuses with what is true."""

import functools
import random

import pytest

torch = pytest.importorskip("torch")

import torch.nn.functional as F  # noqa: E402
from support.ordinary_blocks import Calls  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.utils import parametrizations, prune  # noqa: E402
from torch.utils.checkpoint import checkpoint  # noqa: E402

from squeezelab.bridge import from_torch  # noqa: E402
from squeezelab.hardware import simulate  # noqa: E402

torch.set_num_threads(1)
PAD = {"padding": 1}


def counts(model, shape=(3, 8, 8)):
    """(params, MACs, shape of the output) of a model in evaluation mode; it also runs on an accelerator."""
    net = from_torch(model.eval(), shape)
    assert simulate(net, "squeezelerator-16", other_layers="separate").cycles > 0
    return net.params, net.macs, net.output.shape


@torch.jit.script
def swish(x):
    return x * torch.sigmoid(x)


def conv(c_in=3, c=8, kernel=3, **options):
    return nn.Conv2d(c_in, c, kernel, **options)


ASKED = [
    lambda m, x: m[0](x) if torch.is_tensor(x) else x,
    lambda m, x: m[0](x) if isinstance(x, torch.Tensor) else 1 / 0,
    lambda m, x: m[0](x) if type(x) is torch.Tensor else x,
    lambda m, x: m[0](x.tensors) if hasattr(x, "tensors") else m[0](x),
    lambda m, x: m[0](torch.cat([x] if isinstance(x, torch.Tensor) else x, 1)),
    lambda m, x: swish(m[0](x)),
    lambda m, x: m[0](x) if x.ndimension() == 4 and x.nelement() > 0 and x.is_contiguous() and x.element_size() == 4 else x,
    lambda m, x: m[0](x) if x.device == m[0].weight.device and not x.is_cuda and x.dtype == torch.float32 else x,
    lambda m, x: m[0](x) if x.is_floating_point() and x.stride(1) == 64 and x.size()[1:] == (3, 8, 8) and len(x) else x,
    lambda m, x: m[0](x) if x.type() == "torch.FloatTensor" and x.double().type() == "torch.DoubleTensor" else x,
    lambda m, x: m[0](x) if torch.is_grad_enabled() and not x.requires_grad and x.is_leaf else x,
    lambda m, x: F.relu(y) if (y := m[0](x)).requires_grad else x,
    lambda m, x: F.relu(y) if not (y := m[0](x).detach()).requires_grad else x,
    lambda m, x: checkpoint(m[0], x, use_reentrant=False),
    lambda m, x: torch.compile(lambda y: m[0](y))(x),
]


@pytest.mark.parametrize("forward", ASKED, ids=range(len(ASKED)))
def test_a_tensor_answers_as_a_tensor(forward):
    assert counts(Calls(forward, conv()))[:2] == (224, 7776)


def test_gradients_are_on_where_they_are_on_for_the_caller():
    model = Calls(lambda m, x: m[0](x) if torch.is_grad_enabled() else m[1](x), conv(), conv(c=2))
    assert counts(model)[0] == 224
    with torch.no_grad():
        assert counts(model)[0] == 56


class Headed(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.fc = nn.Sequential(conv(**PAD), nn.AdaptiveAvgPool2d(1), nn.Flatten()), nn.Linear(8, 100)

    def forward_features(self, x):
        return self.body(x)

    def forward(self, x):
        return self.fc(self.forward_features(x))


def patched(change):
    model = Headed()
    change(model)
    return model


PATCHES = [
    lambda model: setattr(model, "forward", model.forward_features),
    lambda model: setattr(model, "forward", lambda x: model.body(x)),
    lambda model: setattr(model, "forward", functools.partial(Headed.forward_features, model)),
    lambda model: setattr(model.fc, "forward", lambda x: x),
]


@pytest.mark.parametrize("change", PATCHES, ids=range(len(PATCHES)))
def test_a_forward_put_on_an_instance_is_the_one_that_runs(change):
    assert counts(patched(change)) == (224, 13824, (8,))
    assert counts(nn.Sequential(nn.Identity(), patched(change)))[1:] == (13824, (8,))


def hooked(hook, place=0, pre=False, **options):
    model = nn.Sequential(conv(), conv(8, 8))
    part = model if place is None else model[place]
    (part.register_forward_pre_hook if pre else part.register_forward_hook)(hook, **options)
    return model


HOOKS = [
    (hooked(lambda m, given: (F.pad(given[0], (1, 1, 1, 1)),), pre=True), 34560, (8, 6, 6)),
    (hooked(lambda m, given, named: ((F.pad(given[0], (1, 1, 1, 1)),), named), pre=True, with_kwargs=True), 34560, (8, 6, 6)),
    (hooked(lambda m, given, made: made[:, :, 1:-1, 1:-1]), 7776 + 2304, (8, 2, 2)),
    (hooked(lambda m, given, named, made: F.max_pool2d(made, 2), with_kwargs=True), 7776 + 576, (8, 1, 1)),
    (hooked(lambda m, given, made: made.mean((2, 3)), place=None), 16992, (8,)),
    (hooked(lambda m, given: (F.interpolate(given[0], scale_factor=2),), place=None, pre=True), 42336 + 82944, (8, 12, 12)),
]


@pytest.mark.parametrize("model, macs, shape", HOOKS, ids=range(len(HOOKS)))
def test_hooks_do_what_they_do(model, macs, shape):
    assert counts(model) == (808, macs, shape)


GLOBAL_NOTES = []


def test_hooks_that_look_leave_their_notes_in_a_copy():
    notes, counter = [], type("Counter", (), {"count": 0, "hook": lambda self, *_: setattr(self, "count", self.count + 1)})()
    model = hooked(lambda m, given, made: notes.append(made))
    model[0].register_forward_hook(lambda m, given, made: GLOBAL_NOTES.append(made))
    model[1].register_forward_pre_hook(counter.hook)
    assert counts(model) == (808, 16992, (8, 4, 4))
    assert (notes, GLOBAL_NOTES, counter.count) == ([], [], 0)


class Sliced(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(conv(), nn.ReLU(), conv(8, 8))

    def forward(self, x):
        return nn.Sequential(*list(self.features[1:2]), nn.Identity())(self.features[:1](x))  # made on the way


def parallel(wrapped=nn.DataParallel):
    features = wrapped(nn.Sequential(conv(**PAD), nn.MaxPool2d(2), nn.ReLU()))
    return nn.Sequential(features, nn.Sequential(nn.Flatten(), wrapped(nn.Linear(128, 10))))


class NormAct(nn.BatchNorm2d):
    def forward(self, x):
        return F.relu(super().forward(x))


def functional(m, x):
    return F.linear(F.conv2d(x, m[0].weight, m[0].bias, stride=2).flatten(1), m[1].weight)


def statistics(m, x):
    return F.batch_norm(m[0](x), m[1].running_mean, m[1].running_var, m[1].weight, m[1].bias)


def standardised(m, x):
    return F.conv2d(x, m[0].weight - m[0].weight.mean((1, 2, 3), keepdim=True))


def with_zeros(m, x):
    return m[0](torch.cat([x, x.new_zeros(x.size(0), 1, 8, 8)], 1))


def between_zeros(m, x):
    return m[0](torch.cat([torch.zeros_like(x), x, 0 * x[:, :1], torch.zeros_like(x), x], 1))


TRANSPOSED = nn.Sequential(conv(3, 6, 1, bias=False), nn.ConvTranspose2d(6, 6, 2, 2, groups=3, bias=False))
CASES = {
    "R1": (nn.Sequential(conv(3, 8, 1), nn.AdaptiveAvgPool2d(7), nn.Flatten(), nn.Linear(392, 10)), (3962, 5456, (10,))),
    "R2 derived": (nn.Sequential(conv(), NormAct(8)), (240, 7776, (8, 6, 6))),
    "R2 functional": (Calls(functional, conv(), nn.Linear(72, 5, False)), (224 + 360, 216 * 9 + 360, (5,))),
    "R2 statistics": (Calls(statistics, conv(), nn.BatchNorm2d(8)), (240, 7776, (8, 6, 6))),
    "R4": (Sliced(), (224, 7776, (8, 6, 6))),
    "R5": (parallel(), (224 + 1290, 216 * 64 + 1280, (10,))),
    "R5 compiled": (parallel(torch.compile), (224 + 1290, 216 * 64 + 1280, (10,))),
    "R8": (nn.Sequential(conv(), nn.PReLU(8)), (232, 7776, (8, 6, 6))),
    "transposed": (TRANSPOSED, (18 + 48, 1152 + 3072, (6, 16, 16))),
    "one number": (nn.Sequential(conv(), nn.Flatten(), nn.Linear(288, 1), nn.Flatten(0)), (513, 8064, ())),
    "expand": (Calls(lambda m, x: m[0](x[:, :1].expand(-1, 3, -1, -1)), conv()), (224, 7776, (8, 6, 6))),
    "repeat": (Calls(lambda m, x: m[0](x[:, :1].repeat(1, 3, 1, 1)), conv()), (224, 7776, (8, 6, 6))),
    "zeros stacked": (Calls(with_zeros, conv(4)), (296, 10368, (8, 6, 6))),
    "zeros between": (Calls(between_zeros, conv(13, 8, 1)), (112, 6656, (8, 8, 8))),
    "standardised": (Calls(standardised, conv(bias=False)), (216, 7776, (8, 6, 6))),
    "masked": (nn.Sequential(prune.l1_unstructured(conv(), "weight", 0.5)), (224, 7776, (8, 6, 6))),
    "spectral": (nn.Sequential(parametrizations.spectral_norm(conv())), (224, 7776, (8, 6, 6))),
}
PLAIN = [nn.Mish(), nn.SELU(), nn.CELU(), nn.Softplus(), nn.Softsign(), nn.LogSigmoid(), nn.Tanhshrink(), nn.Hardshrink()]
PLAIN += [nn.Softshrink(), nn.Hardtanh(0, 6), nn.Hardtanh(), nn.RReLU(), nn.Threshold(0, 0), nn.Dropout2d(), nn.AlphaDropout()]
PLAIN += [nn.Identity(), nn.GroupNorm(2, 8, affine=False), nn.BatchNorm2d(8, affine=False), nn.InstanceNorm2d(8), nn.Softmax2d()]


@pytest.mark.parametrize("name", CASES)
def test_a_case_has_its_right_value(name):
    model, right = CASES[name]
    assert counts(model) == right


@pytest.mark.parametrize("layer", PLAIN, ids=str)
def test_plain_layers_learn_and_multiply_nothing(layer):
    assert counts(nn.Sequential(conv(), layer)) == (224, 7776, (8, 6, 6))


@pytest.mark.parametrize("layer", [nn.GroupNorm(4, 8), nn.SyncBatchNorm(8), nn.InstanceNorm2d(8, affine=True)], ids=str)
def test_norms_learn_two_values_a_channel(layer):
    assert counts(nn.Sequential(conv(), layer)) == (240, 7776, (8, 6, 6))


def test_a_ceil_pool_may_hang_over_the_edge():
    assert counts(nn.Sequential(conv(), nn.MaxPool2d(3, 2, ceil_mode=True)), (3, 4, 4)) == (224, 864, (8, 1, 1))


def halves(m, x):
    a, b = m[0](x).chunk(2, 1)
    return torch.cat([a, m[1](F.relu(b, inplace=True))], 1)  # the other half stays as it is


def test_a_change_of_one_half_leaves_the_other():
    assert counts(Calls(halves, conv(), conv(4, 4, **PAD))) == (224 + 148, 7776 + 5184, (8, 6, 6))


def of_a_view(m, x):
    x = m[0](x)
    x.view(x.size(0), -1).relu_()  # VIEW
    return x


def caught(m, x):
    try:
        return m[1](m[0](x)) if x.mean() > 0 else m[0](x)  # CAUGHT
    except Exception:
        return m[0](x)


def widened_weight(m, x):
    return F.conv2d(x, m[0].weight.expand(8, 3, 3, 3))


REFUSED = [
    (Calls(of_a_view, conv()), r"VIEW`: relu_: it changes a part of a tensor that is read again"),
    (Calls(caught, conv(), conv(8, 8)), "CAUGHT`: __bool__: what it does next depends on the values in a tensor"),
    (Calls(lambda m, x: m[0](x) if random.random() < 2 else x, conv()), "a random number was drawn before it"),
    (Calls(lambda m, x: m[1](m[0](x)) if len(x) % 2 else m[0](x), conv(), conv(8, 8)), "for a batch of 31 and not of 4, but"),
    (Calls(lambda m, x: m[0](x) if x.size(0) > 16 else m[1](m[0](x)), conv(), conv(8, 8)), "a batch of 4 and not of 31, but"),
    (Calls(widened_weight, conv(1, 8, bias=False)), "72 parameters .weight., but a Network counts 216: fold them"),
    (nn.Sequential(nn.utils.weight_norm(conv())), "it has 232 parameters .*, but a Network counts 224: fold them"),
    (hooked(lambda m, given, made: (made, made)), "TypeError: conv2d"),
]


@pytest.mark.filterwarnings("ignore:.*weight_norm")
@pytest.mark.parametrize("model, message", REFUSED, ids=range(len(REFUSED)))
def test_what_is_not_understood_is_refused_by_name(model, message):
    with pytest.raises(ValueError, match=message) as raised:
        from_torch(model.eval(), (3, 8, 8))
    assert "\n" not in str(raised.value)


def test_the_generators_of_random_numbers_are_left_as_they_were():
    state = random.getstate()
    with pytest.raises(ValueError):
        from_torch(Calls(lambda m, x: m[0](x) * random.random(), conv()), (3, 8, 8))
    assert random.getstate() == state
