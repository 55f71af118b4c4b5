"""The pictures of `board`: digits wrong over a cost, a line for each family, and every difference from the pinned one."""

from ..core.words import formatted, percent
from .board_model import BETTER, UNTOLD, WORSE
from .board_names import COST_NAMES, is_control, member_name, short_name
from .kit.charts import dots, line
from .kit.figures import axis as axis_of
from .kit.figures import capital, legend_entry

FARTHEST = 0.12  # of a difference: what is farther is written at the edge
NEAREST = 0.001  # and the least that a picture shows, where trainings are the same digit by digit
MANY = 15  # members, from which on their names need a taller picture
ROLES = {BETTER: "inputs", WORSE: "weights", UNTOLD: "idle"}  # of a member that the pinned one is ahead of, behind, not told from


def roles_of_words():
    """[(what the pinned member is, what the other one then is, its colour)]"""
    return [
        (WORSE, "ahead of it", ROLES[WORSE]),
        (BETTER, "behind it", ROLES[BETTER]),
        (UNTOLD, "not told apart", ROLES[UNTOLD]),
    ]


def in_points(part):
    """Points of a percent, with one decimal."""
    return formatted(100 * part, "fixed1")


def signed(part):
    return f"{'−' if part < 0 else '+'}{in_points(abs(part))}"


def costs_chart(view, finding):
    """Digits wrong over a cost; methods solid, controls dashed, the pinned one in colour with its standard errors."""
    cost, marks, ends = view.drawn_cost(), [], []
    for member in drawn_last(view):
        rows = [row for row in view.board.course(view.kind, view.budget, member) if view.share(row, cost) is not None]
        if rows:
            marks += marks_of_member(view, member, rows, cost)
            ends += ends_of_member(view, member, rows, cost)
    return {
        "title": f"{capital(member_name(view.pinned))} reads {percent(1 - view.place.score[view.pinned][0])} of the digits wrong",
        "alt": f"Digits wrong over {COST_NAMES[cost]}, a line for each family. {finding}",
        "x": axis_of(f"{capital(COST_NAMES[cost])}, of the dense network's", "", "log2", wide([x for x, _ in ends]), "percent"),
        "y": axis_of("Test digits wrong", "", "log2", wide([y for _, y in ends]), "percent"),
        "marks": marks,
        "legend": [
            legend_entry("accent", member_name(view.pinned)),
            legend_entry("idle", "other methods"),
            legend_entry("reference", "controls, dashed"),
        ],
        "height": 0.75,
    }


def marks_of_member(view, member, rows, cost):
    """The line of a member through its levels, and dots where it is pinned or stands at one level alone."""
    xs, ys = [view.share(row, cost) for row in rows], [wrong_of(row) for row in rows]
    role = "accent" if member == view.pinned else "reference" if is_control(member) else "idle"
    curve = line(xs, ys, role, tips=[tip_of(view, member, row, cost) for row in rows], dashed=is_control(member) or None)
    marks = [curve] if len(rows) > 1 else []
    if member == view.pinned:
        marks += [line([x, x], ends_of(row), role) for x, row in zip(xs, rows)]
        marks.append(dots(curve, [row["level"] == view.level for row in rows]))
    elif member in view.place.members:
        marks.append(dot_here(view, member, rows, curve))
    return marks


def dot_here(view, member, rows, curve):
    """Where a member stands at this level, in the colour that it has in the other picture."""
    here = [place for place, row in enumerate(rows) if row["level"] in (view.level, None)]
    spots = dict([(name, [curve[name][place] for place in here]) for name in ("x", "y", "label")])
    return dots(spots | {"role": ROLES[view.place.word(view.pinned, member)]}, [False] * len(here))


def ends_of_member(view, member, rows, cost):
    """(cost, digits wrong) of all that is drawn of a member."""
    ends = []
    for row in rows:
        wrong = [wrong_of(row)] + (ends_of(row) if member == view.pinned else [])
        ends += [(view.share(row, cost), each) for each in wrong]
    return ends


def drawn_last(view):
    """The members of a kind and budget, at whatever level: controls, methods, and the pinned one on top."""
    members = [each for each in view.board.members(view.kind, view.budget) if each != view.pinned]
    return [each for each in members if is_control(each)] + [each for each in members if not is_control(each)] + [view.pinned]


def wrong_of(row):
    return 1 - row["mean"]


def ends_of(row):
    """A standard error below, and above."""
    return [wrong_of(row) - row["error"], wrong_of(row) + row["error"]]


def wide(values):
    """The ends of a logarithmic axis around values, with some room."""
    return [0.95 * min(values), 1.05 * max(values)]


def tip_of(view, member, row, cost):
    at = "" if row["level"] is None else f" at {percent(row['level'])}"
    right = f"{percent(row['mean'])} ± {in_points(row['error'])} right"
    return f"{member_name(member)}{at}, {percent(view.share(row, cost))} of the {COST_NAMES[cost]}: {right}"


def differences_chart(view):
    """Every other member's difference from the pinned one with its interval; what is too far for the picture is written."""
    place, pinned, names = view.place, view.pinned, [short_name(member) for member in view.others]
    gaps = [place.difference(member, pinned) for member in view.others]
    edge = min(FARTHEST, max([abs(gap) + half for gap, half in gaps] + [NEAREST]))
    bars = {"x0": [cut(gap - half, edge) for gap, half in gaps], "x": [cut(gap + half, edge) for gap, half in gaps]}
    roles = [ROLES[place.word(pinned, member)] for member in view.others]
    tips = [tip_of_gap(place, pinned, member) for member in view.others]
    apart = len([role for role in roles if role != ROLES[UNTOLD]])
    told = ", ".join([f"{name} {signed(gap)}" for name, (gap, _) in zip(names, gaps)])
    marks = [{"type": "hbar", "y": names, "role": roles, "label": tips} | bars, {"type": "rule", "x": 0, "role": "accent"}]
    return {
        "title": f"{apart} of {len(names)} are told apart from {member_name(pinned)}",
        "alt": f"Points ahead of {member_name(pinned)}: {told}.",
        "x": axis_of(f"Ahead of {member_name(pinned)}", "points", domain=[-100 * edge, 100 * edge]),
        "y": axis_of("", scale="band", domain=names),
        "marks": marks + far_marks(gaps, names, edge),
        "legend": [legend_entry(role, label) for _, label, role in roles_of_words()],
        "height": 0.75 if len(names) < MANY else 1.1,
    }


def cut(part, edge):
    """Points within the picture."""
    return 100 * max(-edge, min(edge, part))


def tip_of_gap(place, pinned, member):
    gap, half = place.difference(member, pinned)
    return f"{member_name(member)}: {signed(gap)} ± {in_points(half)} points, {place.word(member, pinned)}"


def far_marks(gaps, names, edge):
    """Words at the edge for what lies beyond it, on either side."""
    marks = []
    for sign, anchor in ((-1, "start"), (1, "end")):
        far = [(name, gap) for name, (gap, half) in zip(names, gaps) if sign * gap - half >= edge]
        if far:
            words = [f"◂ {signed(gap)}" if sign < 0 else f"{signed(gap)} ▸" for _, gap in far]
            places = {"x": [100 * sign * edge] * len(far), "y": [name for name, _ in far], "text": words}
            marks.append({"type": "text", "role": "muted", "anchor": anchor} | places)
    return marks
