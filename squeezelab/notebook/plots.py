"""Static figures in the book's look: one palette, text in the page's own colour, alt text that states the finding."""

import io
import re

from squeezelab.core import palette
from squeezelab.core.checks import number

INK = "#123456"  # stands for the page's text colour while matplotlib draws
GROUNDS = ("text", "paper", "surface", "line")  # of the page itself: a plot is drawn on it, with INK
ROLES = {role: light for role, light, _ in palette.ROLES if role not in GROUNDS}


class Plot:
    """A finished figure: shown as inline SVG that follows light and dark, read aloud as its `alt` text.

    Raises a ValueError for what is no figure of matplotlib, and without a sentence for those who cannot see it.

    >>> figure, ax = axes("Twice as wide is four times the work", "width", "MACs (M)")
    >>> line = ax.plot([1, 2], [5, 20], color=ROLES["compute"])
    >>> Plot(figure, "The work grows with the square of the width.").svg()[:41]
    '<svg class="sqz-plot" role="img" aria-lab'
    """

    def __init__(self, figure, alt: str):
        if not hasattr(figure, "savefig"):
            raise ValueError(f"a Plot shows a figure of matplotlib, the first of what axes(...) returns, not {figure!r}")
        if not isinstance(alt, str) or not alt:
            raise ValueError(f"alt is the sentence that a Plot says to readers who cannot see it, not {alt!r}")
        self.figure = figure
        self.alt = alt

    def svg(self):
        """The SVG text, the same bytes in every run."""
        import matplotlib
        from matplotlib import pyplot

        in_ink(self.figure)
        buffer = io.StringIO()
        with matplotlib.rc_context({"svg.hashsalt": self.alt, "svg.fonttype": "none"}):
            self.figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        pyplot.close(self.figure)
        text = buffer.getvalue()
        text = in_themes(re.sub(INK, "currentColor", text[text.index("<svg") :], flags=re.IGNORECASE))
        size = re.search(r'width="([\d.]+)pt"', text).group(1)
        text = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"|height="[\d.]+pt" ', "", text, count=1)
        label = self.alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        style = f'style="width: 100%; min-width: {float(size):.0f}px; max-width: {1.4 * float(size):.0f}px; height: auto"'
        return text.replace("<svg", f'<svg class="sqz-plot" role="img" aria-label="{label}" {style}', 1)

    def _repr_mimebundle_(self, include=None, exclude=None):
        # on a narrow screen it scrolls by itself, with the keyboard too, rather than shrink its text
        return {"text/html": f'<figure style="overflow-x: auto" tabindex="0">{self.svg()}</figure>', "text/plain": self.alt}


def in_themes(svg):
    """The SVG with variables in place of the palette's light colours, and a style sheet that gives them light and dark values."""
    named = {light: role for role, light in reversed(ROLES.items())}  # of the roles that share a colour, the first
    used = sorted({named[colour] for colour in re.findall(r"#[0-9a-f]{6}\b", svg) if colour in named})
    for role in used:
        svg = re.sub(ROLES[role] + r"\b", palette.variable(role), svg)
    return svg.replace(">", f"><style>{palette.themes('.sqz-plot', used)}</style>", 1) if used else svg


def in_ink(figure):
    """Text and legends that a cell added later, in matplotlib's black on white, follow the page, too."""
    from matplotlib.legend import Legend
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        if isinstance(text.get_color(), str) and text.get_color() == "black":
            text.set_color(INK)
    for legend in figure.findobj(Legend):
        legend.set_frame_on(False)


def axes(title: str, xlabel: str, ylabel: str, width: float = 6.4, height: float = 3.2) -> tuple:
    """(figure, axes) of `width` × `height` inches, with the finding as title and units on both axes; `Plot` shows the figure.

    Raises a ValueError for a side that is no positive number.

    >>> figure, ax = axes("57 channels cost as much as 64", "channels", "cycles (k)", height=2)
    >>> ax.get_xlabel(), float(figure.get_figheight())
    ('channels', 2.0)
    """
    from matplotlib import pyplot

    width, height = number(width, "the width in inches", above=0), number(height, "the height in inches", above=0)
    look = {"font.family": "sans-serif", "font.size": 9, "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK}
    look.update({"xtick.color": INK, "ytick.color": INK, "axes.spines.top": False, "axes.spines.right": False})
    look.update({"axes.titlesize": 10, "axes.titlelocation": "left", "legend.frameon": False, "grid.alpha": 0.25})
    with pyplot.rc_context(look):
        figure, ax = pyplot.subplots(figsize=(width, height), layout="constrained")
        ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
        ax.grid(axis="y", color=INK, alpha=0.2, linewidth=0.5)
        ax.set_axisbelow(True)
    return figure, ax
