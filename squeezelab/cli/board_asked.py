"""What of the board is asked for on the command line."""

from ..core.checks import check_choice
from ..explorers.board_names import BUDGET_NAMES
from ..recorded.board_rows import NETWORKS_OF

BOARD_NETWORKS = list(dict.fromkeys(NETWORKS_OF.values()))


def check_asked(arguments):
    """Raises for networks and budgets that the board has not, and for options that do not go together."""
    if arguments.network is not None:
        check_choice("network of the board", arguments.network, BOARD_NETWORKS)
    if arguments.budget is not None:
        check_choice("budget", arguments.budget, list(BUDGET_NAMES))
    if arguments.rerun is None and arguments.seed is not None:
        raise ValueError("--seed is of the draw of --rerun N")
    if arguments.rerun is not None and arguments.own is not None:
        raise ValueError("--rerun runs points of the book's record again, and --with shows rows of yours: one of the two")


def wanted(arguments, kind, level, budget):
    """Whether a place is among what was asked for."""
    asked = (arguments.network, NETWORKS_OF[kind]), (arguments.kept, level), (arguments.budget, budget)
    return all(want is None or want == has for want, has in asked)


def places_wanted(board, arguments):
    """The places asked for; raises where there is none, with those that there are."""
    found = [place for place in board.places if wanted(arguments, *place)]
    if not found:
        there = [place for place in board.places if arguments.network in (None, NETWORKS_OF[place[0]])]
        levels = ", ".join(f"{level:g}" for level in sorted({level for _, level, _ in there}, reverse=True))
        budgets = ", ".join(dict.fromkeys(budget for _, _, budget in there))
        whose = arguments.network or "all networks"
        raise ValueError(f"the board has nothing there; of {whose} it has kept {levels}, and budget {budgets}")
    return found
