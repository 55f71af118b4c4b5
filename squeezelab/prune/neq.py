"""NEq: neurons whose output no longer changes stop being updated, until they move again (Bragagnolo et al. 2022, To Update or Not
to Update?) [read: code].

After every epoch a few fixed images pass through. φ of a neuron is how alike its output is to that of an epoch before, the mean
over images of the cosine between the two maps; its velocity says whether that still changes; below ε the neuron is at equilibrium
and rests for the next epoch. What rests costs no gradient of its weights. Nothing is removed: inference costs what it did.

>>> velocities([0.9, 0.99, 0.999], mu=0.5, reading="paper")  # D = −.1, .09, .009
[-0.1, 0.14, -0.061]
>>> velocities([0.9, 0.99, 0.999], mu=0.5, reading="code")
[-0.1, 0.14, -0.011]
"""

import torch
from torch import nn

from ..bridge.independent import independent_copy
from ..core.checks import check_choice, number, whole
from ..data import Examples
from ..training import TrainingMeter, fit
from ..training.meter import COUNTED
from ..training.models import outputs_of
from .gates import calm

READINGS = ("code", "paper")
NEURONS = (nn.Conv1d, nn.Conv2d, nn.Linear, nn.modules.batchnorm._BatchNorm)  # layers with a row of parameters an output
WATCHED = 100  # images


def velocities(similarities: list, mu: float, reading: str) -> list:
    """The velocity after each epoch of a neuron with these φ; before the first, φ is 1.

    reading: paper, v = D − μ·v with D the change of φ; code, v = D − D before + μ·v, what the released buffers come to.
    """
    velocity, change, phi, found = 0.0, 0.0, 1.0, []
    for now in similarities:
        velocity, change, phi = stepped(velocity, change, phi, now, mu, reading)
        found.append(round(velocity, 12))
    return found


def stepped(velocity, change, phi, now, mu, reading):
    """(velocity, change, φ) one epoch later, of numbers or tensors."""
    new = now - phi
    return (new - mu * velocity if reading == "paper" else new - change + mu * velocity), new, now


