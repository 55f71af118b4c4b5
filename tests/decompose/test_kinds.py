"""Kernels replaced in models of all kinds: what comes out computes with the rebuilt kernel."""

import copy
import functools
import types

import pytest

torch = pytest.importorskip("torch")

from torch import fx, nn  # noqa: E402
from torch.nn.utils import parametrizations, prune  # noqa: E402

from squeezelab import decompose as lab  # noqa: E402
from squeezelab.bridge.independent import independent_copy  # noqa: E402
from squeezelab.decompose.find import path_of, weight_and_bias  # noqa: E402

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")

RANKS = {"svd": 4, "tucker2": (5, 6), "cp": 6}


def plain_model(last=None):
    """conv 3→16, relu, conv 16→8, whose last layer is the patient."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Conv2d(16, 8, 3) if last is None else last)


def image():
    return torch.randn(2, 3, 9, 9, generator=torch.Generator().manual_seed(1))


def changed(change):
    """A plain model after `change(model)`."""
    model = plain_model()
    change(model)
    return model


def stepped(model):
    """A model one step of training further: what torch's hooks make of its weights is out of date until the next forward."""
    model(image()).square().sum().backward()
    torch.optim.SGD(model.parameters(), 0.01).step()
    return model


class Derived(nn.Conv2d):
    """A convolution that computes what torch's does."""


class Scheduled(nn.Module):
    """A norm with running statistics between the layers, and the layers under names of their own."""

    def __init__(self):
        super().__init__()
        self.stem, self.norm, self.last = nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16), nn.Conv2d(16, 8, 3)

    def forward(self, x):
        return self.last(self.norm(self.stem(x)).relu())


ACCEPTED = {
    "plain": plain_model,
    "derived": lambda: plain_model(Derived(16, 8, 3)),
    "pruned": lambda: changed(lambda model: prune.l1_unstructured(model[2], "weight", 0.5)),
    "pruned elsewhere": lambda: changed(lambda model: prune.l1_unstructured(model[0], "weight", 0.5)),
    "pruned twice": lambda: changed(lambda model: [prune.random_unstructured(model[2], "weight", 0.3) for _ in range(2)]),
    "pruned by rows": lambda: changed(lambda model: prune.ln_structured(model[2], "weight", 0.25, 2, dim=0)),
    "pruned in its bias": lambda: changed(lambda model: prune.l1_unstructured(model[2], "bias", 0.5)),
    "pruned, then trained": lambda: stepped(ACCEPTED["pruned"]()),
    "pruned globally": lambda: changed(
        lambda model: prune.global_unstructured([(model[i], "weight") for i in (0, 2)], prune.L1Unstructured, amount=0.5)
    ),
    "weight norm": lambda: changed(lambda model: parametrizations.weight_norm(model[2])),
    "old weight norm": lambda: changed(lambda model: nn.utils.weight_norm(model[2])),
    "old weight norm elsewhere": lambda: stepped(changed(lambda model: nn.utils.weight_norm(model[0]))),
    "old weight norm, then trained": lambda: stepped(ACCEPTED["old weight norm"]()),
    "spectral norm": lambda: stepped(changed(lambda model: parametrizations.spectral_norm(model[2]))),
    "old spectral norm": lambda: stepped(changed(lambda model: nn.utils.spectral_norm(model[2]))),
    "orthogonal": lambda: changed(lambda model: parametrizations.orthogonal(model[2])),
    "hooked elsewhere": lambda: changed(lambda model: model[0].register_forward_hook(lambda layer, inputs, output: 2 * output)),
    "hooked as a whole": lambda: changed(lambda model: model.register_forward_hook(lambda model, inputs, output: 2 * output)),
    "hooked graph": lambda: hooked_graph(),
    "graph": lambda: fx.symbolic_trace(plain_model()),
    "patched by a method": lambda: changed(
        lambda model: setattr(model, "forward", types.MethodType(lambda self, x: self[2](self[0](x)), model))
    ),
    "patched by a partial": lambda: changed(
        lambda model: setattr(model, "forward", functools.partial(lambda self, x: self[2](self[0](x)), model))
    ),
    "DataParallel": lambda: nn.DataParallel(plain_model()),
    "DataParallel inside": lambda: plain_model(nn.DataParallel(nn.Conv2d(16, 8, 3))),
    "compiled": lambda: torch.compile(plain_model(), backend="eager"),
    "compiled inside": lambda: plain_model(torch.compile(nn.Conv2d(16, 8, 3), backend="eager")),
    "compiled in its place": lambda: changed(lambda model: model.compile(backend="eager")),
    "frozen": lambda: plain_model().requires_grad_(False),
    "channels last": lambda: plain_model().to(memory_format=torch.channels_last),
    "in training mode": lambda: plain_model().train(),
}


