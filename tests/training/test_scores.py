"""How many are right, said by a score of one's own: for labels that are not one class an image, and outputs of any form."""

import pytest

torch = pytest.importorskip("torch")

from support.small_training import small_model, some  # noqa: E402
from torch import nn  # noqa: E402

from squeezelab.data import overlapping_digits  # noqa: E402
from squeezelab.training import evaluate, fit  # noqa: E402


def largest(outputs, labels):
    return (outputs.argmax(1) == labels).sum()


def margin(outputs, labels):
    """Margin loss over two classes an image (Sabour 2017, Eq. 4): labels (n, 2), outputs (n, 10) as lengths of capsules."""
    wanted = torch.zeros_like(outputs).scatter_(1, labels, 1.0)
    lengths = outputs.sigmoid()
    return (wanted * (0.9 - lengths).relu() ** 2 + 0.5 * (1 - wanted) * (lengths - 0.1).relu() ** 2).sum(1).mean()


def both(outputs, labels):
    return (outputs.topk(2).indices.sort().values == labels.sort().values).all(1).sum()


def test_a_margin_loss_with_two_labels_an_image_is_trained_and_judged():
    train, test = overlapping_digits(300, seed=0), overlapping_digits(70, seed=0, split="test")
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(36 * 36, 10))
    history = fit(model, train, epochs=4, test=test, loss=margin, score=both)
    outputs = model(test.images)
    by_hand = sum(set(one.topk(2).indices.tolist()) == set(two.tolist()) for one, two in zip(outputs, test.labels)) / 70
    told = evaluate(model, test, batch_size=30, loss=margin, score=both)
    assert told.accuracy == history[-1]["test_accuracy"] == by_hand
    assert told.loss == pytest.approx(margin(outputs, test.labels).item(), rel=1e-5)
    assert history[-1]["accuracy"] > history[0]["accuracy"] and "of the test images right" in history.plot().alt


class Decoder(nn.Module):
    """Classes, and the image again."""

    def __init__(self, form):
        super().__init__()
        self.classes, self.image, self.form = nn.Linear(784, 10), nn.Linear(784, 784), form

    def forward(self, x):
        x = x.flatten(1)  # (batch, 784)
        return self.form((self.classes(x), self.image(x), x))


@pytest.mark.parametrize("form", [tuple, list, lambda parts: dict(enumerate(parts))], ids=["tuple", "list", "dict"])
def test_a_model_that_gives_several_tensors_passes_with_loss_and_score(form):
    def loss(outputs, labels):
        return nn.functional.cross_entropy(outputs[0], labels) + 0.1 * (outputs[1] - outputs[2]).square().mean()

    model = Decoder(form)
    history = fit(
        model, some(300), epochs=2, test=some(100), loss=loss, score=lambda outputs, labels: largest(outputs[0], labels)
    )
    right = (model(some(100).images)[0].argmax(1) == some(100).labels).float().mean()
    assert history[1]["test_accuracy"] == pytest.approx(right.item()) and history[1]["accuracy"] > history[0]["accuracy"]


@pytest.mark.parametrize("kind", [int, float, lambda count: count.double(), lambda count: count.numpy()])
def test_a_score_is_a_number_of_any_kind(kind):
    score = evaluate(small_model(), some(300), 64, score=lambda outputs, labels: kind(largest(outputs, labels)))
    assert score == evaluate(small_model(), some(300), 64)


def test_a_loss_of_ones_own_without_a_score_has_no_accuracy_but_a_loss():
    pairs = overlapping_digits(50, seed=0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(36 * 36, 10))
    score = evaluate(model, pairs, batch_size=20, loss=margin)
    assert score.accuracy is None and score.loss == pytest.approx(margin(model(pairs.images), pairs.labels).item(), rel=1e-5)


def test_a_model_that_gives_more_than_one_tensor_needs_a_loss_of_its_own():
    class Two(nn.Linear):
        def forward(self, x):
            return super().forward(x.flatten(1)), x

    with pytest.raises(ValueError, match=r"one value a class, of shape \(64, classes\), not tuple"):
        fit(Two(784, 10), some(64), epochs=1)
    history = fit(Two(784, 10), some(64), epochs=1, loss=lambda outputs, labels: nn.functional.cross_entropy(outputs[0], labels))
    assert history[0]["loss"] > 0
