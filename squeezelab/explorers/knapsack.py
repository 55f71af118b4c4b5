"""SMCP's knapsack: which channels it keeps within a budget, which a greedy rule keeps, and what their networks really cost."""

from ..core.words import decimals, half_up, percent, plural
from .kit.charts import dots, line
from .kit.controls import choice, slider, stops
from .kit.figures import axis, column, legend_entry, tile
from .knapsack_model import solution_of
from .pruned_model import COUNTED, MEASURE_NAMES, MEASURES, NETWORK_CONTROL

TITLE = "Channels within a budget: the knapsack and the greedy choice"
MOST_TABLES = 6
CONTROLS = [
    NETWORK_CONTROL,
    choice("measure", "Budget of", MEASURES, "params"),
    slider("budget", "Budget", 0.2, 0.9, 0.35, step=0.05) | {"format": "percent"},
    stops("chunk", "Channels in multiples of", [2, 4, 8, 16], 8),
    slider("tables", "Tables made and solved", 1, MOST_TABLES, 1),
]
AHEAD = ["network", "measure", "budget", "chunk"]  # other tables
SOURCES = (
    "Importance: |Σ −w·g| of each channel of the trained network, the mean of 46 batches of training digits; one network. "
    "A table has for each group what the layers cost that read it, the others as the solution before left them, at first whole."
)
RULES = ["knapsack", "greedy"]
KEPT = [  # (whether the knapsack and the greedy rule keep a channel, its colour, in words)
    ((True, True), "accent", "both keep them"),
    ((True, False), "is", "the knapsack alone"),
    ((False, True), "ws", "the greedy rule alone"),
    ((False, False), "idle", "neither"),
]


def figure(network, measure, budget, chunk, tables):
    budget = half_up(100 * budget) / 100
    every = [solution_of(network, measure, budget, chunk, number + 1) for number in range(MOST_TABLES)]
    now, word = every[tables - 1], MEASURE_NAMES[measure]
    best, other = now.picks
    return {
        "finding": finding_of(now, budget, word),
        "problem": problem_of(now, budget, word),
        "charts": [channels_chart(now), costs_chart(now, budget, word), tables_chart(every, tables, budget, word)],
        "readout": [
            tile("Importance kept, knapsack", best.value, "percent", role="accent"),
            tile("Importance kept, greedy", other.value, "percent", role="ws"),
            tile(f"{word[0].upper()}{word[1:]} by the table, knapsack", best.table, "percent"),
            tile("The same network, measured again", best.true, "percent"),
            tile("By the table, greedy", other.table, "percent"),
            tile("Measured again, greedy", other.true, "percent"),
            tile("Least that the table offers", now.least, "percent"),
        ],
        "table": table_of(now),
        "formula": formula_of(now, budget, word),
        "note": f"{SOURCES} {COUNTED}",
    }


# Words.


def finding_of(now, budget, word):
    best, other = now.picks
    if not now.fits:
        return f"No choice in this table meets {percent(budget)} of the {word}: the least that it offers is {percent(now.least)}."
    left = best.value - other.value
    greedy = "as much as the greedy rule" if left <= 1e-9 else f"{decimals(100 * left, 1)} points more than the greedy rule"
    head = f"Within {percent(budget)} of the {word} the knapsack keeps {percent(best.value)} of the importance, {greedy}"
    if percent(best.true) == percent(best.table):
        return f"{head}; its network has {percent(best.true)} of them, as the table says."
    return f"{head}; the table says {percent(best.table)}, but its network has {percent(best.true)}."


def problem_of(now, budget, word):
    if not now.fits:
        least = f"even {now.chunk} channels of each group cost {percent(now.least)} of the {word}"
        return f"The budget is below the floor: {least} in this table. Shown is that least choice."
    best = now.picks[0]
    if best.true <= budget * (1 + 1e-9):
        return None
    return (
        f"The network is beyond the budget: the table was made for neighbours that are wider now, so that "
        f"{percent(best.table)} became {percent(best.true)} of the {word}."
    )


def formula_of(now, budget, word):
    best, other = now.picks
    return (
        f"choose one number of channels c of each group: the most Σ v(c) with Σ T(c) ≤ {percent(budget)} of the {word}\n"
        f"knapsack: Σ v = {percent(best.value)}, Σ T = {percent(best.table)}; "
        f"greedy: Σ v = {percent(other.value)}, Σ T = {percent(other.table)}"
    )


# Charts.


