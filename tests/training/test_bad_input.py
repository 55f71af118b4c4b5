"""What training, evaluation and timing say about input that they cannot take: one clear line, before time is lost."""

import math

import numpy
import pytest

torch = pytest.importorskip("torch")

from support.small_training import small_model, some  # noqa: E402
from torch import nn  # noqa: E402
from torch.utils.data import DataLoader, IterableDataset, TensorDataset  # noqa: E402

from squeezelab.data import digits, overlapping_digits  # noqa: E402
from squeezelab.networks import build  # noqa: E402
from squeezelab.training import History, TrainingMeter, best_device, evaluate, fit, latency, one_cycle, reference  # noqa: E402


class Stream(IterableDataset):
    """Examples that come one after the other, nobody knows how many."""

    def __iter__(self):
        yield from some(4)


def bad_labels(value):
    train = some(128)
    return TensorDataset(train.images, torch.full_like(train.labels, value))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (DataLoader(TensorDataset(torch.empty(0, 1, 28, 28), torch.empty(0, dtype=torch.int64))), "no batches"),
        ([(torch.empty(0, 1, 28, 28), torch.empty(0, dtype=torch.int64))], "a batch has no images at all"),
        (DataLoader(bad_labels(10), 64), "label 10 is outside the 10 classes, 0 to 9"),
        (DataLoader(bad_labels(-1), 64), "label -1 is outside the 10 classes"),
        ([(torch.zeros(4, 1, 28, 28), torch.zeros(4))], "labels are class numbers of type int64, not float32"),
        ([(torch.zeros(4, 1, 28, 28), torch.zeros(3, dtype=torch.int64))], "4 images, but 3 labels"),
        ([(torch.zeros(4, 1, 28, 28), torch.zeros(4, 2, dtype=torch.int64))], r"one label an image is needed, of shape \(n,\)"),
        ([(torch.zeros(4, 1, 28, 28), torch.zeros(4, dtype=torch.int32))], r"int64, not int32: labels\.long\(\) makes them so"),
        ([torch.zeros(4, 1, 28, 28)], r"a batch is a pair of tensors \(images, labels\), not Tensor"),
        ([{"image": 1, "label": 2}], r"pair of tensors \(images, labels\), not dict"),
        ([(torch.zeros(4, 1, 28, 28), [1, 2, 3, 4])], "not a tuple of 2: Tensor, list"),
        ([(torch.tensor(1.0), torch.tensor(1))], "not a tuple of 2: Tensor, Tensor"),
        (digits(), r"pair of tensors \(images, labels\), not Examples"),
        ("digits", "data must be Examples"),
        (7, "data must be Examples"),
        (iter([]), "has no length"),
        (DataLoader(Stream()), "this DataLoader has no length"),
    ],
)
def test_bad_data_is_named_by_both(data, words):
    with pytest.raises(ValueError, match=words):
        fit(small_model(), data, epochs=1)
    if "length" not in words:
        with pytest.raises(ValueError, match=words):
            evaluate(small_model(), data)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"epochs": 0}, "the number of epochs must be a whole number of at least 1, not 0"),
        ({"epochs": 1.5}, "the number of epochs"),
        ({"batch_size": 0}, "the batch size"),
        ({"seed": -1}, "the seed"),
        ({"learning_rate": 0}, "the learning rate must be a positive number, not 0"),
        ({"learning_rate": math.nan}, "the learning rate"),
        ({"learning_rate": True}, "the learning rate"),
        ({"optimizer": torch.optim.SGD(nn.Linear(1, 1).parameters())}, r"called as optimizer\(parameters, learning_rate\).* SGD"),
        ({"optimizer": "adam"}, "so it cannot be of type str"),
        ({"schedule": None}, r"the schedule is called as schedule\(progress\), like one_cycle or constant"),
        ({"schedule": lambda progress: -1}, "that the schedule gives at step 1 of 1 must be a number of at least 0, not -1"),
        ({"loss": "mse"}, r"the loss is called as loss\(outputs, labels\)"),
        ({"loss": nn.CrossEntropyLoss(reduction="none")}, r"the mean over a batch, not a tensor of shape \(64,\)"),
        ({"loss": lambda outputs, labels: 1.0}, "a tensor of one number, such as the mean over a batch, not float"),
        ({"device": "toaster"}, "a device is 'cpu'"),
        ({"score": "top 5"}, r"the score is called as score\(outputs, labels\) and gives how many .* of type str"),
        ({"after_backward": [1]}, r"the after_backward is called as after_backward\(training\).* of type list"),
        ({"after_backward": lambda training: 0}, "gives False to skip the step, or nothing, not 0"),
        ({"after_backward": lambda training: torch.tensor(False)}, r"or nothing, not tensor\(False\)"),
        ({"after_backward": lambda training: numpy.False_}, "to skip the step, or nothing, not "),
    ],
)
def test_bad_options_are_named(options, words):
    with pytest.raises(ValueError, match=words):
        fit(small_model(), some(64), **{"epochs": 1} | options)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (-1, "the score must be how many of the 64 in a batch are right, a number in 0..64, not -1"),
        (65, "not 65"),
        (64.5, r"not 64\.5"),
        (math.nan, "not nan"),
        (None, "not None"),
        (True, "not True"),
        ("all", "not str"),
        (torch.ones(64), r"not a tensor of shape \(64,\)"),  # the sum is missing
        (torch.tensor(True), "not True"),
    ],
)
def test_a_score_that_is_no_count_is_named_and_changes_nothing(count, words):
    model = small_model()
    before = model[0].weight.clone()
    for use in (fit, evaluate):
        with pytest.raises(ValueError, match=words):
            use(model, some(64), score=lambda outputs, labels: count)
    assert torch.equal(model[0].weight, before)


