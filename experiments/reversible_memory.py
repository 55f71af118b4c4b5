"""Capsule blocks that are undone: what each way of stacking keeps, what undoing costs in digits, and in time.

    python experiments/reversible_memory.py      # about five minutes

Bytes that autograd keeps, and the most that it keeps at one time, by depth. Then blocks of fresh weights, read by capsules as
long as .6 in the mean, float32: how far off the capsules are when all blocks are undone, and the gradient of everything that is
learnt beside that of ordinary autograd, both relative, by depth, momentum, how far the weights stretch, and the type of the sums;
least, median and most of five seeds, null where it is no number any more. Then the same of stacks that were trained on digits,
and processor time of a forward and a backward pass, the two in turns. Writes recorded/reversible_memory.json.
"""

import math
import statistics
import time

import torch
from record import Record, arguments

from squeezelab.capsules import MomentumCapsules, longest_is_right, margin_loss, mocapsnet, momentum_steps, momentum_undone
from squeezelab.data import digits
from squeezelab.training import TrainingMeter, fit, saved_bytes

CAPSULES, DIM, BATCH, LENGTH = 16, 8, 64, 0.6
DEPTHS = [1, 2, 4, 8, 16, 32, 64, 100]
MOMENTA, GAINS = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99], [0.25, 1.0, 2.5]
CARRIES = {"float32": None, "float64": torch.float64}
ERRORS = ("inverse", "gradient")
SEEDS, ERROR_BATCH = (0, 1, 2, 3, 4), 16
TIMED, ROUNDS = [4, 16, 64], 15
TRAINED, IMAGES, EPOCHS, RATE, GAIN = [4, 16], 6000, 3, 0.02, 0.25


def capsules(seed, batch, requires_grad=False):
    """Capsules of Gaussian values whose mean square length is that of `LENGTH`."""
    values = torch.randn(batch, CAPSULES, DIM, generator=torch.Generator().manual_seed(seed))
    return (values * LENGTH / DIM**0.5).requires_grad_(requires_grad)


def stack(depth, seed=0, **options):
    torch.manual_seed(seed)
    return MomentumCapsules(depth, CAPSULES, DIM, layers=1, **options)


def measure_bytes(mode, depth, carry):
    model, x = stack(depth, mode=mode, carry=CARRIES[carry]), capsules(0, BATCH, True)
    saved = saved_bytes(lambda: model(x), model)
    with TrainingMeter(model) as meter:
        model(x).sum().backward()
    return {"saved": saved, "peak": meter.peak_saved_bytes}


def relative(found, right):
    return ((found - right).norm() / right.norm()).item()


def inverse_error(model, x):
    """How far off capsules are that went through all blocks and back."""
    with torch.no_grad():
        behind = momentum_steps(model.blocks, x, model.momentum, model.carry)
        return relative(momentum_undone(model.blocks, *behind, model.momentum, x.dtype)[0].float(), x)


def gradient_error(model, loss):
    """The largest error of the gradient of a parameter, reversible beside autograd. loss: function of the model's mode set."""
    found = {}
    for model.mode in ("autograd", "reversible"):
        model.zero_grad()
        loss().backward()
        found[model.mode] = [parameter.grad for parameter in model.parameters()]
    return max(relative(one, other) for one, other in zip(found["reversible"], found["autograd"]))


def errors_of_fresh(depth, momentum, gain, carry, seed):
    model, x = stack(depth, seed, momentum=momentum, gain=gain, carry=CARRIES[carry]), capsules(seed, ERROR_BATCH)
    looks = torch.randn(CAPSULES, DIM, generator=torch.Generator().manual_seed(100 + seed))
    return inverse_error(model, x), gradient_error(model, lambda: (model(x) * looks).sum())


