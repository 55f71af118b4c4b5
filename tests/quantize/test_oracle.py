"""Torch's own int8 kernels as an oracle: from the same codes of a layer they write the same codes, or the next ones at a tie."""

import pytest
import torch

from squeezelab.data import digits
from squeezelab.quantize import quantize
from squeezelab.training import reference

TRAIN, TEST = digits()


def engine():
    """The int8 engine of this build; without one there is no oracle."""
    found = [name for name in ("fbgemm", "x86", "qnnpack") if name in torch.backends.quantized.supported_engines]
    if not found:
        pytest.skip("this build of torch has no int8 kernels")
    return found[0]


def by_torch(step, codes, read, weight, monkeypatch):
    """Codes (int64) that torch's quantised convolution writes; its codes of maps are unsigned, ours signed."""
    monkeypatch.setattr(torch.backends.quantized, "engine", engine())
    scales = torch.tensor(step["weight_scale"], dtype=torch.float64)
    zeros = torch.zeros(len(scales), dtype=torch.long)
    values = (codes - read["zero"]).float() * read["scale"]
    x = torch.quantize_per_tensor(values, read["scale"], read["zero"] + 128, torch.quint8)
    w = torch.quantize_per_channel(weight.double().float(), scales, zeros, 0, torch.qint8)
    bias = torch.tensor(step["bias"]).double() * scales * read["scale"]
    sides = step["stride"], step["padding"], step["dilation"], step["groups"]
    packed = torch.ops.quantized.conv2d_prepack(w, bias.float(), *sides)
    made = torch.ops.quantized.conv2d(x, packed, step["scale"], step["zero"] + 128)
    return (made.int_repr().long() - 128).clamp(step["low"], step["high"])


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")  # on its way out; then this oracle goes with it
@pytest.mark.parametrize("name", ["mini_vgg", "mini_resnet"])
def test_torchs_int8_kernels_write_the_same_codes(name, monkeypatch):
    result = quantize(
        reference(name), TRAIN, bits=7, weight_bits=7
    )  # sums of pairs of 8-bit products saturate in fbgemm's 16 bits
    images, program = TEST.images[:100], result.program
    made = result.integers.codes(images, keep=True)
    held = {-1: (result.integers.table[torch.round(images * 255).long()], program["input"])}
    held |= {place: (codes, program["steps"][place]) for place, codes in enumerate(made)}
    compared = 0
    for place, step in enumerate(program["steps"][:-1]):
        if step["op"] == "conv":
            codes, read = held[step["from"][0]]
            scale = torch.tensor(step["weight_scale"]).view(-1, 1, 1, 1)
            weight = torch.tensor(step["weights"]).view(len(step["bias"]), -1, *step["kernel"]) * scale
            other = by_torch(step, codes, read, weight, monkeypatch)
            assert (made[place] - other).abs().max() <= 1, step["name"]
            assert (made[place] != other).double().mean() <= 0.001, step["name"]
            compared += 1
    assert compared >= 4
