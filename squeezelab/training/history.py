"""What a training was like, epoch by epoch."""

from ..core.checks import check_choice

COLUMNS = ("epoch", "loss", "accuracy", "test_accuracy", "learning_rate", "seconds")


class History:
    """One row an epoch: epoch, mean training loss, training accuracy (None where nothing counts it), test accuracy (None
    without test data), the learning rate at its end, seconds. `interrupted`: whether it was stopped before its last epoch.

    >>> history = History(device="cpu, 1 thread")
    >>> history.add(loss=0.69, accuracy=0.5, test_accuracy=None, learning_rate=0.01, seconds=1.5)
    >>> history
    epoch    loss  accuracy  test
        1  0.6900   50.00 %  –
    on cpu, 1 thread
    >>> history.column("loss"), history.seconds
    ([0.69], 1.5)
    """

    def __init__(self, rows: list = (), interrupted: bool = False, device: str = ""):
        check_rows(rows)
        self.rows = [dict(row) for row in rows]
        self.interrupted = interrupted
        self.device = device

    def add(self, loss, accuracy, test_accuracy, learning_rate, seconds):
        """The row of one more epoch."""
        row = (len(self) + 1, loss, accuracy, test_accuracy, learning_rate, seconds)
        self.rows.append(dict(zip(COLUMNS, row)))

    def column(self, name: str) -> list:
        """One column as a list; raises, listing the columns, for an unknown one."""
        check_choice("column", name, COLUMNS)
        return [row[name] for row in self.rows]

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, place):
        return self.rows[place]

    @property
    def seconds(self):
        """What all epochs took together, evaluation included."""
        return sum(self.column("seconds"))

    @property
    def epochs_text(self):
        """'1 epoch' or '3 epochs'."""
        return f"{len(self)} epoch{'s' * (len(self) != 1)}"

    def __repr__(self):
        lines = ["epoch    loss  accuracy  test"]
        for row in self.rows:
            seen, tested = percent_text(row["accuracy"]), percent_text(row["test_accuracy"])
            lines.append(f"{row['epoch']:>5}  {row['loss']:.4f}   {seen}  {tested}".rstrip())
        lines.append(f"interrupted after {self.epochs_text}" if self.interrupted else f"on {self.device}")
        return "\n".join(lines)

    def plot(self):
        """Accuracy against epochs, as a `Plot`; raises where no epoch was finished, or no accuracy counted."""
        from ..notebook.plots import ROLES, Plot, axes

        if not self.rows:
            raise ValueError("the history is empty: not one epoch was finished")
        last = self.rows[-1]
        best = last["accuracy"] if last["test_accuracy"] is None else last["test_accuracy"]
        if best is None:
            raise ValueError("no accuracy was counted: give fit test data")
        seen = "training" if last["test_accuracy"] is None else "test"
        title = f"{100 * best:.1f} % of the {seen} images right after {self.epochs_text}"
        figure, ax = axes(title, "epoch", "accuracy (%)")
        lines = [("accuracy", "training", "reference"), ("test_accuracy", "test", "compute")]
        for name, label, role in lines:
            points = [(row["epoch"], 100 * row[name]) for row in self.rows if row[name] is not None]
            if points:
                ax.plot(*zip(*points), marker="o", color=ROLES[role], label=label)
        ax.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)  # whole epochs, as many as have room
        ax.legend()
        return Plot(figure, f"Accuracy by epoch: {title}.")


def check_rows(rows):
    """Raises for anything but dicts with all the columns."""
    if not isinstance(rows, (list, tuple)):
        raise ValueError(f"the rows of a history are a list, not {rows!r}")
    for row in rows:
        if not isinstance(row, dict) or set(row) != set(COLUMNS):
            raise ValueError(f"a row of a history is a dict of {', '.join(COLUMNS)}, not {row!r}")


def percent_text(accuracy):
    """An accuracy in percent, as wide as its column; a dash where there is none."""
    return f"{100 * accuracy:.2f} %" if accuracy is not None else "–      "