def measure_errors(momentum, gain, carry):
    """{"inverse", "gradient": for each depth [least, median, most] of the seeds}."""
    by_depth = [[errors_of_fresh(depth, momentum, gain, carry, seed) for seed in SEEDS] for depth in DEPTHS]
    return {name: [spread([run[place] for run in runs]) for runs in by_depth] for place, name in enumerate(ERRORS)}


def spread(values):
    """[least, median, most]; what is no number counts as endless, and is written as null."""
    values = [value if math.isfinite(value) else math.inf for value in values]
    found = (min(values), statistics.median(values), max(values))
    return [float(f"{value:.3g}") if math.isfinite(value) else None for value in found]


def measure_trained(depth):
    """Errors of trained stacks by the type of the sums, as `measure_errors` has them."""
    runs = [errors_of_trained(depth, seed) for seed in SEEDS]
    return {carry: {name: spread([run[carry][name] for run in runs]) for name in ERRORS} for carry in CARRIES}


def errors_of_trained(depth, seed):
    """Errors of the stack of a MoCapsNet after its training, on digits that it was trained on."""
    train = digits()[0].take(IMAGES)
    torch.manual_seed(seed)
    model = mocapsnet(depth, gain=GAIN)
    adam = {"optimizer": torch.optim.Adam, "learning_rate": RATE, "batch_size": 64}
    fit(model, train, EPOCHS, loss=margin_loss, score=longest_is_right, seed=seed, device="cpu", quiet=True, **adam)
    images, labels, found = train.images[:BATCH], train.labels[:BATCH], {}
    for carry, model.stack.carry in CARRIES.items():
        with torch.no_grad():
            x = model[:4](images)  # (batch, capsules, dim): what the stack reads
        learnt = gradient_error(model.stack, lambda: margin_loss(model(images), labels))
        found[carry] = {"inverse": inverse_error(model.stack, x), "gradient": learnt}
    return found


def measure_time(depth):
    """Milliseconds of a processor for both passes, the fastest of the rounds, and the ratio of a round in the median."""
    model, x, spent = stack(depth), capsules(0, BATCH, True), {"autograd": [], "reversible": []}
    for _ in range(ROUNDS):
        for model.mode, times in spent.items():
            begin = time.process_time()
            model(x).sum().backward()
            times.append(1000 * (time.process_time() - begin))
    ratios = [back / kept for kept, back in zip(spent["autograd"][1:], spent["reversible"][1:])]  # the first one warms up
    return {mode: round(min(times), 2) for mode, times in spent.items()} | {"factor": round(statistics.median(ratios), 3)}


MEASURES = {"bytes": measure_bytes, "errors": measure_errors, "trained": measure_trained, "time": measure_time}


def keys():
    ways = [(mode, "float32") for mode in ("plain", "residual", "autograd", "reversible")] + [("reversible", "float64")]
    found = [{"of": "bytes", "mode": mode, "depth": depth, "carry": carry} for mode, carry in ways for depth in DEPTHS]
    for carry in CARRIES:
        found += [{"of": "errors", "momentum": m, "gain": gain, "carry": carry} for gain in GAINS for m in MOMENTA]
    found += [{"of": "trained", "depth": depth} for depth in TRAINED]
    return found + [{"of": "time", "depth": depth} for depth in TIMED]


def main():
    sizes = {"capsules": CAPSULES, "dim": DIM, "batch": BATCH, "error_batch": ERROR_BATCH, "length": LENGTH, "iterations": 3}
    grid = {"depths": DEPTHS, "momenta": MOMENTA, "gains": GAINS, "seeds": list(SEEDS), "rounds": ROUNDS}
    trained = {"images": IMAGES, "epochs": EPOCHS, "learning_rate": RATE, "gain": GAIN, "data": "the first training digits"}
    fresh = arguments(__doc__).fresh
    record = Record("reversible_memory", sizes | grid | {"trained": trained}, fresh)
    record.run(keys(), lambda of, **key: MEASURES[of](**key))


if __name__ == "__main__":
    main()
