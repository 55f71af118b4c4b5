"""The board: every family of pruning on equal terms, with one of them pinned, and what can be told of all others beside it."""

from ..core.words import percent
from .board_charts import costs_chart, differences_chart, in_points, roles_of_words
from .board_model import BETTER, UNTOLD, WORSE, is_whole, must_be_beaten, shipped
from .board_names import (
    BUDGET_NAMES,
    BUDGETS,
    COST_NAMES,
    COSTS,
    KIND_NAMES,
    KINDS,
    LEFT_OF,
    MEMBERS,
    PLACE_IN_BOOK,
    member_name,
    told_as,
)
from .kit.controls import choice, follow, stops
from .kit.figures import capital, column, tile

TITLE = "The board: every family on equal terms"
PINNED = {"weights": "nnrelief", "channels": "sbpf", "two_four": "two_four", "aswl": "aswl", "ftwt": "ftwt", "neq": "neq"}
START, LEVEL = "weights", 0.02
TABLE_COSTS = ("params", "macs", "stored_bytes", "cycles", "systolic_cycles", "training", "executed")
SOURCES = (
    "Five trainings of each at a learning rate of its own, 5000 test images; the ± of a difference is its 95 % interval, that of "
    "an accuracy its standard error. Weights: LeNet-300-100 on plain digits, 20 epochs, a dense start included; of tickets and "
    "COLT, in each round. Channels, FTWT, NEq: mini-VGG on cluttered digits, 24 epochs. Equal MACs: those of two dense epochs. "
    "MACs of training count a dense start and all rounds. Cycles rest on values that are recalled or inferred, and skip no zeros."
)


def kind_control(board):
    there = board.kinds()
    return choice("kind", "What falls", [(kind, label) for kind, label, _ in KINDS if kind in there], START)


