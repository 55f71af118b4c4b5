"""mini_vgg with 8 bits, in integers and in float32, in C and in torch: milliseconds of CPU time an image, on one thread.

    python experiments/integer_speed.py            # about a minute on a quiet machine, and only there; needs gcc

Writes recorded/integer_speed.json. The C of both is the same loops (squeezelab/quantize/c/kernels.c, experiments/float_twin.c),
compiled alike. "int8, torch" is torch's own quantised network (`torch.ao`, engine x86) of the same layers, calibrated on the same
images; it rounds as it likes. "integers, torch" is `Quantized.integers`, which counts exactly and has no speed as its aim.
"""

from compiled import compiler, times_in_turns  # first: it sets the number of threads

# isort: split
import tempfile
import warnings
from pathlib import Path

import torch
from float_twin import float_way, integer_way
from record import Record, arguments
from torch import nn
from torch.ao import quantization

from squeezelab.data import digits
from squeezelab.quantize import quantize
from squeezelab.quantize.export_c import export_c
from squeezelab.training import reference

NETWORK, BITS = "mini_vgg", 8
BATCHES = (1, 32)
ROUNDS = 21
FLAGS = {"-O2": ("-O2",), "-O3": ("-O3",), "-O3 -march=native": ("-O3", "-march=native")}
ENGINE = "x86"


def torch_layers(plain):
    """The steps of `Quantized.float` as torch's own modules, as its quantisation asks for them."""
    layers = []
    for place, step in enumerate(plain.steps):
        if step.has_weights:
            layers.append(weighted_module(plain, place, step))
            layers += [nn.ReLU()] * (step.clip[0] is not None)
        elif step.op == "max_pool":
            layers.append(nn.MaxPool2d(step.geometry["kernel"], step.geometry["stride"]))
        else:
            layers.append(nn.Flatten())
    return nn.Sequential(*layers).eval()


def weighted_module(plain, place, step):
    weight, bias = plain.weights[str(place)], plain.biases[str(place)]
    if step.op == "linear":
        module = nn.Linear(weight.shape[1], weight.shape[0])
    else:
        sides = [step.geometry[name] for name in ("kernel", "stride", "padding", "dilation")]
        module = nn.Conv2d(weight.shape[1], weight.shape[0], *sides)
    module.weight, module.bias = nn.Parameter(weight.detach().clone()), nn.Parameter(bias.detach().clone())
    return module


def torch_int8(plain, images):
    """torch's own int8 network, calibrated on images."""
    torch.backends.quantized.engine = ENGINE
    model = torch_layers(plain)
    places = [place for place, layer in enumerate(model) if isinstance(layer, nn.ReLU)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch announces another package for this, which is not part of it
        model = quantization.fuse_modules(model, [[str(place - 1), str(place)] for place in places])
        model = quantization.QuantWrapper(model).eval()
        model.qconfig = quantization.get_default_qconfig(ENGINE)
        quantization.prepare(model, inplace=True)
        model(images)
        return quantization.convert(model)


def ways_of(batch, folder):
    """{way: function that gives scores for a batch}, after a look that they agree."""
    train, test = digits()
    result = quantize(reference(NETWORK), train, bits=BITS)
    export_c(result, folder / "net")
    images = test.images[:batch].contiguous()
    pixels = (images * 255).round().to(torch.uint8)
    theirs, plain = torch_int8(result.float, result.images), torch_layers(result.float)
    ways = {}
    for name, flags in FLAGS.items():
        ways[f"int8, C {name}"] = integer_way(folder / "net", flags, pixels, len(test.classes))
        ways[f"float32, C {name}"] = float_way(result.float, folder, flags, images)
    ways |= {"float32, torch": lambda: plain(images), "int8, torch": lambda: theirs(images)}
    ways["integers, torch"] = lambda: result.integers.scores(images)
    check_ways(ways)
    return ways


def check_ways(ways):
    """Raises unless all integers are equal, floats to rounding, and torch's int8 names the same classes for most images."""
    made = {name: way() for name, way in ways.items()}
    floats, integers = made["float32, torch"], made["integers, torch"]
    for name, scores in made.items():
        if name.startswith("int8, C") and not torch.equal(scores.long(), integers):
            raise AssertionError(f"{name}: other integers than in Python")
        if name.startswith("float32, C") and not torch.allclose(scores, floats, atol=1e-3):
            raise AssertionError(f"{name}: other numbers than torch's")
    if (made["int8, torch"].argmax(1) != floats.argmax(1)).float().mean() > 0.1:
        raise AssertionError("torch's int8 network names other classes")


def measure(batch, rounds=ROUNDS):
    """Milliseconds an image of all ways, in turns."""
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        times = times_in_turns(ways_of(batch, Path(folder)), rounds)
    kinds = enumerate(("ms", "fastest_ms"))
    return {kind: {name: round(pair[place] / batch, 6) for name, pair in times.items()} for place, kind in kinds}


def main():
    chosen = arguments(__doc__)
    settings = {"network": NETWORK, "bits": BITS, "rounds": ROUNDS, "threads": 1, "compiler": compiler(), "engine": ENGINE}
    Record("integer_speed", settings, chosen.fresh).run([{"batch": batch} for batch in BATCHES], measure)


if __name__ == "__main__":
    main()
