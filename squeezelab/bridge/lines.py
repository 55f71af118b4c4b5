"""Where in the user's code something happens, and what it is called: the first half of every error of `from_torch`."""

import inspect
import sys
import traceback
from linecache import getline
from pathlib import Path

import torch

TORCH = str(Path(torch.__file__).parent / "_")[:-1]  # with the slash at the end: torchvision is a user's code
BRIDGE = str(Path(__file__).parent / "_")[:-1]
VALUES = "what it does next depends on the values in a tensor, so that there is no one graph to count"


def forward_line(module):
    """The line where the `forward` of a module begins, as `user_line` writes it."""
    code = getattr(inspect.unwrap(getattr(module.forward, "__func__", module.forward)), "__code__", None)
    return user_line([(code.co_filename, code.co_firstlineno)]) if code else ""


def current_line(last):
    """The innermost user's line that runs now, as `user_line` writes it; frames outside of the function `last` are not his."""
    frames, frame = [], sys._getframe(1)
    while frame is not None and frame.f_code is not last.__code__:
        frames.append((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return user_line(frames[::-1])


def error_line(error):
    """The innermost user's line that an error went through."""
    return user_line([(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)])


def user_line(frames):
    """'model.py:12 `x = self.conv(x)`: ', the innermost of frames (file, line) that is neither torch's nor ours.

    Nothing where there is none: an `nn.Sequential` calls its modules in torch's own code.
    """
    for file, line in reversed(frames):
        if not file.startswith((TORCH, BRIDGE, "<")) or file.startswith(("<ipython", "<stdin", "<doctest")):
            text = getline(file, line).strip()
            return f"{file}:{line} `{text}`: " if text else f"{file}:{line}: "
    return ""