def level_control(board):
    """Of what is left, or a family's own knob, with the levels that each kind has on the board."""
    by = []
    for kind in board.kinds():
        levels = board.levels(kind)
        by.append((kind, {"values": levels, "value": LEVEL if kind == START else levels[len(levels) // 2]}))
    every = sorted(set([level for _, level, _ in board.places]), reverse=True)
    return follow(stops("level", "Left, or its knob", every, LEVEL) | {"format": "percent"}, "kind", by)


def pinned_control(board):
    """Of the member beside which all others are set: all that are on the board, but for copies of a method's layers."""
    there, known = [row[1] for row in board.rows], [member for member, _, _ in MEMBERS]
    names = [(member, name) for member, name, _ in MEMBERS if member in there]
    names += [(member, member) for member in board.own if member not in known]
    return follow(
        choice("pinned", "Pinned", names, PINNED[START]), "kind", [(kind, {"value": PINNED[kind]}) for kind in board.kinds()]
    )


def controls_of(board):
    costs = [(cost, label) for cost, label, _ in COSTS]
    return [
        kind_control(board),
        level_control(board),
        choice("budget", "Training", BUDGETS, "epochs"),
        choice("cost", "Cost", costs, "training"),
        pinned_control(board),
    ]


CONTROLS = controls_of(shipped())


def figure(kind, level, budget, cost, pinned):
    return drawn_board(shipped(), kind, level, budget, cost, pinned)


def drawn_board(board, kind, level, budget, cost, pinned):
    """The figure for any board."""
    view = View(board, kind, level, budget, cost, pinned)
    finding = finding_of(view)
    made = {
        "finding": finding,
        "problem": problem_of(view, pinned),
        "charts": [costs_chart(view, finding), differences_chart(view)],
        "readout": readout_of(view),
        "table": table_of(view),
        "note": SOURCES,
    }
    if len(board.budgets(kind)) == 1:
        made["disabled"] = {"budget": f"{capital(KIND_NAMES[kind])}: measured for equal epochs alone."}
    return made


class View:
    """What is asked of a board, with the place that answers it: a level, a budget or a pinned member that the kind has not is
    replaced by one that it has."""

    def __init__(self, board, kind, level, budget, cost, pinned):
        levels, budgets = board.levels(kind), board.budgets(kind)
        self.board, self.kind, self.cost = board, kind, cost
        self.level = level if level in levels else levels[-1]
        self.budget = budget if budget in budgets else budgets[0]
        self.place = board.place(kind, self.level, self.budget)
        there = self.place.members
        self.pinned = pinned if pinned in there else PINNED[kind] if PINNED[kind] in there else there[0]
        self.others = [member for member in self.place.order if member != self.pinned]
        self.rivals = [member for member in self.others if not is_whole(member)]
        self.dense = board.dense(kind)

    def share(self, prices, cost):
        """A cost as a share of the dense network's, None where it was not measured."""
        value, whole = prices[cost], self.dense[cost]
        return None if value is None or whole is None else value / whole

    def drawn_cost(self):
        """The cost that is asked for, or MACs where it was not measured of the pinned member."""
        return "macs" if self.share(self.place.price[self.pinned], self.cost) is None else self.cost

    def those(self, word):
        """The rivals of which the pinned member is ahead, behind, or not told apart."""
        return [member for member in self.rivals if self.place.word(self.pinned, member) == word]

    def where(self):
        """'at 2 % of the weights, for equal epochs'"""
        return f"at {percent(self.level)} of the {LEFT_OF[self.kind]}, for {BUDGET_NAMES[self.budget]}"


# Words.


def finding_of(view):
    if not view.rivals:
        return f"{capital(view.where())}. {difference_words(view.place, view.pinned, view.others[0])}."
    counts = [len(view.those(word)) for word in (BETTER, WORSE, UNTOLD)]
    head = f"{capital(view.where())}, {member_name(view.pinned)} is ahead of {counts[0]}, behind {counts[1]}"
    head = f"{head}, not told apart from {counts[2]}"
    best = [member for member in view.place.order if not is_whole(member)][:1]
    if best == [view.pinned]:
        return f"{head}. Nobody else reads as many digits on average."
    return f"{head}. {difference_words(view.place, best[0], view.pinned)}."


def difference_words(place, first, second):
    """'A: 1.2 ± 0.5 points ahead of B', or that they cannot be told apart."""
    (mean, half), word = place.difference(first, second), place.word(first, second)
    names, size = (member_name(first), member_name(second)), f"{in_points(abs(mean))} ± {in_points(half)} points"
    if word == UNTOLD:
        return f"{capital(names[0])} and {names[1]} cannot be told apart ({size})"
    return f"{capital(names[0])}: {size} {'ahead of' if word == BETTER else 'behind'} {names[1]}"


def problem_of(view, asked):
    if asked != view.pinned:
        name, instead = capital(member_name(asked)), member_name(view.pinned)
        return f"{name} was not measured {view.where()}: {instead} is pinned in its place."
    if view.drawn_cost() != view.cost:
        return f"Of {member_name(view.pinned)} no {COST_NAMES[view.cost]} were measured: drawn are the MACs of an image."
    controls = [each for each in view.rivals if must_be_beaten(each, view.pinned)]
    unbeaten = [each for each in controls if view.place.word(view.pinned, each) != BETTER]
    if not unbeaten:
        return None
    return f"{difference_words(view.place, view.pinned, unbeaten[0])}. Its choice buys nothing here that this control has not."


# Numbers.


def readout_of(view):
    (mean, _), prices = view.place.score[view.pinned], view.place.price[view.pinned]
    tiles = [tile(f"{capital(member_name(view.pinned))}: digits right", mean, "percent", role="accent")]
    for cost in ("macs", "stored_bytes", "training"):
        tiles.append(tile(f"{capital(COST_NAMES[cost])}, of the dense network's", view.share(prices, cost), "percent"))
    for word, label, role in roles_of_words():
        tiles.append(tile(capital(label), len(view.those(word)), unit=f"of {len(view.rivals)}", role=role))
    return tiles


def table_of(view):
    columns = [column("Member"), column("Right", "percent"), column("± standard error", "fixed1", "points")]
    columns += [column("Less the pinned", "fixed1", "points"), column("± 95 % interval", "fixed1", "points"), column("So it is")]
    columns += [column(f"{capital(COST_NAMES[cost])}, of dense", "percent") for cost in TABLE_COSTS]
    columns.append(column("Milliseconds", "fixed2"))
    rows = []
    for member in view.place.order:
        (mean, error), prices = view.place.score[member], view.place.price[member]
        gap, half = view.place.difference(member, view.pinned)
        word = "pinned" if member == view.pinned else view.place.word(member, view.pinned)
        row = [told_as(member), mean, 100 * error, 100 * gap, 100 * half, word]
        rows.append(row + [view.share(prices, cost) for cost in TABLE_COSTS] + [prices["ms"]])
    links = dict([(told_as(member), PLACE_IN_BOOK[member]) for member in view.place.order if member in PLACE_IN_BOOK])
    caption = f"{capital(view.where())}, the most accurate first"
    return {"caption": caption, "columns": columns, "rows": rows} | ({"links": links} if links else {})
