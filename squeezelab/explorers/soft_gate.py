"""SMCP's gates on a measured training: what becomes of a channel while it is masked, and whether it comes back."""

from ..core.words import plural, short
from .kit.charts import line
from .kit.controls import choice, slider, stops
from .kit.figures import axis, column, legend_entry, tile
from .kit.measured import measured
from .kit.memo import Memo

TITLE = "What a gate does to a channel that is masked"
GATES = [("soft", "Soft"), ("hard", "Hard"), ("permanent", "Permanent")]
ROLES = dict([("soft", "accent"), ("hard", "ws"), ("permanent", "os")])
GROUP = measured("gates")["settings"]["group"]
MOMENTS = [moment["step"] for moment in measured("gates")["rows"][0]["moments"]]
CHANNELS = len(measured("gates")["rows"][0]["moments"][0]["kept"])
CONTROLS = [
    choice("gate", "Gate", GATES, "soft"),
    slider("channel", f"Channel of {GROUP}", 1, CHANNELS, 24),
    stops("step", "Up to training step", MOMENTS, 61),
]
SOURCES = (
    "Measured: one run under each gate, mini_vgg on the digits, to half of its channels, all else alike; the algorithm after "
    "SMCP's code (Humble et al. 2022) [read]. The norm is that of the stored weights that read a channel; it is kept or masked "
    "by |Σ −w·g|, its mean since the choice before. One run of each says nothing about which gate gives the better network."
)


class Track:
    """One channel under one gate: at each moment the norm of the weights that read it, and whether it is kept from there on."""

    def __init__(self, gate, channel):
        moments = row_of(gate)["moments"]
        self.gate, self.channel = gate, channel
        self.norms = [moment["norms"][channel - 1] / 100 for moment in moments]
        self.kept = [moment["kept"][channel - 1] == "1" for moment in moments]
        before = [True] + self.kept[:-1]
        self.falls = [place for place in range(len(moments)) if before[place] and not self.kept[place]]
        self.returns = [place for place in range(len(moments)) if self.kept[place] and not before[place]]

    def until(self, place):
        """(the last fall, the last return) up to a moment, each a place or None."""
        falls = [each for each in self.falls if each <= place]
        returns = [each for each in self.returns if each <= place]
        return falls[-1] if falls else None, returns[-1] if returns else None


def row_of(gate):
    return [row for row in measured("gates")["rows"] if row["gate"] == gate][0]


# track_of(gate, channel): all are kept
track_of = Memo(Track, most=2 * len(GATES) * CHANNELS)


def figure(gate, channel, step):
    place = MOMENTS.index(step)
    track = track_of(gate, channel)
    return {
        "finding": finding_of(track, place),
        "problem": problem_of(track, place),
        "charts": [norm_chart(track, place), mask_chart(track, place), returns_chart(track, place)],
        "readout": readout_of(track, place),
        "table": table_of(channel, place),
        "formula": formula_of(gate),
        "note": SOURCES,
    }


# Words.


def frozen_from():
    """The place of the last choice; masks stay from there on."""
    return max([place for place, moment in enumerate(row_of("soft")["moments"]) if moment["chosen"]])


def at(place):
    return f"step {MOMENTS[place]}"


def finding_of(track, place):
    name, norms = f"channel {track.channel}", track.norms
    fall, back = track.until(place)
    head = f"Under the {track.gate} gate {name}"
    if fall is None:
        grown = f"the norm of its weights went from {short(norms[0])} to {short(norms[place])}"
        return f"{head} has been kept up to {at(place)}; {grown}."
    if back is not None and back > fall:
        grown = f"the norm of its weights went from {short(norms[fall])} to {short(norms[back])}"
        return f"{head} fell at {at(fall)}; while it was masked {grown}, and it returned at {at(back)}."
    now = f"its norm is {short(norms[place])} by {at(place)}"
    if track.gate == "permanent" and place > fall:
        return f"{head} fell at {at(fall)} with a norm of {short(norms[fall])}; its weights were set to 0, and {now}."
    words = "learns on" if track.gate == "soft" else "waits"
    return f"{head} fell at {at(fall)} with a norm of {short(norms[fall])} and {words} behind its mask: {now}."


def problem_of(track, place):
    fall, back = track.until(place)
    masked = fall is not None and (back is None or back < fall)
    if not masked or place == fall:
        return None
    if track.gate == "permanent":
        return "It can't return: with weights of 0 its score is 0 in every choice to come, whatever the other channels do."
    if place >= frozen_from():
        lost = "What it learned since then is lost" if track.gate == "soft" else "What it knew is lost"
        return f"It won't return: the masks are frozen since {at(frozen_from())}. {lost} when the network is cut."
    return None


def formula_of(gate):
    words = {
        "soft": "forward: w·m\nbackward: ∂L/∂w as if there were no mask; what is masked learns",
        "hard": "forward: w·m\nbackward: ∂L/∂w · m; what is masked stays as it was",
        "permanent": "w ← w·m at each choice\nbackward: ∂L/∂w · m; what is masked is 0",
    }
    return words[gate]


# Charts.


