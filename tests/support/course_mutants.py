"""Formulas that differ in one place from a right one, and inputs on which to tell whether they are another function."""

import ast
import random


def layer(dice):
    kernel, groups = dice.randint(1, 11), dice.choice([1, 1, 2, 3, 8])
    return groups * dice.randint(1, 20), groups * dice.randint(1, 20), dice.randint(11, 230), kernel, dice.randint(1, 5), groups


def product(dice):
    array = [1, 2, 4, 8, 16, 32, 128]
    return dice.randint(1, 4000), dice.randint(1, 600), dice.randint(1, 4000), dice.choice(array), dice.choice(array)


def traffic(dice):
    half = dice.randint(1, 10**5)
    operand = [dice.choice([dice.randint(1, 10**6), half * dice.randint(1, 9)]) for _ in range(2)]
    return *operand, dice.randint(1, 10**6), half


def spectrum(dice):
    values = [dice.choice([1, 1, 2, 3]) if dice.random() < 0.5 else dice.random() * 9 + 0.1 for _ in range(dice.randint(1, 20))]
    return values, dice.choice([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, dice.random()])


def pyramid(dice):
    group = 2 * dice.randint(1, 32)
    return group << dice.randint(0, 6), group


def stage(dice):
    width = dice.randint(3, 200)
    return width * dice.randint(1, 30), width


def block(dice):
    groups = dice.randint(1, 8)
    return 8 * groups * dice.randint(1, 40), groups


def ramp(dice):
    begin = dice.uniform(0, 0.6)
    return dice.uniform(0.1, 0.99), begin, begin + dice.uniform(0.05, 0.39)


def tiled(dice):
    side = dice.randint(1, 64)
    return side * dice.randint(1, 8) + dice.randint(1, side), side


def latencies(dice):
    width, cycles, table = 0, 0, []
    for _ in range(dice.randint(1, 7)):
        width, cycles = width + dice.randint(1, 9), cycles + dice.randint(1, 40)
        table.append((width, cycles))
    return table, dice.randint(1, width)


def pulls(dice):
    return dice.uniform(0.001, 2), [dice.uniform(0.01, 1) for _ in range(dice.randint(1, 9))], dice.choice([0, 0.5, 0.9, 0.99])


def prefix(dice):
    return [dice.randint(1, 30) for _ in range(dice.randint(1, 9))], dice.randint(1, 16) / 16


def constant(dice):
    return dice.uniform(-2, 3), [dice.uniform(-2, 2) for _ in range(dice.choice([1, 4, 9]))]


def cuts(dice):
    return dice.uniform(0.1, 0.99), dice.uniform(0.05, 0.8)


def ranges(dice):
    low, high = -dice.uniform(0.1, 3), dice.uniform(0.1, 5)
    return dice.uniform(1.3 * low, 1.3 * high), low, high, dice.randint(2, 8)


def accumulated(dice):
    bits = dice.randint(1, 9)
    return dice.randint(-400, 400) * 2 ** dice.randint(0, bits), dice.randint(2**30, 2**31 - 1), -bits


def codes_of_product(dice):
    x, n_x, w, n_w = dice.randint(-128, 127), dice.randint(2, 7), dice.randint(-128, 127), dice.randint(2, 7)
    return x, n_x, w, n_w, dice.randint(max(0, n_x + n_w - 8), n_x + n_w - 1)


def codes_of_sum(dice):
    n_a, n_b, most = dice.randint(0, 7), dice.randint(0, 7), dice.choice([12, 40, 127])
    return dice.randint(-most, most), n_a, dice.randint(-most, most), n_b, max(n_a, n_b) + dice.randint(0, 2)


def outliers(dice):
    return [dice.uniform(-1, 1) for _ in range(dice.randint(4, 9))] + [dice.uniform(1, 3)], dice.randint(2, 5)


def packed_pair(dice):
    count = dice.randint(1, 70)
    return dice.randint(0, 2**count - 1), dice.randint(0, 2**count - 1), count


def signed_weights(dice, most, count):
    return [dice.choice([-1, 1]) * dice.uniform(0.05, most) for _ in range(count)]


def similar(dice):
    return [dice.uniform(-0.2, 1) for _ in range(dice.randint(1, 7))], dice.uniform(0, 0.9)


