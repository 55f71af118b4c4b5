"""Ordinary modules become networks, and what cannot be read is named with the line that does it."""

import re

import pytest

torch = pytest.importorskip("torch")

import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.utils import prune  # noqa: E402
from torch.nn.utils.parametrizations import orthogonal, weight_norm  # noqa: E402

from squeezelab.bridge import from_torch, to_torch  # noqa: E402
from squeezelab.cli import main  # noqa: E402

torch.set_num_threads(1)


class Calls(nn.Module):
    """A module of the given parts whose forward is a function."""

    def __init__(self, forward, **parts):
        super().__init__()
        self.body = forward
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x):
        return self.body(self, x)


def checked(module, shape):
    """The network of a module, after its params and its output's shape were compared."""
    net = from_torch(module, shape)
    module.eval()
    assert net.params == sum(parameter.numel() for parameter in module.parameters())
    made = to_torch(net).eval()
    assert made(torch.zeros(2, *shape)).shape == module(torch.zeros(2, *shape)).shape
    return net


def names(net):
    return [layer.name for layer in net.layers]


class Residual(nn.Module):
    def __init__(self, c_in, channels, stride):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(c_in, channels, 3, stride, 1, bias=False), nn.BatchNorm2d(channels)
        self.conv2, self.norm2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)  # one module, used twice
        self.down = nn.Conv2d(c_in, channels, 1, stride) if stride > 1 else None

    def forward(self, x):
        shortcut = x if self.down is None else self.down(x)
        out = self.norm2(self.conv2(self.relu(self.norm1(self.conv1(x)))))
        out += shortcut
        return self.relu(out)


def test_a_residual_network_is_read_with_its_paths():
    head = nn.Sequential(nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(8, 10))
    net = checked(nn.Sequential(Residual(3, 4, 2), Residual(4, 4, 1), nn.Conv2d(4, 8, 1), head), (3, 16, 16))
    expected = (
        "0.down 0.conv1 0.norm1 0.relu 0.conv2 0.norm2 0.add 0.relu_2 1.conv1 1.norm1 1.relu 1.conv2 1.norm2 1.add 1.relu_2"
    )
    assert names(net) == [*expected.split(), "2", "3.0", "3.2"]
    assert net["3.0"].op == "global_avg_pool"


def test_a_dense_block_with_functional_calls():
    def forward(self, x):
        maps = [x]
        for conv in self.convs:
            maps.append(F.relu(conv(torch.cat(maps, dim=1))))
        x = F.max_pool2d(torch.cat(maps, 1), 3, stride=2, ceil_mode=True)
        x = F.dropout(torch.flatten(F.avg_pool2d(x, 2), 1), 0.5, self.training)
        return F.log_softmax(self.fc(x), dim=1)

    convs = nn.ModuleList([nn.Conv2d(3 + 4 * place, 4, 3, padding="same", dilation=2) for place in range(3)])
    net = checked(Calls(forward, convs=convs, fc=nn.Linear(15 * 16, 5)), (3, 16, 16))
    assert net["convs.2"].in_shape == (11, 16, 16) and net["convs.2"].padding == (2, 2)
    assert [layer.kind for layer in net.layers][-4:] == ["flatten", "dropout", "fc", "softmax"]


@pytest.mark.parametrize(
    "conv",
    [
        nn.Conv2d(4, 8, (3, 1), stride=(1, 2), padding=(1, 0)),
        nn.Conv2d(4, 4, 3, groups=4, dilation=2, bias=False),
        nn.Conv2d(4, 8, 5, padding="valid", groups=2),
        nn.Conv2d(4, 8, (1, 5), padding="same"),
        type("OwnConv", (nn.Conv2d,), {})(4, 8, 3),
    ],
    ids=str,
)
def test_convolutions_of_all_kinds(conv):
    layer = checked(nn.Sequential(conv), (4, 9, 9))["0"]
    assert (layer.kernel, layer.stride, layer.groups, layer.bias) == (
        conv.kernel_size,
        conv.stride,
        conv.groups,
        conv.bias is not None,
    )
    assert layer.shape == tuple(conv(torch.zeros(1, 4, 9, 9)).shape[1:])


