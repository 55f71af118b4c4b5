"""A figure laid out anew for a telephone: half as wide, its legend below, its words no smaller and clear of one another."""

import re
from itertools import product
from textwrap import wrap

WIDTH = 3.45  # inches: on the 312 pixels that a telephone of 360 leaves, 9 points are 11 pixels
LEAST = 9  # points
LINE = 0.19  # inches that a line of the legend takes
CLEAR = 3  # points between two labels
POINT = 3  # points from the middle of a mark to its edge
STEPS = (0, 5, -5, 10, -10, 16, -16, 22, -22, 30, -30)  # points by which a name moves up
NOTE, LETTERS = 72 * WIDTH / 2, 36  # points from which on a text is a note, and how many letters of it are a line
NUMBER = re.compile(r"[+−-]?[\d.,\s%×]+")


def make_narrow(figure):
    """Changes this figure of matplotlib, however it was laid out, into one of WIDTH."""
    from matplotlib.text import Text

    figure.set_dpi(72)  # what is measured is in points
    figure.set_layout_engine("constrained")
    stack(figure)
    figure.set_size_inches(WIDTH, figure.get_figheight())
    for words in figure.findobj(Text):
        words.set_fontsize(max(LEAST, words.get_fontsize()))
    for ax in figure.axes:
        put_notes_below(ax)
    legend_below(figure)
    for axis in [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)]:
        clear_ticks(axis)
        wrap_label(axis)
    figure.draw_without_rendering()
    for ax in figure.axes:
        turn_values(ax)
        place_names(ax)


def stack(figure):
    """Axes that stand in a row come to stand one below the other, each as high to its width as before."""
    row = [ax for ax in figure.axes if ax.get_subplotspec() and ax.get_subplotspec().get_gridspec().nrows == 1]
    if len(row) > 1:
        width, height = figure.get_size_inches()
        grid = figure.add_gridspec(len(row), 1)
        for place, ax in enumerate(row):
            ax.set_subplotspec(grid[place])
        figure.set_figheight(height * WIDTH / width * len(row) ** 2)


def legend_below(figure):
    """All legends as one below the axes, in as many columns as there is room for."""
    handles, labels = [], []
    for legend in [ax.get_legend() for ax in figure.axes if ax.get_legend()]:
        found, texts = legend.axes.get_legend_handles_labels()
        handles += found if len(found) == len(legend.get_texts()) else legend.legend_handles
        labels += texts if len(found) == len(legend.get_texts()) else [text.get_text() for text in legend.get_texts()]
        legend.remove()
    for columns in range(min(4, len(labels)), 0, -1):
        look = {"frameon": False, "fontsize": LEAST, "handlelength": 1.6, "columnspacing": 1.2, "borderaxespad": 0.2}
        below = figure.legend(handles, labels, loc="outside lower left", ncols=columns, **look)
        figure.draw_without_rendering()
        if columns == 1 or below.get_window_extent().width <= 72 * WIDTH:
            figure.set_figheight(figure.get_figheight() + LINE * -(-len(labels) // columns))
            return
        below.remove()


def ticks(axis):
    """[(place, label)] of the axis as it is drawn."""
    axis.get_figure().draw_without_rendering()
    low, high = sorted(axis.get_view_interval())
    pairs = zip(axis.get_majorticklocs(), axis.get_majorticklabels())
    return [(place, label) for place, label in pairs if low <= place <= high and label.get_text()]


def spans_overlap(spans):
    """Whether two of these [(from, to)] come too close."""
    spans = sorted(map(tuple, spans))
    return any(after[0] < before[1] + CLEAR for before, after in zip(spans, spans[1:]))


def clear_ticks(axis):
    """Labels of a crowded axis: names are turned, of numbers every other one goes, until no two touch."""
    side = "intervalx" if axis.axis_name == "x" else "intervaly"
    found = ticks(axis)
    while spans_overlap([getattr(label.get_window_extent(), side) for _, label in found]):
        places, words = zip(*[(place, label.get_text().replace("\n", " ")) for place, label in found])
        if axis.axis_name == "x" and not any(map(NUMBER.fullmatch, words)):
            axis.set_ticks(places, words, rotation=45, ha="right", rotation_mode="anchor")
            return
        axis.set_ticks(places[::2], words[::2])
        found = ticks(axis)


def wrap_label(axis):
    """A label that is longer than its axis, in two lines."""
    side = "width" if axis.axis_name == "x" else "height"
    words, room = axis.label.get_text(), getattr(axis.axes.get_window_extent(), side)
    if getattr(axis.label.get_window_extent(), side) > room and set(words) & set(" \n") == {" "}:
        middle = min((abs(len(words) // 2 - at), at) for at, letter in enumerate(words) if letter == " ")[1]
        axis.label.set_text(f"{words[:middle]}\n{words[middle + 1 :]}")


def put_notes_below(ax):
    """A text in the axes that is longer than half the picture comes to stand below them, in lines."""
    for words in [words for words in ax.texts if words.get_window_extent().width > NOTE]:
        ax.set_xlabel("\n".join([ax.get_xlabel(), *wrap(words.get_text(), LETTERS)]))
        words.remove()


def turn_values(ax):
    """Numbers at the marks that would run into one another stand upright."""
    values = [words for words in ax.texts if NUMBER.fullmatch(words.get_text())]
    boxes = [value.get_window_extent() for value in values]
    if any(one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[:place]):
        for value in values:
            value.set_rotation(90)


def place_names(ax):
    """Names beside points come to stand clear of one another, of the points and of the edge: across, higher or lower."""
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

    names = [words for words in ax.texts if isinstance(words, Annotation) and words.anncoords == "offset points"]
    points = [ax.transData.transform(line.get_xydata()[0]) for line in ax.lines if len(line.get_xydata()) == 1]
    taken = [Bbox.from_bounds(x - POINT, y - POINT, 2 * POINT, 2 * POINT) for x, y in points]
    names = [words for words in names if not NUMBER.fullmatch(words.get_text())]
    for words in sorted(names, key=lambda words: words.get_window_extent().x0):
        (x, y), side = words.xyann, words.get_ha()
        turned = {"left": "right", "right": "left"}.get(side, side)
        for up, (across, how) in product(STEPS, ((x, side), (-x, turned))):
            words.xyann = across, y + up
            words.set_ha(how)
            box = words.get_window_extent()
            within = ax.bbox.x0 <= box.x0 and box.x1 <= 72 * WIDTH and ax.bbox.y0 <= box.y0
            if within and not any(map(box.overlaps, taken)):
                break
        else:
            words.xyann = x, y
            words.set_ha(side)
        taken.append(words.get_window_extent())
