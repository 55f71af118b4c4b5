"""The two nets under a run: torch's functions, and below them, of torch's dispatcher, the operators that they run.

The second one catches what is called past Python: scripted functions, operators of other libraries.
"""

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from .calls import torch_name


class Functions(TorchFunctionMode):
    """Shows every call of a torch function to a trace."""

    def __init__(self, trace):
        super().__init__()
        self.trace = trace

    def __torch_function__(self, function, types, args=(), kwargs=None):
        return self.trace.called(function, torch_name(function), args, kwargs or {})


class Operators(TorchDispatchMode):
    """Shows a trace every operator that runs, also those that no torch function calls."""

    def __init__(self, trace):
        super().__init__()
        self.trace = trace

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        with torch._C.DisableTorchFunction():  # the trace's own questions are nobody's calls
            return self.trace.ran(function, function.overloadpacket.__name__, args, kwargs or {})
