"""What a training was like, epoch by epoch."""

COLUMNS = ("epoch", "loss", "accuracy", "test_accuracy", "learning_rate", "seconds")


class History:
    """One row an epoch: epoch, mean training loss, training accuracy (None with a loss of one's own), test accuracy (None
    without test data), the learning rate at its end, seconds. `interrupted`: whether it was stopped before its last epoch."""

    def __init__(self, rows=(), interrupted=False, device=""):
        self.rows = [dict(row) for row in rows]
        self.interrupted = interrupted
        self.device = device

    def column(self, name):
        """One column as a list; raises, listing the columns, for an unknown one."""
        if name not in COLUMNS:
            raise ValueError(f"unknown column {name!r}; there are {', '.join(COLUMNS)}")
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
            lines.append(
                f"{row['epoch']:>5}  {row['loss']:.4f}   {share(row['accuracy'])}  {share(row['test_accuracy'])}".rstrip()
            )
        lines.append(f"interrupted after {self.epochs_text}" if self.interrupted else f"on {self.device}")
        return "\n".join(lines)

    def plot(self):
        """Accuracy against epochs, as a `Plot`."""
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


def share(accuracy):
    """An accuracy in percent, as wide as its column; a dash where there is none."""
    return f"{100 * accuracy:.2f} %" if accuracy is not None else "–      "
