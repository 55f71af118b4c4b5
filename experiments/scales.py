"""How far a penalty pulls the scales of norms, epoch by epoch, and what it then costs to cut channels, for chapter 9.

    python experiments/scales.py                 # two minutes

After the code of Network Slimming (Liu et al. 2017) [read]: every scale starts at 0.5, and λ·sign(γ) is added to its gradient.
A run is given its pull instead of λ, the way that the penalty alone moves a scale in all of training, λ·Σ lr / (1 − momentum):
λ follows from it. `PAPER` is λ = 1e-4 itself, whatever pull that is here. Writes recorded/scales.json: after each epoch every
|γ|, in units of 1e-5, and the share of the first `LOOK` test digits that is read, by the whole network and without each of
`SHARES` of the channels, cut by one threshold on the recorded |γ| with the floor of the recipe `slimming`; the same once the
norms have measured means and variances anew on `ANEW` training digits, no weight trained; after the last epoch also without
`TUNED` of the channels and trained on. Nothing is chosen on test digits: one learning rate, no early stop, one run of each. It
shows what a pull does; it compares no methods.
"""

import torch
from record import Record, arguments

from squeezelab.bridge import to_torch
from squeezelab.bridge.independent import independent_copy
from squeezelab.data import digits
from squeezelab.networks import mini_vgg
from squeezelab.prune import prune
from squeezelab.training import evaluate, fit, one_cycle

PAPER = "1e-4"
PULLS = (0, PAPER, 0.6, 1.2, 2.4)
IMAGES, ANEW, LOOK, SEED = 4000, 1000, 2000, 0  # trained on, measured anew on, tested on
EPOCHS, BATCH, RATE, MOMENTUM = 6, 128, 0.05, 0.9
START = 0.5  # of every scale [read]
SHARES = (0.1, 0.3, 0.5, 0.7, 0.9)
TUNED, RECOVERY = (0.5, 0.7), 3  # shares cut, epochs after
UNIT = 1e-5  # of a recorded scale


def sgd(parameters, learning_rate):
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=MOMENTUM)


def reach(images):
    """How far a penalty of strength 1 moves a scale in all of training."""
    steps = EPOCHS * -(-images // BATCH)
    return sum(RATE * one_cycle(step / steps) for step in range(steps)) / (1 - MOMENTUM)


class Penalty:
    """The hook of `fit`: λ·sign(γ) on the gradients of the scales, and a copy of the model at the start of each epoch."""

    def __init__(self, scales, strength):
        self.scales, self.strength, self.copies = scales, strength, []

    def __call__(self, training):
        if training.epoch > len(self.copies):
            self.copies.append(independent_copy(training.model).eval())
        for scale in self.scales:
            scale.grad += self.strength * scale.sign()


def trained(strength, train):
    """The model after each epoch of a training with the penalty."""
    torch.manual_seed(SEED)
    model = to_torch(mini_vgg())
    scales = [module.weight for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    for scale in scales:
        torch.nn.init.constant_(scale, START)
    penalty = Penalty(scales, strength)
    settings = {"batch_size": BATCH, "learning_rate": RATE, "seed": SEED, "quiet": True}
    fit(model, train, epochs=EPOCHS, optimizer=sgd, after_backward=penalty, **settings)
    return [*penalty.copies, model.eval()]


def scales_of(model):
    """{layer: |γ| of each of its channels in whole units}."""
    found = {}
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            units = (module.weight.detach().abs() / UNIT).round().int()
            found[name.removesuffix("_norm")] = units.tolist()
    return found


def cut_at(model, share, train, epochs=0):
    """The model without a share of its channels, those of the smallest recorded scales."""

    def recorded_scale(units, data, dice):
        return {name: torch.tensor(each, dtype=torch.float) for name, each in scales_of(model).items()}

    options = {"network": mini_vgg(), "score": recorded_scale, "pull_epochs": 0, "quiet": True, "seed": SEED}
    return prune(model, train, "slimming", share, epochs=epochs, **options).sliced()


def with_norms_anew(model, train):
    """A copy whose norms have measured means and variances on some images; its weights are the same."""
    made = independent_copy(model).train()
    for module in made.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None  # a plain mean over the batches
    with torch.no_grad():
        for images, _ in train.take(ANEW).batches(500, shuffle=False):
            made(images)
    return made.eval()


def read_by(models, test):
    return [round(evaluate(each, test).accuracy, 4) for each in models]


def after_epoch(model, train, test):
    models = [model] + [cut_at(model, share, train) for share in SHARES]
    anew = [with_norms_anew(each, train) for each in models]
    return {"scales": scales_of(model), "accuracy": read_by(models, test), "anew": read_by(anew, test)}


def measure(pull):
    train, test = digits()
    train, test, far = train.take(IMAGES), test.take(LOOK), reach(IMAGES)
    strength = float(pull) if pull == PAPER else pull / far
    models = trained(strength, train)
    tuned = [cut_at(models[-1], share, train, RECOVERY) for share in TUNED]
    row = {"strength": strength, "reach": strength * far}
    row["tuned"] = read_by(tuned, test)
    row["epochs"] = [after_epoch(each, train, test) for each in models]
    return row


def main():
    settings = {"epochs": EPOCHS, "batch_size": BATCH, "learning_rate": RATE, "momentum": MOMENTUM, "start": START}
    settings |= {"shares": SHARES, "tuned": TUNED, "recovery_epochs": RECOVERY, "unit": UNIT, "seed": SEED}
    settings |= {"network": "mini_vgg", "images": IMAGES, "anew": ANEW, "look": LOOK, "data": "digits"}
    Record("scales", settings, arguments(__doc__).fresh).run([{"pull": pull} for pull in PULLS], measure)


if __name__ == "__main__":
    main()