def test_a_model_without_anything_to_train_is_refused():
    with pytest.raises(ValueError, match="nothing to train"):
        fit(small_model().requires_grad_(False), some(64), epochs=1)


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ([], "data has no batches"),
        ("digits", "data must be Examples"),
        (overlapping_digits(4, seed=0), r"one label an image, of shape \(n,\), not \(4, 2\): give a score of your own"),
    ],
)
def test_bad_test_data_is_found_before_the_first_epoch(test, words):
    model = small_model()
    before = model[0].weight.clone()
    with pytest.raises(ValueError, match=words):
        fit(model, some(64), epochs=1, test=test)
    assert torch.equal(model[0].weight, before)


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (torch.zeros(4, 3, 28, 28), r"a batch of shape \(4, 3, 28, 28\) and type float32: .* to have 1 channels"),
        (torch.zeros(4, 1, 20, 20), r"a batch of shape \(4, 1, 20, 20\) and type float32"),
        (torch.zeros(4, 1, 28, 28, dtype=torch.uint8), r"a batch of shape \(4, 1, 28, 28\) and type uint8"),
        (torch.zeros(4, 1, 28, 28, dtype=torch.float64), r"a batch of shape \(4, 1, 28, 28\) and type float64"),
    ],
)
def test_a_batch_that_the_model_cannot_take_is_described(images, words):
    data = [(images, torch.zeros(4, dtype=torch.int64))]
    for run in (lambda: fit(small_model(), data, epochs=1), lambda: evaluate(small_model(), data)):
        with pytest.raises(ValueError, match="the model cannot take " + words):
            run()
    with pytest.raises(ValueError, match="the model cannot take " + words):
        latency({"small": small_model()}, images)


@pytest.mark.parametrize(
    "use", [fit, evaluate, lambda model, data: latency({"it": model}, data), lambda model, _: TrainingMeter(model)]
)
def test_a_network_is_not_yet_a_model(use):
    with pytest.raises(ValueError, match=r"not Network; to_torch\(network\) makes one"):
        use(build("mini_vgg"), some(64))


