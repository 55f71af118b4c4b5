"""Routing equals the loop that the paper writes down, in value and gradient, in both orders of its loops."""

import pytest
import torch

from squeezelab.bridge import to_torch
from squeezelab.bridge.capsule_modules import Agreement, Capsules, CapsuleSum, Lengths, Votes
from squeezelab.capsules import PrimaryCapsules, Routing, couplings, route, squash, vote_free
from squeezelab.networks import capsnet

FORMS = ("votes", "vote_free")


def plain_loop(inputs, weight, iterations, detach, bias=None):
    """Procedure 1 of Sabour et al. 2017, an image and a capsule at a time."""
    made = []
    for u in inputs:
        votes = [[u[i] @ weight[i, j] for j in range(weight.shape[1])] for i in range(len(u))]
        logits = torch.zeros(len(u), weight.shape[1], dtype=u.dtype)
        for _ in range(iterations):
            coupled = torch.stack([row.exp() / row.exp().sum() for row in logits])
            coupled = coupled.detach() if detach else coupled
            s = [sum(coupled[i, j] * votes[i][j] for i in range(len(u))) for j in range(weight.shape[1])]
            s = s if bias is None else [each + bias[j] for j, each in enumerate(s)]
            v = [each * (each @ each + 1e-8).sqrt() / (1 + each @ each) for each in s]
            logits = logits + torch.stack([torch.stack([votes[i][j] @ v[j] for j in range(len(v))]) for i in range(len(u))])
        made.append(torch.stack(v))
    return torch.stack(made)


def drawn(images=3, inputs=6, capsules=5, dim_in=4, dim=7, seed=0):
    generator = torch.Generator().manual_seed(seed)
    u = torch.randn(images, inputs, dim_in, generator=generator, dtype=torch.float64)
    weight = torch.randn(inputs, capsules, dim_in, dim, generator=generator, dtype=torch.float64) / 2
    return u.requires_grad_(), weight.requires_grad_()


def with_gradients(v, *parameters):
    picked = torch.arange(1.0, v.shape[-1] + 1, dtype=v.dtype)
    return [v, *torch.autograd.grad((v**2 * picked).sum(), parameters)]


@pytest.mark.parametrize("iterations", (1, 2, 3, 5))
@pytest.mark.parametrize("detach", (True, False))
@pytest.mark.parametrize("form", FORMS)
def test_both_forms_are_the_loop_of_the_paper(form, detach, iterations):
    u, weight = drawn()
    asked = with_gradients(plain_loop(u, weight, iterations, detach), u, weight)
    found = with_gradients(route(u, weight, iterations, form, detach), u, weight)
    for one, other in zip(asked, found):
        torch.testing.assert_close(one, other, atol=1e-10, rtol=1e-9)


@pytest.mark.parametrize("form", FORMS)
def test_single_precision_is_within_a_hundred_thousandth(form):
    u, weight = [tensor.detach().float().requires_grad_() for tensor in drawn(inputs=40)]
    asked = with_gradients(plain_loop(u, weight, 3, True), u, weight)
    for one, other in zip(asked, with_gradients(route(u, weight, 3, form), u, weight)):
        assert (one - other).abs().max() <= 1e-5 * one.abs().max().clamp(min=1)


@pytest.mark.parametrize("form", FORMS)
def test_a_bias_is_added_in_every_iteration_and_learnt(form):
    u, weight = drawn()
    bias = torch.linspace(-0.5, 0.5, 35, dtype=torch.float64).view(5, 7).requires_grad_()
    asked = with_gradients(plain_loop(u, weight, 3, False, bias), u, weight, bias)
    found = with_gradients(route(u, weight, 3, form, False, bias), u, weight, bias)
    for one, other in zip(asked, found):
        torch.testing.assert_close(one, other, atol=1e-10, rtol=1e-9)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("learns", ("inputs", "weight"))
def test_what_learns_alone_learns_what_it_would_beside_the_other(form, learns):
    """… and tensors that lie in memory in another order are the same tensors."""
    u, weight = drawn()
    both = dict(zip(("inputs", "weight"), with_gradients(route(u, weight, 3, form), u, weight)[1:]))
    u, weight = [tensor.detach().transpose(0, 1).contiguous().transpose(0, 1) for tensor in (u, weight)]
    alone = {"inputs": u, "weight": weight}[learns].requires_grad_()
    torch.testing.assert_close(with_gradients(route(u, weight, 3, form), alone)[1], both[learns])


