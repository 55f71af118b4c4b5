"""What several figures share: the networks they offer, built once, and one line for a control, an axis or a tile."""

from ...core.words import percent, short
from ...hardware import accelerator
from ...hardware.workload import Workload
from ...networks import build

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
KINDS = ["conv", "pointwise", "depthwise", "fc"]
KIND_NAMES = {"conv": "convolution", "pointwise": "1×1", "depthwise": "depthwise", "fc": "fully connected"}
KIND_ROLES = {"conv": "os", "pointwise": "is", "depthwise": "text", "fc": "ws"}  # unlike compute, fill and stall
FLOWS = [("ws", "weight stationary"), ("os", "output stationary"), ("is", "input stationary")]
RECALLED = "squeezelerator-16: its values are recalled from Kwon et al. (2018) or inferred, not read."
MOST_KEPT = 24  # what was computed for other settings; a slider would otherwise fill the memory
_kept = []  # [(key, value)], the newest last
_zoo = {}  # the networks of `ZOO` as far as they were asked for: these few are kept for good


def kept(key, make):
    """The value made for `key` the last time, or a new one; the oldest of `MOST_KEPT` makes room."""
    for known, value in _kept:
        if known == key:
            return value
    value = make()
    if len(_kept) == MOST_KEPT:
        _kept.pop(0)
    _kept.append((key, value))
    return value


def zoo_entry(name):
    """The row of `ZOO` for a value of the control; raises, listing the choices, for another one."""
    for entry in ZOO:
        if entry[0] == name:
            return entry
    raise ValueError(f"unknown network {name!r}; there are {', '.join([entry[0] for entry in ZOO])}")


def zoo_network(name):
    """The network behind a value of `zoo_control`, built once."""
    if name not in _zoo:
        _, _, family, options = zoo_entry(name)
        _zoo[name] = build(family, **options)
    return _zoo[name]


def zoo_work(name, batch):
    """Its layers with weights, as the array gets them."""
    return kept(("work", name, batch), lambda: Workload(zoo_network(name), batch))


def prepare_zoo():
    """Builds one more network that `zoo_control` may ask for; True while any is missing."""
    for entry in ZOO:
        if entry[0] not in _zoo:
            zoo_network(entry[0])
            return True
    return False


def zoo_label(name):
    return zoo_entry(name)[1]


def square_machine(side, **changes):
    """The squeezelerator-16 with an array of `side` x `side`, and other changes."""
    return accelerator("squeezelerator-16").with_(rows=side, cols=side, **changes)


def zoo_control(value="squeezenext"):
    return choice("network", "Network", [(entry[0], entry[1]) for entry in ZOO], value)


def choice(name, label, options, value):
    """A control for one of `options`, pairs of (value, label)."""
    listed = [{"value": option, "label": text} for option, text in options]
    return {"name": name, "label": label, "kind": "choice", "options": listed, "value": value}


def slider(name, label, low, high, value, unit="", step=1):
    """A control for the numbers from `low` to `high`."""
    bounds = {"name": name, "label": label, "kind": "range", "min": low, "max": high, "step": step}
    return bounds | {"value": value, "unit": unit}


def stops(name, label, values, value, unit=""):
    """A slider over given values."""
    return {"name": name, "label": label, "kind": "range", "values": values, "value": value, "unit": unit}


def toggle(name, label, value=False):
    return {"name": name, "label": label, "kind": "toggle", "value": value}


def grouped_as(name, controls):
    """These controls under a name of their own, folded away until wanted."""
    return [control | {"group": name} for control in controls]


def follow(control, leader, by):
    """The control, for each value of `leader`, which stands above it, with what `by`, pairs of (value, changes), says."""
    return control | {"follows": leader, "by": [[value, changes] for value, changes in by]}


def axis(label, unit="", scale="linear", domain=None, format=None):
    """An axis; without a domain the front end fits one to the data."""
    described = {"label": label, "unit": unit, "scale": scale}
    if domain is not None:
        described["domain"] = domain
    if format is not None:
        described["format"] = format
    return described


def tile(label, value, format="integer", unit="", role=None):
    """A number of the readout."""
    described = {"label": label, "value": value, "format": format, "unit": unit}
    return described | {"role": role} if role else described


def column(label, format=None, unit=""):
    """A column of the table; the first one names the row."""
    described = {"label": label}
    if format:
        described["format"] = format
    return described | {"unit": unit} if unit else described


def key(role, label):
    """An entry of a legend."""
    return {"role": role, "label": label}


def alike(count):
    """A count of layers that share a shape, as an addition to the first one's name."""
    return "" if count == 1 else f" and {count - 1} alike"


def per_word(ratio):
    """A compute-to-IO ratio in words.

    >>> per_word(0.9994), per_word(4.47)
    ('1 MAC per word', '4.47 MACs per word')
    """
    text = short(ratio)
    return text + (" MAC per word" if text == "1" else " MACs per word")


def share(x):
    """A fraction in percent that never claims all or nothing when it is only close to it.

    >>> share(0.9999).replace("\u202f", " "), share(0.0001).replace("\u202f", " ")
    ('nearly 100 %', 'less than 0.1 %')
    """
    if 0.995 <= x < 1:
        return "nearly " + percent(1)
    return "less than " + percent(0.001) if 0 < x < 0.0005 else percent(x)