def squeezed(dice):
    return ([dice.uniform(-2, 2) for _ in range(dice.randint(1, 9))],)


def capsule_place(dice):
    dim, places = dice.randint(2, 16), dice.randint(2, 60)
    return dice.randint(0, 9 * places), dice.randint(0, dim - 1), dim, places


def capsule_lengths(dice):
    lengths = [dice.uniform(0, 1) for _ in range(dice.randint(2, 10))]
    return lengths, dice.randint(0, len(lengths) - 1)


def routing_logits(dice):
    outputs, inputs = dice.randint(2, 8), dice.randint(2, 9)
    logits = [[dice.uniform(-2, 3) for _ in range(inputs)] for _ in range(outputs)]
    return logits, dice.randint(0, outputs - 1), dice.randint(0, inputs - 1)


DRAWS = {
    "01.1": layer,
    "02.1": product,
    "03.1": traffic,
    "03.3": lambda dice: (dice.randint(1, 10**9), dice.randint(1, 10**8), dice.randint(1, 10**7)),
    "03.4": lambda dice: (dice.randint(0, 255) / 256, dice.choice([2, 4, 8, 16, 32])),
    "04.1": lambda dice: (dice.randint(1, 512), dice.randint(1, 512), dice.choice([1, 2, 3, 5, 7, 11])),
    "04.2": lambda dice: (*[dice.randint(1, 300) for _ in range(3)], dice.randint(3, 224), dice.randint(1, 5)),
    "04.4": spectrum,
    "04.5": lambda dice: (dice.uniform(-0.9999, 0.9999),),
    "05.1": lambda dice: (4 * dice.randint(1, 128), dice.choice([1, 3, 5, 7, 9, 11])),
    "05.2": lambda dice: (dice.randint(1, 512), dice.randint(1, 512)),
    "05.3": lambda dice: (dice.randint(1, 1024), dice.choice([1, 3, 5, 7, 9])),
    "06.1": lambda dice: (*[dice.randint(1, 512) for _ in range(2)], dice.randint(2, 8), *dice.choice([(1, 3), (3, 5), (5, 7)])),
    "06.2": lambda dice: (dice.randint(2, 10), dice.randint(5, 250) / 256),
    "06.3": pyramid,
    "06.4": stage,
    "07.1": block,
    "08.1": lambda dice: tuple([dice.uniform(-3, 3) for _ in range(3)]),
    "08.2": lambda dice: (dice.randint(1, 64), dice.randint(1, 64)),
    "08.4": lambda dice: (dice.randint(1, 16), dice.randint(1, 32), dice.randint(1, 64), dice.randint(1, 64)),
    "08.5": ramp,
    "08.6": tiled,
    "09.1": pulls,
    "09.2": lambda dice: (dice.randint(1, 400), dice.randint(0, 63) / 64),
    "09.5": prefix,
    "09.6": constant,
    "10.1": lambda dice: tuple(dice.randint(1, 60) for _ in range(4)),
    "10.4": latencies,
    "11.1": cuts,
    "11.3": lambda dice: (lambda left: (left + dice.randint(1, 2000), left))(dice.randint(1, 300)),
    "11.4": lambda dice: (dice.uniform(0.1, 30), *[dice.randint(1, 200) for _ in range(2)], dice.choice([1, 3, 5, 7])),
    "11.5": lambda dice: (dice.randint(1, 63) / 64, dice.randint(1, 200)),
    "12.1": prefix,
    "12.3": similar,
    "12.5": lambda dice: ([dice.randint(1, 400) for _ in range(dice.randint(1, 6))],),
    "12.6": lambda dice: (dice.uniform(0.01, 0.99), dice.randint(1, 12)),
    "13.1": ranges,
    "13.2": lambda dice: (*[dice.uniform(-5, 5) for _ in range(4)], dice.uniform(0.1, 5), dice.choice([1e-5, 1e-3, 0.0625])),
    "13.3": lambda dice: (
        dice.randint(-5000, 5000),
        [dice.randint(-127, 127) for _ in range(dice.randint(1, 9))],
        dice.randint(-128, 127),
    ),
    "13.4": accumulated,
    "13.5": codes_of_product,
    "13.5b": codes_of_sum,
    "13.6": outliers,
    "13.7": lambda dice: (dice.uniform(-3, 3), dice.uniform(0.1, 0.6), *dice.choice([(-4, 3), (-2, 1), (0, 7), (-8, 7)])),
    "13.8": lambda dice: (signed_weights(dice, 4, dice.randint(2, 9)) + [5.5],),
    "13.8b": packed_pair,
    "14.1": squeezed,
    "14.1b": lambda dice: (dice.uniform(0.01, 0.99),),
    "14.2": capsule_place,
    "14.3b": capsule_lengths,
    "14.5": lambda dice: (*[dice.randint(1, 400) for _ in range(4)], dice.randint(1, 9)),
    "14.6b": routing_logits,
    "15.1": lambda dice: tuple(dice.randint(1, 40) for _ in range(6)),
    "15.3": lambda dice: (*[dice.uniform(-5, 5) for _ in range(3)], dice.uniform(0.1, 0.95)),
    "15.4": lambda dice: (dice.choice([dice.randint(0, 40), dice.randint(0, 2**20)]),),
    "15.5": lambda dice: ([dice.randint(-60, 60) for _ in range(dice.randint(2, 10))], dice.randint(3, 7)),
    "15.6": lambda dice: (dice.randint(1, 5000),),
}
DOMAINS = {exercise: lambda seed, draw=draw: draw(random.Random(seed)) for exercise, draw in DRAWS.items()}

