"""Binary layers: the scale that is nearest, gradients as they are told, counts that stay, products that packed words repeat."""

import copy

import numpy
import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from squeezelab.bridge import from_torch, to_torch  # noqa: E402
from squeezelab.compression.binary_words import packed_bytes, word_operations  # noqa: E402
from squeezelab.compression.signs import binary_scale  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.hardware import simulate  # noqa: E402
from squeezelab.networks import mini_squeezenext, mini_vgg  # noqa: E402
from squeezelab.networks.stored import weight_bytes  # noqa: E402
from squeezelab.quantize.binary import (  # noqa: E402
    BinaryConv2d,
    BinaryLinear,
    binarised,
    centred_and_clamped,
    filter_scales,
    sign,
)
from squeezelab.quantize.packed import pack_signs, packed_conv, packed_linear  # noqa: E402
from squeezelab.training import evaluate, fit, reference  # noqa: E402


def seeded(make):
    torch.manual_seed(0)
    return make()


def test_alpha_leaves_less_error_than_any_other_number_of_a_grid():
    weight = seeded(lambda: torch.randn(4, 27))
    best = filter_scales(weight)
    assert best[0].item() == pytest.approx(binary_scale(weight[0].tolist()))

    def error(scale):
        return (weight - scale[:, None] * weight.sign()).square().sum(1)

    for share in torch.linspace(0.5, 1.5, 41):
        assert (error(best) <= error(best * share) + 1e-5).all()


def test_weights_move_through_the_sign_where_they_are_small_and_through_alpha_everywhere():
    layer = BinaryLinear(2, 1, binary_inputs=False, bias=False)
    layer.weight.data = torch.tensor([[0.5, -3.0]])
    layer(torch.tensor([[1.0, 0.0]])).sum().backward()
    # y = α·sign(w₁), α = (|w₁| + |w₂|) / 2 = 1.75: ∂y/∂w₁ = α + ½, as |w₁| < 1; ∂y/∂w₂ = −½, through α alone
    assert layer.weight.grad.tolist() == [[2.25, -0.5]]


def test_the_sign_of_an_input_passes_the_gradient_between_minus_one_and_one():
    x = torch.tensor([-1.0, -0.99, 0.99, 1.0], requires_grad=True)
    sign(x).sum().backward()
    assert x.grad.tolist() == [0, 1, 1, 0]


def test_all_but_the_first_and_the_last_layer_become_binary_and_the_model_stays():
    model = reference("mini_vgg")
    before = copy.deepcopy(model.state_dict())
    small = binarised(model)
    kinds = {name: type(module).__name__ for name, module in small.named_modules() if hasattr(module, "weight")}
    assert [name for name, kind in kinds.items() if kind.startswith("Binary")] == ["conv2", "conv3", "conv4"]
    assert all(torch.equal(value, model.state_dict()[name]) for name, value in before.items())
    small.conv2.weight.data.zero_()
    assert model.conv2.weight.abs().sum() > 0
    assert isinstance(binarised(model, ["fc"]).fc, BinaryLinear) and isinstance(binarised(nn.Linear(4, 2), [""]), BinaryLinear)


def test_a_network_keeps_its_macs_and_its_weights():
    net = from_torch(binarised(to_torch(mini_vgg())).eval(), (1, 28, 28))
    assert (net.macs, net.params) == (mini_vgg().macs, mini_vgg().params)
    scaled = from_torch(binarised(to_torch(mini_vgg()), scale_inputs=True).eval(), (1, 28, 28))
    assert scaled.macs == net.macs and len(scaled) > len(net)  # K is a mean, a pool and a product of maps


