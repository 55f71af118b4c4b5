"""The bytes that the training meter says autograd keeps, against every saved tensor's own bytes, marked one by one."""

import random

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.autograd.graph import saved_tensors_hooks  # noqa: E402
from torch.utils.checkpoint import checkpoint  # noqa: E402

from squeezelab.training import TrainingMeter, saved_bytes  # noqa: E402
from squeezelab.training.saved import SavedBytes, bytes_reached, layout_of  # noqa: E402

torch.set_num_threads(1)


def reached(tensor):
    """(storage, byte) of every byte that a tensor shows."""
    places = torch.tensor(tensor.storage_offset())
    for side, stride in zip(tensor.shape, tensor.stride()):
        places = places[..., None] + stride * torch.arange(side)
    item, storage = tensor.element_size(), tensor.untyped_storage().data_ptr()
    return {(storage, place * item + byte) for place in places.flatten().tolist() for byte in range(item)}


def by_hand(model, run):
    """Bytes that autograd keeps after a forward pass: every tensor that it saves but those of the model, each byte once."""
    own = {tensor.untyped_storage().data_ptr() for tensor in [*model.parameters(), *model.buffers()]}
    kept, found = [], set()
    with saved_tensors_hooks(lambda tensor: kept.append(tensor) or tensor, lambda tensor: tensor):
        run(model)
    for tensor in kept:
        found |= {place for place in reached(tensor) if place[0] not in own}
    return len(found)


def metered(model, run):
    with TrainingMeter(model) as meter:
        run(model).sum().backward()
    assert meter.saved.now == 0 and not meter.saved.users
    return meter


def digits_net():
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 26 * 26, 10))


def test_a_batch_that_is_a_slice_is_charged_with_the_slice_alone():
    data = torch.rand(600, 1, 28, 28)
    meter = metered(digits_net(), lambda model: model(data[:32]))
    assert meter.peak_saved_bytes == (32 * 784 + 32 * 4 * 676) * 4 == 446_464


@pytest.mark.parametrize(
    "batch",
    [
        lambda data: data[:32],
        lambda data: data[100:132],
        lambda data: data[::7],
        lambda data: data.split(32)[3],
        lambda data: data.chunk(10)[2],
        lambda data: data.unbind()[4][None],
        lambda data: data.view(300, 2, 28, 28)[:16].reshape(32, 1, 28, 28),
        lambda data: data.view(2, 300, 28, 28).transpose(0, 1)[:20].reshape(-1, 1, 28, 28),
        lambda data: data[:1].expand(32, 1, 28, 28),
        lambda data: data[:32].transpose(2, 3),
        lambda data: data[:32].flip(0),
        lambda data: data[:32].to(memory_format=torch.channels_last),
        lambda data: data.as_strided((8, 1, 28, 28), (100, 784, 28, 1)),
    ],
)
def test_views_of_a_data_set_are_charged_with_what_they_show(batch):
    data, model = torch.rand(600, 1, 28, 28), digits_net()
    meter = metered(model, lambda model: model(batch(data)))
    assert meter.peak_saved_bytes == by_hand(model, lambda model: model(batch(data)))


class Twice(nn.Module):
    """One layer, called on two parts of a batch."""

    def __init__(self, first, second):
        super().__init__()
        self.fc, self.parts = nn.Linear(8, 4), (first, second)

    def forward(self, x):
        return sum(self.fc(part(x)).square().sum() for part in self.parts)


@pytest.mark.parametrize(
    "first, second, rows",
    [
        (lambda x: x[:6], lambda x: x[3:9], 9),  # three rows in both
        (lambda x: x.chunk(2)[0], lambda x: x.chunk(2)[1], 12),  # the whole, not two wholes
        (lambda x: x[:6], lambda x: x[:6], 6),
        (lambda x: x[::2], lambda x: x[1::2], 12),
        (lambda x: x[::2], lambda x: x[::3], 8),
        (lambda x: x, lambda x: x[2:4], 12),
    ],
)
def test_bytes_in_two_views_of_one_batch_count_once(first, second, rows):
    x, model = torch.rand(12, 8), Twice(first, second)
    meter = metered(model, lambda model: model(x))
    outputs = sum(len(part(x)) * 4 * 4 for part in (first, second))  # the square keeps what it squares
    assert meter.peak_saved_bytes == rows * 8 * 4 + outputs == by_hand(model, lambda model: model(x))


