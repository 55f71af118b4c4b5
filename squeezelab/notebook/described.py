"""What a figure draws, in a clause: the axes with units and ranges, and what is told apart in it."""

from squeezelab.core.words import formatted

MOST_NAMES = 8


def described(figure) -> str:
    """The clause for a figure of matplotlib; several axes are told by their titles.

    >>> from squeezelab.notebook import axes
    >>> figure, ax = axes("Twice as wide is four times the work", "width", "MACs (M)")
    >>> line = ax.plot([1, 2], [5, 20], label="dense")
    >>> described(figure)
    'Drawn: MACs (M), 6 to 20, against width, 1 to 2. Told apart: dense.'
    """
    figure.draw_without_rendering()
    if len(figure.axes) != 1:
        titles = [ax.get_title() or ax.get_title(loc="left") for ax in figure.axes]
        return f"Drawn side by side: {'; '.join(filter(None, titles))}."
    (ax,) = figure.axes
    series = ax.get_legend_handles_labels()[1]
    ending = f" Told apart: {', '.join(series[:MOST_NAMES])}." if series else ""
    return f"Drawn: {axis_words(ax.yaxis)}, against {axis_words(ax.xaxis)}.{ending}"


def axis_words(axis):
    """An axis in words: its label and range, or the names along it."""
    low, high = sorted(axis.get_view_interval())
    places = [place for place in axis.get_majorticklocs() if low <= place <= high]
    names = [label.get_text().replace("\n", " ") for label in axis.get_majorticklabels()]
    label = axis.label.get_text().replace("\n", " ")
    if not label or not places:
        return "; ".join(filter(None, [label, *names[:MOST_NAMES]])) or "no scale"
    scale = ", logarithmic" if axis.get_scale() == "log" else ""
    return f"{label}, {formatted(float(places[0]))} to {formatted(float(places[-1]))}{scale}"
