"""Static figures in the book's look: one palette, text in the page's own colour, alt text that states the finding."""

import io
import re
from html import escape

from squeezelab.core import palette
from squeezelab.core.checks import number
from squeezelab.core.sizes import in_two_sizes
from squeezelab.core.words import formatted

from .described import described
from .narrow import make_narrow

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
        self.made = None

    def svg(self):
        """The picture for a page as SVG text, the same bytes in every run; its title is text above it."""
        return self.pictures()[1]

    def pictures(self):
        """(title, SVG for a page, SVG for a telephone); the figure is drawn when it is first shown."""
        if self.made is None:
            from matplotlib import pyplot

            in_ink(self.figure)
            plain_logs(self.figure)
            title = taken_title(self.figure)
            label = f"{self.alt} {described(self.figure)}"
            wide = in_themes(svg_of(self.figure, label, "sqz-plot", self.alt))
            make_narrow(self.figure)
            narrow = in_roles(svg_of(self.figure, label, "sqz-plot sqz-small", f"{self.alt} narrow"))[0]
            self.made = title, wide, narrow
            pyplot.close(self.figure)
        return self.made

    def _repr_mimebundle_(self, include=None, exclude=None):
        title, wide, narrow = self.pictures()
        caption = f"<figcaption>{escape(title)}</figcaption>" if title else ""
        page = f'<figure class="sqz-figure">{caption}{in_two_sizes(wide, narrow)}</figure>'
        return {"text/html": page, "text/plain": self.alt}


def taken_title(figure):
    """The title of the figure, or that of its only axes, which it no longer has: in a page it is text, and wraps."""
    title = figure.get_suptitle()
    if title:
        figure.suptitle("")
    for ax in figure.axes if len(figure.axes) == 1 else []:
        for place in ("left", "center", "right"):
            title = title or ax.get_title(loc=place)
            ax.set_title("", loc=place)
    return title


def svg_of(figure, label, kind, salt):
    """The figure as SVG text of this class and label, as wide as its place; its ids are made from the salt."""
    import matplotlib

    buffer = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": salt, "svg.fonttype": "none"}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = re.sub(INK, "currentColor", buffer.getvalue(), flags=re.IGNORECASE)
    text = without_idle_ids(text[text.index("<svg") :])
    size = float(re.search(r'width="([\d.]+)pt"', text).group(1))
    text = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"|height="[\d.]+pt" ', "", text, count=1)
    style = f'style="width: 100%; max-width: {1.4 * size:.0f}px; height: auto"'
    return text.replace("<svg", f'<svg class="{kind}" role="img" aria-label="{escape(label)}" {style}', 1)


def without_idle_ids(svg):
    """The SVG without ids that nothing in it refers to: matplotlib calls the first text of every figure text_1."""
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', svg))
    return re.sub(r' id="([^"]+)"', lambda found: found[0] if found[1] in used else "", svg)


def in_roles(svg):
    """(the SVG with variables in place of the palette's light colours, the roles that it has)."""
    named = {light: role for role, light in reversed(ROLES.items())}  # of the roles that share a colour, the first
    used = sorted({named[colour] for colour in re.findall(r"#[0-9a-f]{6}\b", svg) if colour in named})
    for role in used:
        svg = re.sub(ROLES[role] + r"\b", palette.variable(role), svg)
    return svg, used


def in_themes(svg):
    """The SVG with a style sheet that gives the roles in it, and in the small one beside it, light and dark values."""
    svg, used = in_roles(svg)
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


def plain_logs(figure):
    """Powers of ten become 10, 100, 1 000: an exponent is too small to read on a telephone."""
    from matplotlib.ticker import LogFormatter

    for axis in [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)]:
        if isinstance(axis.get_major_formatter(), LogFormatter):
            axis.set_major_formatter(lambda value, _: formatted(float(value)))


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