def norm_chart(track, place):
    """The norm of the channel's stored weights under the three gates, up to the step; dots say when it was masked."""
    marks, ends, shown = [], [], MOMENTS[: place + 1]
    for gate, name in GATES:
        other = track_of(gate, track.channel)
        curve = line(shown, other.norms[: place + 1], ROLES[gate], None, None, None if gate == track.gate else True)
        marks.append(curve)
        ends.append(f"{name.lower()} {short(other.norms[place])}")
    tips, roles = [], []
    for number in range(place + 1):
        word = "kept" if track.kept[number] else "masked"
        roles.append(ROLES[track.gate] if track.kept[number] else "failure")
        tips.append(f"{at(number)}, {track.gate}: norm {short(track.norms[number])}, {word} from here on")
    points = {"type": "point", "x": shown, "y": track.norms[: place + 1], "role": roles, "size": [3] * len(shown), "label": tips}
    masked = len([1 for kept in track.kept[: place + 1] if not kept])
    return {
        "title": f"Of {plural(place + 1, 'stretch', 'stretches')} channel {track.channel} is masked in {masked}",
        "alt": f"Norm of the weights that read channel {track.channel} at {at(place)}: " + ", ".join(ends) + ".",
        "x": axis("Training step", domain=[MOMENTS[0], MOMENTS[-1]], format="integer"),
        "y": axis("Norm of the weights that read it", domain=[0, most_norm(track.channel)]),
        "marks": marks + [points | {"emphasis": [number == place for number in range(place + 1)]}],
        "legend": [legend_entry("failure", "masked from here on")] + [legend_entry(ROLES[g], n.lower()) for g, n in GATES],
        "height": 0.3,
        "wide": True,
    }


def most_norm(channel):
    return 1.05 * max([max(track_of(gate, channel).norms) for gate, _ in GATES])


def mask_chart(track, place):
    """Which channels are kept from each moment on, the chosen one in colours of its own."""
    xs, ys, roles = [], [], []
    for channel in range(1, CHANNELS + 1):
        kept = track_of(track.gate, channel).kept
        pair = ("is", "failure") if channel == track.channel else ("accent", "idle")
        for number in range(place + 1):
            xs.append(str(MOMENTS[number]))
            ys.append(str(channel))
            roles.append(pair[0] if kept[number] else pair[1])
    left = len([1 for channel in range(1, CHANNELS + 1) if track_of(track.gate, channel).kept[place]])
    return {
        "title": f"{left} of {CHANNELS} channels of {GROUP} are kept at {at(place)}",
        "alt": f"Masks of {GROUP} under the {track.gate} gate up to {at(place)}: {left} of {CHANNELS} channels are kept there.",
        "x": axis("Training step", scale="band", domain=[str(moment) for moment in MOMENTS]),
        "y": axis("Channel", scale="band", domain=[str(channel) for channel in range(1, CHANNELS + 1)]),
        "marks": [{"type": "cell", "x": xs, "y": ys, "role": roles}],
        "legend": [
            legend_entry("accent", "kept"),
            legend_entry("idle", "masked"),
            legend_entry("is", f"channel {track.channel}, kept"),
            legend_entry("failure", f"channel {track.channel}, masked"),
        ],
        "height": 0.9,
    }


def returned_by(gate, place):
    """How often channels of the group have come back up to a moment, each time counted."""
    return sum([len([1 for back in track_of(gate, c).returns if back <= place]) for c in range(1, CHANNELS + 1)])


def returns_chart(track, place):
    names, counts = [name.lower() for _, name in GATES], [returned_by(gate, place) for gate, _ in GATES]
    return {
        "title": f"{plural(counts[0], 'return')} under the soft gate, {counts[2]} under the permanent one",
        "alt": "Returns up to " + at(place) + ": " + ", ".join([f"{name} {count}" for name, count in zip(names, counts)]) + ".",
        "x": axis(f"Returns of channels of {GROUP}", domain=[0, returned_by("soft", len(MOMENTS) - 1)], format="integer"),
        "y": axis("", scale="band", domain=names),
        "marks": [{"type": "hbar", "y": names, "x": counts, "role": [ROLES[gate] for gate, _ in GATES]}],
        "height": 0.25,
        "wide": True,
    }


def readout_of(track, place):
    counts = row_of(track.gate)["moments"][place]["counts"]
    return [
        tile("Norm of its weights", track.norms[place], "plain", role=ROLES[track.gate]),
        tile("Fell, times", len([1 for fall in track.falls if fall <= place]), "integer"),
        tile("Returned, times", len([1 for back in track.returns if back <= place]), "integer"),
        tile("Channels kept, whole network", sum(counts.values()), "integer"),
    ]


def table_of(channel, place):
    columns = [column("Gate"), column("Norm", "plain"), column("From here on")]
    columns += [column("Last fell at step", "integer"), column("Last returned at step", "integer")]
    columns += [column("Digits read in the end", "percent")]
    rows = []
    for gate, name in GATES:
        track = track_of(gate, channel)
        fall, back = track.until(place)
        steps = [None if each is None else MOMENTS[each] for each in (fall, back)]
        word = "kept" if track.kept[place] else "masked"
        rows.append([name, track.norms[place], word] + steps + [row_of(gate)["accuracy"]])
    return {"caption": f"Channel {channel} of {GROUP} at {at(place)}", "columns": columns, "rows": rows}
