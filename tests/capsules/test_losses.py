"""The margin loss by hand, what counts as right, and training with a decoder."""

import pytest
import torch

from squeezelab.bridge import to_torch
from squeezelab.capsules import (
    Capsuled,
    Reconstructing,
    decoded,
    encoder,
    longest_is_right,
    margin_loss,
    poses,
    share_found,
    vote_free,
)
from squeezelab.data import Examples, Shifted, digits, overlapping_digits
from squeezelab.networks import capsnet, mini_vgg
from squeezelab.training import evaluate, fit

DRAWS = to_torch(capsnet("tiny", decoder=(8,)))
LENGTHS = torch.tensor([[0.9, 0.1, 0.8, 0.2]])


def test_the_margin_loss_computed_by_hand():
    label = torch.tensor([3])
    assert margin_loss(torch.zeros(1, 10), label).item() == pytest.approx(0.81)
    assert margin_loss(torch.ones(1, 10), label).item() == pytest.approx(3.645)
    some = torch.full((1, 10), 0.05)
    some[0, 3], some[0, 7] = 0.8, 0.2
    assert margin_loss(some, label).item() == pytest.approx(0.015)


def test_two_classes_may_be_there():
    both = margin_loss(LENGTHS, torch.tensor([[0, 2]])).item()
    assert both == pytest.approx(0.1**2 + 0.5 * 0.1**2)  # .8 instead of .9, and .2 where .1 is allowed


def test_right_are_images_whose_labels_are_all_longest():
    labels = torch.tensor([[2, 0]])
    assert longest_is_right(LENGTHS, labels) == 1 and share_found(LENGTHS, labels) == 1
    assert longest_is_right(LENGTHS, torch.tensor([[2, 3]])) == 0 and share_found(LENGTHS, torch.tensor([[2, 3]])) == 0.5
    assert longest_is_right(LENGTHS, torch.tensor([2])) == 0


@pytest.mark.parametrize(
    ("labels", "message"),
    (
        (torch.tensor([4]), "from 0 to 3"),
        (torch.tensor([-1]), "from 0 to 3"),
        (torch.tensor([1.0]), "int64"),
        (torch.tensor([1, 2]), r"not \(2,\) beside \(1, 4\)"),
        (torch.zeros(1, 1, 1, dtype=torch.int64), "need labels"),
        ([3], "not a list beside"),
        (torch.tensor([True]), r"not True to True \(torch.bool\)"),
        (torch.zeros(1, 0, dtype=torch.int64), "there are no images, or no labels of them"),
        (torch.tensor([[0, 1, 0, 0]]), "k different classes of each image, and here is one twice: a one-hot row"),
        (torch.tensor([[2, 2]]), "here is one twice"),
    ),
)
def test_labels_that_do_not_fit_are_refused(labels, message):
    for judged in (margin_loss, longest_is_right, share_found):
        with pytest.raises(ValueError, match=message):
            judged(LENGTHS, labels)


def test_a_mean_over_no_images_is_refused():
    with pytest.raises(ValueError, match="there are no images"):
        margin_loss(LENGTHS[:0], torch.zeros(0, dtype=torch.int64))
    with pytest.raises(ValueError, match="beside a Capsuled"):
        margin_loss(Capsuled(LENGTHS, None), torch.tensor([3]))


def test_the_encoder_is_the_network_without_its_decoder():
    torch.manual_seed(0)
    model, images = to_torch(capsnet("tiny", decoder=(32,))), torch.rand(2, 1, 28, 28)
    found = encoder(model)(images)
    torch.testing.assert_close(found.lengths, model(images))
    torch.testing.assert_close(found.poses, poses(model, images))
    assert not any("decoder" in name for name, _ in encoder(model).named_modules())


def test_what_is_drawn_of_the_longest_capsule_is_what_the_network_draws():
    torch.manual_seed(0)
    model, images = to_torch(capsnet("tiny", decoder=(32,))), torch.rand(4, 1, 28, 28)
    drawn = []
    model.decoder.sigmoid.register_forward_hook(lambda module, inputs, made: drawn.append(made))
    longest = model(images).argmax(1)
    torch.testing.assert_close(decoded(model, poses(model, images), longest), drawn[0])


def test_only_the_capsule_that_is_drawn_matters():
    torch.manual_seed(0)
    model = to_torch(capsnet("tiny", decoder=(32,)))
    seen = poses(model, torch.rand(1, 1, 28, 28))
    changed = seen.clone()
    changed[0, 5] = 1
    for label, same in ((3, True), (5, False)):
        before, after = (decoded(model, each, torch.tensor([label])) for each in (seen, changed))
        assert torch.equal(before, after) is same


