"""A cost is read by name, never by place: a field more, wherever it stands, then shifts nothing."""

import ast
import sys
from collections import namedtuple

import pytest
from support import ROOT

from squeezelab.codesign import sweep
from squeezelab.explorers import NAMES, explore
from squeezelab.explorers.kit.memo import Memo
from squeezelab.hardware import accelerator, simulate, workload
from squeezelab.hardware import cost as cost_module
from squeezelab.hardware.workload import Workload
from squeezelab.networks import resnet, squeezenext

# What returns a cost: a `LayerCost`, `FlowCost` or `SystolicCost`; and what returns a list of them
MAKERS = {
    "layer_cost",
    "nest_cost",
    "beside_cost",
    "array_cost",
    "other_cost",
    "flow_cost",
    "best_flow",
    "systolic_flow",
    "chosen",
}
MAKERS |= {
    "systolic_cost",
    "ws_cost",
    "os_cost",
    "is_cost",
    "broadcast_ws",
    "broadcast_os",
    "LayerCost",
    "FlowCost",
    "SystolicCost",
}
LISTS = {"network_costs"}
BY_PLACE = {"zip", "enumerate", "tuple", "list", "sum", "sorted", "map", "iter", "reversed"}
FOLDERS = [ROOT / "squeezelab", ROOT / "benchmarks", ROOT / "experiments"]
FILES = sorted(path for folder in FOLDERS for path in folder.rglob("*.py"))


def called(node):
    """The name of a function that is called, without the module that it is in."""
    return getattr(node.func, "id", getattr(node.func, "attr", None))


class Reads:
    """The reads by place of one function (or of what a module does by itself), as line numbers.

    A name holds a cost if it is called `cost`, or is bound to what makes one; a list of costs likewise, with `costs`.
    """

    def __init__(self, body):
        self.nodes = list(within(body))
        self.costs, self.lists = {"cost"}, {"costs"}
        for _ in range(2):  # a name may be bound to one that is bound farther down
            for node in self.nodes:
                self.learn(node)
        self.lines = sorted({line for node in self.nodes for line in self.wrong(node)})

    def is_cost(self, node):
        if isinstance(node, ast.Call):
            return called(node) in MAKERS
        if isinstance(node, ast.Subscript):
            return self.is_list(node.value) and not isinstance(node.slice, ast.Slice)
        return name_of(node) in self.costs

    def is_list(self, node):
        if isinstance(node, ast.Call):
            return called(node) in LISTS
        if isinstance(node, (ast.List, ast.Tuple)):
            return any(self.is_cost(item) for item in node.elts)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            return self.is_cost(node.elt)
        return name_of(node) in self.lists

    def learn(self, node):
        """Names bound to costs and to lists of them, also by loops."""
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self.bind(target, node.value)
        for target, source in looped(node):
            if self.is_list(source) and name_of(target):
                self.costs.add(name_of(target))

    def bind(self, target, value):
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, other in zip(target.elts, value.elts, strict=True):
                self.bind(one, other)
        elif isinstance(target, ast.Tuple) and self.is_list(value):
            self.costs |= {name_of(one) for one in target.elts}
        elif self.is_cost(value):
            self.costs.add(name_of(target))
        elif self.is_list(value):
            self.lists.add(name_of(target))
        self.costs.discard(None)
        self.lists.discard(None)

    def wrong(self, node):
        """Lines of a node that reads a cost by place: subscripts, unpacking, loops, stars, and functions that loop."""
        if isinstance(node, ast.Subscript) and self.is_cost(node.value):
            yield node.lineno
        if isinstance(node, ast.Assign) and self.is_cost(node.value):
            yield from [node.lineno for target in node.targets if isinstance(target, (ast.Tuple, ast.List))]
        if isinstance(node, ast.Starred) and self.is_cost(node.value):
            yield node.lineno
        if isinstance(node, ast.Call) and called(node) in BY_PLACE:
            yield from [node.lineno for argument in node.args if self.is_cost(argument)]
        for target, source in looped(node):
            if self.is_cost(source) or (self.is_list(source) and isinstance(target, (ast.Tuple, ast.List))):
                yield source.lineno