@pytest.mark.parametrize("form", FORMS)
def test_a_layer_in_double_precision_is_the_loop_too(form):
    u, _ = drawn()
    layer = Routing(6, 5, 4, 7, form=form).double()
    torch.testing.assert_close(layer(u), plain_loop(u, layer.weight, 3, True), atol=1e-10, rtol=1e-9)
    with torch.autocast("cpu", torch.bfloat16):  # which brings both to one type itself
        assert (layer.float()(u.bfloat16()).float() - layer(u.float()).float()).abs().max() < 0.1


@pytest.mark.parametrize("form", FORMS)
def test_a_shared_matrix_is_the_same_matrix_for_every_input(form):
    u, weight = drawn()
    one = weight[:1].detach().requires_grad_()
    shared, repeated = route(u, one, 3, form), route(u, one.expand(6, -1, -1, -1), 3, form)
    torch.testing.assert_close(shared, repeated)


def test_the_lengths_that_were_computed_by_hand():
    """Two inputs, two outputs; votes for the first (1, 0) twice, for the second (0, 1) and (0, −1)."""
    weight = torch.zeros(2, 2, 1, 2)
    weight[:, 0, 0, 0], weight[0, 1, 0, 1], weight[1, 1, 0, 1] = 1, 1, -1
    for iterations, length in ((1, 0.5), (2, 0.607816), (3, 0.693284)):
        v = route(torch.ones(1, 2, 1), weight, iterations)
        assert v[0, 0].norm().item() == pytest.approx(length, abs=1e-5)
        assert v[0, 1].norm().item() == pytest.approx(0, abs=1e-3)


def test_a_network_without_a_bias_cannot_tell_x_from_minus_x():
    """Peer et al. 2021: the capsules turn round, their lengths stay."""
    u, weight = drawn()
    torch.testing.assert_close(route(-u, weight), -route(u, weight))
    bias = torch.full((5, 7), 0.1, dtype=torch.float64)
    there, back = route(u, weight, bias=bias).norm(dim=2), route(-u, weight, bias=bias).norm(dim=2)
    assert (there - back).abs().max() > 0.01


def test_squash_has_the_lengths_of_the_paper_and_a_gradient_at_zero():
    torch.testing.assert_close(squash(torch.tensor([3.0, 4.0])), torch.tensor([0.576923, 0.769231]))
    torch.testing.assert_close(squash(torch.tensor([0.3, 0.4])), torch.tensor([0.12, 0.16]), atol=1e-6, rtol=1e-5)
    zero = torch.zeros(4, requires_grad=True)
    squash(zero).sum().backward()
    assert squash(zero).abs().max() == 0 and torch.isfinite(zero.grad).all() and zero.grad.abs().max() > 0
    lengths = squash(torch.randn(1000, 8) * 100).norm(dim=1)
    assert lengths.min() > 0 and lengths.max() <= 1


def test_a_capsule_is_a_vector_over_channels_at_one_place():
    made = Capsules(2)(torch.arange(24.0).view(1, 4, 2, 3))
    assert made[0, :3].tolist() == [[0, 6], [1, 7], [2, 8]]
    assert made[0, 6].tolist() == [12, 18]  # the second type begins after all places of the first


def test_primary_capsules_are_the_convolution_read_so():
    primary = PrimaryCapsules(3, types=4, dim=2, kernel=3, stride=2)
    images = torch.rand(2, 3, 9, 9)
    made, by_hand = primary(images), primary.conv(images)
    for kind, row, column in ((0, 0, 0), (3, 1, 2), (2, 3, 3)):
        torch.testing.assert_close(
            made[:, kind * 16 + row * 4 + column], squash(by_hand[:, 2 * kind : 2 * kind + 2, row, column])
        )


def test_lengths_have_a_gradient_at_zero():
    v = torch.zeros(1, 2, 3, requires_grad=True)
    Lengths()(v).sum().backward()
    assert torch.isfinite(v.grad).all()


@pytest.mark.parametrize("options", ({}, {"routing_bias": True}, {"shared": True}, {"iterations": 1}, {"decoder": (32,)}))
def test_a_network_and_its_vote_free_twin_compute_the_same(options):
    torch.manual_seed(0)
    model, images = to_torch(capsnet("tiny", **options)), torch.rand(2, 1, 28, 28)
    twin = vote_free(model)
    assert [name for name, _ in model.named_parameters()] == [name for name, _ in twin.named_parameters()]
    torch.testing.assert_close(model(images), twin(images), atol=1e-5, rtol=0)
    parameters = [weight for name, weight in model.named_parameters() if not name.startswith("decoder")]
    for one, other in zip(with_gradients(model(images), *parameters), with_gradients(twin(images), *parameters)):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=0)