def excite(self, x):
    """Squeeze and excitation with linear layers."""
    batch, channels, _, _ = x.size()
    gate = self.pool(x).view(batch, channels)
    gate = self.up(F.relu(self.down(gate))).view(batch, channels, 1, 1).sigmoid()
    return gate.expand_as(x) * x


def test_squeeze_and_excitation_with_linear_layers():
    parts = {"pool": nn.AdaptiveAvgPool2d(1), "down": nn.Linear(8, 2), "up": nn.Linear(2, 8)}
    net = checked(Calls(excite, **parts), (8, 6, 6))
    assert names(net) == ["pool", "down", "relu", "up", "sigmoid", "multiply"]


def test_squeeze_and_excitation_with_convolutions():
    forward = lambda self, x: x * F.hardsigmoid(self.up(F.silu(self.down(x.mean((2, 3), keepdim=True)))))  # noqa: E731
    net = checked(Calls(forward, down=nn.Conv2d(8, 2, 1), up=nn.Conv2d(2, 8, 1)), (8, 6, 6))
    assert names(net) == ["avg_pool", "down", "silu_sigmoid", "silu", "up", "hard_sigmoid", "multiply"]


def shuffle_unit(self, x):
    """ShuffleNetV2's unit, the shuffle written out."""
    kept, worked = x.chunk(2, dim=1)
    x = torch.cat((kept, self.conv(worked)), 1)
    batch, channels, height, width = x.shape
    x = x.view(batch, 2, channels // 2, height, width)
    return torch.transpose(x, 1, 2).contiguous().view(batch, -1, height, width)


def test_a_channel_shuffle_and_a_split_of_channels():
    module = Calls(shuffle_unit, conv=nn.Conv2d(4, 4, 3, padding=1, groups=2))
    net = checked(module, (8, 5, 5))
    assert names(net) == ["slice", "slice_2", "conv", "concat", "shuffle"] and net["shuffle"].groups == 2
    made, x = to_torch(net), torch.randn(2, 8, 5, 5)
    made.load_state_dict(module.state_dict())
    torch.testing.assert_close(made(x), module(x))


def test_slices_and_constants():
    def forward(self, x):
        first, _, last = torch.split(self.conv(x), [2, 3, 3], dim=1)
        y = torch.cat([first * 0.5 + 1, (last - self.mean)[:, 1:]], 1) / 2
        return torch.sub(y, x[:, :4])

    module = Calls(forward, conv=nn.Conv2d(4, 8, 1))
    module.register_buffer("mean", torch.zeros(1, 3, 1, 1))
    assert names(checked(module, (4, 5, 5))) == ["conv", "slice", "slice_2", "slice_3", "concat", "subtract"]


def test_branches_on_shapes_and_settings_are_followed():
    def forward(self, x):
        assert x.shape[1] == 3 and x.dim() == 4
        if x.shape[-1] > 4 and not self.training:
            x = F.max_pool2d(x, 2)
        return self.conv(x)

    module = Calls(forward, conv=nn.Conv2d(3, 3, 1)).eval()
    assert names(from_torch(module, (3, 8, 8))) == ["max_pool", "conv"]
    assert names(from_torch(module, (3, 4, 4))) == ["conv"]


def test_the_module_itself_is_left_as_it_was():
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    before = {key: value.clone() for key, value in module.state_dict().items()}
    from_torch(module, (3, 8, 8))
    assert all(torch.equal(before[key], value) for key, value in module.state_dict().items())
    assert type(module[0].weight) is nn.Parameter and module[0].weight.device.type == "cpu"


def test_masked_double_precision_and_hooked_modules_are_read():
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()).to(torch.float64)
    prune.l1_unstructured(module[0], "weight", 0.5)
    calls = []
    module[0].register_forward_hook(lambda *arguments: calls.append(arguments))
    assert from_torch(module, (3, 8, 8)).params == 4 * 27 + 4
    assert not calls


