"""`to_torch`: a `Network` as a torch module that trains, with the network's own names.

The module is a `torch.fx.GraphModule` (Reed et al. 2021, arXiv 2112.08429): its `forward` is generated code that
can be read, one line a layer.
"""

import keyword
import re
import unicodedata

from torch import fx, nn

from ..networks.graph import Network
from .makers import module_of


def to_torch(network: Network) -> fx.GraphModule:
    """An `nn.Module` of `network` with fresh weights; ``torch.manual_seed`` before the call fixes them.

    Its submodules carry the layers' dotted names, and ``print(model.code)`` shows its `forward`. For a model without
    memory, whose shapes alone matter, call it under ``with torch.device("meta")``.

    LRN has the constants of AlexNet's paper, dropout drops one half, norms are torch's batch norms, and an activation has
    torch's own slope.

    Raises a ValueError for what is no network or has no layers, for an op without a module in `makers.MAKERS`, and for names
    that torch or Python cannot give to a module.

    >>> net = Network("tiny", (3, 8, 8))
    >>> with net.scope("b1"):
    ...     x = net.conv(net.input, 3, 3, padding=1, name="conv")
    ...     y = net.add(x, net.input, name="add")
    >>> model = to_torch(net)
    >>> print(model.code.strip())
    def forward(self, x):
        b1_conv = self.b1.conv(x)
        b1_add = self.b1.add(b1_conv, x);  b1_conv = x = None
        return b1_add
    >>> list(model.state_dict())
    ['b1.conv.weight', 'b1.conv.bias']
    """
    if not isinstance(network, Network):
        raise ValueError(f"to_torch needs a Network (as squeezenext() or build('resnet') make one), not {network!r}")
    if not network.layers:
        raise ValueError(f"{network.name} has no layers yet: record some, as in net.conv(net.input, 16, 3)")
    root = nn.Module()
    for layer in network.layers:
        put(root, layer.name, module_of(layer))
    return fx.GraphModule(root, forward_graph(network), class_name=class_name(network.name))


def put(root, path, module):
    """Adds `module` at the dotted `path` below `root`, with plain modules between."""
    *scopes, name = path.split(".")
    parent = root
    for scope in scopes:
        if scope not in parent._modules:
            add_module(parent, scope, nn.Module(), path)
        parent = parent._modules[scope]
        if type(parent) is not nn.Module:
            raise ValueError(f"'{path}' lies inside '{path[: path.rindex(scope) + len(scope)]}', which is a layer: rename one")
    add_module(parent, name, module, path)


def add_module(parent, name, module, path):
    """A submodule called `name`, which must not be taken, neither by torch nor by a scope."""
    if name in parent._modules:
        raise ValueError(f"'{path}' is a layer and also the scope of other layers: rename one")
    if keyword.iskeyword(name) or unicodedata.normalize("NFKC", name) != name:  # ﬁ, one letter, is read as fi
        raise ValueError(f"'{path}': the code of a forward cannot call {name!r}, which Python reads otherwise: rename the layer")
    try:
        parent.add_module(name, module)
    except (KeyError, TypeError) as error:  # torch's own attributes, as `train`; empty names
        raise ValueError(f"'{path}': torch cannot have a module called {name!r} ({error}): rename the layer") from error


def forward_graph(network):
    """One call a layer, in the order of the network; a variable is named as its layer, with _ for each dot."""
    graph = fx.Graph()
    made = {"input": graph.placeholder("x")}
    for layer in network.layers:
        sources = tuple(made[name] for name in layer.inputs)
        variable = "self_" if layer.name == "self" else layer.name.replace(".", "_")  # self is the module
        made[layer.name] = graph.create_node("call_module", layer.name, sources, name=variable)
    graph.output(made[network.output.name])
    return graph


def class_name(name):
    """A network's name as the name of a class: '1.0-SqNxt-23v5' → 'Net_1_0_SqNxt_23v5'."""
    words = re.sub(r"\W+", "_", name).strip("_")
    return words if words[:1].isalpha() else f"Net_{words}"
