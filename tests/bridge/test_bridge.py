"""The bridge keeps its word: networks become modules of the same size and shape, and modules become networks again."""

import copy
import io
import pickle
import random
import warnings

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from squeezelab.bridge import from_torch, to_torch  # noqa: E402
from squeezelab.bridge.makers import MAKERS  # noqa: E402
from squeezelab.hardware import simulate  # noqa: E402
from squeezelab.networks import NETWORKS, Network, build, capsule_norm, dynamic_routing, squeezenext  # noqa: E402
from squeezelab.networks.activations import Activation  # noqa: E402
from squeezelab.networks.layers import Layer  # noqa: E402

torch.set_num_threads(1)


def on_meta(network):
    """The network's module without memory."""
    with torch.device("meta"):
        return to_torch(network)


def counted(model):
    return sum(parameter.numel() for parameter in model.parameters())


def every_op():
    """A small network in which each op of the package stands once at least."""
    net = Network("every op", (4, 9, 9))
    x = net.conv(net.input, 8, (3, 1), stride=(1, 2), padding=(1, 0), dilation=(1, 2), groups=2, bias=False, name="a.conv")
    x = net.norm(x, name="a.norm")
    for op in Activation.OPS:
        x = net.activation(op, x, name=f"a.{op}")
    x = net.max_pool(x, 3, 2, padding=1, ceil=True, name="b.max_pool")
    x = net.avg_pool(x, 2, 1, name="b.avg_pool")
    low, high = net.slice(x, 0, 4, name="b.low"), net.slice(x, 4, 8, name="b.high")
    x = net.shuffle(net.concat([high, low], name="b.concat"), 4, name="b.shuffle")
    gate = net.norm(net.linear(net.global_avg_pool(x, name="gate.pool"), 8, name="gate.fc"), name="gate.norm")
    map_gate = net.conv(net.avg_pool(x, x.shape[1:], name="gate.map"), 8, 1, name="gate.conv")
    x = net.multiply(x, gate, name="c.multiply")
    x = net.subtract(x, map_gate, name="c.subtract")
    x = net.add(x, x, name="c.add")
    net.linear(net.flatten(x, name="flatten"), 5, bias=False, name="fc")
    return net


def every_new_op():
    """The same for what makes maps larger, cuts them, normalises them in other ways."""
    net = Network("every other op", (12,))
    x = net.unflatten(net.input, (3, 2, 2), name="map")
    x = net.conv_transpose(x, 8, (3, 2), (2, 1), (1, 0), (1, 0), (1, 2), groups=1, bias=False, name="up.conv")
    x = net.prelu(net.group_norm(x, 4, name="up.group"), 8, name="up.prelu")
    x = net.layer_norm(net.layer_norm(x, name="up.channels"), "map", bias=False, name="up.map")
    x = net.interpolate(x, (7, 9), mode="bilinear", align_corners=True, name="resize")
    x = net.conv(x, 8, (4, 2), stride=1, padding="same", name="same")
    x = net.conv(x, 8, 4, stride=3, padding="same", groups=2, name="strided")
    x = net.pixel_unshuffle(net.pad(x, (0, 1, -1, 2), name="rim"), 2, name="to_channels")
    x = net.pixel_shuffle(net.pad(x, (0, 0, 0, 0, 1, 3), name="zeros"), 2, name="to_pixels")
    x = net.pad(net.crop(x, (0, 4, 3), (1, 3), name="crop"), (1, 1, 0, 1), "reflect", name="mirror")
    x = net.adaptive_max_pool(net.adaptive_avg_pool(x, (2, 5), name="windows"), 3, name="more")
    x = net.norm(net.slice(x, 1, 9, 3, name="third"), affine=False, name="norm")
    x = net.multiply(x, net.reduce("max", x, 0, name="pixel"), name="gate_pixels")
    x = net.add(net.reduce("mean", x, (1, 2), name="channel"), x, name="gate_channels")
    x = net.prelu(net.reduce("sum", x, (1, 2), name="sum"), name="one_slope")
    return net.squeeze(net.linear(net.flatten(x, name="flatten"), 1, name="fc"), name="number") and net


