"""A reader's own layer: register tells from_torch what it is."""

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from squeezelab.bridge import from_torch, register  # noqa: E402
from squeezelab.networks import Network  # noqa: E402

torch.set_num_threads(1)


class Odd(nn.Module):
    """A convolution that from_torch does not know."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(8, 3))

    def forward(self, x, gate=None):
        made = torch.einsum("bchw,oc->bohw", x, self.weight)
        return made if gate is None else made * gate


class Odder(Odd):
    pass


def pointwise(net, module, x):
    return net.conv(x, module.weight.shape[0], 1, bias=False, name="conv")


def with_norm(net, module, x):
    return net.relu(net.norm(pointwise(net, module, x), name="norm"), name="relu")


def read(model=None, shape=(3, 4, 4)):
    return [layer.name for layer in from_torch(model or nn.Sequential(Odd(), nn.ReLU()), shape).layers]


def test_a_block_registers_and_undoes():
    with pytest.raises(ValueError, match=r"the call of 'einsum'; squeezelab.bridge.register takes a reader"):
        read()
    with register(Odd, pointwise):
        net = from_torch(nn.Sequential(Odd(), nn.ReLU()), (3, 4, 4))
    assert [layer.name for layer in net.layers] == ["0.conv", "1"] and (net.params, net.macs) == (24, 384)
    with pytest.raises(ValueError, match="'einsum'"):
        read()


def test_a_plain_call_lasts_until_it_is_left():
    registration = register(Odd, pointwise)
    assert read() == read(Odd()) + ["1"] == ["0.conv", "1"]
    with registration:
        pass
    with pytest.raises(ValueError, match="'einsum'"):
        read()


def test_the_most_derived_class_wins_and_the_last_reader_of_a_class():
    with register(Odd, pointwise), register(Odder, with_norm):
        assert read(nn.Sequential(Odder())) == ["0.conv", "0.norm", "0.relu"]
        assert read(nn.Sequential(Odd())) == ["0.conv"]
    with register(Odder, pointwise), register(Odd, with_norm):
        assert read(nn.Sequential(Odder())) == ["0.conv"]
        with register(Odder, with_norm):
            assert len(read(nn.Sequential(Odder()))) == 3
        assert read(nn.Sequential(Odder())) == ["0.conv"]


def test_classes_of_torch_can_be_registered_too():
    with register(nn.Conv2d, lambda net, module, x: net.conv(x, module.out_channels, module.kernel_size, bias=False)):
        assert from_torch(nn.Sequential(nn.Conv2d(3, 8, 3)), (3, 4, 4)).params == 216


def test_a_reader_gets_the_users_module_and_layers_in_lists_and_by_name():
    given = []

    class Gated(nn.Module):
        def __init__(self):
            super().__init__()
            self.odd, self.gate = Odd(), nn.Conv2d(3, 8, 1)

        def forward(self, x):
            return self.odd(x, gate=self.gate(x))

    def reader(net, module, x, gate):
        given.append((module, x.name, gate.name))
        return net.multiply(net.conv(x, 8, 1, bias=False), gate)

    model = Gated()
    with register(Odd, reader):
        assert read(model) == ["gate", "odd.conv1", "odd.multiply1"]
    assert given == [(model.odd, "input", "gate")] and model.odd.weight.device.type == "cpu"


@pytest.mark.parametrize(
    "reader, message",
    [
        (lambda net, module, x: 3, "'0': its reader <lambda> must return the layer that it adds to the network, not 3"),
        (lambda net, module, x: None, "must return the layer that it adds to the network, not None"),
        (
            lambda net, module, x: Network("other", (8, 4, 4)).input,
            "must return the layer that it adds to the network, not input",
        ),
        (lambda net, module, x: net.conv(x, 8, 3), "its reader <lambda> makes 8×2×2, but the module 8×4×4"),
        (lambda net, module: net.input, "'0': .*takes 2 positional arguments but 3 were given"),
        (lambda net, module, x: net.conv(x, 8, 9), "'0': conv '0.conv1': the kernel reaches over 9 rows"),
    ],
)
def test_a_wrong_reader_is_said_with_the_modules_path(reader, message):
    with register(Odd, reader), pytest.raises(ValueError, match=message):
        read()


def test_a_registered_module_called_twice_is_refused_as_any_other():
    odd = Odd()
    with register(Odd, lambda net, module, x: net.conv(x, 8, 1)), pytest.raises(ValueError, match="its weights were used before"):
        read(nn.Sequential(odd, nn.Conv2d(8, 3, 1), odd))


@pytest.mark.parametrize(
    "kind, reader, message",
    [
        (3, pointwise, "takes a class of modules, derived from nn.Module, not 3"),
        (Odd(), pointwise, "takes a class of modules"),
        (int, pointwise, "takes a class of modules"),
        (Odd, "conv", r"a reader is a function reader\(net, module, \*inputs\), not 'conv'"),
    ],
)
def test_what_cannot_be_registered(kind, reader, message):
    with pytest.raises(ValueError, match=message):
        register(kind, reader)
