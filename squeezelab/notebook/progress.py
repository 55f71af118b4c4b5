"""Progress of jobs that may take longer than a reader waits patiently: a line of its own, and when anybody watches a bar."""

import os
import sys
import time

from squeezelab.core.words import formatted

PATIENCE = 3  # seconds before the line appears
STEP = 0.5  # seconds between two updates


class ProgressLine:
    """Called with (done, total); writes to stderr only once the job has taken a few seconds. `what`: of what there are so many.

    >>> line = ProgressLine("designs")
    >>> line(3, 10)  # too early to say anything
    >>> line.close()
    """

    def __init__(self, what: str):
        if not isinstance(what, str) or not what:
            raise ValueError(f"what a progress line counts is a word such as 'designs', not {what!r}")
        self.what = what
        self.started = time.monotonic()
        self.written = None

    def __call__(self, done, total):
        now = time.monotonic()
        if now - self.started < PATIENCE or (self.written and now - self.written < STEP):
            return
        left = (now - self.started) * (total - done) / max(done, 1)
        print(
            f"\r{formatted(done, 'printed')} of {formatted(total, 'printed')} {self.what}, {formatted(left, 'printed')} s left ",
            end="",
            file=sys.stderr,
            flush=True,
        )
        self.written = now

    def close(self):
        """Ends the line, if there is one."""
        if self.written:
            print(file=sys.stderr)


def is_quiet():
    """Whether nobody watches a bar: automatic runs (CI=true), TQDM_DISABLE=1 (notebooks executed into a file), and output that
    goes to a log, where each update would be a line."""
    if os.environ.get("CI") or os.environ.get("TQDM_DISABLE"):
        return True
    return not (sys.stderr.isatty() or in_notebook())


def in_notebook():
    """Whether this is a kernel of Jupyter or Colab."""
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    return shell is not None and hasattr(shell, "kernel")