def every_capsule_op():
    """The same for capsules, with a bias in the routing and a decoder beside the lengths."""
    net = Network("every capsule op", (8, 3, 3))
    x = capsule_norm(net, net.squash(net.capsules(net.input, 4, name="capsules"), name="squash"), name="norm")
    v = dynamic_routing(net, x, 5, 6, iterations=2, bias=True)
    net.linear(net.mask(v, name="mask"), 72, name="fc")
    return net.lengths(v, name="lengths") and net


SMALL = [every_op, every_new_op, every_capsule_op]


def test_every_op_that_torch_has_is_in_a_small_network():
    assert {layer.op for small in SMALL for layer in small().layers} == set(MAKERS) >= set(Activation.OPS)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_module_of_the_zoo_has_the_parameters_and_every_shape_of_its_network(name):
    network = build(name)
    model, shapes = on_meta(network), {}
    for layer in network.layers:
        hook = lambda module, inputs, made, name=layer.name: shapes.update({name: tuple(made.shape[1:])})  # noqa: E731
        model.get_submodule(layer.name).register_forward_hook(hook)
    model(torch.empty(2, *network.input_shape, device="meta"))
    assert counted(model) == network.params
    assert shapes == {layer.name: layer.shape for layer in network.layers}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_round_trip_keeps_params_macs_cycles_and_names(name):
    network = build(name)
    back = from_torch(on_meta(network), network.input_shape)
    assert (back.params, back.macs) == (network.params, network.macs)
    assert [(layer.name, layer.inputs, layer.kind) for layer in back.layers] == [
        (layer.name, layer.inputs, layer.kind) for layer in network.layers
    ]
    for machine, settings in (("squeezelerator-16", {"sparsity": 0.4}), ("scalesim-16", {"other_layers": "separate"})):
        assert simulate(back, machine, **settings).cycles == simulate(network, machine, **settings).cycles


def by_hand(model, x):
    """`every_op` in plain torch calls, with the model's weights."""
    functional, at = nn.functional, model.get_submodule
    x = at("a.norm")(functional.conv2d(x, at("a.conv").weight, None, (1, 2), (1, 0), (1, 2), 2))
    named = {"relu6": lambda x: x.clamp(0, 6), "softmax": lambda x: x.softmax(1), "dropout": lambda x: x}
    named["lrn"] = lambda x: functional.local_response_norm(x, 5, 1e-4, 0.75, 2.0)
    for op in Activation.OPS:
        function = getattr(functional, op.replace("_", ""), None) or getattr(functional, op, None)
        x = (named.get(op) or function)(x)
    x = functional.avg_pool2d(functional.max_pool2d(x, 3, 2, 1, ceil_mode=True), 2, 1)
    x = torch.cat([x[:, 4:], x[:, :4]], 1)[:, [0, 2, 4, 6, 1, 3, 5, 7]]
    gate = at("gate.norm")(at("gate.fc")(x.mean((2, 3))))
    offset = at("gate.conv")(x.mean((2, 3), keepdim=True))
    return at("fc")((2 * (x * gate[:, :, None, None] - offset)).flatten(1))


def test_every_op_computes_what_torch_does():
    torch.manual_seed(0)
    model, x = to_torch(every_op()).eval(), torch.randn(3, 4, 9, 9)
    torch.testing.assert_close(model(x), by_hand(model, x))


@pytest.mark.parametrize("small", SMALL)
def test_the_small_networks_survive_the_round_trip_too(small):
    network = small()
    back = from_torch(to_torch(network), network.input_shape, name=network.name)
    assert repr(back) == repr(network)


def test_what_makes_maps_larger_and_smaller_has_the_shapes_of_its_layers():
    network = every_new_op()
    model, shapes = on_meta(network).eval(), {}
    for layer in network.layers:
        hook = lambda module, inputs, made, name=layer.name: shapes.update({name: tuple(made.shape[1:])})  # noqa: E731
        model.get_submodule(layer.name).register_forward_hook(hook)
    model(torch.empty(2, 12, device="meta"))
    assert shapes == {layer.name: layer.shape for layer in network.layers}
    assert counted(model) == network.params