def cosine(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """φ of each neuron, (channels,), between two outputs (images, channels, …): the mean over images of the cosine over
    positions; without positions, (images, features), the cosine over images. Two maps of zeros are alike, one of them is not."""
    if one.ndim == 2:
        one, other = one.T[None], other.T[None]  # (1, features, images)
    one, other = one.flatten(2).double(), other.flatten(2).double()
    sizes = one.norm(dim=2), other.norm(dim=2)
    alike = (one * other).sum(2) / (sizes[0] * sizes[1]).clamp(min=1e-300)
    both_zero = (sizes[0] == 0) & (sizes[1] == 0)
    return torch.where(both_zero, 1.0, alike).mean(0)


class Equilibrium:
    """What `neq` gives. model: trained; history: of `fit`; frozen: for every epoch {layer: share of its neurons at rest};
    training_macs: {pass: MACs} of the three passes without the gradients of rows at rest; dense_macs: with them."""

    def __init__(self, model, history, frozen, meter):
        self.model, self.history, self.frozen = model, history, frozen
        self.training_macs, self.dense_macs = dict(meter.macs), dict(meter.dense_macs)

    @property
    def saved(self) -> float:
        """The share of the MACs of training that was not done."""
        return 1 - sum(self.training_macs.values()) / sum(self.dense_macs.values())


def neq(
    model: nn.Module,
    data: Examples,
    epochs: int = 10,
    seed: int = 0,
    *,
    epsilon: float = 1e-3,
    mu: float = 0.5,
    reading: str = "code",
    watched: Examples | None = None,
    **settings: object,
) -> Equilibrium:
    """A copy of `model` trained while neurons at equilibrium rest.

    epsilon: the velocity up to which a neuron is at rest; 0 lets only those rest that do not move at all. mu: of the velocity,
    the paper's .5. reading: how the velocity goes on, code or paper, which differ. watched: the images by which neurons are
    watched; without them the first 100 of the data, which are then trained on, too [ours]. settings: as `fit` has them.

    Raises a ValueError for a negative ε, a μ that is no share, an unknown reading, and for no images to watch by.

    >>> from squeezelab.data import digits
    >>> from squeezelab.training import reference
    >>> found = neq(reference("lenet300"), digits()[0].take(128), epochs=2, quiet=True)
    >>> found.frozen[0]
    {'fc1': 0.0, 'fc2': 0.0, 'fc3': 0.0}
    """
    epsilon = number(epsilon, "epsilon, the velocity up to which a neuron rests,", least=0)
    mu = number(mu, "mu", least=0, below=1)
    check_choice("reading", reading, READINGS)
    watched = data.take(min(WATCHED, len(data))) if watched is None else watched
    if not len(watched):
        raise ValueError("there is no image to watch neurons by: give one or more")
    trained = independent_copy(model)
    resting = Resting(trained, watched.images, epsilon, mu, reading)
    with TrainingMeter(trained, resting.shares) as meter:
        history = fit(trained, data, epochs=whole(epochs, "epochs", 1), seed=seed, after_backward=resting, **settings)
    resting.close()
    return Equilibrium(trained.eval(), history, resting.by_epoch, meter)


class Resting:
    """The hook of `fit`. shares: {layer that the meter counts: share of its neurons at rest}; by_epoch: these of every layer, a
    dict an epoch; nothing rests in the first one."""

    def __init__(self, model, images, epsilon, mu, reading):
        self.model, self.images, self.epsilon, self.mu, self.reading = model, images, epsilon, mu, reading
        self.layers = {name: module for name, module in model.named_modules() if has_rows(module)}
        if not self.layers:
            raise ValueError("the model has no convolution, linear layer or norm: no neuron could rest")
        self.before, self.state, self.at_rest, self.saved = self.outputs(), {}, {}, []
        self.shares, self.by_epoch, self.handle, self.last = {}, [], None, None

    def outputs(self):
        """{layer: its output for the watched images}, norms in evaluation mode."""
        found, modes = {}, {module: module.training for module in self.model.modules()}
        hooks = [module.register_forward_hook(keeping(found, name)) for name, module in self.layers.items()]
        with torch.no_grad():
            outputs_of(self.model.eval(), self.images)
        for hook in hooks:
            hook.remove()
        for module, mode in modes.items():
            module.training = mode
        return found

    def __call__(self, training):
        """Between backward pass and step: what rests has no gradient, and its values are remembered."""
        if self.handle is None:
            self.note()
            self.handle = training.optimizer.register_step_post_hook(self.after_step)
        self.last = (training.step + 1) * training.epochs % training.steps == 0
        self.saved = []
        for name, rows in self.at_rest.items():
            for parameter in self.layers[name].parameters(recurse=False):
                if parameter.grad is not None:
                    parameter.grad[rows] = 0
                self.saved.append((parameter, rows, parameter.detach()[rows].clone()))

    def after_step(self, optimizer, *rest):
        """What rests is as it was, whatever decay and momentum made of it, and without momentum; an epoch's end is looked at."""
        with torch.no_grad():
            for parameter, rows, values in self.saved:
                parameter[rows] = values
                moves = (~rows).reshape(-1, *[1] * (parameter.ndim - 1)).expand_as(parameter)
                calm(optimizer, parameter, moves)
            if self.last:
                self.look()

    def look(self):
        """The velocities after an epoch, and who rests in the next."""
        now = self.outputs()
        for name, output in now.items():
            velocity, change, phi = self.state.get(name, (0.0, 0.0, 1.0))
            self.state[name] = stepped(velocity, change, phi, cosine(output, self.before[name]), self.mu, self.reading)
            self.at_rest[name] = self.state[name][0].abs() <= self.epsilon
        self.before = now
        self.note()

    def note(self):
        every = {name: float(self.at_rest[name].double().mean()) if name in self.at_rest else 0.0 for name in self.layers}
        self.shares.update({name: share for name, share in every.items() if isinstance(self.layers[name], COUNTED)})
        self.by_epoch.append(every)

    def close(self):
        """Nothing rests any more. The last look is of an epoch that there is not."""
        if self.handle is not None:
            self.handle.remove()
        del self.by_epoch[-1:]


def has_rows(module):
    return isinstance(module, NEURONS) and any(True for _ in module.parameters(recurse=False))


def keeping(found, name):
    def hook(module, inputs, output):
        found[name] = output.detach().clone()

    return hook