def name_of(node):
    """`cost` of `cost`, `self.cost` and `row.cost`."""
    return getattr(node, "id", getattr(node, "attr", None))


def looped(node):
    """(target, what it runs over) of a loop; of a loop over zip(...) each target with its own list."""
    pairs = [(node.target, node.iter)] if isinstance(node, (ast.For, ast.comprehension)) else []
    for target, source in pairs:
        if isinstance(source, ast.Call) and called(source) == "zip" and isinstance(target, ast.Tuple):
            yield from zip(target.elts, source.args, strict=False)
        elif isinstance(source, ast.Call) and called(source) == "enumerate" and isinstance(target, ast.Tuple):
            yield target.elts[1], source.args[0]
        else:
            yield target, source


def within(body):
    """The nodes of a body, without those of the functions in it."""
    for node in body:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield from within(ast.iter_child_nodes(node))
        elif isinstance(node, ast.ClassDef):
            yield from within([child for child in node.body if not isinstance(child, ast.FunctionDef)])


def reads_by_place(text):
    """Lines that read a cost by place."""
    tree = ast.parse(text)
    bodies = [tree.body] + [node.body for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return sorted({line for body in bodies for line in Reads(body).lines})


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_cost_is_read_by_place(path):
    assert reads_by_place(path.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "cost[1]",
        "row.cost[7:]",
        "flow, compute = layer_cost(nest, machine)",
        "one = broadcast_ws(nest, machine, 1)\none[0]",
        "for part in row.cost: pass",
        "sum(best_flow(nest))",
        "dict(zip(FIELDS, cost))",
        "[print(*one) for one in run.costs]",
        "for a, b in run.costs: pass",
        "for nest, (a, b) in zip(nests, run.costs): pass",
        "priced = [nest_cost(nest) for nest in nests]\npriced[0][3]",
        "ours, plain = [layer_cost(each) for each in nests]\nours[1:3]",
        "def f(cost):\n    return [part for part in cost]",
    ],
)
def test_reads_by_place_are_found(text):
    assert reads_by_place(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "run.costs[place].cycles",
        "for nest, cost in zip(nests, run.costs): cost.cycles",
        "a, b = cost.flow, cost.cycles",
        "costs[2:4]",
    ],
)
def test_reads_by_name_are_left_alone(text):
    assert reads_by_place(text) == []


# The same in deed: with another field in front of all others, nothing changes.

MACHINES = ("squeezelerator-16", "scalesim-16")


def figures_and_reports():
    """All that is made of costs, as data."""
    net = squeezenext(version=5)
    seen = {name: explore(name) for name in NAMES}
    for machine in MACHINES:
        seen[machine] = simulate(resnet(18), machine, sparsity=0.4, other_layers="separate").to_dict()
        seen[machine + " swept"] = sweep(net, machine, rows=[8, 16], progress=False).to_dict()
        run = Workload(net).run(accelerator(machine), "hybrid", 0.3)
        seen[machine + " run"] = [run.cycles, run.dram_words, run.utilisation, run.intensities(), run.energy_by_level()]
    return seen


def forget():
    """Whatever the explorers keep of costs, since they were made of the one class or the other."""
    for name, module in list(sys.modules.items()):
        if name.startswith("squeezelab.explorers"):
            for value in vars(module).values():
                if isinstance(value, Memo):
                    value.clear()
    workload._prices.clear()


def test_a_field_more_in_front_changes_nothing(monkeypatch):
    before = figures_and_reports()
    forget()
    wider = namedtuple("LayerCost", ("latency",) + cost_module.COST_FIELDS)
    fields = {name: value for name, value in vars(cost_module.LayerCost).items() if not name.startswith("__")}
    fields["__new__"] = lambda cls, **given: wider.__new__(cls, latency=-1, **given)
    monkeypatch.setattr(cost_module, "LayerCost", type("LayerCost", (wider,), fields))
    after = figures_and_reports()
    forget()  # nothing of it is left for other tests
    assert type(simulate(squeezenext(), "scalesim-16")["conv1"].cost)._fields[0] == "latency"
    for name in before:
        assert after[name] == before[name], name
