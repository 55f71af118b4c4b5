"""Drawings that are no charts: what an array of processing elements holds, and on which wires its operands come."""

from .plots import INK, ROLES, Plot, axes

SIDE = 4  # PEs a side, few enough to be drawn


def panel(ax, title, full, text):
    """A grid of SIDE × SIDE PEs with `text` in those that are (row, column) in `full`; the others stay empty."""
    from matplotlib.patches import Rectangle

    ax.set(xlim=(-1.1, SIDE + 0.1), ylim=(SIDE + 1.3, -0.7), aspect="equal", xlabel="", ylabel="")
    ax.set_title(title, fontsize=9)
    ax.set_axis_off()
    for row in range(SIDE):
        for col in range(SIDE):
            busy = (row, col) in full
            look = {"facecolor": ROLES["compute"], "alpha": 0.35} if busy else {"facecolor": "none", "alpha": 0.6}
            ax.add_patch(Rectangle((col + 0.14, row + 0.14), 0.72, 0.72, edgecolor=INK, linewidth=0.8, **look))
            if busy:
                ax.text(col + 0.5, row + 0.5, text(row, col), ha="center", va="center", fontsize=6.5, color=INK)


def wire(ax, start, end, role, label, at):
    """A line from `start` to `end` with a head, and its label at `at`."""
    head = {"arrowstyle": "->", "color": ROLES[role], "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", xy=end, xytext=start, arrowprops=head)
    ax.text(*at, label, color=INK, fontsize=7.5, ha="center", va="center")


def weight_wires(ax, rows, cols):
    """Broadcast WS: an input channel along each row, a sum down each column to the buffer."""
    for row in range(rows):
        wire(ax, (-0.5, row + 0.08), (SIDE, row + 0.08), "inputs", f"in {row + 1}", (-0.8, row + 0.1))
    for col in range(cols):
        wire(ax, (col + 0.08, 0), (col + 0.08, SIDE + 0.5), "outputs", f"sum {col + 1}", (col + 0.35, SIDE + 0.75))


def output_wires(ax):
    """Broadcast OS: the same weight along all rows; inputs come a row of PEs at a time."""
    for row in range(SIDE):
        wire(ax, (-0.5, row + 0.08), (SIDE, row + 0.08), "weights", "w", (-0.7, row + 0.1))
    for col in range(SIDE):
        wire(ax, (col + 0.5, SIDE + 0.6), (col + 0.5, SIDE - 0.1), "inputs", "", (0, 0))
    ax.text(SIDE / 2, SIDE + 0.9, "inputs, a row a cycle", color=INK, fontsize=7.5, ha="center", va="center")


def broadcast_arrays() -> Plot:
    """The two dataflows of the broadcast array; broadcast WS with a dense layer and with a depthwise one.

    >>> broadcast_arrays().alt
    'Under broadcast WS a depthwise group holds one weight in one PE; under broadcast OS every PE has an output pixel.'
    """
    figure, ax = axes("", "", "", width=7.2, height=2.7)
    ax.remove()
    first, second, third = figure.subplots(1, 3)
    everywhere = [(row, col) for row in range(SIDE) for col in range(SIDE)]
    panel(first, "broadcast WS, dense", everywhere, lambda row, col: f"w{row + 1}{col + 1}")
    weight_wires(first, SIDE, SIDE)
    panel(second, "broadcast WS, depthwise", [(0, 0)], lambda row, col: "w11")
    weight_wires(second, 1, 1)
    panel(third, "broadcast OS", everywhere, lambda row, col: f"y{row + 1}{col + 1}")
    output_wires(third)
    figure.suptitle("Broadcast WS has work for one PE of a depthwise group, broadcast OS for all", x=0.01, ha="left", fontsize=10)
    alt = "Under broadcast WS a depthwise group holds one weight in one PE; under broadcast OS every PE has an output pixel."
    return Plot(figure, alt)
