"""The pictures of `mixed_precision`: who minds which bits, whether rises add up, digits read along the budget, costs."""

from ..core.words import formatted, percent, plural, short
from .kit.charts import dots, line
from .kit.figures import axis, capital, legend_entry
from .mixed_model import BITS, BUDGETS, MACHINE, MOST_BITS, SEEDS, WAYS, cost_of, measured_choices, over_seeds

COUNT = len(SEEDS["settings"]["seeds"])
ROLES = {"knapsack": "accent", "greedy": "ws", "uniform": "os"}


def cells_chart(now, every):
    """A square for each layer and number of bits, with the rise of the loss in thousandths of a nat: which are taken."""
    layers, others = now.layers, [one for one in every if one.way != now.way]
    xs, ys, roles, texts, tips = [], [], [], [], []
    for place, name in enumerate(layers.names):
        for bits in BITS:
            rise = layers.rises[place][bits]
            takers = [one.way for one in every if one.bits[place] == bits]
            xs.append(str(bits))
            ys.append(name)
            roles.append("accent" if now.way in takers else "fill" if takers else "idle")
            texts.append(formatted(1000 * rise, "plain") if bits < MOST_BITS else "0")
            by = f", taken by {' and '.join(takers)}" if takers else ""
            tips.append(f"{name} alone at {plural(bits, 'bit')}: the loss rises by {formatted(rise, 'four')} nats{by}")
    most = layers.names[now.bits.index(max(now.bits))]
    return {
        "title": f"{most} gets {plural(max(now.bits), 'bit')}, with {percent(share_of(layers, most))} of the weights",
        "alt": f"Bits by {now.way}: " + ", ".join([f"{name} {bits}" for name, bits in zip(layers.names, now.bits)]) + ".",
        "x": axis("Bits of the weights", scale="band", domain=[str(bits) for bits in BITS]),
        "y": axis("Rise of the loss, thousandths of a nat", scale="band", domain=layers.names),
        "marks": [{"type": "cell", "x": xs, "y": ys, "role": roles, "text": texts, "label": tips}],
        "legend": [
            legend_entry("accent", now.way),
            legend_entry("fill", " or ".join([one.way for one in others]) + " alone"),
            legend_entry("idle", "not taken"),
        ],
        "height": 0.25 + 0.025 * len(layers.names),
        "wide": True,
    }


def share_of(layers, name):
    return layers.sizes[layers.names.index(name)] / layers.weights


def losses_chart(network, budget, way, now):
    """The loss along the budget: as the rises add up, and as it is."""
    rows, curves = measured_choices(network, way), []
    budgets = [row["budget"] for row in rows]
    for role, name, field in (("reference", "rises added", "added_loss"), ("stall", "measured", "loss")):
        losses = [row[field] for row in rows]
        tips = [f"{short(each)} bits a weight, {name}: {formatted(loss, 'four')} nats" for each, loss in zip(budgets, losses)]
        curves.append(line(budgets, losses, role, name, tips, name == "rises added" or None))
    last, highest = rows[0], max([max(row["loss"], row["added_loss"]) for row in rows])
    return {
        "title": f"Rises add up to a loss of {formatted(now.added)}, measured is {formatted(now.loss)}",
        "alt": f"With {short(last['budget'])} bits a weight rises add up to a loss of {formatted(last['added_loss'])}, measured "
        f"is {formatted(last['loss'])}; with {short(budgets[-1])} it is {formatted(rows[-1]['loss'])}.",
        "x": axis("Budget", "bits a weight", domain=[BUDGETS[0], BUDGETS[-1]]),
        "y": axis("Loss on training digits", "nats", "log10", [0.01, 10 if highest > 1 else 1]),
        "marks": curves + [dots(curve, [each == budget for each in budgets]) for curve in curves],
        "height": 0.6,
    }


def digits_chart(network, budget, way, now):
    """Digits read along the budget, by each way, the chosen one on top."""
    curves, said = [], []
    for name, _ in sorted(WAYS, key=lambda each: (each[0] == way, each[0])):
        rows = measured_choices(network, name)
        budgets, rights = [row["budget"] for row in rows], [row["accuracy"] for row in rows]
        tips = [f"{name}, {short(each)} bits a weight: {percent(right)} read" for each, right in zip(budgets, rights)]
        curves.append(line(budgets, rights, ROLES[name], None, tips))
        said.append(f"{name} {percent(rights[0])} to {percent(rights[-1])}")
    marks = curves + [dots(curve, [each == budget for each in curve["x"]]) for curve in curves]
    legend = [legend_entry(ROLES[name], words) for name, words in WAYS]
    seeds = seeds_marks(network)
    if seeds:
        legend.append(legend_entry("text", f"{COUNT} others, cluttered digits, ± standard error"))
    read = "not measured" if now.accuracy is None else f"{percent(now.accuracy)} read"
    return {
        "title": f"{capital(way)}, {short(budget)} bits a weight: {read}",
        "alt": f"Test digits read along the budget: {', '.join(said)}.",
        "x": axis("Budget", "bits a weight", domain=[BUDGETS[0], BUDGETS[-1]]),
        "y": axis("Test digits read", domain=[0, 1], format="percent"),
        "marks": marks + seeds,
        "legend": legend,
        "height": 0.6,
    }


def seeds_marks(network):
    """What networks of several seeds read: a dot in the colour of the way, and its standard error."""
    marks = []
    for way, _ in WAYS:
        for budget, mean, error in over_seeds(network, way):
            tip = f"{COUNT} networks, cluttered digits, {way}, {short(budget)} bits: {percent(mean)} ± {percent(error)} read"
            marks.append(line([budget, budget], [mean - error, mean + error], "text"))
            marks.append({"type": "point", "x": [budget], "y": [mean], "role": ROLES[way], "size": 5, "label": [tip]})
    return marks


def costs_chart(network, every):
    """Bytes, cycles and energy of the three choices, of those at 8 bits."""
    names, shares, roles, tips = [], [], [], []
    whole = cost_of(network, (MOST_BITS,) * len(every[0].bits))
    full = sum(every[0].layers.sizes)
    for one in every:
        cost, codes = cost_of(network, tuple(one.bits)), sum([size * bits / 8 for size, bits in zip(one.layers.sizes, one.bits)])
        for what, share in (
            ("codes", codes / full),
            ("cycles", cost.cycles / whole.cycles),
            ("energy", cost.energy / whole.energy),
        ):
            names.append(f"{what}, {one.way}")
            shares.append(share)
            roles.append(ROLES[one.way])
            tips.append(f"{what}, {one.way}: {percent(share)} of those at 8 bits")
    return {
        "title": f"By the knapsack codes are {percent(shares[0])} of those at 8 bits, cycles {percent(shares[1])}",
        "alt": f"{capital(', '.join(tips))}.",
        "x": axis(f"Of the same at 8 bits, {MACHINE}", domain=[0, 1], format="percent"),
        "y": axis("", scale="band", domain=names),
        "marks": [{"type": "hbar", "y": names, "x": shares, "role": roles, "label": tips}],
        "height": 0.35,
        "wide": True,
    }
