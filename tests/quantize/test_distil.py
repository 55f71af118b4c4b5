"""Distillation: the loss by hand, a teacher that stays as it is, and a student that follows it."""

import math

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn.functional import cross_entropy  # noqa: E402

from squeezelab.bridge import to_torch  # noqa: E402
from squeezelab.data import Examples, digits, overlapping_digits  # noqa: E402
from squeezelab.networks import lenet300, mini_vgg  # noqa: E402
from squeezelab.quantize.distil import Taught, distil, distillation_loss  # noqa: E402
from squeezelab.training import fit, reference  # noqa: E402


def test_the_loss_by_hand():
    outputs, teacher, labels = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 2.0]]), torch.tensor([0])
    wanted = [1 / (1 + math.e), math.e / (1 + math.e)]  # the teacher at T = 2
    said = [1 / (1 + math.exp(-0.5)), 1 / (1 + math.exp(0.5))]
    soft = sum(p * math.log(p / q) for p, q in zip(wanted, said))
    expected = 0.25 * math.log(1 + math.exp(-1)) + 0.75 * 4 * soft
    assert distillation_loss(outputs, labels, teacher, 2, 0.75).item() == pytest.approx(expected, rel=1e-6)


def test_without_weight_it_is_cross_entropy_and_a_student_that_agrees_has_no_gradient():
    outputs, labels = torch.randn(8, 10, requires_grad=True), torch.arange(8)
    teacher = torch.randn(8, 10)
    assert torch.equal(distillation_loss(outputs, labels, teacher, weight=0), cross_entropy(outputs, labels))
    distillation_loss(outputs, labels, outputs.detach(), weight=1).backward()
    assert outputs.grad.abs().max() < 1e-6


def test_the_square_of_the_temperature_keeps_the_gradient_of_the_teacher_in_proportion():
    labels, teacher, sizes = torch.zeros(4, dtype=torch.int64), torch.randn(4, 10), []
    for temperature in (20.0, 40.0):
        outputs = torch.zeros(4, 10, requires_grad=True)
        distillation_loss(outputs, labels, teacher, temperature, 1).backward()
        sizes.append(outputs.grad.norm().item())
    assert sizes[1] == pytest.approx(sizes[0], rel=0.05)


def test_taught_examples_come_in_the_order_of_the_examples_with_what_the_teacher_says_of_each():
    data, teacher = digits()[0].take(300), reference("mini_vgg")
    taught, plain = Taught(data, teacher).batches(64, seed=3), data.batches(64, seed=3)
    assert len(taught) == len(plain)
    for (images, targets), (same, labels) in zip(taught, plain):
        assert torch.equal(images, same) and torch.equal(targets[:, 0].long(), labels)
        with torch.no_grad():
            assert torch.allclose(targets[:, 1:], teacher(images), atol=1e-4)


def test_at_weight_zero_it_is_the_training_that_fit_does():
    data = digits()[0].take(512)
    students = []
    for train in (fit, lambda model, data, **options: distil(model, reference("mini_vgg"), data, weight=0, **options)):
        torch.manual_seed(0)
        students.append(to_torch(lenet300()))
        train(students[-1], data, epochs=1, seed=1, quiet=True)
    assert all(torch.equal(one, other) for one, other in zip(*(student.parameters() for student in students)))


def test_a_student_learns_from_a_teacher_that_knows_the_labels_better_than_they_do():
    train, test = digits()
    noisy = Examples(train.images[:2000], (train.labels[:2000] + torch.arange(2000) % 2) % 10, train.classes)  # half are wrong
    teacher, found = reference("mini_vgg"), []
    before = [value.clone() for value in teacher.state_dict().values()]
    for weight in (0, 0.99):
        torch.manual_seed(0)
        student = to_torch(mini_vgg(width=0.5))
        distil(student, teacher, noisy, 2, weight=weight, seed=0, quiet=True)
        with torch.no_grad():
            found.append((student.eval()(test.images[:1000]).argmax(1) == test.labels[:1000]).float().mean().item())
    assert found[1] > found[0] + 0.02
    assert all(torch.equal(one, other) for one, other in zip(before, teacher.state_dict().values())) and not teacher.training


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"temperature": 0}, "the temperature must be"),
        ({"weight": 1.5}, "the weight of what the teacher says must be"),
        ({"data": overlapping_digits(4, 0)}, "one label an image"),
        ({"data": [(torch.zeros(1, 1, 28, 28), torch.zeros(1))]}, "Examples with one label an image"),
        ({"teacher": nn.Sequential(nn.Flatten(), nn.Linear(784, 3))}, r"by the same classes, but give \(8, 10\) and \(8, 3\)"),
    ],
)
def test_what_cannot_be_distilled_is_named(options, words):
    settings = {"teacher": reference("mini_vgg"), "data": digits()[0].take(8)} | options
    with pytest.raises(ValueError, match=words):
        distil(to_torch(lenet300()), epochs=1, quiet=True, **settings)