def channels_chart(now):
    """A square for each chunk of channels of a group, the most important first: who keeps it."""
    best, other = now.picks
    most = max([options[-1] for options in now.options])
    xs, ys, roles, texts, tips = [], [], [], [], []
    for group, options in zip(now.groups, now.options):
        for count in options:
            worth = sum(now.worths[group][count - now.chunk : count]) / now.value
            state = (count <= best.widths[group], count <= other.widths[group])
            role, words = [(role, words) for kept, role, words in KEPT if kept == state][0]
            xs.append(str(count))
            ys.append(group)
            roles.append(role)
            texts.append(percent(worth) if now.chunk >= 8 else "")
            tips.append(f"{group}, channels {count - now.chunk + 1} to {count}: {percent(worth)} of the importance, {words}")
    differ = [group for group in now.groups if best.widths[group] != other.widths[group]]
    title = "They differ in " + " and ".join(differ[-2:] if len(differ) < 3 else [plural(len(differ), "group")])
    return {
        "title": title if differ else "Both keep the same channels",
        "alt": f"Knapsack: {in_words(now, best)}. Greedy: {in_words(now, other)}.",
        "x": axis("Channels of a group, the most important first", scale="band", domain=columns_of(now.chunk, most)),
        "y": axis("", scale="band", domain=now.groups),
        "marks": [{"type": "cell", "x": xs, "y": ys, "role": roles, "text": texts, "label": tips}],
        "legend": [legend_entry(role, words) for _, role, words in KEPT],
        "height": 0.3,
        "wide": True,
    }


def columns_of(chunk, most):
    return [str(count) for count in range(chunk, most + 1, chunk)]


def in_words(now, pick):
    return ", ".join([f"{pick.widths[group]} of {now.options[place][-1]} in {group}" for place, group in enumerate(now.groups)])


def costs_chart(now, budget, word):
    """What both choices cost, as the table has it and measured again, beside the budget."""
    names, shares = [], []
    for rule, pick in zip(RULES, now.picks):
        names += [f"{rule}, table", f"{rule}, again"]
        shares += [pick.table, pick.true]
    best = now.picks[0]
    title = f"{percent(best.table)} in the table, {percent(best.true)} measured again"
    return {
        "title": title,
        "alt": f"Share of the {word}: " + ", ".join([f"{name} {percent(part)}" for name, part in zip(names, shares)]) + ".",
        "x": axis(f"Share of the {word}", domain=[0, 1], format="percent"),
        "y": axis("", scale="band", domain=names),
        "marks": [
            {
                "type": "hbar",
                "y": names,
                "x": shares,
                "role": ["accent", "fill", "ws", "ws"],
                "label": [f"{name}: {percent(part)}" for name, part in zip(names, shares)],
            },
            {"type": "rule", "x": budget, "role": "reference", "label": "budget"},
        ],
        "height": 0.6,
    }


def tables_chart(every, tables, budget, word):
    """The knapsack's choice after each table: what the table says, and what its network costs."""
    numbers = list(range(1, len(every) + 1))
    said, true = [one.picks[0].table for one in every], [one.picks[0].true for one in every]
    curves = []
    for shares, role, name in ((said, "accent", "table"), (true, "stall", "measured again")):
        tips = [f"table {number}, {name}: {percent(part)}" for number, part in zip(numbers, shares)]
        curves.append(line(numbers, shares, role, name, tips))
    ends = f"{percent(min(true))} to {percent(max(true))}"
    return {
        "title": settled(true, word),
        "alt": f"Over {len(every)} tables the network chosen last has {ends} of the {word}; the budget is {percent(budget)}.",
        "x": axis("Tables made and solved", domain=[1, len(every)], format="integer"),
        "y": axis(f"Share of the {word}", domain=[0, 1], format="percent"),
        "marks": curves
        + [dots(curve, [number == tables for number in numbers]) for curve in curves]
        + [{"type": "rule", "y": budget, "role": "reference"}],
        "height": 0.6,
    }


def settled(true, word):
    """Whether the choice stays once its tables are made at its own widths."""
    if abs(true[-1] - true[-2]) <= 1e-12:
        first = [number for number in range(len(true)) if abs(true[number] - true[-1]) <= 1e-12][0]
        return f"After {plural(first + 1, 'table')} the choice stays, at {percent(true[-1])} of the {word}"
    low, high = min(true[-2:]), max(true[-2:])
    return f"It goes on changing: {percent(low)}, {percent(high)} of the {word}"


def table_of(now):
    best, other = now.picks
    columns = [column("Group"), column("Channels", "integer"), column("Knapsack keeps", "integer")]
    columns += [column("Greedy keeps", "integer"), column("Importance of the group", "percent")]
    columns += [column("kept by the knapsack", "percent"), column("kept by greedy", "percent")]
    rows = []
    for group in now.groups:
        worths = now.worths[group]
        kept = [sum(worths[: pick.widths[group]]) / now.value for pick in now.picks]
        rows.append([group, len(worths), best.widths[group], other.widths[group], sum(worths) / now.value] + kept)
    return {"caption": "What each group keeps, shares of the importance of all channels", "columns": columns, "rows": rows}
