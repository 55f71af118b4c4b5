"""Binary routing is what a plain loop over signs makes of it, its gradients are those that the paper's code lets through, and
its counts are those of packed words."""

import pytest

torch = pytest.importorskip("torch")

from squeezelab.bridge import from_torch, to_torch  # noqa: E402
from squeezelab.bridge.routing import Routing, squash  # noqa: E402
from squeezelab.capsules import margin_loss, vote_free  # noqa: E402
from squeezelab.capsules.xnor import (  # noqa: E402
    XnidrAgreement,
    XnidrRouting,
    XnodrRouting,
    XnodrVotes,
    with_xnor,
    xnorize,
)
from squeezelab.compression.signs import packed_signs, xor_dot  # noqa: E402
from squeezelab.data import digits  # noqa: E402
from squeezelab.networks import capsnet, mini_vgg  # noqa: E402
from squeezelab.training import fit  # noqa: E402

ROUTINGS = {"xnodr": XnodrRouting, "xnidr": XnidrRouting}


def seeded(make, seed=0):
    torch.manual_seed(seed)
    return make()


def a_sign(x):
    return 1.0 if x > 0 else -1.0


def mean_size(values):
    return sum(abs(value) for value in values) / len(values)


def binary_product(a, b):
    """(Σ signs · signs) · mean size · mean size of two lists, number by number."""
    return sum(a_sign(x) * a_sign(y) for x, y in zip(a, b)) * mean_size(a) * mean_size(b)


def plain_loop(form, u, weight, iterations):
    """Routing (J, D) of one image's capsules u (N, Din), written out with lists."""
    count, capsules, dim_in, dim = weight.shape
    u, w = u.tolist(), weight.tolist()

    def vote(j, i, d):
        column = [w[i][j][k][d] for k in range(dim_in)]
        return binary_product(u[i], column) if form == "xnodr" else sum(x * y for x, y in zip(u[i], column))

    votes = [[[vote(j, i, d) for d in range(dim)] for i in range(count)] for j in range(capsules)]
    logits = [[0.0] * count for _ in range(capsules)]
    for _ in range(iterations):
        coupling = torch.tensor(logits).softmax(0).tolist()
        sums = [[sum(coupling[j][i] * votes[j][i][d] for i in range(count)) for d in range(dim)] for j in range(capsules)]
        v = squash(torch.tensor(sums)).tolist()
        for j in range(capsules):
            for i in range(count):
                agreed = binary_product(votes[j][i], v[j]) if form == "xnidr" else sum(x * y for x, y in zip(votes[j][i], v[j]))
                logits[j][i] += agreed
    return torch.tensor(v)


@pytest.mark.parametrize("form", ROUTINGS)
@pytest.mark.parametrize("iterations", [1, 2, 3, 5])
def test_a_binary_routing_equals_the_loop_number_by_number(form, iterations):
    layer = seeded(lambda: ROUTINGS[form](6, 3, 4, 5, iterations))
    layer.weight.data.mul_(10)  # so that agreements move the couplings
    u = torch.randn(2, 6, 4)
    expected = torch.stack([plain_loop(form, each, layer.weight, iterations) for each in u])
    assert torch.allclose(layer(u), expected, atol=1e-6)


@pytest.mark.parametrize("form", ROUTINGS)
@pytest.mark.parametrize("detach", [True, False])
def test_layer_by_layer_and_in_one_module_a_capsnet_gives_the_same_lengths_and_gradients(form, detach):
    model = seeded(lambda: to_torch(capsnet("tiny", detach=detach)))
    images, labels = digits()[0][:8]
    gradients = []
    for each in (with_xnor(model, form), with_xnor(vote_free(model), form)):
        margin_loss(each(images), labels).backward()
        gradients.append([parameter.grad for parameter in each.parameters()])
        assert torch.allclose(each(images), with_xnor(model, form)(images), atol=1e-5)
    for one, other in zip(*gradients):
        assert torch.allclose(one, other, atol=1e-6 + 1e-4 * other.abs().max().item())


def test_the_routing_bias_joins_the_sums():
    model = seeded(lambda: to_torch(capsnet("tiny", routing_bias=True)))
    images = digits()[0].images[:4]
    for form in ROUTINGS:
        binary = with_xnor(model, form)
        assert torch.allclose(with_xnor(vote_free(model), form)(images), binary(images), atol=1e-5)
        own = ROUTINGS[form](128, 10, 8, 16, bias=True)
        own.weight, own.bias = binary.digits.votes.weight, binary.digits.bias.weight
        u = torch.rand(4, 128, 8)
        assert torch.allclose(own(u), own(u, own.bias[None]), atol=1e-6)


def test_the_sign_of_zero_is_minus_one_and_the_scale_is_a_mean_size():
    signs, scale = xnorize(torch.tensor([[0.0, 2.0, -4.0], [1e-30, -1e-30, 0.0]]), 1)
    assert signs.tolist() == [[-1, 1, -1], [1, -1, -1]]
    assert scale[:, 0].tolist() == pytest.approx([2, 0], abs=1e-29)


