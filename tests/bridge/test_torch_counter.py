"""On 50 ordinary CNNs, each at three sizes, from_torch counts what torch's own counter of operations counts."""

import pytest

torch = pytest.importorskip("torch")

from support.counter import counted_by_torch  # noqa: E402
from support.ordinary_decoders import DECODERS, Generator  # noqa: E402
from support.ordinary_models import CLASSIFIERS  # noqa: E402

from squeezelab.bridge import from_torch, to_torch  # noqa: E402
from squeezelab.hardware import simulate  # noqa: E402

torch.set_num_threads(1)
MODELS = {**CLASSIFIERS, **DECODERS}
SIZES = ((32, 32), (47, 40), (64, 51))


def compared(build, shape):
    """The network of a model in evaluation mode, after its counts were found to be torch's."""
    net = from_torch(build().eval(), shape)
    macs, made = counted_by_torch(build(), shape)
    assert (net.macs, net.output.shape) == (macs, made) and macs > 0
    assert net.params == sum(parameter.numel() for parameter in build().parameters())
    return net


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", MODELS)
def test_params_macs_and_shape_are_torchs(name, size):
    compared(MODELS[name], (1 if name == "lenet" else 3, *size))


@pytest.mark.parametrize("features", (16, 100, 128))
def test_a_generator_that_begins_with_a_vector(features):
    compared(lambda: Generator(features), (features,))


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("name", MODELS)
def test_in_training_the_same_layers_learn_and_the_module_made_of_them_is_read_back(name):
    shape = (1 if name == "lenet" else 3, 32, 32)
    net = from_torch(MODELS[name]().train(), shape)
    assert (net.params, net.macs) == (lambda other: (other.params, other.macs))(from_torch(MODELS[name]().eval(), shape))
    with torch.device("meta"):
        back = from_torch(to_torch(net), shape)
    assert [(layer.name, layer.op, layer.shape) for layer in back.layers] == [(one.name, one.op, one.shape) for one in net.layers]
    assert simulate(net, "squeezelerator-16", other_layers="separate").cycles > 0


def test_there_are_fifty():
    assert len(MODELS) + 1 >= 49