@pytest.mark.parametrize(
    ("models", "options", "words"),
    [
        ({}, {}, "not an empty one"),
        (nn.Linear(2, 2), {}, r"a dict \{name: module\} of one or more, not Linear"),
        ({"a": nn.Linear(2, 2)}, {"rounds": 0}, "rounds must be a whole number of at least 1, not 0"),
        ({"a": nn.Linear(2, 2)}, {"threads": 0}, "threads must be a whole number"),
        ({"a": nn.Linear(3, 2)}, {"example": [1, 2]}, "the example is a batch of inputs, a tensor, not list"),
        ({"a": nn.Linear(3, 2)}, {}, r"cannot take a batch of shape \(1, 2\)"),
    ],
)
def test_what_cannot_be_timed_is_named_and_threads_and_modes_stay(models, options, words):
    threads = torch.get_num_threads()
    with pytest.raises(ValueError, match=words):
        latency(models, **{"example": torch.zeros(1, 2), **options})
    assert torch.get_num_threads() == threads
    assert isinstance(models, nn.Module) or all(model.training for model in models.values())


def test_an_unknown_reference_lists_those_there_are():
    with pytest.raises(ValueError, match="unknown trained network 'nope'; there are lenet300, mini_resnet"):
        reference("nope")


@pytest.mark.parametrize("value", [True, numpy.True_, torch.tensor(True), "0.1", None, torch.tensor(math.nan)])
def test_what_only_looks_like_a_number_is_none(value):
    with pytest.raises(ValueError, match="the learning rate must be a positive number"):
        fit(small_model(), some(64), epochs=1, learning_rate=value)
    with pytest.raises(ValueError, match="the number of epochs"):
        fit(small_model(), some(64), epochs=value)
    with pytest.raises(ValueError, match="the schedule gives"):
        fit(small_model(), some(64), epochs=1, schedule=lambda progress: value)


def test_a_compiled_model_is_refused():
    with pytest.raises(ValueError, match=r"meter the model before torch\.compile"):
        TrainingMeter(nn.Sequential(torch.compile(small_model(), backend="eager")))


@pytest.mark.parametrize(
    ("frozen", "words"),
    [
        ({"9": 0.5}, "no layer '9' in this model; there are 0, 5"),
        ({"5": 1.5}, "'5'"),
        ({"5": "half"}, "the frozen share of '5' must be a number of at least 0 and at most 1, not 'half'"),
        ({"5": None}, "the frozen share of '5' must be a number of at least 0 and at most 1, not None"),
        ({"5": True}, "the frozen share of '5' must be a number of at least 0 and at most 1, not True"),
        (["5"], r"a dict \{layer: share\}, not list"),
    ],
)
def test_what_cannot_be_frozen_is_named(frozen, words):
    model = small_model()
    with pytest.raises(ValueError, match=words):
        with TrainingMeter(model, frozen):
            model(torch.zeros(2, 1, 28, 28)).sum().backward()


def test_what_calls_no_hooks_or_gives_no_tensor_is_refused():
    class Pair(nn.Linear):
        def forward(self, x):
            return super().forward(x), x

    with pytest.raises(ValueError, match="a TorchScript cannot be metered: meter the module that was scripted"):
        TrainingMeter(torch.jit.script(nn.Sequential(nn.Linear(2, 2))))
    with pytest.raises(ValueError, match="'0', a Pair, gives a tuple"), TrainingMeter(nn.Sequential(Pair(2, 2))) as meter:
        meter.model(torch.rand(1, 2))


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: History(7), "the rows of a history are a list, not 7"),
        (lambda: History([{"loss": 1.0}]), r"a row of a history is a dict of epoch, loss, .*, not \{'loss': 1\.0\}"),
        (lambda: History().column("speed"), "unknown column 'speed'; there are epoch, loss"),
        (lambda: History().plot(), "the history is empty: not one epoch was finished"),
        (lambda: one_cycle(1.5), "progress must be a number of at least 0 and at most 1, not 1.5"),
        (lambda: best_device("toaster"), "a device is 'cpu', 'cuda', 'mps' or a torch.device, not 'toaster'"),
        (lambda: evaluate(small_model(), some(8), loss="mse"), r"the loss is called as loss\(outputs, labels\)"),
        (lambda: evaluate(small_model(), some(8), score=5), r"the score is called as score\(outputs, labels\) .* of type int"),
    ],
)
def test_what_the_smaller_functions_cannot_take_is_named(ask, words):
    with pytest.raises(ValueError, match=words):
        ask()
