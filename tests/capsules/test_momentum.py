"""Momentum blocks: the steps are the formula, undone they give back what they read, and reversible ones learn as others do."""

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from squeezelab.bridge import from_torch  # noqa: E402
from squeezelab.capsules.momentum import MomentumCapsules, mocapsnet  # noqa: E402
from squeezelab.capsules.reversible import momentum_steps, momentum_undone, reversible  # noqa: E402
from squeezelab.compression import peak_stack_bytes, stack_saved_bytes  # noqa: E402
from squeezelab.compression.reversible import STACKS  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.training import TrainingMeter, fit, saved_bytes  # noqa: E402

torch.set_num_threads(1)
SIZES = [(64, 16, 8, 1), (16, 8, 4, 2), (7, 5, 3, 1)]  # batch, capsules, values, routings of a block


def stack(depth, dtype=torch.float32, gain=0.25, seed=0, **options):
    torch.manual_seed(seed)
    return MomentumCapsules(depth, 16, 8, gain=gain, **options).to(dtype)


def capsules(dtype=torch.float32, seed=1, shape=(32, 16, 8)):
    return 0.2 * torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def gradients(model, mode, x):
    """Of what was read and of every parameter, for a loss that looks at each value in its own way."""
    model.mode, x = mode, x.clone().requires_grad_()
    model.zero_grad()
    (model(x) * torch.linspace(-1, 1, x[0].numel(), dtype=x.dtype).view(x.shape[1:])).sum().backward()
    return [x.grad, *[parameter.grad.clone() for parameter in model.parameters()]]


def worst(found, right):
    return max(((one - other).norm() / other.norm()).item() for one, other in zip(found, right))


def kept_by(model, x):
    return saved_bytes(lambda: model(x), model)


def test_the_steps_are_the_formula():
    model, x = stack(3, momentum=0.7), capsules()
    hand, v = x, torch.zeros_like(x)
    for block in model.blocks:
        v = 0.7 * v + 0.3 * block(hand)
        hand = hand + v
    for mode in ("reversible", "autograd"):
        model.mode = mode
        assert torch.allclose(model(x), hand, atol=1e-7)


def test_momentum_0_is_a_residual_stack():
    model, x = stack(3, momentum=0, mode="autograd"), capsules()
    by_momentum, model.mode = model(x), "residual"
    assert torch.allclose(by_momentum, model(x), atol=1e-7)


@pytest.mark.parametrize("depth", [1, 4, 16])
@pytest.mark.parametrize(("gain", "carry"), [(0.25, None), (0.25, torch.float64), (1.0, torch.float64)])
def test_blocks_are_undone_to_a_hundred_thousandth(depth, gain, carry):
    model, x = stack(depth, gain=gain), capsules()
    with torch.no_grad():
        behind = momentum_steps(model.blocks, x, 0.9, carry)
        before, v = momentum_undone(model.blocks, *behind, 0.9, x.dtype)
    assert worst([before], [x]) < 1e-5 and v.abs().max() < 1e-5


@pytest.mark.parametrize("depth", [1, 4, 16])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("carry", [None, torch.float64])
def test_gradients_are_those_of_autograd_to_a_millionth(depth, dtype, carry):
    model, x = stack(depth, dtype, carry=carry), capsules(dtype)
    assert worst(gradients(model, "reversible", x), gradients(model, "autograd", x)) < 1e-6


def test_blocks_that_stretch_lose_the_gradient_and_sums_in_float64_keep_it():
    x = capsules()
    model = stack(16, gain=2.5)
    assert worst(gradients(model, "reversible", x), gradients(model, "autograd", x)) > 0.01
    model.carry = torch.float64
    assert worst(gradients(model, "reversible", x), gradients(model, "autograd", x)) < 1e-4


def test_an_error_of_v_grows_with_each_division_by_the_momentum():
    still = [torch.zeros_like] * 20
    x, v = torch.zeros(1, dtype=torch.float64), torch.full((1,), 1e-9, dtype=torch.float64)
    assert momentum_undone(still, x, v, 0.9)[1].item() == pytest.approx(1e-9 * 0.9**-20)


@pytest.mark.parametrize(("batch", "count", "dim", "layers"), SIZES)
@pytest.mark.parametrize("mode", STACKS)
def test_what_is_kept_is_the_closed_form_to_the_byte(batch, count, dim, layers, mode):
    x = torch.randn(batch, count, dim, requires_grad=True)
    for depth in (1, 5):
        model = MomentumCapsules(depth, count, dim, mode=mode, layers=layers)
        assert kept_by(model, x) == stack_saved_bytes(mode, depth, batch, count, dim, layers)
        with TrainingMeter(model) as meter:
            model(x).sum().backward()
        assert meter.peak_saved_bytes == peak_stack_bytes(mode, depth, batch, count, dim, layers)


def test_momentum_alone_saves_nothing_and_a_reversible_stack_keeps_two_tensors_at_any_depth():
    x = capsules().requires_grad_()
    kept = {}
    for mode in STACKS:
        kept[mode] = [kept_by(stack(depth, mode=mode), x) for depth in (2, 32)]
    assert kept["autograd"] == kept["residual"] == kept["plain"] and kept["residual"][1] == 16 * kept["residual"][0]
    assert kept["reversible"] == [2 * 4 * x.numel()] * 2


