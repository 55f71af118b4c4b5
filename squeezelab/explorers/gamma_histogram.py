"""Network Slimming: where a penalty pulls the scales of norms while a network learns, and what it then costs to cut channels."""

from ..core.words import decimals, formatted, percent, plural, short
from .gamma_model import BINS, EPOCHS, PLACES, ROWS, SETTINGS, SHARES, SMALL, WIDTH, counts_of, cut_of, tallest_of
from .kit.charts import dots, line
from .kit.controls import choice, slider, stops
from .kit.figures import axis, capital, careful_percent, column, legend_entry, tile

TITLE = "Scales under a pull, and channels under a threshold"
PAPER = "1e-4"


def pull_words(row):
    """What a control says of a pull."""
    return f"λ = 10⁻⁴: {short(row['reach'])}" if row["pull"] == PAPER else short(row["reach"]) if row["reach"] else "none"


CONTROLS = [
    choice("pull", "Pull of the penalty", [(str(row["pull"]), pull_words(row)) for row in ROWS], str(ROWS[-1]["pull"])),
    slider("epoch", "After epoch", 1, EPOCHS, EPOCHS) | {"play": True},
    stops("share", "Channels cut", SHARES, 0.7) | {"format": "percent"},
]
SOURCES = (
    "Measured: mini_vgg trained from scratch on {images} digits under each pull, one run, {look} test digits, no training after "
    "the cut but where it is said. After the code of Network Slimming (Liu et al. 2017) [read]: scales start at 0.5, λ·sign(γ) "
    "is added to their gradients, and one threshold on |γ| holds for all layers; the floor, a tenth of each layer, is ours."
)


def figure(pull, epoch, share):
    place = SHARES.index(share)
    now = cut_of(pull, epoch, place)
    return {
        "finding": finding_of(now),
        "problem": problem_of(now),
        "charts": [histogram(now), layers_chart(now), accuracy_chart(now)],
        "readout": readout_of(now),
        "table": table_of(now),
        "formula": formula_of(now),
        "note": SOURCES.format(images=SETTINGS["images"], look=SETTINGS["look"]),
    }


# Words.


def row_words(row):
    return f"a pull of {short(row['reach'])}" if row["reach"] else "no pull"


def finding_of(now):
    head = f"Under {row_words(now.row)}, {now.small()} of {now.count} scales are below {SMALL} after {plural(now.epoch, 'epoch')}"
    whole, cut = now.accuracies[0], now.accuracies[now.place]
    if not now.share:
        return f"{head}; the whole network reads {percent(whole)} of the digits."
    tail = f"without {now.removed} channels it reads {percent(cut)} instead of {percent(whole)}"
    return f"{head}; {tail}, and {percent(now.anew[now.place])} once the norms have measured anew."


def problem_of(now):
    """The cut breaks the network, and its norms can't mend it; or None."""
    if now.anew[now.place] > 0.8 * now.accuracies[0]:
        return None
    limit = short(now.limit * SETTINGS["unit"])
    if now.floored:
        left = " and ".join([f"{now.kept[layer]} channels of {layer}" for layer in now.floored])
        return f"The threshold {limit} would empty a layer: only the floor leaves {left}, and too little comes through."
    return f"The threshold {limit} cuts channels that were at work: no gap parts the scales there."


