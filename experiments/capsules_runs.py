"""What the parts of experiments/capsules.py share: digits, networks, one training, one test.

A run is a function of its key. Its seed draws initial weights, the order of the images and how each is moved; learning rates are
chosen on training digits that are held out, of a seed that no comparison has. Test digits are all 10,000, in the order of MNIST.
"""

import functools
import time
from pathlib import Path

import torch
from claim_tuning import chosen_rates
from record import Record, rule
from safetensors.torch import save_file
from torch import fx
from trained_vgg import packed

from squeezelab.bridge import to_torch
from squeezelab.capsules import Reconstructing, encoder, longest_is_right, margin_loss, vote_free
from squeezelab.data import Examples, Shifted, affine_digits, digits, overlapping_digits
from squeezelab.networks import Network
from squeezelab.training import fit

SEEDS = (0, 1, 2, 3, 4)
PILOT = 100  # no seed of a comparison
HELD_OUT = 2000  # of the 12,000 training digits, when rates are chosen
BATCH = 64
SHIFT = 2  # pixels, each way: Sabour et al. 2017, Sec. 4
PAIRS, PAIRS_TESTED = 16_000, 10_000
CANVAS, ROOM = 40, 6  # a digit on 40×40 is moved by up to 6 pixels: Sec. 5.2
DECODER = (128,)
TEST_SEED = 1_000_000
RATES, BEYOND = (0.004, 0.008, 0.016), {0.004: 0.002, 0.016: 0.032}
FOLDER = Path(__file__).resolve().parents[1] / "build/capsules"


def adam(parameters, rate):
    return torch.optim.Adam(parameters, rate)


@functools.lru_cache(maxsize=8)
def splits(task, held_out):
    """(what is learnt from, what is judged): training digits and held-out ones, or all training digits and the test's."""
    train, test = digits()
    if held_out:
        train, test = (
            train.take(len(train) - HELD_OUT),
            Examples(train.images[-HELD_OUT:], train.labels[-HELD_OUT:], train.classes),
        )
    if task == "overlap":
        return pairs(held_out)
    if task == "affine":
        return Shifted(framed(train), ROOM), framed(test)
    return Shifted(train, SHIFT), test


def pairs(held_out):
    """Overlapping digits: pairs of training digits to learn from, others of them or pairs of test digits to be judged on."""
    train = overlapping_digits(PAIRS, seed=0, parts=True)
    if held_out:
        return train, overlapping_digits(HELD_OUT, seed=1)
    return train, overlapping_digits(PAIRS_TESTED, seed=TEST_SEED, split="test")


class FreshPairs:
    """Pairs of training digits, others for every seed: `fit` has another one in every epoch."""

    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def batches(self, size, seed=0, shuffle=True):
        return overlapping_digits(self.count, seed=seed, parts=True).batches(size, seed, shuffle)


def framed(examples):
    """Digits in the middle of a larger canvas."""
    rim = (CANVAS - examples.images.shape[-1]) // 2
    return Examples(torch.nn.functional.pad(examples.images, (rim,) * 4), examples.labels, examples.classes, examples.split)


@functools.lru_cache(maxsize=1)
def turned():
    """As many test digits turned, sheared, stretched and moved."""
    return affine_digits(10_000, seed=TEST_SEED, split="test", canvas=CANVAS)


def conv_network(name, side, channels, hidden):
    """Two convolutions of 5×5, each with a pool, and two fully connected layers: the other side of a comparison."""
    net = Network(name, (1, side, side))
    x = net.input
    for place, count in enumerate(channels):
        x = net.max_pool(net.relu(net.conv(x, count, 5, name=f"conv{place + 1}")), 2)
    x = net.relu(net.linear(net.flatten(x), hidden, name="fc1"))
    net.linear(x, 10, name="fc2")
    return net