def test_training_is_that_of_autograd_and_two_trainings_are_the_same():
    weights = {}
    for name, mode in (("first", "reversible"), ("again", "reversible"), ("kept", "autograd")):
        torch.manual_seed(0)
        model = mocapsnet(depth=2, mode=mode, gain=0.25)
        fit(model, digits()[0].take(200), epochs=1, batch_size=50, learning_rate=0.001, quiet=True, device="cpu")
        weights[name] = list(model.state_dict().values())
    assert all(torch.equal(one, other) for one, other in zip(weights["first"], weights["again"]))
    assert all(torch.allclose(one, other, atol=1e-4) for one, other in zip(weights["first"], weights["kept"]))


def test_a_shared_block_and_a_frozen_parameter_are_seen_to():
    block, still = nn.Linear(4, 4), nn.Linear(4, 4)
    still.bias.requires_grad_(False)
    blocks, x, found = [block, still, block], capsules(shape=(3, 4)), []
    for run in (lambda: reversible(blocks, x), lambda: momentum_steps(blocks, x)[0]):
        block.zero_grad()
        still.zero_grad()
        run().square().sum().backward()
        found.append([block.weight.grad.clone(), block.bias.grad.clone(), still.weight.grad.clone()])
    assert worst(*found) < 1e-5 and still.bias.grad is None


def test_every_stack_is_read_as_its_layers():
    nets = [from_torch(mocapsnet(depth=4, mode=mode).eval(), (1, 28, 28)) for mode in STACKS]
    assert {net.params for net in nets} == {269_952} and len({net.macs for net in nets}) == 1
    assert from_torch(mocapsnet(depth=4, layers=2).eval(), (1, 28, 28)).params == 269_952 + 4 * 16_384


def refused(words, call, error=ValueError):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_what_cannot_be_is_refused_by_name():
    whole = "must be a whole number of at least 1, not 0"
    refused(f"the depth of a stack of capsule blocks {whole}", lambda: MomentumCapsules(0, 16, 8))
    refused(f"the routings of a block {whole}", lambda: MomentumCapsules(1, 16, 8, layers=0))
    refused(f"the number of routing iterations {whole}", lambda: MomentumCapsules(1, 16, 8, iterations=0))
    refused("momentum 0 cannot be undone: v is divided by it", lambda: MomentumCapsules(1, 16, 8, momentum=0))
    refused("momentum must be a number above 0 and below 1, not 1", lambda: MomentumCapsules(1, 16, 8, momentum=1))
    refused("momentum must be a number of at least 0 and below 1", lambda: MomentumCapsules(1, 16, 8, 3, -1, "autograd"))
    refused("added up in floating-point numbers, as torch.float64, not in torch.int32", lambda: stack(1, carry=torch.int32))
    refused("not in torch.int64", lambda: reversible([nn.Linear(2, 2)], torch.ones(1, 2, dtype=torch.int64)))
    refused("read capsules (images, 16, 8), not a list", lambda: stack(1)([1.0]))
    refused("unknown mode 'memory'; there are plain, residual", lambda: MomentumCapsules(1, 16, 8, mode="memory"))
    refused("read capsules (images, 16, 8), not (2, 16, 4)", lambda: stack(1)(torch.zeros(2, 16, 4)))
    refused("read capsules (images, 16, 8), not (16, 8)", lambda: stack(1)(torch.zeros(16, 8)))
    refused("block 1 makes (1, 3) of (1, 2)", lambda: reversible([nn.Linear(2, 2), nn.Linear(2, 3)], torch.zeros(1, 2)))
    model = stack(2)
    model.mode = "backwards"
    refused("unknown mode 'backwards'", lambda: model(capsules()))
    model.mode, model.momentum = "reversible", 0
    refused("momentum 0 cannot be undone", lambda: model(capsules()))


def test_blocks_are_modules_and_stay_as_they_were_until_they_are_undone():
    refused("one or more, so that what they learn is found; here are none", lambda: reversible([], capsules()))
    refused("here are Linear, function", lambda: reversible([nn.Linear(8, 8), lambda x: x], capsules()))
    model = stack(2)
    made = model(capsules()).sum()
    with torch.no_grad():
        model.blocks[1][0].weight.mul_(2)
    refused("was changed in place since the forward pass", made.backward, RuntimeError)


def test_blocks_are_undone_with_the_precision_in_which_they_were_computed():
    model, x, found = stack(4), capsules(), {}
    for mode in ("reversible", "autograd"):
        model.mode = mode
        model.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            made = model(x)
        made.square().sum().backward()  # outside of it, as `fit` and most loops do
        found[mode] = [parameter.grad.clone() for parameter in model.parameters()]
    assert worst(found["reversible"], found["autograd"]) < 0.001  # in float32 they are 0.8 % off


def test_a_gradient_of_a_gradient_is_refused():
    model, x = stack(2), capsules().requires_grad_()
    words = "create_graph=True needs mode='autograd'"
    refused(words, lambda: torch.autograd.grad(model(x).sum(), x, create_graph=True), RuntimeError)