def formula_of(now):
    peak, steps = SETTINGS["learning_rate"], EPOCHS * -(-SETTINGS["images"] // SETTINGS["batch_size"])
    law = "pull = λ · Σ lr / (1 − momentum)"
    if not now.row["reach"]:
        return law
    ratio = decimals(now.row["reach"] / now.row["strength"], 1)
    made = f"{law} = {formatted(now.row['strength'], 'four')} · {ratio} = {short(now.row['reach'])}"
    return f"{made}; {steps} steps, lr up to {peak}"


# Charts.


def histogram(now):
    """How many channels have a scale of each size, and which of them the threshold cuts."""
    left, gone = counts_of(now)
    middles = [(place + 0.5) * WIDTH for place in range(BINS)]
    marks = []
    for counts, role, word in ((gone, "failure", "cut"), (left, "accent", "kept")):
        marks.append({"type": "bar", "stack": True, "x": middles, "y": counts, "role": role, "label": word})
    if now.removed:
        limit = now.limit * SETTINGS["unit"]
        marks.append({"type": "rule", "x": limit, "role": "reference", "label": f"threshold {short(limit)}"})
    heaps = [f"{a + b} around {decimals(middle, 3)}" for a, b, middle in zip(left, gone, middles) if a + b]
    return {
        "title": f"{now.small()} of {now.count} scales are below {SMALL}",
        "alt": f"Scales after {plural(now.epoch, 'epoch')}: {', '.join(heaps)}.",
        "x": axis(f"Scale |γ|, in steps of {WIDTH}", domain=[0, BINS * WIDTH]),
        "y": axis("Channels", domain=[0, tallest_of(str(now.row["pull"]))], format="integer"),
        "marks": marks,
        "legend": [legend_entry("failure", "cut"), legend_entry("accent", "kept")],
        "height": 0.5,
    }


def layers_chart(now):
    sizes = [len(now.scales[layer]) for layer in now.layers]
    shares = [1 - now.kept[layer] / size for layer, size in zip(now.layers, sizes)]
    tips = [f"{layer}: {now.kept[layer]} of {size} channels stay" for layer, size in zip(now.layers, sizes)]
    most = now.layers[shares.index(max(shares))]
    title = f"{capital(most)} loses {percent(max(shares))} of its channels, the most"
    return {
        "title": title if now.removed else "No layer loses a channel",
        "alt": f"{'. '.join([capital(tip) for tip in tips])}.",
        "x": axis("Share of a layer's channels that is cut", domain=[0, 1], format="percent"),
        "y": axis("", scale="band", domain=now.layers),
        "marks": [{"type": "hbar", "y": now.layers, "x": shares, "role": "failure", "label": tips}],
        "height": 0.5,
    }


def accuracy_chart(now):
    """Accuracy without each share of the channels, under each pull, at this epoch."""
    plain, rings = [], [place == now.place for place in range(len(SHARES))]
    for row in ROWS:
        if row is not now.row:
            accuracies = row["epochs"][now.epoch - 1]["anew"]
            tips = [f"{row_words(row)}, {percent(p)} cut, norms anew: {percent(r)} read" for p, r in zip(SHARES, accuracies)]
            plain.append(line(SHARES, accuracies, "reference", None, tips, True))
    curves = []
    for name, accuracies, role in (("cut", now.accuracies, "failure"), ("norms anew", now.anew, "accent")):
        tips = [f"{percent(part)} cut, {name}: {percent(right)} read" for part, right in zip(SHARES, accuracies)]
        curves.append(line(SHARES, accuracies, role, name, tips))
    marks = plain + curves + [dots(curve, rings) for curve in curves]
    legend = [legend_entry("reference", "norms anew, other pulls")]
    if now.epoch == EPOCHS:
        shares, tuned = SETTINGS["tuned"], now.row["tuned"]
        tips = [f"{percent(part)} cut, trained on: {percent(right)} read" for part, right in zip(shares, tuned)]
        roles, sizes = ["is"] * len(shares), [5] * len(shares)
        marks.append({"type": "point", "x": shares, "y": tuned, "role": roles, "size": sizes, "label": tips})
        legend.append(legend_entry("is", f"{plural(SETTINGS['recovery_epochs'], 'epoch')} of training after the cut"))
    free = max([part for part, right in zip(SHARES, now.anew) if right > now.accuracies[0] - 0.02] + [0])
    return {
        "title": f"{careful_percent(free)} of the channels can go for less than 2 points",
        "alt": "Digits read: "
        + ", ".join(
            [f"without {percent(SHARES[n])} {percent(now.accuracies[n])}, norms anew {percent(now.anew[n])}" for n in PLACES]
        )
        + ".",
        "x": axis("Share of the channels that is cut", domain=[0, SHARES[-1]], format="percent"),
        "y": axis("Digits read", domain=[0, 1], format="percent"),
        "marks": marks,
        "legend": legend,
        "height": 0.4,
        "wide": True,
    }


def read_words(now, place):
    return f"without {percent(SHARES[place])} {percent(now.accuracies[place])}, norms anew {percent(now.anew[place])}"


def readout_of(now):
    return [
        tile("λ", now.row["strength"], "four"),
        tile("Pull in all of training", now.row["reach"], "plain"),
        tile("Read by the whole network", now.accuracies[0], "percent"),
        tile("Read after the cut", now.accuracies[now.place], "percent", role="failure"),
        tile("Once the norms measured anew", now.anew[now.place], "percent", role="accent"),
        tile("And after recovery", now.tuned(), "percent", role="is"),
        tile("Smallest scale above the threshold", now.limit * SETTINGS["unit"], "plain"),
        tile("Channels cut", now.removed, "integer", unit=f"of {now.count}"),
    ]


def table_of(now):
    columns = [column("Layer"), column("Channels", "integer"), column("Kept", "integer")]
    columns += [column(f"Scales below {SMALL}", "integer"), column("Mean scale", "plain"), column("Largest scale", "plain")]
    rows = []
    for layer in now.layers:
        scales = [scale * SETTINGS["unit"] for scale in now.scales[layer]]
        below = len([scale for scale in scales if scale < SMALL])
        rows.append([layer, len(scales), now.kept[layer], below, sum(scales) / len(scales), max(scales)])
    return {"caption": f"Scales by layer after {plural(now.epoch, 'epoch')}", "columns": columns, "rows": rows}