def test_a_gradient_passes_the_sign_up_to_one_and_never_the_scale():
    layer = XnodrVotes(1, 1, 2, 1)
    layer.weight.data = torch.tensor([0.5, -3.0]).view(1, 1, 2, 1)  # mean size 1.75
    u = torch.tensor([[[1.0, 0.25]]], requires_grad=True)  # mean size .625
    layer(u).sum().backward()
    # û = (sign u · sign w) · .625 · 1.75: through the first sign of w (|w| ≤ 1) only, through both of u (1 is still within)
    assert layer.weight.grad.flatten().tolist() == [0.625 * 1.75, 0]
    assert u.grad.flatten().tolist() == [0.625 * 1.75, -0.625 * 1.75]


def test_a_detached_agreement_of_signs_lets_no_gradient_through():
    votes, v = torch.rand(1, 2, 3, 4, requires_grad=True), torch.rand(1, 2, 4, requires_grad=True)
    assert not XnidrAgreement(detach=True)(votes, v).requires_grad
    XnidrAgreement(detach=False)(votes, v).sum().backward()
    assert votes.grad.abs().sum() > 0 and v.grad.abs().sum() > 0


def test_packed_words_give_the_counts_of_both_products():
    layer = seeded(lambda: XnodrVotes(3, 2, 8, 16))
    layer.weight.data.normal_()
    u, v = torch.randn(1, 3, 8), torch.randn(1, 2, 16)
    votes = layer(u)
    agreed = XnidrAgreement()(votes, v)
    for j in range(2):
        for i in range(3):
            for d in range(16):
                assert votes[0, j, i, d].item() == pytest.approx(packed_product(u[0, i], layer.weight[i, j, :, d]), abs=1e-6)
            assert agreed[0, j, i].item() == pytest.approx(packed_product(votes[0, j, i], v[0, j]), abs=1e-5)


def packed_product(a, b):
    """The product of two vectors by words: xor, a count of bits, and both mean sizes."""
    a, b = a.tolist(), b.tolist()
    signs = [[int(a_sign(value)) for value in vector] for vector in (a, b)]
    return xor_dot(packed_signs(signs[0]), packed_signs(signs[1]), len(a)) * mean_size(a) * mean_size(b)


@pytest.mark.parametrize("form", ROUTINGS)
def test_the_binary_twin_has_the_same_parameters_and_leaves_the_model_as_it_is(form):
    for model in (seeded(lambda: to_torch(capsnet("tiny"))), vote_free(to_torch(capsnet("tiny")))):
        binary = with_xnor(model, form)
        assert list(binary.state_dict()) == list(model.state_dict())
        assert all(torch.equal(value, model.state_dict()[name]) for name, value in binary.state_dict().items())
        binary.digits.votes.weight.data.zero_()
        assert model.digits.votes.weight.abs().sum() > 0


def test_a_model_that_is_one_routing_becomes_binary_too():
    assert type(with_xnor(Routing(4, 2, 3, 5), "xnodr")) is XnodrRouting
    assert type(with_xnor(torch.nn.Sequential(Routing(4, 2, 3, 5)), "xnidr")[0]) is XnidrRouting


def test_shared_matrices_are_binarised_alike():
    model = seeded(lambda: to_torch(capsnet("tiny", shared=True)))
    images = digits()[0].images[:4]
    for form in ROUTINGS:
        assert torch.allclose(with_xnor(model, form)(images), with_xnor(vote_free(model), form)(images), atol=1e-5)


def test_a_network_keeps_its_counts_and_learns_the_width_of_the_votes():
    dense = capsnet("tiny")
    net = from_torch(with_xnor(to_torch(dense), "xnodr").eval(), (1, 28, 28))
    assert (net.params, net.macs) == (dense.params, dense.macs)
    assert list(net.weight_bits.values()) == [1]
    assert from_torch(with_xnor(to_torch(dense), "xnidr").eval(), (1, 28, 28)).macs == dense.macs
    for form in ROUTINGS:
        once = from_torch(with_xnor(vote_free(to_torch(dense)), form).eval(), (1, 28, 28))
        assert (once.params, once.macs) == (dense.params, dense.macs)
    biased = capsnet("tiny", routing_bias=True)
    for form in ROUTINGS:
        once = from_torch(with_xnor(vote_free(to_torch(biased)), form).eval(), (1, 28, 28))
        assert (once.params, once.macs) == (biased.params, biased.macs)


@pytest.mark.parametrize("form", ROUTINGS)
def test_a_binary_routing_learns(form):
    train, _ = digits()
    model = seeded(lambda: with_xnor(vote_free(to_torch(capsnet("tiny"))), form))
    history = fit(model, train.take(512), epochs=3, batch_size=64, learning_rate=4e-3, loss=margin_loss, quiet=True)
    assert history[-1]["loss"] < 0.6 * history[0]["loss"]


def test_what_cannot_be_binarised_is_refused():
    with pytest.raises(ValueError, match="unknown binary routing 'xnor'; there are xnidr, xnodr"):
        with_xnor(to_torch(capsnet("tiny")), "xnor")
    with pytest.raises(ValueError, match="no routing to binarise"):
        with_xnor(to_torch(mini_vgg()), "xnodr")
    for model in (to_torch(capsnet("tiny", iterations=1)), Routing(4, 2, 3, 5, 1)):
        with pytest.raises(ValueError, match="no agreement"):
            with_xnor(model, "xnidr")
    with pytest.raises(ValueError, match=r"matrices for capsules .images, 5, 3., not .1, 4, 3."):
        XnodrRouting(5, 2, 3, 4)(torch.zeros(1, 4, 3))
    with pytest.raises(IndexError):
        xnorize(torch.zeros(3), 2)