def fresh(network, seed):
    """A module of a network, its weights drawn from the seed; a CapsNet with its routing as one module, without votes."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = to_torch(network)
    return vote_free(model) if "digits.votes" in [layer.name for layer in network.layers] else model


def both_margins(logits, labels):
    """Each class on its own, as capsules are trained: is it there? Binary cross-entropy, a mean over images."""
    there = torch.zeros_like(logits).scatter_(1, labels.reshape(len(labels), -1), 1)
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, there, reduction="none").sum(1).mean()


def train(model, data, epochs, rate, seed, **more):
    """Trains a model in place: a CapsNet by its margins, with its decoder where it has one, anything else by both_margins.
    Returns the share of training images that were right in the last epoch. more: arguments of `fit`."""
    settings = {"batch_size": BATCH, "learning_rate": rate, "seed": seed, "optimizer": adam, "quiet": True} | more
    if isinstance(model, fx.GraphModule) and hasattr(model, "decoder"):
        whole = Reconstructing(model)
        history = fit(whole, data, epochs, loss=whole.loss, score=whole.score, **settings)
    else:
        loss = margin_loss if has_lengths(model) else both_margins
        history = fit(model, data, epochs, loss=loss, score=longest_is_right, **settings)
    model.eval()
    return history[-1]["accuracy"]


def has_lengths(model):
    return any(type(part).__name__ == "Lengths" for part in model.modules())


def right_of(model, test):
    """Which test images are right, all labels of each."""
    answer = encoder(model) if hasattr(model, "decoder") else lambda images: [model(images)]
    with torch.no_grad():
        outputs = torch.cat([answer(images[:, :1])[0] for images, _ in test.batches(250, shuffle=False)])
    labels = test.labels.reshape(len(outputs), -1)
    longest = outputs.topk(labels.shape[1], 1).indices
    return (longest.sort(1).values == labels.sort(1).values).all(1)


def tested(model, test):
    """A row: the share of the test images that are right, and which."""
    right = right_of(model, test)
    return {"accuracy": right.double().mean().item(), "right": packed(right)}


def held_out_row(model, learnt, held_out):
    """A row of the choice of rates: the share that is right of what is held out, and of what was learnt from."""
    return {"accuracy": right_of(model, held_out).double().mean().item(), "training_accuracy": round(learnt, 4)}


def keep(model, name):
    """Writes the weights of a trained model into `FOLDER`, from which experiments/capsule_models.py ships some."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, FOLDER / f"{name}.safetensors")


def clocked(run):
    """(what `run` gives, seconds of this process that it took)."""
    begin = time.process_time()
    made = run()
    return made, round(time.process_time() - begin, 1)


def params_and_macs(network):
    """Of a network as it answers, without its decoder."""
    decoder = [layer for layer in network.layers if layer.name.startswith("decoder.")]
    return network.params - sum(layer.params for layer in decoder), network.macs - sum(layer.macs for layer in decoder)


def compare(
    name, sides, epochs, held_out_accuracy, measure, chosen, rates=RATES, beyond=BEYOND, test_size=10_000, also=None, **settings
):
    """Chooses the rate of each side and writes the two records of a part, capsules_NAME.json and capsules_NAME_rates.json.
    also: sides that choose none, {side: (whose rate, how much of it)}."""
    file = f"capsules_{name}"
    shared = settings | {"epochs": epochs, "batch": BATCH, "held_out": HELD_OUT}
    tried = sorted({*rates, *beyond.values()})
    pilot = shared | {"seeds": [PILOT], "rates_tried": tried}
    record = Record(f"{file}_rates", pilot, chosen.fresh, script="capsules")
    best = chosen_rates(record, sides, epochs, held_out_accuracy, chosen.way, rates=rates, beyond=beyond)
    best |= {side: share * best[of] for side, (of, share) in (also or {}).items()}
    shared |= rule(SEEDS, test_size, tried, best, f"held-out accuracy in twice the epochs, of every side: {file}_rates.json")
    keys = [{"side": side, "epochs": epochs, "learning_rate": best[side], "seed": seed} for seed in SEEDS for side in best]
    Record(file, shared, chosen.fresh, script="capsules").run(keys, measure, chosen.way)