OTHER = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Add, ast.FloorDiv],
    ast.FloorDiv: [ast.Div, ast.Mult, ast.Mod],
    ast.Div: [ast.FloorDiv, ast.Mult],
    ast.Pow: [ast.Mult],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt],
}
OTHER_CALL = {"min": ["max"], "max": ["min"], "ceil": ["int", "round"]}


def mutants(text):
    """Texts with another operator, one operand only, a constant more or less, another name, another function."""
    count = len(list(ast.walk(ast.parse(text))))
    found = [changed for place in range(count) for changed in changed_at(text, place)]
    return sorted(set(found) - {text, ast.unparse(ast.parse(text))})


def changed_at(text, place):
    """The text with each change of its `place`-th node."""
    for change in changes(list(ast.walk(ast.parse(text)))[place], variables(text)):
        tree = ast.parse(text)
        node = list(ast.walk(tree))[place]
        other = change(node)
        if other is not node:
            tree = Replaced(node, other).visit(tree)
        yield ast.unparse(ast.fix_missing_locations(tree))


class Replaced(ast.NodeTransformer):
    def __init__(self, node, other):
        self.node, self.other = node, other

    def visit(self, node):
        return self.other if node is self.node else self.generic_visit(node)


def changes(node, names):
    """Functions from a node to what stands in its place."""
    if isinstance(node, ast.BinOp):
        yield from [lambda x: x.left, lambda x: x.right, lambda x: ast.BinOp(x.right, x.op, x.left)]
        yield from [lambda x, op=op: ast.BinOp(x.left, op(), x.right) for op in OTHER.get(type(node.op), [])]
    elif isinstance(node, ast.Compare):
        yield from [lambda x, op=op: ast.Compare(x.left, [op()], x.comparators) for op in OTHER.get(type(node.ops[0]), [])]
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield from [lambda x, by=by: ast.Constant(x.value + by) for by in (-1, 1)]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from [lambda x, to=to: ast.Call(ast.Name(to), x.args, x.keywords) for to in OTHER_CALL.get(node.func.id, [])]
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        yield from [lambda x, to=to: ast.Name(to) for to in sorted(names - {node.id})]


def variables(text):
    """The names that a text defines, its arguments among them."""
    nodes = list(ast.walk(ast.parse(text)))
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {node.arg for node in nodes if isinstance(node, ast.arg)}


def differs(answer, right, exercise):
    """A case in which the two are not equal, or None."""
    for seed in range(400):
        expected = right(*DOMAINS[exercise](seed))
        try:
            found = answer(*DOMAINS[exercise](seed))
            equal = abs(found - expected) <= 1e-9 * abs(expected)
        except (ArithmeticError, ValueError, TypeError, IndexError):
            equal = False
        if not equal:
            return DOMAINS[exercise](seed)
    return None
