"""What one process does of the tests when several share them: `pytest -n 2` asks `Shares`."""

from xdist.scheduler import LoadFileScheduling

LONG = ["book/", "tests/web/", "tests/book/"]  # begun first, so that no process is left alone with them at the end
KERNELS = "kernels"


def rank(test):
    """The place of a test, by its id, among those that wait: the long ones are in front, in the order of `LONG`."""
    return next((place for place, start in enumerate(LONG) if test.startswith(start)), len(LONG))


class Shares(LoadFileScheduling):
    """The tests of a file stay together, as do all that start Jupyter's kernels: these look for free ports a second before they
    take them, so that two that start at once may choose the same."""

    def __init__(self, config, log=None):
        super().__init__(config, log)
        config.option.loadscopereorder = False  # as they come, not by their number

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        return KERNELS if file.endswith(".ipynb") or "jupyterlab" in file else file