def test_the_vote_free_twin_takes_other_iterations():
    torch.manual_seed(0)
    model, images = to_torch(capsnet("tiny")), torch.rand(2, 1, 28, 28)
    other = to_torch(capsnet("tiny", iterations=5))
    other.load_state_dict(model.state_dict())
    torch.testing.assert_close(vote_free(model, 5)(images), other(images), atol=1e-6, rtol=1e-4)


def test_couplings_are_shares_and_begin_alike():
    torch.manual_seed(0)
    first, *rest = couplings(to_torch(capsnet("tiny")), torch.rand(2, 1, 28, 28))
    assert (first == 0.1).all() and len(rest) == 2
    for each in rest:
        torch.testing.assert_close(each.sum(1), torch.ones(2, 128))


@pytest.mark.parametrize(
    ("call", "message"),
    (
        (lambda u, w: route(u, w, 0), "the number of routing iterations"),
        (lambda u, w: route(u, w, form="both"), "unknown form .both.; there are vote_free, votes"),
        (lambda u, w: route(u[:, :4], w), "4 capsules of 4 values do not go through matrices for 6 of 4"),
        (lambda u, w: route(u[..., :3], w), "6 capsules of 3 values"),
        (lambda u, w: route(u[0], w), "input capsules have the shape"),
        (lambda u, w: route(u, w[0]), "the matrices have the shape"),
        (lambda u, w: route(u, w, bias=torch.zeros(7, 5)), r"the bias must be \(5, 7\)"),
        (lambda u, w: Routing(9, 5, 4, 7)(u.float()), r"matrices for capsules \(images, 9, 4\), not \(3, 6, 4\): an image"),
        (lambda u, w: Routing(6, 0, 4, 7), "the number of capsules"),
        (lambda u, w: PrimaryCapsules(3, 0, 8, 5), "the number of capsule types"),
        (lambda u, w: PrimaryCapsules(0, 3, 8, 5), "the number of channels"),
        (lambda u, w: PrimaryCapsules(3, 4, 8, 5, stride=0), "the stride must be a whole number of at least 1"),
        (lambda u, w: route(u.tolist(), w), "input capsules have the shape .*, not a list"),
        (lambda u, w: route(u, w.detach().numpy()), "the matrices have the shape .*, not a ndarray"),
        (lambda u, w: route(u.float(), w), "capsules of torch.float32 do not go through matrices of torch.float64"),
        (lambda u, w: Routing(6, 5, 4, 7)(u.long()), "capsules of torch.int64 do not go through matrices of torch.float32"),
        (lambda u, w: Votes(0, 5, 4, 7), "the number of inputs"),
        (lambda u, w: Capsules(0), "the values of a capsule"),
        (lambda u, w: Capsules(3)(torch.rand(1, 4, 2, 2)), r"capsules of 3 values .* they divide, not from \(1, 4, 2, 2\)"),
        (lambda u, w: Capsules(2)(torch.rand(4, 2, 2)), r"maps \(images, channels, height, width\) .* not from \(4, 2, 2\)"),
        (lambda u, w: CapsuleSum()(torch.rand(5, 6, 7)), "votes have the shape .*, not .5, 6, 7."),
        (lambda u, w: CapsuleSum()(torch.rand(2, 5, 6, 7), torch.rand(2, 1, 6)), r"couplings \(2, 5, 6\), not \(2, 1, 6\)"),
        (lambda u, w: Agreement()(torch.rand(2, 5, 6, 7), torch.rand(2, 6, 7)), r"output capsules \(2, 5, 7\), not \(2, 6, 7\)"),
        (lambda u, w: vote_free(torch.nn.Linear(3, 3)), "not a Linear"),
        (lambda u, w: vote_free(to_torch(capsnet("tiny")), 0), "the number of routing iterations"),
        (lambda u, w: couplings(vote_free(to_torch(capsnet("tiny"))), torch.rand(1, 1, 28, 28)), "no sums of votes"),
    ),
)
def test_what_cannot_be_routed_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(*drawn())


def test_an_image_of_another_size_is_refused_by_name():
    for model in (to_torch(capsnet("tiny")), vote_free(to_torch(capsnet("tiny")))):
        with pytest.raises((ValueError, RuntimeError), match="capsules"):
            model(torch.rand(1, 1, 32, 32))


def test_votes_of_another_number_of_capsules_are_refused():
    with pytest.raises(ValueError, match="capsules .images, 4, 3."):
        Votes(4, 2, 3, 3)(torch.rand(1, 5, 3))