def hooked_graph():
    model = fx.symbolic_trace(plain_model())
    model.register_forward_pre_hook(lambda model, inputs: (inputs[0] / 2,))
    return model


def with_rebuilt_kernel(model, factorisation):
    """A copy of the model whose last layer is a convolution with the rebuilt kernel."""
    weight, bias = weight_and_bias(model.get_submodule(path_of(model, "2")))
    conv = nn.Conv2d(16, 8, 3)
    conv.weight.data, conv.bias.data = factorisation.rebuild(), bias.clone()
    return lab.replace.with_layers(model, {"2": conv})


@pytest.mark.parametrize("method", RANKS)
@pytest.mark.parametrize("kind", ACCEPTED)
def test_the_factored_model_computes_with_the_rebuilt_kernel(kind, method):
    model = ACCEPTED[kind]()
    state = {name: value.clone() for name, value in model.state_dict().items()}
    training = [module.training for module in model.modules()]
    small = lab.decompose(model, "2", method, RANKS[method])
    assert all(torch.equal(state[name], value) for name, value in model.state_dict().items())
    assert [module.training for module in model.modules()] == training
    before = independent_copy(model).eval()(image())
    model.eval()
    weight, _ = weight_and_bias(model.get_submodule(path_of(model, "2")))
    expected = with_rebuilt_kernel(model, lab.factorise(weight, method, RANKS[method])).eval()(image())
    torch.testing.assert_close(small.eval()(image()), expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(model(image()), before)
    assert float((expected - before).detach().norm() / before.detach().norm()) > 0.01  # the factors are at work


def test_the_whole_of_a_kernel_gives_what_the_layer_gave():
    for kind in ("pruned", "old weight norm, then trained", "spectral norm", "hooked graph", "compiled inside"):
        model = ACCEPTED[kind]().eval()
        torch.testing.assert_close(lab.decompose(model, "2", "svd", 8)(image()), model(image()), rtol=1e-4, atol=1e-5)


def test_a_copy_shares_nothing_with_the_model():
    model = ACCEPTED["pruned elsewhere"]()
    small = lab.decompose(model, "2", "svd", 4)
    with torch.no_grad():
        for weight in small.parameters():
            weight.add_(1)
    assert not any(weight.data_ptr() == other.data_ptr() for weight in model.parameters() for other in small.parameters())
    small(image()).sum().backward()
    assert small[0].weight_orig.grad is not None and model[0].weight_orig.grad is None


@pytest.mark.parametrize("weight", [True, False])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("kind", ["plain", "pruned", "weight norm", "old weight norm", "pruned in its bias"])
@pytest.mark.parametrize("method", ["svd", "cp"])
def test_weight_and_bias_stay_frozen_or_trained_each_on_its_own(kind, weight, bias, method):
    model = ACCEPTED[kind]()
    for name, one in model[2].named_parameters():
        one.requires_grad_(bias if name.startswith("bias") else weight)
    for grads in (torch.enable_grad, torch.no_grad):
        with grads():
            small = lab.decompose(model, "2", method, RANKS[method])[2]
        found = {name: one.requires_grad for name, one in small.named_parameters()}
        assert {found[name] for name in found if name.endswith("weight")} == {weight}
        assert [found[name] for name in found if name.endswith("bias")] == [bias]


def test_layers_keep_memory_order_mode_and_number_format():
    model = plain_model().to(memory_format=torch.channels_last).half().train()
    model[2].eval()
    small = lab.decompose(model, "2", "tucker2", (5, 6))
    assert small[2].core.weight.is_contiguous(memory_format=torch.channels_last)
    assert {one.dtype for one in small.parameters()} == {torch.float16}
    assert small.training and small[0].training and not small[2].training and not small[2].core.training
    assert lab.decompose(plain_model(), "2", "tucker2", (5, 6))[2].core.weight.is_contiguous()


# from_torch refuses weights that are computed from others, but for masks and spectral norms
PLANNED = [kind for kind in ACCEPTED if "weight norm" not in kind and kind != "orthogonal"]


@pytest.mark.parametrize("kind", PLANNED)
def test_a_plan_is_made_for_the_model_and_applied_to_it(kind):
    model = ACCEPTED[kind]().eval()
    plan = lab.plan_ranks(model, (3, 9, 9), "svd", 0.5, keep="0")
    small = plan.apply(model)
    expected = with_rebuilt_kernel(model, plan["2"].factorisation)(image())
    torch.testing.assert_close(small(image()), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("wrap", [lambda layer: layer, nn.DataParallel, lambda layer: torch.compile(layer, backend="eager")])
@pytest.mark.parametrize("layer, shape", [(nn.Conv2d(16, 32, 3), (16, 8, 8)), (nn.Linear(24, 16), (24,))])
def test_a_single_layer_is_a_model(wrap, layer, shape):
    model = wrap(layer)
    plan = lab.plan_ranks(model, shape, "svd", 0.5)
    assert [row.name for row in plan.factorised] == ["0"] and plan.after <= 0.5 * plan.before
    small, x = plan.apply(model), torch.randn(2, *shape)
    rebuilt = copy.deepcopy(layer)
    rebuilt.weight.data = plan["0"].factorisation.rebuild().reshape(layer.weight.shape)
    torch.testing.assert_close(small(x), rebuilt(x), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(lab.decompose(model, "0", "svd", plan["0"].rank)(x), rebuilt(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("method", ["svd", "cp", "cp3", "tucker2", "separable"])
@pytest.mark.parametrize(
    "change",
    [
        lambda kernel: kernel.mul_(1.01),
        lambda kernel: kernel.mul_(-1),
        lambda kernel: kernel.copy_(kernel.flip(0)),
        lambda kernel: kernel[0, 0, 0].add_(0.01),
    ],
)
def test_a_plan_notices_another_kernel(method, change):
    model = plain_model()
    plan = lab.plan_ranks(model, (3, 9, 9), method, 0.6, keep="0")
    other = copy.deepcopy(model)
    with torch.no_grad():
        change(other[2].weight)
    with pytest.raises(ValueError, match="the kernel of '2' is not the one that was planned for; plan again"):
        plan.apply(other)


@pytest.mark.parametrize("number_format", [torch.float64, torch.float16, torch.bfloat16])
def test_a_plan_is_applied_in_another_number_format(number_format):
    model = plain_model()
    plan = lab.plan_ranks(model, (3, 9, 9), "svd", 0.6)
    small = plan.apply(copy.deepcopy(model).to(number_format))
    assert {one.dtype for one in small.parameters()} == {number_format}


@pytest.mark.parametrize("plan", [lambda *given, **keep: lab.plan_ranks(*given, "svd", 0.9, **keep), lab.plan_evbmf])
@pytest.mark.filterwarnings("ignore:EVBMF")
def test_a_layer_that_stops_a_plan_can_be_kept(plan):
    empty, hooked = plain_model(), plain_model()
    nn.init.zeros_(empty[2].weight)
    hooked[2].register_forward_hook(lambda *_: None)
    for model, words in ((empty, "'2': the kernel is zero everywhere"), (hooked, "'2' has a forward hook")):
        with pytest.raises(ValueError, match=f"{words}.*; keep='2' leaves the layer as it is"):
            plan(model, (3, 9, 9))
        assert plan(model, (3, 9, 9), keep="2")["2"].note == "kept as it is"


def test_a_model_with_statistics_keeps_them():
    model = Scheduled().train()
    model(image())
    small = lab.decompose(model, "last", "cp", 6)
    assert all(torch.equal(one, other) for one, other in zip(model.norm.buffers(), small.norm.buffers()))