def test_a_decoder_learns_to_draw_and_the_capsules_to_tell():
    torch.manual_seed(0)
    train, test = digits()
    model = vote_free(to_torch(capsnet("tiny", decoder=(64,))))
    whole = Reconstructing(model, weight=0.005)

    def error():
        with torch.no_grad():
            seen = poses(model, test.images[:200])
            return (decoded(model, seen, test.labels[:200]) - test.images[:200].flatten(1)).square().sum(1).mean().item()

    before = error()
    settings = {"loss": whole.loss, "score": whole.score, "optimizer": torch.optim.Adam, "learning_rate": 0.004}
    fit(whole, Shifted(train.take(3000), 1), 2, batch_size=64, quiet=True, **settings)
    assert error() < before / 2
    assert evaluate(model.eval(), test).accuracy > 0.85


def test_two_digits_are_drawn_one_by_one():
    pairs = overlapping_digits(8, seed=0, parts=True)
    torch.testing.assert_close(pairs.images[:, 1:].sum(1).clamp(max=1), pairs.images[:, 0])
    torch.testing.assert_close(pairs.images[:, :1], overlapping_digits(8, seed=0).images)
    torch.manual_seed(0)
    whole = Reconstructing(to_torch(capsnet("tiny", input_shape=(1, 36, 36), decoder=(16,))), weight=1)
    seen = whole(pairs.images)
    seen = seen._replace(poses=seen.poses * 100)  # fresh capsules are so short that all drawings are alike
    swapped = seen._replace(images=pairs.images[:, [0, 2, 1]])
    assert whole.loss(seen, pairs.labels) != whole.loss(swapped, pairs.labels)
    torch.testing.assert_close(whole.loss(swapped, pairs.labels.flip(1)), whole.loss(seen, pairs.labels))
    with pytest.raises(ValueError, match="2 labels an image need as many images to draw, not 1"):
        whole.loss(seen._replace(images=pairs.images[:, :1]), pairs.labels)


@pytest.mark.parametrize(
    ("call", "message"),
    (
        (lambda: encoder(to_torch(mini_vgg())), "not in the lengths of capsules"),
        (lambda: encoder(torch.nn.Linear(2, 2)), "not a Linear"),
        (lambda: decoded(to_torch(capsnet("tiny")), torch.rand(1, 10, 16), torch.tensor([3])), "no decoder"),
        (lambda: Reconstructing(to_torch(capsnet("tiny"))), "no decoder"),
        (lambda: Reconstructing(DRAWS, weight=-1), "the weight of the reconstruction must be a number of at least 0, not -1"),
        (lambda: decoded(DRAWS, torch.rand(2, 10, 16), torch.tensor([3])), r"as many classes, \(2,\), not \(1,\)"),
        (lambda: decoded(DRAWS, torch.rand(1, 10, 16), [3]), r"as many classes, \(1,\), not a list"),
        (lambda: decoded(DRAWS, torch.rand(1, 10, 16), torch.tensor([10])), "from 0 to 9, not 10 to 10"),
        (lambda: decoded(DRAWS, torch.rand(1, 10, 16), torch.tensor([3.0])), "int64.* not 3.0 to 3.0 .torch.float32."),
        (lambda: decoded(DRAWS, torch.rand(1, 5, 16), torch.tensor([3])), r"of 160 values, not \(1, 5, 16\)"),
    ),
)
def test_a_model_without_what_is_asked_for_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_shifted_digits_are_the_same_digits_elsewhere():
    images = torch.zeros(50, 1, 9, 9)
    images[:, :, 4, 4] = 1
    moving = Shifted(Examples(images, torch.arange(50) % 10, list("0123456789")), 2)
    places = torch.cat([batch.flatten(1).argmax(1) for batch, _ in moving.batches(16, seed=3)])
    rows, columns = places // 9 - 4, places % 9 - 4
    assert set(rows.tolist()) == set(columns.tolist()) == {-2, -1, 0, 1, 2}
    first, again, other = ([batch for batch, _ in moving.batches(16, seed=seed)] for seed in (3, 3, 4))
    assert all(torch.equal(one, two) for one, two in zip(first, again))
    assert not all(torch.equal(one, two) for one, two in zip(first, other))
    kept = torch.cat([labels for _, labels in moving.batches(16, seed=3)])
    assert sorted(kept.tolist()) == sorted((torch.arange(50) % 10).tolist())


def test_a_shift_that_leaves_nothing_is_refused():
    with pytest.raises(ValueError, match="leaves nothing"):
        Shifted(digits()[1].take(10), 28)
