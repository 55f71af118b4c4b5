"""The networks and the machine that figures offer: built once, put to work once."""

from ...core.checks import choose
from ...hardware import accelerator
from ...hardware.workload import Workload
from ...networks import build
from .controls import choice
from .memo import Memo

# (value of the control, its label, name in the zoo, options)
ZOO = [
    ("squeezenext", "SqueezeNext v5", "squeezenext", {"version": 5}),
    ("squeezenext_v1", "SqueezeNext v1", "squeezenext", {"version": 1}),
    ("squeezenet", "SqueezeNet 1.0", "squeezenet", {}),
    ("mobilenet", "MobileNet", "mobilenet", {}),
    ("mobilenet_v2", "MobileNetV2", "mobilenet_v2", {}),
    ("alexnet", "AlexNet", "alexnet", {}),
    ("resnet", "ResNet-18", "resnet", {}),
    ("vgg", "VGG-16", "vgg", {}),
]
LABELS = {value: label for value, label, _, _ in ZOO}
RECALLED = "squeezelerator-16: its values are recalled from Kwon et al. (2018) or inferred, not read."


def build_entry(name):
    """A network of `ZOO`."""
    family, options = choose("network", name, {value: (family, options) for value, _, family, options in ZOO})
    return build(family, **options)


# zoo_network(name): the network behind a value of `zoo_control`; all of them are kept
zoo_network = Memo(build_entry, most=2 * len(ZOO))
# zoo_work(name, batch): its layers with weights, as the array gets them
zoo_work = Memo(lambda name, batch: Workload(zoo_network(name), batch), most=48)


def zoo_label(name: str) -> str:
    """What a network of the zoo is called.

    >>> zoo_label("vgg")
    'VGG-16'
    """
    return choose("network", name, LABELS)


def zoo_control(value: str = "squeezenext") -> dict:
    """A control for the networks of the zoo.

    >>> zoo_control("vgg")["value"]
    'vgg'
    """
    return choice("network", "Network", [(each, label) for each, label, _, _ in ZOO], value)


def square_machine(side: int, **changes):
    """The squeezelerator-16 with an array of `side` x `side`, and other changes.

    >>> square_machine(8).pes
    64
    """
    return accelerator("squeezelerator-16").with_(rows=side, cols=side, **changes)
