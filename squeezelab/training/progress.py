"""When a progress bar helps: on a terminal and in a notebook, never in a log, where each update would be a line."""

import os
import sys


def is_quiet():
    """Whether nobody watches: automatic runs (CI=true), TQDM_DISABLE=1 (notebooks executed into a file), redirected output."""
    if os.environ.get("CI") or os.environ.get("TQDM_DISABLE"):
        return True
    return not (sys.stderr.isatty() or in_notebook())


def in_notebook():
    """Whether this is a kernel of Jupyter or Colab."""
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    return shell is not None and hasattr(shell, "kernel")