def test_generated_names_give_way_to_those_of_modules():
    module = Calls(lambda self, x: self.add(self.relu(F.relu(x) + x)), add=nn.Conv2d(3, 3, 1), relu=nn.ReLU())
    assert names(from_torch(module, (3, 8, 8))) == ["relu_2", "add_2", "relu", "add"]


def branch(self, x):
    if x.sum() > 0:  # BRANCH
        return self.part(x)
    return x


def part_in_place(self, x):
    x = self.stem(x)
    first, second = x.chunk(2, dim=1)
    first.add_(self.part(second))  # PART
    return x


def twice(self, x):
    x = self.part(x)  # FIRST
    return self.part(x)  # SECOND


CONV = nn.Conv2d(3, 3, 3, padding=1)
CANNOT = [
    (Calls(branch, part=CONV), r"test_from_torch\.py:\d+ `if x.sum\(\) > 0:  # BRANCH`: .* depends on the values in a tensor"),
    (Calls(twice, part=CONV), r"# SECOND`: 'part': its weights were used before \(\S+ `x = self.part\(x\)  # FIRST`: 'part'\)"),
    (nn.Sequential(CONV, CONV), r"^'0': its weights were used before \('0'\)"),
    (nn.Sequential(nn.Conv1d(3, 3, 3)), "^'0' reading 3×8×8: RuntimeError"),
    (nn.Sequential(CONV, nn.Sequential(nn.Softmax2d(), nn.CosineSimilarity())), "^TypeError: .*forward"),
    (nn.Sequential(CONV, nn.Conv2d(4, 4, 3)), "^'1' reading 3×8×8: RuntimeError"),
    (nn.Sequential(CONV, nn.BatchNorm2d(4)), "^'1': it has 4 channels, but reads 3"),
    (nn.Sequential(nn.RMSNorm(8)), "^'0': no layer of a Network stands for the module RMSNorm, which calls 'rms_norm'"),
    (nn.Sequential(nn.LPPool2d(2, 2)), "^'0': no layer of a Network stands for the module LPPool2d"),
    (nn.Sequential(nn.LayerNorm(8)), r"normalises over the last sides \(8\) of 3×8×8, but"),
    (nn.Sequential(nn.LazyConv2d(3, 3)), "has lazy modules without a shape: run it once"),
    (nn.Sequential(nn.Linear(8, 8)), "needs a vector, not the map 3×8×8 of 'input': flatten it first"),
    (nn.Sequential(nn.MaxPool2d(3, dilation=2)), "pools without dilation"),
    (nn.Sequential(nn.Softmax(dim=-1)), "its dim is -1, but the softmax of a Network goes over the channels"),
    (nn.Sequential(nn.Hardtanh(-2, 2)), r"clamps to 0 and more \(relu\) or to 0 … 6"),
    (nn.Sequential(nn.Threshold(0.1, 0)), "has a threshold of 0 with 0 below it only"),
    (Calls(lambda self, x: self.part(x.unsqueeze(2)), part=nn.Conv3d(3, 3, 1)), "the module Conv3d"),
    (Calls(lambda self, x: self.part(x.flatten(2)), part=nn.Conv1d(3, 3, 1)), "the module Conv1d, which calls 'conv1d'"),
    (Calls(lambda self, x: self.part(x.flatten(2))[0], part=nn.LSTM(64, 3)), "the module LSTM, which calls 'lstm'"),
    (Calls(lambda self, x: F.scaled_dot_product_attention(x, x, x)), "the call of 'scaled_dot_product_attention'"),
    (Calls(lambda self, x: torch.einsum("bchw,bdhw->bcd", x, x)), "the call of 'einsum'"),
    (Calls(lambda self, x: torch.bmm(x.flatten(2), x.flatten(2).transpose(1, 2))), "the call of 'bmm'"),
    (Calls(lambda self, x: x.flatten(2) @ x.flatten(2).transpose(1, 2)), "second factor is computed from the input"),
    (Calls(lambda self, x: x * self.scale, scale=nn.Parameter(torch.ones(1))), "uses the parameter 'scale' outside of a module"),
    (
        Calls(lambda self, x: torch.cat([x, self.a.expand(x.size(0), 1, 8, 8)], 1), a=nn.Parameter(torch.ones(1, 1, 8, 8))),
        "'a' outside",
    ),
    (Calls(lambda self, x: torch.cat([x, torch.ones_like(x)], 1)), "stacks a constant beside a layer, which .* with zeros only"),
    (Calls(lambda self, x: x * x.max().item()), "depends on the values in a tensor"),
    (Calls(lambda self, x: x * float(torch.rand(1))), "depends on the values in a tensor"),
    (Calls(lambda self, x: x.permute(0, 2, 3, 1)), r"the order \(0, 2, 3, 1\); a Network keeps"),
    (Calls(lambda self, x: x.transpose(2, 3)), "it swaps the sides 2 and 3"),
    (Calls(lambda self, x: x.transpose(0, 1)), "it makes 3 of a batch of 31"),
    (Calls(lambda self, x: x.view(-1, 8)), "it makes 744 of a batch of 31"),
    (Calls(lambda self, x: x.sum()), "it makes nothing of a batch of 31"),
    (Calls(lambda self, x: torch.roll(x, 1, 0)), "the call of 'roll'"),
    (Calls(lambda self, x: x[:, 1]), "slices a range of channels only"),
    (Calls(lambda self, x: x.chunk(2, 2)[0]), "splits maps along their channels only"),
    (Calls(lambda self, x: torch.cat([x, x], 2)), "stacks along dim=2"),
    (Calls(lambda self, x: torch.stack([x, x], 1)), "the call of 'stack'"),
    (Calls(lambda self, x: torch.max(x, self.part(x)), part=CONV), "takes the max over sides of one layer"),
    (Calls(lambda self, x: x.max(1)[1]), "takes the max over sides of one layer, and not its place"),
    (Calls(lambda self, x: x.mean(1)), "the mean over height and width only"),
    (Calls(lambda self, x: x.view(-1, 3, 8, 2, 4).mean(-1)), "over a part of the 3×8×8"),
    (Calls(lambda self, x: x / x), "divides one layer by another"),
    (Calls(lambda self, x: 1 / x), "divides by a layer"),
    (Calls(lambda self, x: x**2), "the call of 'pow'"),
    (
        Calls(lambda self, x: x.mean((2, 3), True) + self.c, c=torch.ones(1, 3, 4, 4)),
        "torch makes 3×4×4 of it, a Network 3×1×1",
    ),
    (
        Calls(lambda self, x: x.mean((2, 3))[:, None].expand(-1, 4, -1)),
        "is no layer: it reads 'global_avg_pool' .3. reshaped to 1×3",
    ),
    (Calls(lambda self, x: (x, x)), r"test_from_torch.py:\d+ `def forward\(self, x\):`: .* must return one tensor, not a tuple"),
    (Calls(lambda self, x: {"out": x}), r"forward must return one tensor, not a dict.*call \.eval\(\) first"),
    (Calls(lambda self, x: torch.ones(3)), "returns a tensor that does not depend on its input"),
    (Calls(lambda self, x: x.unflatten(1, (3, 1))), r"'input' \(3×8×8\) reshaped to 3×1×8×8"),
    (Calls(lambda self, x: self.part[0](x), part=[CONV]), "Conv2d is no submodule, .* those of a list in an nn.ModuleList"),
    (Calls(lambda self, x: F.conv2d(x, nn.Parameter(torch.ones(3, 3, 1, 1)))), "a parameter of 3×3×1×1 belongs to no submodule"),
    (
        Calls(lambda self, x: F.conv2d(x, torch.ones(3, 3, 1, 1))),
        "its weight is no parameter: a Network counts weights as learnt",
    ),
    (
        Calls(lambda self, x: F.conv2d(x, self.part.weight[:2]), part=CONV),
        "it has 81 parameters .weight., but a Network counts 54",
    ),
    (Calls(lambda self, x: x.__setitem__(0, 0)), "it writes into a part of a tensor"),
    (Calls(part_in_place, part=nn.Conv2d(4, 4, 1), stem=nn.Conv2d(3, 8, 1)), r"# PART`: add_: it changes a part of a tensor"),
    (Calls(lambda self, x: x.clamp(-1, 1)), r"clamps to 0 and more \(relu\) or to 0 … 6"),
    (Calls(lambda self, x: self.part(x.mean(3)), part=nn.Linear(8, 8)), "the mean over height and width only"),
    (Calls(lambda self, x: x[:, [2, 1, 0]]), "slices a range of channels only"),
    (nn.Sequential(weight_norm(nn.Conv2d(3, 3, 3))), r"it has 87 parameters \(bias, .*\), but a Network counts 84"),
    (nn.Sequential(orthogonal(nn.Conv2d(3, 3, 3))), "it uses a tensor that 'matmul' computes anew each time"),
    (nn.Sequential(torch.jit.script(CONV)), "the module RecursiveScriptModule"),
    (Calls(lambda self, x: 1 / 0), "ZeroDivisionError: division by zero"),
]


