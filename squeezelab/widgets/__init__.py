"""Live figures and predictions for notebooks: `Explorer("layer_cost")`, `Prediction("How many?", ...)`.

One output, three readers: JupyterLab and Colab show the widget; the book's builder takes the JSON and lets the page
draw it (`squeezelab.widgets.myst`); everything else shows the HTML fallback: finding, state of the controls, data.

A saved notebook that is opened again, before its cells are run: JupyterLab shows the fallback if the notebook is not
trusted, and "Error displaying widget: model not found" in its place if it is. ``jupyter nbconvert --to html`` shows the
fallback, but not where the notebook carries the state of its widgets (after ``--execute``, or JupyterLab's "Save Widget
State"): such a page loads scripts from the network, and offline the figure's place stays empty.
``readable("mine.ipynb")`` makes all of them show the fallback.
"""

from pathlib import Path

import anywidget
import traitlets

from squeezelab import explorers
from squeezelab.core.checks import number, plain
from squeezelab.explorers import board, your_network
from squeezelab.explorers.board_model import Board
from squeezelab.explorers.kit.values import complete_values
from squeezelab.networks import Network

from . import fallback
from .saved import OURS as MIME
from .saved import readable

__all__ = ["MIME", "STATIC", "Explorer", "Prediction", "YourBoard", "YourNetwork", "readable"]

STATIC = Path(__file__).parent / "static"


class _Live(anywidget.AnyWidget):
    """A widget drawn by static/explorer.js, with outputs that do not change from run to run."""

    _esm = STATIC / "explorer.js"
    _css = STATIC / "explorer.css"
    spec = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    figure = traitlets.Dict().tag(sync=True)
    error = traitlets.Unicode("").tag(sync=True)

    _ipython_display_ = None  # that of ipywidgets 7 (Colab) would publish the widget alone, without what follows

    def _repr_mimebundle_(self, **options):
        made = super()._repr_mimebundle_(**options)  # anywidget adds metadata that Colab needs
        data, metadata = made if isinstance(made, tuple) else (made or {}, {})
        payload = self.payload()
        extra = {"text/plain": repr(self), "text/html": fallback.html(payload), MIME: payload}
        return {**data, **extra}, metadata


class _Figure(_Live):
    """A figure with controls; explore: their values → the figure, or a ValueError."""

    def __init__(self, name, title, controls, start, explore):
        controls = [{**control, "value": start[control["name"]]} for control in controls]
        spec = {"kind": "explorer", "name": name, "title": title, "controls": controls}
        self._explore = explore
        super().__init__(spec=spec, values=start, figure=explore(start))
        self.observe(self._answer, "values")

    def _answer(self, change):
        """New values: a new figure, or a sentence that says why not while the last good figure stays."""
        try:
            self.figure = self._explore(change["new"])
            self.error = ""
        except ValueError as error:
            self.error = str(error)

    def payload(self):
        """What a page needs to show the figure and to compute the next one."""
        return {**self.spec, "values": dict(self.values), "figure": self.figure}

    def __repr__(self):
        return f"{type(self).__name__}({self.spec['name']!r})  {self.figure['finding']}"


class Explorer(_Figure):
    """A live figure by name; keywords are start values of its controls.

    >>> Explorer("layer_cost", kind="depthwise").values["kind"]
    'depthwise'
    """

    def __init__(self, name, **values):
        start = explorers.checked_values(name, values)
        module = explorers.module(name)
        super().__init__(name, module.TITLE, module.CONTROLS, start, lambda values: explorers.explore(name, values))


class _NeedsKernel(_Figure):
    """A figure of what the reader has: in a page, which cannot compute it, it stays as it was."""

    def _repr_mimebundle_(self, **options):
        data, metadata = super()._repr_mimebundle_(**options)
        return {kind: shown for kind, shown in data.items() if kind != MIME}, metadata

    def payload(self):
        """What a reader without a kernel is shown."""
        return {**super().payload(), "live": "The controls are live in JupyterLab and in Colab."}


class YourNetwork(_NeedsKernel):
    """`Explorer("your_network")` for a network that is there already: a `Network`, or a function that returns one. Keywords are
    start values of its controls.

    It needs a kernel: in a page it stays as it was.

    >>> from squeezelab.networks import mini_vgg
    >>> YourNetwork(mini_vgg, width=0.5).values["width"]
    0.5
    """

    def __init__(self, network, **values):
        network = network if isinstance(network, Network) or not callable(network) else network()
        if not isinstance(network, Network):
            raise ValueError(f"YourNetwork shows a Network, or what a function returns as one, not {network!r}")

        def explore(given):
            return your_network.drawn(network, **complete_values("your_network", your_network.SHAPED, given))

        start = complete_values("your_network", your_network.SHAPED, values)
        super().__init__(network.name, your_network.TITLE, your_network.SHAPED, start, explore)


class YourBoard(_NeedsKernel):
    """`Explorer("board")` with a method of your own beside the others, of what `squeezelab.recorded.board_with` returns. Keywords
    are start values of its controls; your method is pinned.

    It needs a kernel: in a page it stays as it was.

    >>> from squeezelab.recorded import recorded
    >>> YourBoard(recorded("board"), kind="channels").values["kind"]
    'channels'
    """

    def __init__(self, record, **values):
        if not isinstance(record, dict) or "places" not in record:
            raise ValueError("YourBoard shows what squeezelab.recorded.board_with returns")
        yours = Board(record)
        controls = board.controls_of(yours)

        def explore(given):
            return board.drawn_board(yours, **complete_values("board", controls, given))

        own = {"pinned": yours.own[0]} if yours.own else {}
        super().__init__("your board", board.TITLE, controls, complete_values("board", controls, {**own, **values}), explore)


class Prediction(_Live):
    """A question to commit to before the answer is shown.

    options: the choices, as text; answer: index of the right one; reveal: the sentence shown then; values: one number
    per option, if the gap shall be stated ("off by 3.2×").

    >>> Prediction("How many?", ["two", "four"], answer=1, reveal="It is four.", values=[2, 4])
    Prediction('How many?')
    """

    def __init__(self, question, options, answer, reveal, values=None):
        check_texts(question=question, reveal=reveal)
        options = [str(option) for option in prediction_list("options", options)]
        if len(options) < 2:
            raise ValueError(f"a prediction needs at least two options, not {len(options)}")
        answer = plain(answer)
        if type(answer) is not int or answer not in range(len(options)):
            raise ValueError(f"answer is the index of an option, 0 to {len(options) - 1}, not {answer!r}")
        values = None if values is None else [option_value(option) for option in prediction_list("values", values)]
        if values is not None and len(values) != len(options):
            raise ValueError(f"{len(options)} options need {len(options)} values, not {len(values)}")
        spec = {"kind": "prediction", "question": question, "options": options, "answer": answer, "reveal": reveal}
        if values is not None:
            spec["values"] = values
        super().__init__(spec=spec)

    def payload(self):
        """What a page needs to ask the question."""
        return dict(self.spec)

    def __repr__(self):
        return f"Prediction({self.spec['question']!r})"


def check_texts(**texts):
    """Raises unless each of these parts of a prediction is text."""
    for name, value in texts.items():
        if not isinstance(value, str) or not value:
            raise ValueError(f"{name} of a prediction must be text, not {value!r}")


def option_value(option):
    """The number that stands for an option, as a float that JSON can carry."""
    return float(number(option, "values of a prediction", asked="finite numbers"))


def prediction_list(name, values):
    """`values` as a list; text, which would fall apart into letters, is none."""
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise ValueError(f"{name} of a prediction must be a list, not {values!r}")
    return list(values)
