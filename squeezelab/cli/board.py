"""`squeezelab board`: every family of pruning on equal terms, as a table or as JSON, and points of it run again."""

import json

from ..core.words import formatted, percent
from ..explorers.board_model import UNTOLD, Board, is_whole, shipped
from ..explorers.board_names import BUDGET_NAMES, BUDGETS, KIND_NAMES, LEFT_OF, is_control, member_name
from ..recorded import board_with
from ..recorded.board_rows import NETWORKS_OF
from .board_again import rerun_answer
from .board_asked import BOARD_NETWORKS, check_asked, places_wanted

MARKS = "* most digits right of what is not whole · = cannot be told apart from it (95 %) · (…) a control"
TABLE_HEADS = ("", "right", "training", "zeros too", "parameters", "MACs", "bytes", "cycles", "systolic", "ms")
TABLE_CELLS = (("training", "si"), ("executed", "si"), ("params", "printed"), ("macs", "printed"), ("stored_bytes", "printed"))
TABLE_CELLS += (("cycles", "printed"), ("systolic_cycles", "printed"), ("ms", "printed2"))


def add_board(commands):
    """Adds the command to those of a parser."""
    board = commands.add_parser("board", allow_abbrev=False, help="every family of pruning on equal terms, five seeds each")
    board.set_defaults(text=board_answer)
    board.add_argument("--network", metavar="N", help=", ".join(BOARD_NETWORKS))
    board.add_argument("--kept", type=float, metavar="S", help="share kept, or the setting of a family's own knob, as 0.1")
    board.add_argument("--budget", metavar="B", help="epochs (as long as everybody) or macs (as many MACs of training)")
    board.add_argument("--with", dest="own", metavar="FILE", help="a record of your own method, beside the others")
    board.add_argument("--json", action="store_true", help="all figures as JSON")
    again = "run so many points, drawn at random, again; in a checkout. Status 1 when one does not hold"
    board.add_argument("--rerun", type=int, metavar="N", help=again)
    board.add_argument("--seed", type=int, metavar="N", help="of that draw (by default another one each time)")


def board_answer(arguments):
    """What was asked for, as text, or (text, exit status); raises a ValueError for a request that makes no sense."""
    check_asked(arguments)
    if arguments.rerun is not None:
        return rerun_answer(arguments)
    board = shipped() if arguments.own is None else Board(board_with(arguments.own))
    places = in_order_of_book(places_wanted(board, arguments))
    if arguments.json:
        return json.dumps([place_as_json(board, *place) for place in places], indent=2, allow_nan=False)
    return "\n\n".join(table_at(board, *place) for place in places) + f"\n\n{MARKS}"


def in_order_of_book(places):
    """Places by kind, as the figure lists them, by budget, and the largest level first."""
    kinds, budgets = list(KIND_NAMES), [budget for budget, _ in BUDGETS]
    return sorted(places, key=lambda place: (kinds.index(place[0]), budgets.index(place[2]), -place[1]))


def best_of_place(place):
    """The member with most digits right of those that are not the whole dense network."""
    return next(member for member in place.order if not is_whole(member))


def mark_of(place, member):
    """'*' for the best, '=' for what cannot be told apart from it."""
    best = best_of_place(place)
    return "*" if member == best else "=" if not is_whole(member) and place.word(member, best) == UNTOLD else " "


def table_at(board, kind, level, budget):
    """The members of a place as a table, the most accurate first."""
    place = board.place(kind, level, budget)
    rows = [TABLE_HEADS] + [cells_of_member(place, member) for member in place.order]
    widths = [max(len(row[column]) for row in rows) for column in range(len(TABLE_HEADS))]
    lines = [f"{KIND_NAMES[kind]}, {percent(level)} of the {LEFT_OF[kind]}, for {BUDGET_NAMES[budget]}"]
    for first, *others in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(others, widths[1:])]
        lines.append("  ".join([f"{first:<{widths[0]}}", *cells]).rstrip())
    return "\n".join(lines)


def cells_of_member(place, member):
    """A row of the table."""
    (mean, error), prices = place.score[member], place.price[member]
    name = f"({member_name(member)})" if is_control(member) else member_name(member)
    right = f"{100 * mean:.1f} ± {100 * error:.1f}"
    return [f"{mark_of(place, member)} {name}", right, *(formatted(prices[cost], kind) for cost, kind in TABLE_CELLS)]


def place_as_json(board, kind, level, budget):
    """A place as JSON: what is compared, and each member with its costs and how it stands to the best."""
    place, members = board.place(kind, level, budget), []
    for member in place.order:
        mean, error = place.score[member]
        gap, half = place.difference(member, best_of_place(place))
        told = {"from_best": gap, "from_best_half": half, "told_apart_from_best": abs(gap) > half}
        row = {"member": member, "name": member_name(member), "control": is_control(member), "accuracy": mean, "error": error}
        members.append(row | told | place.price[member])
    head = {"kind": kind, "network": NETWORKS_OF[kind], "level": level, "budget": budget, "best": best_of_place(place)}
    return head | {"members": members}