@pytest.mark.filterwarnings("ignore:Using padding='same'", "ignore:Lazy modules")
@pytest.mark.parametrize("module, message", CANNOT, ids=[re.sub(r"\W+", " ", message)[-40:] for _, message in CANNOT])
def test_what_cannot_be_read_is_named(module, message):
    with pytest.raises(ValueError, match=message) as raised:
        from_torch(module, (3, 8, 8))
    assert "\n" not in str(raised.value)


def test_two_modules_with_one_weight_are_found():
    tied = nn.Sequential(nn.Conv2d(3, 3, 1), nn.Conv2d(3, 3, 1))
    tied[1].weight = tied[0].weight
    with pytest.raises(ValueError, match=r"^'1': its weights were used before \('0'\)"):
        from_torch(tied, (3, 8, 8))


class TwoInputs(nn.Module):
    def forward(self, x, mask):
        return x * mask


@pytest.mark.parametrize(
    "module, shape, message",
    [
        (3, (3, 8, 8), "from_torch needs an nn.Module, not 3"),
        (CONV, (3, 8), r"must be \(channels, height, width\) or \(features,\), not \(3, 8\)"),
        (TwoInputs(), (3, 8, 8), "TwoInputs.forward must read one input, .* its inputs are: x, mask"),
    ],
)
def test_arguments_are_checked(module, shape, message):
    with pytest.raises(ValueError, match=message):
        from_torch(module, shape)


READER = """
from torch import nn

def small():
    return nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 7 * 7, 10))

model = small()
number = lambda: 3
"""


def test_the_command_costs_a_module(capsys, tmp_path, monkeypatch):
    (tmp_path / "reader_models.py").write_text(READER)
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("small", "model"):
        assert main(["cost", f"reader_models:{name}", "--input", "3,16,16"]) == 0
        assert capsys.readouterr().out.startswith("Sequential on squeezelerator-16")
    for words, message in (
        (["small"], "is a torch module: say what it reads, as in --input 3,224,224"),
        (["number", "--input", "3,16,16"], "gives int, but only an nn.Module or a Network can be costed"),
        (["small", "--input", "3,32,32"], "'3' reading 1800: RuntimeError"),
    ):
        assert main(["cost", f"reader_models:{words[0]}", *words[1:]]) == 2
        err = capsys.readouterr().err
        assert err.count("\n") == 1 and message in err
