"""Where in the user's code something happens, and what it is called: the first half of every error of `from_torch`."""

import inspect
import re
from linecache import getline
from pathlib import Path

import torch
from torch import fx

TORCH = str(Path(torch.__file__).parent / "_")[:-1]  # with the slash at the end: torchvision is a user's code
BRIDGE = str(Path(__file__).parent / "_")[:-1]
FRAME = re.compile(r'File "(.+?)", line (\d+), in .*(?:\n    (.*))?')  # of a stack trace as torch.fx keeps it


def call_text(node):
    """What a node calls, in words: "'features.0'" for a module, else the function's name."""
    if node.op == "call_module":
        return f"'{node.target}'"
    return getattr(node.target, "__name__", str(node.target))


def reason(error):
    """Why a trace stopped, in one line."""
    if isinstance(error, fx.proxy.TraceError) or "on meta tensors" in str(error):
        return "what it does next depends on the values in a tensor, so that there is no one graph to count"
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def forward_line(module):
    """The line where the `forward` of a module begins, as `user_line` writes it."""
    code = inspect.unwrap(type(module).forward).__code__
    return user_line([(code.co_filename, code.co_firstlineno, getline(code.co_filename, code.co_firstlineno).strip())])


def node_line(node):
    """The line of the user's code that makes a node, as `user_line` writes it."""
    return user_line(FRAME.findall(node.stack_trace or ""))


def user_line(frames):
    """'model.py:12 `x = self.conv(x)`: ', the innermost frame (file, line, text) that is neither torch's nor ours.

    Nothing where there is none: an `nn.Sequential` calls its modules in torch's own code.
    """
    for file, line, text in reversed(frames):
        if not file.startswith((TORCH, BRIDGE)):
            return f"{file}:{line} `{text}`: " if text else f"{file}:{line}: "
    return ""