def random_network(seed):
    """A chain of layers of random kinds and sizes; what does not fit is left out."""
    draw, net = random.Random(seed), Network(f"random {seed}", (4, 12, 10))
    x = net.input
    makers = [
        lambda x: net.conv(
            x, draw.choice((4, 8)), draw.choice((1, 2, 3, (1, 4))), draw.choice((1, 2)), "same", draw.choice((1, 2))
        ),
        lambda x: net.conv(x, 2 * x.shape[0], 3, padding=draw.choice((0, 1)), groups=x.shape[0], bias=False),
        lambda x: net.conv_transpose(
            x, 4, draw.choice((2, 3)), 2, draw.choice((0, 1)), draw.choice((0, 1)), groups=draw.choice((1, 2))
        ),
        lambda x: net.activation(draw.choice(Activation.OPS), x),
        lambda x: net.max_pool(x, 3, 2, 1, ceil=draw.choice((True, False))),
        lambda x: net.adaptive_avg_pool(x, draw.choice((2, 3, (4, 5)))),
        lambda x: net.multiply(x, net.reduce(draw.choice(("mean", "max", "sum")), x, draw.choice((0, (1, 2), (0, 1, 2))))),
        lambda x: net.multiply(x, net.linear(net.global_avg_pool(x), x.shape[0])),
        lambda x: net.concat([x, net.slice(x, 1, 4, draw.choice((1, 2)))]),
        lambda x: net.crop(x, (1, x.shape[1]), (0, x.shape[2], 2)),
        lambda x: net.pad(x, [draw.randint(-1, 3) for _ in range(draw.choice((4, 6)))]),
        lambda x: net.pad(x, (1, 0, 0, 1), draw.choice(("reflect", "replicate", "circular"))),
        lambda x: net.interpolate(x, factor=draw.choice((0.5, 1.7, 2)), mode=draw.choice(("nearest", "bilinear", "area"))),
        lambda x: net.shuffle(x, 2),
        lambda x: net.pixel_shuffle(x, 2),
        lambda x: net.pixel_unshuffle(x, 2),
        lambda x: draw.choice((net.norm, net.layer_norm))(x, affine=False),
        lambda x: net.group_norm(x, 2, draw.choice((True, False))),
        lambda x: net.layer_norm(x, draw.choice(("channels", "map")), bias=draw.choice((True, False))),
        lambda x: net.prelu(x, draw.choice((1, x.shape[0]))),
    ]
    while len(net) < 12:
        try:
            x = draw.choice(makers)(x)
        except ValueError:  # it does not fit, as a stride on a map of 1×1
            continue
    if draw.random() < 0.5:
        x = net.linear(net.flatten(x), 3)
    return net


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("seed", range(60))
def test_random_networks_survive_the_round_trip(seed):
    network = random_network(seed)
    model = on_meta(network)
    assert counted(model) == network.params
    back = from_torch(model, network.input_shape, name=network.name)
    assert repr(back) == repr(network)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return to_torch(every_op()).eval()


@pytest.fixture(scope="module")
def images():
    return torch.randn(2, 4, 9, 9, generator=torch.Generator().manual_seed(1))


def test_names_are_dotted_paths_and_the_code_is_plain(model):
    assert isinstance(model.get_submodule("gate.fc"), nn.Linear)
    assert "gate.fc.weight" in model.state_dict()
    assert "c_multiply = self.c.multiply(b_shuffle, gate_norm)" in model.code


def test_weights_follow_the_seed():
    made = []
    for _ in range(2):
        torch.manual_seed(5)
        made.append(to_torch(squeezenext(0.125, resolution=64)).state_dict())
    assert all(torch.equal(made[0][key], made[1][key]) for key in made[0])


def test_a_layer_can_be_replaced_and_the_model_read_again():
    net = Network("two layers", (3, 8, 8))
    x = net.conv(net.input, 8, 3, padding=1, name="b.conv")
    net.add(x, net.conv(x, 8, 1, name="b.top"), name="b.add")
    model = to_torch(net)
    model.b.conv = nn.Sequential(nn.Conv2d(3, 2, (3, 1), padding=(1, 0), bias=False), nn.Conv2d(2, 8, (1, 3), padding=(0, 1)))
    back = from_torch(model, (3, 8, 8))
    assert [layer.name for layer in back.layers] == ["b.conv.0", "b.conv.1", "b.top", "b.add"]
    assert back.params == counted(model)