@pytest.mark.parametrize("number", range(40))
def test_random_views_reach_the_bytes_that_marking_finds(number):
    draw = random.Random(number)
    base = torch.zeros(draw.choice([200, 500]), dtype=draw.choice([torch.float32, torch.float16, torch.float64]))
    views = []
    for _ in range(draw.randint(1, 4)):
        sides = [draw.randint(0 if draw.random() < 0.05 else 1, 4) for _ in range(draw.randint(1, 3))]
        strides = [draw.choice([0, 1, 1, 2, 3, 4, 5, 12]) for _ in sides]
        views.append(base.as_strided(sides, strides, draw.randint(0, 40)))
    layouts = [layout for layout in map(layout_of, views) if layout]
    assert bytes_reached(layouts) == len(set().union(*map(reached, views)))


@pytest.mark.parametrize("dtype, item", [(torch.float64, 8), (torch.bfloat16, 2)])
def test_bytes_follow_the_number_format(dtype, item):
    model = nn.Sequential(nn.Linear(10, 5), nn.ReLU(), nn.Linear(5, 1)).to(dtype)
    assert metered(model, lambda model: model(torch.rand(4, 10, dtype=dtype))).peak_saved_bytes == item * 4 * (10 + 5)


def test_views_of_weights_are_the_models_own():
    class Narrow(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(10, 6)

        def forward(self, x):
            return x @ self.fc.weight[:3].T

    meter = metered(Narrow(), lambda model: model(torch.rand(4, 10)))
    assert meter.peak_saved_bytes == 4 * 4 * 10
    assert meter.total == 0 and meter.left_out == {"matmul": 1} and "not counted: matmul (1 calls)" in repr(meter)


def test_a_sparse_input_counts_its_places_and_values():
    class Sparse(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.rand(10, 3))

        def forward(self, x):
            return torch.sparse.mm(x, self.weight)

    x = torch.zeros(6, 10)
    x[1, 2] = x[4, 5] = 1
    assert metered(Sparse(), lambda model: model(x.to_sparse())).peak_saved_bytes == 2 * 2 * 8 + 2 * 4


def test_modules_called_several_times_and_in_place_activations_equal_the_count_by_hand():
    shared = nn.Conv2d(3, 3, 3, padding=1)
    model = nn.Sequential(shared, nn.ReLU(inplace=True), shared, nn.BatchNorm2d(3), nn.Hardswish(inplace=True), shared)
    x = torch.rand(2, 3, 6, 6)
    assert metered(model, lambda model: model(x)).peak_saved_bytes == by_hand(model, lambda model: model(x))


def test_what_is_overwritten_before_the_backward_pass_is_refused_as_torch_does():
    class Overwritten(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(4, 4)

        def forward(self, x):
            y = self.fc(x).sigmoid()
            return y.mul_(2)  # the sigmoid has kept its result

    x = torch.rand(2, 4)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        Overwritten()(x).sum().backward()
    with pytest.raises(RuntimeError, match=r"of shape \(2, 4\).* was overwritten by an in-place operation"):
        metered(Overwritten(), lambda model: model(x))


@pytest.mark.parametrize("reentrant", [True, False])
def test_a_checkpointed_forward_is_computed_twice_and_counted_twice(reentrant):
    class Checkpointed(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.head = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh()), nn.Linear(8, 2)

        def forward(self, x):
            x = x.clone().requires_grad_()
            return self.head(checkpoint(self.body, x, use_reentrant=reentrant))

    model, x = Checkpointed(), torch.rand(5, 8)
    meter = metered(model, lambda model: model(x))
    assert meter.macs["forward"] == 5 * (2 * (64 + 64) + 16)
    assert meter.macs["backward_weights"] == 5 * (64 + 64 + 16)
    with TrainingMeter(model) as meter, torch.no_grad():
        model(x)
    assert meter.total == 0


def test_books_are_kept_on_a_storage_until_its_last_view_goes():
    books, base = SavedBytes(), torch.zeros(100)
    first, second = books.add(base[:60]), books.add(base[40:])
    assert books.now == 400
    books.remove(first)
    assert (books.now, books.peak) == (240, 400)
    books.remove(second)
    assert books.now == 0 and not books.users


def test_saved_bytes_is_the_count_by_hand_and_asks_for_a_result():
    data, model = torch.rand(600, 1, 28, 28), digits_net()
    assert saved_bytes(lambda: model(data[:32]), model) == by_hand(model, lambda model: model(data[:32]))
    weights = sum(weight.numel() * 4 for weight in model.parameters() if weight.ndim > 1)
    assert saved_bytes(lambda: model(data[:32])) == saved_bytes(lambda: model(data[:32]), model) + weights
    for made, found in ((None, "NoneType"), (torch.zeros(3), "a tensor without gradients")):
        with pytest.raises(ValueError, match=f"must return one with a gradient, not {found}"):
            saved_bytes(lambda made=made: made)