def test_the_bits_of_a_network_are_those_of_its_binary_layers_and_every_cost_follows():
    net = from_torch(binarised(to_torch(mini_vgg())).eval(), (1, 28, 28))
    floats = net.with_bits()
    assert set(net.weight_bits.values()) == set(net.activation_bits.values()) == {1}
    binary = [net[name] for name in net.weight_bits]
    assert weight_bytes(floats) - weight_bytes(net) == sum(layer.weight_words * 31 // 8 for layer in binary)
    assert simulate(net, "scalesim-16").energy < simulate(floats, "scalesim-16").energy
    weights_alone = from_torch(binarised(to_torch(mini_vgg()), binary_inputs=False).eval(), (1, 28, 28))
    assert weights_alone.activation_bits is None


def test_grouped_and_asymmetric_convolutions_are_read_as_they_are():
    model = to_torch(mini_squeezenext())
    plain, small = from_torch(model.eval(), (1, 28, 28)), from_torch(binarised(model, binary_inputs=False).eval(), (1, 28, 28))
    assert (small.macs, small.params) == (plain.macs, plain.params)


def test_word_operations_and_bytes_by_hand():
    conv = mini_vgg()["conv4"]  # 64 filters on 7×7 places, 576 signs in 9 words
    assert word_operations(conv) == 64 * 49 * 9 and packed_bytes(conv) == 64 * 9 * 8 + 64 * 4
    first = mini_vgg()["conv1"]  # 9 signs still take a word
    assert word_operations(first) == 16 * 28 * 28 and first.macs == 9 * word_operations(first)
    assert word_operations(first, word=8) == 2 * word_operations(first)
    for other in (mini_vgg()["pool1"], None):
        with pytest.raises(ValueError, match="a convolution or a linear layer has dot products of signs"):
            word_operations(other)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("stride", "padding"), [(1, 1), (2, 0), (1, 2)])
def test_packed_words_compute_what_the_layer_computes_bit_for_bit(stride, padding, bias):
    layer = seeded(lambda: BinaryConv2d(7, 5, 3, stride, padding, bias=bias))
    layer(torch.randn(8, 7, 9, 9))  # its norm has seen something
    layer.eval()
    x = torch.randn(3, 7, 9, 9)
    with torch.no_grad():
        expected, signs = layer(x).numpy(), layer.norm(x).numpy()
        filters, scale = pack_signs(layer.weight.flatten(1).numpy()), filter_scales(layer.weight).numpy()
    made = packed_conv(signs, filters, 3, stride, padding).astype(numpy.float32) * scale[:, None, None]
    made = made + layer.bias.detach().numpy()[:, None, None] if bias else made
    assert (made == expected).all()


def test_a_packed_linear_layer_is_the_same_too():
    layer = seeded(lambda: BinaryLinear(130, 6, bias=False)).eval()
    x = torch.randn(4, 130)
    with torch.no_grad():
        expected, signs, scale = layer(x).numpy(), layer.norm(x).numpy(), filter_scales(layer.weight).numpy()
    assert (packed_linear(signs, pack_signs(layer.weight.detach().numpy())).astype(numpy.float32) * scale == expected).all()


def test_input_scales_are_the_mean_of_what_each_place_sees():
    layer = seeded(lambda: BinaryConv2d(4, 2, 3, scale_inputs=True, bias=False)).eval()
    x = torch.randn(1, 4, 5, 5)
    with torch.no_grad():
        plain = layer.conv(sign(layer.norm(x)), sign(layer.weight), None, 1) * filter_scales(layer.weight).view(-1, 1, 1)
        seen = layer.norm(x)[0, :, 1:4, 2:5].abs().mean()
        assert torch.allclose(layer(x)[0, :, 1, 2], plain[0, :, 1, 2] * seen)


def test_before_each_step_weights_lose_their_mean_and_their_size():
    model = nn.Sequential(BinaryConv2d(4, 2, 3, binary_inputs=False, bias=False), nn.Flatten(), nn.Linear(2, 2))
    model[0].weight.data.mul_(100)
    still = {"schedule": lambda progress: 0.0, "quiet": True, "after_backward": centred_and_clamped}
    fit(model, [(torch.randn(2, 4, 3, 3), torch.tensor([0, 1]))], 1, **still)
    assert model[0].weight.abs().max() <= 1 and model[2].weight.abs().max() > 0


def test_it_learns_digits():
    train, test = digits()
    small = binarised(reference("mini_vgg"))
    start = evaluate(small, test.take(1000)).accuracy
    fit(small, train.take(3000), 1, learning_rate=0.003, after_backward=centred_and_clamped, quiet=True)
    assert evaluate(small, test.take(1000)).accuracy > max(0.75, start)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: BinaryConv2d(4, 4, 3, binary_inputs=False, scale_inputs=True), "it needs binary_inputs"),
        (lambda: BinaryLinear(4, 4, binary_inputs=False, scale_inputs=True), "it needs binary_inputs"),
        (lambda: BinaryConv2d(4, 4, 3, padding=1, padding_mode="reflect"), "pads with zeros, not by 'reflect'"),
        (lambda: binarised(reference("mini_vgg"), ["conv9"]), "no plain convolution or linear layer 'conv9' .*conv1, .*fc"),
        (lambda: binarised(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())), "no layer is left to make binary"),
    ],
)
def test_what_cannot_be_binary_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