def copies(model):
    file = io.BytesIO()
    torch.save(model, file)
    file.seek(0)
    yield copy.deepcopy(model)
    yield pickle.loads(pickle.dumps(model))
    yield torch.load(file, weights_only=False)
    yield copy.deepcopy(model).to(torch.float64).to("cpu", torch.float32)


def test_copies_compute_the_same_and_can_be_read_back(model, images):
    for twin in copies(model):
        assert torch.equal(twin(images), model(images))
        assert [layer.name for layer in from_torch(twin, (4, 9, 9)).layers] == [layer.name for layer in every_op().layers]


def test_it_moves_to_a_device(model):
    assert copy.deepcopy(model).to("meta")(torch.empty(2, 4, 9, 9, device="meta")).device.type == "meta"


def test_it_traces_again_as_any_module(model, images):
    assert torch.equal(torch.fx.symbolic_trace(model)(images), model(images))


def test_it_compiles_in_one_graph(model, images):
    compiled = torch.compile(model, backend="eager", fullgraph=True)
    torch.testing.assert_close(compiled(images), model(images))


def test_it_exports_for_any_batch(model, images):
    program = torch.export.export(model, (images,), dynamic_shapes=({0: torch.export.Dim("batch", min=2)},))
    torch.testing.assert_close(program.module()(torch.cat([images, images])), model(torch.cat([images, images])))


def test_onnx_computes_the_same(model, images, tmp_path):
    reference = pytest.importorskip("onnx.reference", reason="ONNX export needs onnx and onnxscript")
    pytest.importorskip("onnxscript", reason="ONNX export needs onnx and onnxscript")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (images,), tmp_path / "model.onnx", dynamo=True, verbose=False)
    made = reference.ReferenceEvaluator(str(tmp_path / "model.onnx")).run(None, {"x": images.numpy()})[0]
    torch.testing.assert_close(torch.from_numpy(made), model(images), rtol=1e-4, atol=1e-5)


def test_it_learns(images):
    torch.manual_seed(0)
    model, labels = to_torch(every_op()), torch.tensor([0, 1])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(8):
        optimizer.zero_grad()
        losses.append(nn.functional.cross_entropy(model(images), labels))
        losses[-1].backward()
        optimizer.step()
    assert losses[-1] < losses[0]
    assert all(parameter.grad is not None for parameter in model.parameters())


def named(*names):
    """A network of 1x1 convolutions with these names."""
    net = Network("names", (2, 4, 4))
    for name in names:
        net.conv(net.output, 2, 1, name=name)
    return net


def test_a_layer_may_be_called_as_the_module_calls_itself():
    net = named("self", "self_", "a.self")
    model = to_torch(net)
    assert model(torch.rand(1, 2, 4, 4)).shape == (1, 2, 4, 4)
    assert [layer.name for layer in from_torch(model, (2, 4, 4)).layers] == ["self", "self_", "a.self"]


def unknown_op():
    """A network with an op that torch has no module for."""
    net = Network("attention", (2, 4, 4))
    layer = net.record(Layer, "looks", "looks", (net.input,), (2, 4, 4))
    layer.op = "looks"
    return net


@pytest.mark.parametrize(
    "network, message",
    [
        ("squeezenext", "to_torch needs a Network"),
        (Network("empty", (3, 8, 8)), "empty has no layers yet"),
        (named("a", "a.b"), "'a.b' lies inside 'a', which is a layer: rename one"),
        (named("a.b", "a"), "'a' is a layer and also the scope of other layers: rename one"),
        (named("a.class"), "'a.class': the code of a forward cannot call 'class', which Python reads otherwise"),
        (named("ﬁ"), "'ﬁ': the code of a forward cannot call 'ﬁ'"),
        (named("a.train"), "'a.train': torch cannot have a module called 'train'"),
        (unknown_op(), "'looks': torch has no counterpart of 'looks' here; there are conv, linear"),
    ],
)
def test_what_torch_cannot_be_is_said(network, message):
    with pytest.raises(ValueError, match=message):
        to_torch(network)
