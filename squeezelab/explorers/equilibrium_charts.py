"""The pictures of `equilibrium`: who rests and when, which passes that spares, and at what accuracy."""

from ..core.words import formatted, percent, plural, short
from .equilibrium_model import CEILING, DROPS, EPOCHS, EPSILONS, FORWARD, INPUTS, LAYERS, NEURONS, PASSES, run_of
from .kit.charts import dots, line, stacked_bars
from .kit.figures import axis, careful_percent, legend_entry

ROLES = ("accent", "weights", "outputs", "inputs", "reference")  # of the layers


def drop_rules():
    return [{"type": "rule", "x": drop + 0.5, "role": "reference", "label": "lr / 10"} for drop in DROPS]


def resting_chart(run, epoch):
    """The share of each layer's neurons that rests, epoch by epoch; the learning rate falls at the rules."""
    marks, xs = [], list(range(1, EPOCHS + 1))
    for layer, role in zip(LAYERS, ROLES):
        shares = [run.share(layer, x) for x in xs]
        tips = [f"{layer}, epoch {x}: {run.resting[layer][x - 1]} of {NEURONS[layer]} neurons rest" for x in xs]
        curve = line(xs, shares, role, layer, tips)
        marks += [curve, dots(curve, [x == epoch for x in xs])]
    said = [f"{layer} {percent(run.share(layer, epoch))}" for layer in LAYERS]
    return {
        "title": resting_title(run, epoch),
        "alt": f"At rest in epoch {epoch}: {', '.join(said)}. The learning rate falls after epochs {DROPS[0]} and {DROPS[1]}.",
        "x": axis("Epoch", domain=[1, EPOCHS], format="integer"),
        "y": axis("Neurons of a layer at rest", domain=[0, 1], format="percent"),
        "marks": marks + drop_rules(),
        "height": 0.4,
        "wide": True,
    }


def resting_title(run, epoch):
    thawed, shares = run.thawed(epoch), [run.share(layer, epoch) for layer in LAYERS]
    if thawed:
        return f"In epoch {epoch} layers thaw: {plural(thawed, 'neuron')} fewer rest there"
    if min(shares) == max(shares):
        return f"In epoch {epoch} {'every neuron rests' if shares[0] else 'no neuron rests'}"
    return f"In epoch {epoch}, {percent(max(shares))} of {LAYERS[shares.index(max(shares))]} rest, the most of any layer"


def passes_chart(run, epoch):
    """MACs of the three passes up to an epoch, as shares of those of training without rest."""
    names, sizes = ["forward", "to inputs", "to weights"], [part / PASSES for part in (FORWARD, INPUTS, FORWARD)]
    spared = [0, 0, run.saved(epoch)[1]]
    done, parts = [size - part for size, part in zip(sizes, spared)], []
    for role, each, word in (("compute", done, "needed"), ("idle", spared, "spared")):
        tips = [f"{name}: {careful_percent(part)} of the MACs of training {word}" for name, part in zip(names, each)]
        parts.append((role, each, tips))
    said = [f"{name} {percent(part)}" for name, part in zip(names, done)]
    return {
        "title": f"Only the third pass is spared: {careful_percent(spared[2])} of all MACs",
        "alt": f"Needed up to epoch {epoch}, of the MACs of training: {', '.join(said)}; {careful_percent(spared[2])} spared.",
        "x": axis("Share of the MACs of training", domain=[0, sizes[0]], format="percent"),
        "y": axis("", scale="band", domain=names),
        "marks": stacked_bars(names, parts),
        "legend": [legend_entry("compute", "needed"), legend_entry("idle", "spared, if rows are skipped")],
        "height": 0.6,
    }


def points_apart(run):
    """What each epoch reads more than training without rest, in points of a percent."""
    return [100 * (now - dense) for now, dense in zip(run.accuracy, run.dense)]


def accuracy_chart(run, epoch):
    """Test digits read after each epoch, less those read without rest; in grey the other values of ε."""
    marks, xs = [], list(range(1, EPOCHS + 1))
    for epsilon in EPSILONS:
        if epsilon != run.epsilon:
            marks.append(line(xs, points_apart(run_of(run.optimizer, epsilon, run.reading)), "idle"))
    apart, now, dense = points_apart(run), percent(run.accuracy[epoch - 1]), percent(run.dense[epoch - 1])
    tips = [
        f"epoch {x}: {percent(own)} read, {percent(other)} without rest" for x, own, other in zip(xs, run.accuracy, run.dense)
    ]
    curve = line(xs, apart, "accent", None, tips)
    marks += [curve, dots(curve, [x == epoch for x in xs])]
    return {
        "title": f"After epoch {epoch}: {formatted(apart[epoch - 1], 'fixed1')} points apart in one run of each",
        "alt": f"Digits read after epoch {epoch}: {now}; without rest {dense}.",
        "x": axis("Epoch", domain=[1, EPOCHS], format="integer"),
        "y": axis("Digits read, against training without rest", "points"),
        "marks": marks + drop_rules(),
        "legend": [legend_entry("accent", f"ε = {short(run.epsilon)}"), legend_entry("idle", "other ε")],
        "height": 0.6,
    }


def trade_chart(run):
    """What each ε saves in all of training under both readings, over the digits read in the end."""
    marks = []
    for reading, role in (("code", "accent"), ("paper", "weights")):
        runs = [run_of(run.optimizer, epsilon, reading) for epsilon in EPSILONS]
        xs, ys = [each.saved(EPOCHS)[1] for each in runs], [each.accuracy[-1] for each in runs]
        tips = [
            f"{reading}, ε = {short(each.epsilon)}: {careful_percent(x)} saved, {percent(y)} read"
            for each, x, y in zip(runs, xs, ys)
        ]
        curve = line(xs, ys, role, None, tips)
        marks += [curve, dots(curve, [each.epsilon == run.epsilon and reading == run.reading for each in runs])]
    ends = [each["y"] for each in marks] + [[run.dense[-1]]]
    low, high = min([min(each) for each in ends]), max([max(each) for each in ends])
    return {
        "title": f"ε = {short(run.epsilon)} saves {careful_percent(run.saved(EPOCHS)[1])} by the end",
        "alt": f"Digits read at the end over the share of MACs saved, for {len(EPSILONS)} values of ε, both readings.",
        "x": axis("MACs of training saved, all epochs", domain=[0, CEILING], format="percent"),
        "y": axis("Test digits read in the end", domain=[low - 0.005, high + 0.005], format="percent"),
        "marks": marks + [{"type": "rule", "y": run.dense[-1], "role": "reference", "label": "without rest"}],
        "legend": [legend_entry("accent", "as the code has it"), legend_entry("weights", "as the paper has it")],
        "height": 0.35,
        "wide": True,
    }
