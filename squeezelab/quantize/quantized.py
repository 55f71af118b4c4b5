"""What `quantize` gives: a model as float numbers with quantised values, as integers, as a network with bits, and as a report."""

import math
from functools import cached_property

import torch
from torch.fx import GraphModule

from ..bridge import to_torch
from ..compression.code_bytes import parameter_bytes
from ..data import Examples
from ..hardware import simulate
from ..networks import Network
from ..networks.shapes import map_size
from ..training import evaluate
from ..training.models import evaluation_mode
from .capsule_steps import CAPSULE_STEPS
from .integers import Integers
from .program import program_of

SUM_BITS = 32
FLOAT_BITS = 32


class Quantized:
    """A quantised model. dense: the model as it was given; float: its steps in float numbers, norms folded; fake: the same with
    quantised values, and trainable; integers: its program executed in whole numbers; history: of the training, or None.

    Raises a ValueError where a sum could pass 32 bits.
    """

    def __init__(self, dense, plain, fake, images, largest_score, settings, history):
        self.dense, self.float, self.fake, self.history = dense, plain, fake, history
        self.images, self.settings = images, settings
        shape = tuple(images.shape[1:])
        name = type(dense).__name__
        self.program = program_of(fake, name, shape, largest_score, settings["rounding"])
        self.integers = Integers(self.program).eval()

    @cached_property
    def network(self) -> Network:
        """The `Network` of the steps, norms folded, with the bits of each layer's weights, of what it writes, and of its sums."""
        maps = {"input": self.fake.affines[-1].bits}
        maps |= {step.layer: entry["bits"] for step, entry in zip(self.fake.steps, self.program["steps"])}
        return self.folded.with_bits(weight_bits=self.weight_bits, activation_bits=maps, sum_bits=SUM_BITS)

    @cached_property
    def folded(self) -> Network:
        """The same without bits."""
        return network_of_steps(self.program["name"], self.program["input"]["shape"], self.fake.steps)

    @property
    def weight_bits(self) -> dict:
        """{layer: bits of its weights}."""
        return {self.fake.steps[place].layer: bits for place, bits in self.fake.weight_bits.items()}

    @property
    def bytes(self) -> int:
        """Of the stored parameters: codes, scales, and biases of 32 bits."""
        return parameter_bytes(self.folded, self.weight_bits, self.settings["granularity"])

    def plain(self) -> GraphModule:
        """A plain torch module of the network with the quantised values as its weights, and maps as they are: to go on with, as
        to prune it."""
        with torch.random.fork_rng(devices=[]):  # fresh weights are drawn, and overwritten
            made = to_torch(self.folded).eval()
        with torch.no_grad():
            for place, step in enumerate(self.fake.steps):
                if step.has_weights:
                    module = made.get_submodule(step.layer)
                    weight = self.fake.rounded_weight(place)
                    module.weight.copy_(weight.transpose(0, 1) if step.op == "votes" else weight)
                    if step.bias is not None:
                        module.bias.copy_(self.fake.rounded_bias(place))
        return made

    def sqnr(self, data: Examples = None) -> dict:
        """{layer: dB} of what each step writes: power of the float values over that of the difference, on images of `data`, or
        on those of the calibration."""
        images = self.images if data is None else data.images
        with evaluation_mode(self.float), evaluation_mode(self.fake):
            pairs = zip(self.fake.steps, self.float.outputs(images), self.fake.outputs(images))
            return {step.name: decibels(wanted, found) for step, wanted, found in pairs}

    def report(self, test: Examples, machine: object = "squeezelerator-16") -> dict:
        """{what: value}: accuracy on `test` of the float model, with quantised values, and of the integers; bytes of the
        parameters (float32 as `dense_bytes`), cycles and energy on `machine` with these words (with words of 32 bits as
        `dense_…`), and in `layers` a row a step: bits, bytes, SQNR.
        """
        costs = {"": self.network, "dense_": self.network.with_bits(FLOAT_BITS, FLOAT_BITS, FLOAT_BITS)}
        found = dict(self.settings)
        found |= {"dense_accuracy": evaluate(self.float, test).accuracy, "accuracy": evaluate(self.fake, test).accuracy}
        found["integer_accuracy"] = evaluate(self.integers, test).accuracy
        found |= {"params": self.network.params, "macs": self.network.macs}
        found |= {"bytes": self.bytes, "dense_bytes": self.network.params * FLOAT_BITS // 8}
        for prefix, network in costs.items():
            run = simulate(network, machine)
            found |= {prefix + "cycles": run.cycles, prefix + "energy": run.energy}
        return found | {"layers": self.rows()}

    def rows(self):
        """A row a step: its bits, its bytes, its SQNR on the calibration images."""
        noise, rows = self.sqnr(), []
        for place, step in enumerate(self.fake.steps):
            row = {"layer": step.layer, "op": step.op, "activation_bits": self.program["steps"][place]["bits"]}
            if step.has_weights:
                bits, size = self.fake.weight_bits[place], step.weight.numel()
                row |= {"weight_bits": bits, "weights": size, "weight_bytes": -(-size * bits // 8)}
            rows.append(row | {"sqnr_db": noise[step.name]})
        return rows

    def __repr__(self):
        bits = sorted(set(self.fake.weight_bits.values()))
        widths = f"{bits[0]}" if len(bits) == 1 else f"{bits[0]} to {bits[-1]}"
        return f"{self.program['name']} with weights of {widths} bits: {self.bytes:,} bytes of {self.folded.params * 4:,}"


def decibels(wanted, found):
    """Signal over noise, in dB; infinite where they are equal."""
    noise = (wanted - found).double().square().sum().item()
    return 10 * math.log10(wanted.double().square().sum().item() / noise) if noise else math.inf


def network_of_steps(name, shape, steps):
    """The steps as a `Network`: what a machine with folded norms computes, a ReLU after what it is folded into."""
    net = Network(name, tuple(shape))
    made = {-1: net.input}
    for place, step in enumerate(steps):
        made[place] = network_step(net, step, [made[source] for source in step.sources])
    return net


def network_step(net, step, reads):
    """The layers of one step; the last of them."""
    x, name = reads[0], step.layer
    if step.op == "conv":
        x = recorded_conv(net, step, x)
    elif step.op == "linear":
        x = net.linear(x if len(x.shape) == 1 else net.flatten(x, name=name + "_flat"), step.shape[0], name=name)
    elif step.op in ("max_pool", "avg_pool"):
        pool = net.max_pool if step.op == "max_pool" else net.avg_pool
        windows = [step.geometry[side] for side in ("kernel", "stride", "padding")]
        x = pool(x, *windows, ceil=map_size(x.shape, *windows) != step.shape[1:], name=name)
    elif step.op == "add":
        x = net.add(*reads, name=name)
    elif step.op == "concat":
        x = net.concat(reads, name=name)
    elif step.op == "lookup":
        x = net.prelu(x, name=name) if step.kind == "prelu" else net.activation(step.kind, x, name=name)
    elif step.op in CAPSULE_STEPS:
        x = network_capsules(net, step, reads)
    elif step.op == "flatten":
        x = net.flatten(x, name=name) if len(step.shape) == 1 else net.unflatten(x, step.shape, name=name)
    return net.relu(x, name=name if step.op == "clip" else name + "_relu") if step.clip != (None, None) else x


def network_capsules(net, step, reads):
    """The layer of a capsule step."""
    x, name = reads[0], step.layer
    if step.op == "softmax":
        return net.activation("softmax", x, name=name)
    if step.op == "capsules":
        return net.capsules(x, step.geometry["dim"], name=name)
    if step.op == "votes":
        return net.votes(x, step.shape[0], step.shape[2], step.geometry["shared"], name=name)
    if step.op == "agreement":
        return net.agreement(*reads, detach=step.function.detach, name=name)
    return getattr(net, step.op)(*reads, name=name)


def recorded_conv(net, step, x):
    """A convolution; "same" where more is padded at the end than at the beginning."""
    geometry = step.geometry
    made = map_size(x.shape, geometry["kernel"], geometry["stride"], geometry["padding"], geometry["dilation"])
    padding = geometry["padding"] if made == step.shape[1:] else "same"
    sides = (geometry["kernel"], geometry["stride"], padding, geometry["dilation"], geometry["groups"])
    return net.conv(x, step.shape[0], *sides, name=step.layer)
